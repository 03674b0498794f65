"""Dates that come back, after a cancellation or another rule, are as their series is by now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from tests.activities.test_editing import TUESDAY, At
from volunteer.activities import check, service
from volunteer.activities.models import Occurrence, OccurrencePosition, Position, Series
from volunteer.activities.planning.plans import Post
from volunteer.activities.repeating.rrule import WEEKDAYS
from volunteer.activities.service.changing.editing import NewRule
from volunteer.activities.service.repeating import rechecking
from volunteer.core import clock
from volunteer.workdays import service as workdays
from volunteer.workdays.rules import HOLIDAY, Day

SignIn = Callable[[Any], FlaskClient]
EVERY_TUESDAY = NewRule(TUESDAY, "FREQ=WEEKLY;BYDAY=TU")
EVERY_OTHER = NewRule(TUESDAY, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")


def weekly(**more: Any) -> At:
    team = make.team()
    leader = make.leader(team)
    series = make.series(
        team,
        person_in_charge=leader,
        content="打扫",
        **{"starts_on": TUESDAY, "recurrence": "FREQ=WEEKLY;BYDAY=TU", **more},
    )
    service.extend([series.id])
    make.db.session.commit()
    return At(series, make.actor(leader))


@pytest.fixture
def at(db: Any) -> At:
    return weekly()


def add(at: At, name: str = "引导员") -> Position:
    return service.add_position(actor=at.leader, series_id=at.series.id, post=Post(name, 2))


def cancel(at: At, date: Occurrence) -> None:
    service.cancel_occurrence(actor=at.leader, occurrence_id=date.id, reason="雨")


def reopen(at: At, date: Occurrence) -> None:
    service.reopen_occurrence(actor=at.leader, occurrence_id=date.id)


def posts(date: Occurrence) -> list[tuple[int, bool]]:
    """The positions of a date, and whether they are open."""
    statement = sa.select(OccurrencePosition.position_id, OccurrencePosition.is_open)
    rows = make.db.session.execute(
        statement.where(OccurrencePosition.occurrence_id == date.id).order_by(OccurrencePosition.position_id)
    )
    return [tuple(row) for row in rows]


def can_be_taken(date: Occurrence, position: Position) -> bool:
    someone = make.actor(make.person())
    return bool(service.sign_up(actor=someone, occurrence_id=date.id, position_id=position.id))


def test_a_reopened_date_has_the_positions_added_meanwhile(at: At) -> None:
    date = at.coming()[1]
    cancel(at, date)
    position = add(at)
    assert posts(date) == []
    reopen(at, date)
    assert can_be_taken(date, position)
    assert check.check().faults == []


def test_a_reopened_date_keeps_the_quota_it_had_and_loses_what_ended(at: At) -> None:
    date, kept, ended = at.coming()[1], add(at), add(at, "记录员")
    make.db.session.get_one(OccurrencePosition, (date.id, kept.id)).capacity = 1
    cancel(at, date)
    service.end_position(actor=at.leader, position_id=ended.id)
    reopen(at, date)
    make.db.session.expire_all()
    assert posts(date) == [(kept.id, True), (ended.id, False)]
    assert make.db.session.get_one(OccurrencePosition, (date.id, kept.id)).capacity == 1


def test_a_date_that_a_new_rule_brings_back_has_them_too(at: At) -> None:
    at.edit(rule=EVERY_OTHER)
    [gone, *_] = [row for row in at.dates() if row.state == "cancelled"]
    position = add(at)
    at.edit(rule=EVERY_TUESDAY)
    assert gone.state == "published"
    assert can_be_taken(gone, position)
    assert check.check().faults == []


def test_a_date_that_the_calendar_brings_back_has_them_too(db: Any) -> None:
    staff = int(make.staff("subdistrict_staff", make.subdistrict()).id)
    at = weekly(on_holiday="skip")
    date = at.coming()[1]
    day = date.original_on
    enter(staff, day.year, [Day(day, HOLIDAY, "元旦")])
    rechecking.recheck(at.series.id)
    assert date.state == "cancelled"
    position = add(at)
    enter(staff, day.year, [])
    rechecking.recheck(at.series.id)
    assert date.state == "published"
    assert can_be_taken(date, position)


def enter(staff: int, year: int, days: list[Day]) -> None:
    workdays.enter_year(actor_id=staff, year=year, days=days)


def test_the_week_of_a_task_that_has_begun_has_a_new_position_and_loses_it(db: Any) -> None:
    today = clock.today()
    at = weekly(
        kind="flexible",
        window_days=7,
        start_time=dt.time(0),
        starts_on=today,
        recurrence="FREQ=WEEKLY;BYDAY=" + WEEKDAYS[today.weekday()],
    )
    begun = at.coming()[0]
    assert begun.starts_at < clock.now() < begun.ends_at
    position = add(at)
    assert can_be_taken(begun, position)
    service.end_position(actor=at.leader, position_id=position.id)
    make.db.session.expire_all()
    assert posts(begun) == [(position.id, False)]


def test_the_check_finds_a_coming_date_without_the_position(at: At) -> None:
    position, date = add(at), at.coming()[0]
    make.db.session.execute(sa.delete(OccurrencePosition).where(OccurrencePosition.occurrence_id == date.id))
    assert check.check().faults == [f"occurrence {date.id} lacks position {position.id}"]
    add(at, "记录员")  # the next one completes what is missing
    assert check.check().faults == []


def test_a_position_needs_a_series_that_has_any(at: At) -> None:
    add(at)
    assert make.db.session.get_one(Series, at.series.id).has_positions


def test_a_reopened_date_is_when_and_where_people_knew_it_and_says_so(at: At, client_for: SignIn) -> None:
    date = at.coming()[1]
    before = (date.starts_at, date.place)
    cancel(at, date)
    at.edit(values={"place": "河边", "capacity": 8}, times={0: (dt.time(9), 60)})
    page = (
        client_for(make.db.session.get_one(make.Person, at.leader.id))
        .get(f"/activities/{date.id}/reopen")
        .text
    )
    assert "系列现在的时间、地点不一样" in page
    assert "这一场会多出来" not in page
    reopen(at, date)
    assert (date.starts_at, date.place, date.capacity, date.edited) == (*before, 8, "starts_at,place")
    at.edit(values={"place": "桥下"})
    assert (date.starts_at, date.place) == before
    service.reset_date(actor=at.leader, occurrence_id=date.id)
    assert (clock.local(date.starts_at).time(), date.place, date.edited) == (dt.time(9), "桥下", "")


def test_a_reopened_date_whose_day_the_rule_has_no_more_stays_on_it(at: At, client_for: SignIn) -> None:
    date = at.coming()[1]
    cancel(at, date)
    at.edit(rule=NewRule(TUESDAY + dt.timedelta(days=1), "FREQ=WEEKLY;BYDAY=WE"))
    leader = client_for(make.db.session.get_one(make.Person, at.leader.id))
    assert "这一场会多出来" in leader.get(f"/activities/{date.id}/reopen").text
    reopen(at, date)
    assert (date.original_on.weekday(), date.edited) == (1, "starts_at")


def test_nothing_is_the_dates_own_when_the_series_was_not_changed(at: At, client_for: SignIn) -> None:
    date = at.coming()[1]
    cancel(at, date)
    leader = client_for(make.db.session.get_one(make.Person, at.leader.id))
    assert "系列改过了" not in leader.get(f"/activities/{date.id}/reopen").text
    reopen(at, date)
    assert date.edited == ""
