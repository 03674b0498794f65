"""Fewer places than people: nobody has to go, and each place that is given back is one less."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests import make
from volunteer.activities import check, service
from volunteer.activities.models import Occurrence
from volunteer.activities.service.signing import waiting
from volunteer.activities.signing import refusals
from volunteer.activities.signing.companions import Guest
from volunteer.core import clock

DAY = dt.timedelta(days=1)


class Crowd:
    """A date with five people whose series has three places by now."""

    def __init__(self, **more: Any) -> None:
        team = make.team()
        self.leader = make.actor(make.leader(team))
        self.series = make.series(team, capacity=5, most_companions=2)
        self.date = make.occurrence(self.series, starts_at=clock.now() + 3 * DAY, **more)
        self.people = [make.actor(make.person()) for _ in range(5)]
        for someone in self.people:
            service.sign_up(actor=someone, occurrence_id=self.date.id)
        self.series.capacity = 3
        make.db.session.commit()

    def leave(self, *numbers: int) -> None:
        for number in numbers:
            service.sign_off(actor=self.people[number], occurrence_id=self.date.id)

    @property
    def places(self) -> tuple[int, int, int]:
        """As the database has them: how many there are, taken and held."""
        assert check.check().faults == []
        row = make.db.session.get_one(Occurrence, self.date.id, populate_existing=True)
        return row.capacity, row.taken, row.held


@pytest.fixture
def crowd(db: Any) -> Crowd:
    return Crowd()


def test_a_place_given_back_is_one_less_until_there_are_as_many_as_wished(crowd: Crowd) -> None:
    in_line = make.actor(make.person())
    service.join_line(actor=in_line, occurrence_id=crowd.date.id)
    crowd.leave(0)
    assert crowd.places == (4, 4, 0)  # nobody is offered it
    with pytest.raises(refusals.Full):
        service.sign_up(actor=make.actor(make.person()), occurrence_id=crowd.date.id)
    crowd.leave(1)
    assert crowd.places == (3, 3, 0)
    crowd.leave(2)
    assert crowd.places == (3, 2, 1)


def test_an_offer_that_is_not_taken_is_one_less_too(crowd: Crowd) -> None:
    crowd.series.capacity = 5
    in_line = make.actor(make.person())
    service.join_line(actor=in_line, occurrence_id=crowd.date.id)
    crowd.leave(0)
    crowd.series.capacity = 3
    make.db.session.commit()
    assert crowd.places == (5, 4, 1)
    service.leave_line(actor=in_line, occurrence_id=crowd.date.id)
    assert crowd.places == (4, 4, 0)


def test_companions_who_stay_at_home_give_theirs_back_as_well(crowd: Crowd) -> None:
    crowd.series.capacity = 7
    make.db.session.get_one(Occurrence, crowd.date.id).capacity = 7
    service.change_companions(
        actor=crowd.people[0], occurrence_id=crowd.date.id, companions=[Guest("小李"), Guest("小王")]
    )
    crowd.series.capacity = 3
    make.db.session.commit()
    service.change_companions(actor=crowd.people[0], occurrence_id=crowd.date.id, companions=[])
    assert crowd.places == (5, 5, 0)


def test_places_of_the_dates_own_stay(db: Any) -> None:
    crowd = Crowd(edited="capacity")
    crowd.leave(0)
    assert crowd.places == (5, 4, 0)


def test_a_week_that_has_begun_stays_as_it_is(db: Any) -> None:
    """An edit of the series does not reach it either."""
    crowd = Crowd(is_flexible=True, ends_at=clock.now() + 9 * DAY)
    with clock.fixed(clock.now() + 4 * DAY):
        crowd.leave(0)
        assert crowd.places == (5, 4, 0)


def test_a_crowded_date_that_comes_back_asks_everybody(crowd: Crowd) -> None:
    service.cancel_occurrence(actor=crowd.leader, occurrence_id=crowd.date.id, reason="雨")
    assert service.reopen_occurrence(actor=crowd.leader, occurrence_id=crowd.date.id) == 5
    assert crowd.places == (5, 0, 5)
    with clock.fixed(clock.now() + 2.5 * DAY):
        waiting.settle(crowd.date.id)
        assert crowd.places == (3, 0, 0)
