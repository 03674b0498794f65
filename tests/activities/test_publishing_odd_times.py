"""What is published over midnight, on holidays alone, or once a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import over_midnight, service
from volunteer.activities.models import Occurrence, Series
from volunteer.activities.planning import plans, refusals
from volunteer.activities.repeating.recurrence import Rule, Shift
from volunteer.core import clock, formats

SignIn = Callable[[Any], FlaskClient]
FILLED = {
    "title": "夜间巡逻",
    "category": "便民服务",
    "content": "两人一组。",
    "place": "社区广场",
    "risk_statement": "注意脚下",
    "starts_on": "2026-11-28",
    "starts_time": "22:00",
    "ends_time": "01:00",
    "repeat": "once",
    "capacity": "10",
}
NEW_YEAR = dt.date(2027, 1, 1)
NIGHT = (dt.time(22), 180)


@pytest.fixture
def send(client_for: SignIn) -> Callable[..., Any]:
    team = make.team()
    leader = make.leader(team)
    client = client_for(leader)

    def post(step: str = "", **fields: Any) -> Any:
        data = FILLED | {"person_in_charge_id": str(leader.id), "step": step} | fields
        return client.post(f"/teams/{team.id}/series/new", data=data)

    return post


def plan(rule: Rule, **more: Any) -> plans.Plan:
    return plans.Plan(
        **{
            "title": "夜间巡逻",
            "category": "便民服务",
            "content": "两人一组。",
            "place": "社区广场",
            "risk_statement": "无",
            "person_in_charge_id": 1,
            "rule": rule,
            "capacity": 10,
            **more,
        }
    )


def test_a_patrol_until_one_o_clock_is_said_and_published(send: Any) -> None:
    preview = send()
    assert "到第二天 1:00 才结束" in preview.text
    assert "22:00–\u2060次\u2060日\u00a01:00" in preview.text
    done = send("publish")
    assert done.status_code == 303
    [date] = make.db.session.scalars(sa.select(Occurrence)).all()
    assert date.ends_at - date.starts_at == dt.timedelta(hours=3)
    assert (
        formats.span(date.starts_at, date.ends_at) == "11月28日 周\u2060六 22:00–\u2060次\u2060日\u00a01:00"
    )


def test_an_end_that_is_a_slip_of_the_pen_is_refused(send: Any) -> None:
    answer = send(starts_time="15:00", ends_time="09:00")
    assert answer.status_code == 422
    assert "结束要晚于开始" in answer.text


@pytest.mark.parametrize(
    ("start", "end", "minutes"), [("09:00", "10:30", 90), ("22:00", "01:00", 180), ("20:00", "20:00", 1440)]
)
def test_how_long_it_takes(start: str, end: str, minutes: int) -> None:
    first, last = dt.time.fromisoformat(start), dt.time.fromisoformat(end)
    assert over_midnight.minutes_between(first, last) == minutes
    assert over_midnight.end_of(first, minutes) == last
    assert over_midnight.is_on_next_day(first, minutes) == (minutes > 90)


@pytest.mark.parametrize(
    ("rrule", "early", "clashes"),
    [
        ("FREQ=DAILY", dt.time(0, 30), True),  # the patrol of the day before is still under way
        ("FREQ=WEEKLY;BYDAY=SA,SU", dt.time(0, 30), True),
        ("FREQ=WEEKLY;BYDAY=SA", dt.time(0, 30), False),
        ("FREQ=DAILY", dt.time(1), False),
        (None, dt.time(0, 30), False),
    ],
)
def test_a_shift_over_midnight_meets_the_first_of_the_next_day(
    rrule: str | None, early: dt.time, clashes: bool
) -> None:
    rule = Rule(dt.date(2026, 11, 28), early, 60, rrule=rrule, shifts=(Shift(*NIGHT),))
    if clashes:
        with pytest.raises(plans.ShiftTwice):
            plans.refuse_senseless(plan(rule))
    else:
        plans.refuse_senseless(plan(rule))


def test_what_is_kept_as_a_template_keeps_its_night(db: Any) -> None:
    from volunteer.activities.planning import menu

    row = make.series(start_time=dt.time(22), duration_minutes=180)
    fields = menu.fields_of(row)
    assert (fields["starts_time"], fields["ends_time"]) == ("22:00", "01:00")


def test_what_holidays_leave_nothing_of_is_not_published(send: Any, db: Any) -> None:
    fields = {"starts_on": "2027-01-01", "on_holiday": "skip", "starts_time": "09:00", "ends_time": "11:00"}
    preview = send(**fields)
    assert preview.status_code == 200
    assert "一年之内一次也办不成" in preview.text
    assert 'value="publish"' not in preview.text
    refused = send("publish", **fields)
    assert refused.status_code == 422
    assert "一年之内一次也办不成" in refused.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Series)) == 0
    assert 'value="publish"' in send(**fields | {"on_holiday": "keep"}).text


def test_the_service_refuses_it_too_and_makes_the_first_date_that_is_held(db: Any) -> None:
    team = make.team()
    actor = make.actor(make.leader(team))
    more = {"on_holiday": "skip", "start_time": dt.time(9), "duration_minutes": 60}
    own = {"person_in_charge_id": actor.id}
    once = plan(Rule(starts_on=NEW_YEAR, **more), **own)
    with pytest.raises(refusals.NothingHeld):
        service.create_series(actor=actor, team_id=team.id, plan=once)
    quarterly = plan(Rule(starts_on=NEW_YEAR, rrule="FREQ=MONTHLY;INTERVAL=3", **more), **own)
    series = service.create_series(actor=actor, team_id=team.id, plan=quarterly)
    [date] = db.session.scalars(sa.select(Occurrence).where(Occurrence.series_id == series.id))
    assert clock.local(date.starts_at).date() == dt.date(2027, 4, 1)


def test_once_a_year_shows_the_years_to_come(send: Any) -> None:
    page = send(repeat="yearly", starts_time="09:00", ends_time="11:00").text
    assert [year for year in (2026, 2027, 2028, 2029) if f"{year}年11月28日" in page] == [2026, 2027, 2028]
    assert page.count("续期以后") == 2
    assert "续期以后" not in send(repeat="weekly", starts_time="09:00", ends_time="11:00").text
    assert (
        "续期以后" not in send(repeat="yearly", starts_time="09:00", ends_time="11:00", most_dates="1").text
    )
