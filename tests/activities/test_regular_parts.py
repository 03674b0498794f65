"""A series that was split is one activity to who always comes, and to who looks for a stand-in (R060)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import service
from volunteer.activities.changing.editing import LATER
from volunteer.activities.models import Occurrence, Regular, Series, SignUp
from volunteer.activities.service.changing.editing import Wish
from volunteer.activities.together import refusals as no
from volunteer.activities.together import regulars, stand_ins
from volunteer.core import clock
from volunteer.jobs import tasks
from volunteer.people.models import Person

SUNDAY = dt.date(2026, 11, 22)
WEEK = dt.timedelta(weeks=1)


@pytest.fixture
def series(db: Any) -> Series:
    """On Sundays at nine, eight weeks ahead."""
    return make.weekly(SUNDAY, start_time=dt.time(9), content="打扫")


def dates(series_id: int) -> list[Occurrence]:
    statement = sa.select(Occurrence).where(Occurrence.series_id == series_id)
    return list(make.db.session.scalars(statement.order_by(Occurrence.starts_at)))


def split(series: Series, number: int = 3) -> Series:
    """From the date of that number on it is another series, with another title."""
    leader = make.actor(make.db.session.get_one(Person, series.person_in_charge_id))
    wish = Wish({"title": "周日大扫除"})
    service.edit_series(actor=leader, occurrence_id=dates(series.id)[number].id, scope=LATER, wish=wish)
    make.db.session.commit()
    return make.db.session.scalars(sa.select(Series).where(Series.follows_id == series.id)).one()


def minute() -> None:
    tasks.sign_up_regulars()
    tasks.end_regulars()
    make.db.session.commit()
    make.db.session.expire_all()


def states(person: Any) -> list[str]:
    statement = sa.select(Regular.state).where(Regular.person_id == person.id).order_by(Regular.series_id)
    return list(make.db.session.scalars(statement))


def held(person: Any) -> int:
    live = sa.select(sa.func.count()).where(SignUp.person_id == person.id, SignUp.state == "signed_up")
    return make.db.session.scalar(live) or 0


@pytest.mark.parametrize("job_has_run", [False, True])
@pytest.mark.portable
def test_the_last_old_date_leads_to_the_part_that_goes_on(
    series: Series, client_for: Any, job_has_run: bool
) -> None:
    person, newcomer = make.person(), make.person()
    make.regular(series, person)
    follower = split(series)
    if job_has_run:
        minute()
    last = dates(series.id)[-1]
    [row] = regulars.of_person(person.id)
    assert (row.series_id, job_has_run) == (follower.id, row.next_at is not None)
    for somebody, title in ((person, "您固定报名了这项活动"), (newcomer, "每次都来？固定报名")):
        client = client_for(somebody)
        page = client.get(f"/activities/{last.id}").text
        assert title in page
        assert f"/series/{follower.id}/regular" in page
        answer = client.get(f"/series/{series.id}/regular")
        assert (answer.status_code, answer.location) == (303, f"/series/{follower.id}/regular")
    leader = client_for(make.db.session.get_one(Person, series.person_in_charge_id))
    assert leader.get(f"/series/{series.id}/regulars").location == f"/series/{follower.id}/regulars"
    assert newcomer.number not in leader.get(f"/series/{follower.id}/regulars").text


def test_one_press_stops_both_parts(series: Series) -> None:
    person = make.person()
    make.regular(series, person)
    tasks.sign_up_regulars()
    coming = held(person)
    split(series)
    assert states(person) == ["running", "running"]
    [row] = regulars.of_person(person.id)
    assert service.stop_regular(actor=make.actor(person), regular_id=row.id) == (coming, 0)
    assert states(person) == ["stopped", "stopped"]
    assert held(person) == 0


def test_one_press_pauses_both_parts_and_goes_on_with_both(series: Series) -> None:
    person = make.person()
    make.regular(series, person)
    tasks.sign_up_regulars()
    coming = held(person)
    split(series)
    [row] = regulars.of_person(person.id)
    service.pause_regular(actor=make.actor(person), regular_id=row.id)
    assert (states(person), held(person)) == (["paused", "paused"], 0)
    service.resume_regular(actor=make.actor(person), regular_id=row.id)
    assert states(person) == ["running", "running"]
    make.db.session.commit()
    minute()
    assert held(person) == coming


def test_nobody_begins_the_other_part_besides(series: Series) -> None:
    person = make.person()
    make.regular(series, person)
    split(series)
    minute()
    assert states(person) == ["stopped", "running"]
    with pytest.raises(no.AlreadyRegular):
        service.begin_regular(actor=make.actor(person), series_id=series.id)


def test_of_two_activities_both_stand_in_the_list(series: Series) -> None:
    person, other = make.person(), make.series(recurrence="FREQ=WEEKLY", regular_places=1)
    make.regular(series, person)
    make.regular(other, person)
    follower = split(series)
    assert {row.series_id for row in regulars.of_person(person.id)} == {follower.id, other.id}


def test_a_stand_in_is_looked_for_among_those_of_all_parts(series: Series) -> None:
    member = make.member(make.db.session.get_one(make.Team, series.team_id))
    make.sign_up(dates(series.id)[0], member)
    make.db.session.commit()
    follower = split(series)
    date = dates(follower.id)[0]
    with clock.fixed(clock.at_local(SUNDAY + 2 * WEEK, dt.time(12))):
        row = make.db.session.execute(
            sa.select(Occurrence.id.label("occurrence_id"), Series.id.label("series_id"), Series.team_id)
            .join(Series, Series.id == Occurrence.series_id)
            .where(Occurrence.id == date.id)
        ).one()
        assert stand_ins.likely(row=row, now=clock.now()) == [member.id]
