"""A task of the running week: its place is handed on or swapped until the last day, like everything else of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests import make
from tests.activities.test_stand_ins import holders, state
from volunteer.activities import service
from volunteer.activities.together import stand_ins
from volunteer.core import clock

DAY = dt.timedelta(days=1)


class Week:
    """A task that began today at midnight, its holder and a teammate."""

    def __init__(self) -> None:
        self.team = make.team()
        self.holder, self.mate = make.member(self.team), make.member(self.team)
        begins = clock.start_of(clock.today())
        self.task = make.occurrence(
            make.series(self.team), starts_at=begins, ends_at=begins + 7 * DAY, is_flexible=True
        )
        make.sign_up(self.task, self.holder)

    def look(self, asked: Any = None) -> int:
        id_ = service.ask_stand_in(
            actor=make.actor(self.holder), occurrence_id=self.task.id, person_id=asked and asked.id
        )
        make.db.session.commit()
        return id_


@pytest.fixture
def week(db: Any) -> Week:
    return Week()


def test_the_search_goes_on_and_is_answered(week: Week, db: Any) -> None:
    id_ = week.look(week.mate)
    with clock.fixed(clock.now() + 3 * DAY):
        assert stand_ins.lapse_over(clock.now()) == 0
        assert [row.id for row in stand_ins.asked(week.mate.id, clock.now())] == [id_]
        service.accept_stand_in(actor=make.actor(week.mate), stand_in_id=id_)
    assert holders(db, week.task.id) == {week.mate.id}


def test_the_team_sees_that_anybody_is_looked_for(week: Week) -> None:
    id_ = week.look()
    assert [row.id for row in stand_ins.wanted_in_teams_of(week.mate.id, clock.now())] == [id_]


def test_it_ends_with_the_task(week: Week, db: Any) -> None:
    id_ = week.look(week.mate)
    with clock.fixed(clock.now() + 8 * DAY):
        assert stand_ins.asked(week.mate.id, clock.now()) == []
        assert stand_ins.lapse_over(clock.now()) == 1
    assert state(db, id_) == "lapsed"


def test_it_is_swapped_for_another_date(week: Week, db: Any) -> None:
    other = make.occurrence(make.series(week.team), starts_at=clock.now() + 10 * DAY)
    make.sign_up(other, week.mate)
    asked = {"team_id": week.team.id, "occurrence_id": other.id, "person_id": week.mate.id}
    (place,) = stand_ins.swappable(**asked, now=clock.now())
    id_ = service.ask_swap(actor=make.actor(week.mate), occurrence_id=other.id, their_sign_up_id=place.id)
    assert stand_ins.lapse_over(clock.now()) == 0
    service.accept_stand_in(actor=make.actor(week.holder), stand_in_id=id_)
    assert holders(db, week.task.id) == {week.mate.id}
    assert holders(db, other.id) == {week.holder.id}
