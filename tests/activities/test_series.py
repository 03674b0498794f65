"""Publishing, making occurrences, renewing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence, Series
from volunteer.activities.planning import refusals
from volunteer.activities.planning.plans import Plan
from volunteer.activities.repeating.recurrence import Rule
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.people.models import COMMUNITY_STAFF
from volunteer.teams.models import Team

SATURDAY = dt.date(2026, 11, 28)
WEEKLY = Rule(SATURDAY, dt.time(9, 0), 150, rrule="FREQ=WEEKLY;BYDAY=SA")
YEAR = dt.timedelta(days=365)


def plan(person_id: int | None, rule: Rule = WEEKLY, **more: Any) -> Plan:
    words: dict[str, Any] = {
        "title": "免费维修小家电",
        "title_en": "Repair corner",
        "category": "便民服务",
        "content": "修收音机、电风扇。",
        "place": "麓源社区服务站",
        "risk_statement": "小心触电",
    }
    return Plan(person_in_charge_id=person_id, rule=rule, capacity=8, **{**words, **more})


def occurrences(db: Any, series: Series) -> list[Occurrence]:
    return list(
        db.session.scalars(
            sa.select(Occurrence).where(Occurrence.series_id == series.id).order_by(Occurrence.starts_at)
        )
    )


@pytest.fixture
def team(db: Any) -> Team:
    return make.team()


def test_a_leader_publishes_a_weekly_series(db: Any, team: Team) -> None:
    leader = make.leader(team)
    series = service.create_series(actor=make.actor(leader), team_id=team.id, plan=plan(leader.id))
    db.session.commit()
    assert (series.area_id, series.renewed_until) == (team.area_id, clock.today() + YEAR)
    made = occurrences(db, series)
    assert [row.original_on for row in made] == [SATURDAY + dt.timedelta(weeks=n) for n in range(8)]
    assert [row.issue_number for row in made] == list(range(1, 9))
    first = made[0]
    assert clock.local(first.starts_at).replace(tzinfo=None) == dt.datetime(2026, 11, 28, 9, 0)
    assert first.ends_at - first.starts_at == dt.timedelta(minutes=150)
    assert (first.place, first.capacity, first.taken) == ("麓源社区服务站", 8, 0)


def test_staff_of_the_area_may_publish_too(db: Any, team: Team) -> None:
    area = db.session.get_one(make.Area, team.area_id)
    staff = make.staff(COMMUNITY_STAFF, area)
    assert service.create_series(actor=make.actor(staff), team_id=team.id, plan=plan(make.member(team).id)).id


@pytest.mark.parametrize("missing", ["title", "place", "content", "risk_statement", "person_in_charge_id"])
def test_nothing_incomplete_is_published(db: Any, team: Team, missing: str) -> None:
    leader = make.leader(team)
    lacking = replace(plan(leader.id), **{missing: None if missing.endswith("_id") else "  "})  # type: ignore[arg-type]
    with pytest.raises(refusals.NotComplete) as raised:
        service.create_series(actor=make.actor(leader), team_id=team.id, plan=lacking)
    assert raised.value.field == missing
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Series)) == 0


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        (Rule(dt.date(2026, 11, 20), dt.time(9), 60), refusals.BeginsInThePast),
        (Rule(dt.date(2026, 11, 21), dt.time(9), 60), refusals.BeginsInThePast),  # an hour ago
        (Rule(dt.date(2027, 11, 22), dt.time(9), 60), refusals.TooFarAhead),
        (Rule(SATURDAY, dt.time(9), 60, rrule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), refusals.NoDates),
    ],
)
def test_dates_that_cannot_be(db: Any, team: Team, rule: Rule, refusal: type[Exception]) -> None:
    leader = make.leader(team)
    with pytest.raises(refusal):
        service.create_series(actor=make.actor(leader), team_id=team.id, plan=plan(leader.id, rule))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Series)) == 0


def test_a_single_activity_months_ahead_is_made_at_once(db: Any, team: Team) -> None:
    leader = make.leader(team)
    far = Rule(dt.date(2027, 9, 1), dt.time(9), 60)
    series = service.create_series(actor=make.actor(leader), team_id=team.id, plan=plan(leader.id, far))
    assert [row.original_on for row in occurrences(db, series)] == [dt.date(2027, 9, 1)]
    assert service.series_to_extend(clock.now()) == []


def test_a_lunar_series_knows_its_next_date(db: Any, team: Team) -> None:
    leader = make.leader(team)
    rule = Rule(dt.date(2026, 12, 1), dt.time(14), 120, lunar="5-5")
    series = service.create_series(actor=make.actor(leader), team_id=team.id, plan=plan(leader.id, rule))
    assert [row.original_on for row in occurrences(db, series)] == [dt.date(2027, 6, 9)]


def test_who_may_not_publish(db: Any, team: Team) -> None:
    stranger, other = make.person(), make.leader(make.team())
    for person in (stranger, other, make.member(team)):
        with pytest.raises(NotFound):
            service.create_series(actor=make.actor(person), team_id=team.id, plan=plan(person.id))
    with pytest.raises(NotFound):
        service.create_series(actor=make.actor(stranger), team_id=10**12, plan=plan(stranger.id))


def test_the_person_in_charge_is_of_the_team(db: Any, team: Team) -> None:
    leader = make.leader(team)
    with pytest.raises(refusals.NotOfTheTeam):
        service.create_series(actor=make.actor(leader), team_id=team.id, plan=plan(make.person().id))


def test_a_closed_team_publishes_nothing(db: Any, team: Team) -> None:
    leader = make.leader(team)
    team.closed_at = clock.now()
    actor = make.actor(leader)
    with pytest.raises(refusals.TeamClosed):
        service.create_series(actor=actor, team_id=team.id, plan=plan(leader.id))


def weekly(**more: Any) -> Series:
    return make.series(recurrence="FREQ=WEEKLY;BYDAY=SA", starts_on=SATURDAY, **more)


def test_making_twice_makes_once(db: Any) -> None:
    series = weekly()
    until = SATURDAY + dt.timedelta(weeks=3)
    assert service.make_occurrences(series=series, until=until) == 4
    assert service.make_occurrences(series=series, until=until) == 0
    assert service.make_occurrences(series=series, until=until + dt.timedelta(weeks=1)) == 1
    assert [row.issue_number for row in occurrences(db, series)] == [1, 2, 3, 4, 5]


def test_a_moved_or_cancelled_date_is_not_made_again_and_keeps_its_number(db: Any) -> None:
    series = weekly()
    service.make_occurrences(series=series, until=SATURDAY + dt.timedelta(weeks=1))
    moved, cancelled = occurrences(db, series)
    moved.starts_at += dt.timedelta(days=1)
    moved.ends_at += dt.timedelta(days=1)
    cancelled.state = "cancelled"
    db.session.flush()
    assert service.make_occurrences(series=series, until=SATURDAY + dt.timedelta(weeks=2)) == 1
    rows = occurrences(db, series)
    assert [row.original_on for row in rows] == [SATURDAY + dt.timedelta(weeks=n) for n in range(3)]
    assert [row.issue_number for row in rows] == [1, 2, 3]


def test_nothing_is_made_after_the_day_it_was_renewed_to(db: Any) -> None:
    series = weekly(renewed_until=SATURDAY + dt.timedelta(days=10))
    assert service.make_occurrences(series=series, until=SATURDAY + dt.timedelta(days=100)) == 2


def test_an_ended_series_makes_nothing(db: Any) -> None:
    with pytest.raises(refusals.SeriesEnded):
        service.make_occurrences(series=weekly(state="ended"), until=SATURDAY)


def test_the_scheduler_extends_only_what_is_due(db: Any, count_statements: Callable[[], list[str]]) -> None:
    due, ended, once = weekly(), weekly(state="ended"), make.series(starts_on=SATURDAY)
    ids = [due.id]
    db.session.commit()
    before = len(count_statements())
    assert service.series_to_extend(clock.now()) == ids
    assert len(count_statements()) - before == 1
    assert service.extend([due.id]) == 8
    assert service.series_to_extend(clock.now()) == []
    assert service.extend([due.id]) == 0
    with clock.fixed(clock.now() + dt.timedelta(days=7)):
        assert service.series_to_extend(clock.now()) == ids
    assert not occurrences(db, ended) + occurrences(db, once)


def test_renewing_goes_a_year_ahead_at_most(db: Any, team: Team) -> None:
    actor = make.actor(make.leader(team))
    series = make.series(
        team,
        recurrence="FREQ=WEEKLY;BYDAY=SA",
        starts_on=SATURDAY,
        renewed_until=clock.today() + dt.timedelta(days=20),
    )
    with pytest.raises(refusals.TooFarAhead) as raised:
        service.renew(actor=actor, series_id=series.id, until=clock.today() + dt.timedelta(days=366))
    assert "2027年11月21日" in raised.value.message
    assert service.renew(actor=actor, series_id=series.id) == clock.today() + YEAR
    assert len(occurrences(db, series)) == 8


def test_renewing_is_refused(db: Any, team: Team) -> None:
    leader = make.actor(make.leader(team))
    rule = {"recurrence": "FREQ=WEEKLY;BYDAY=SA", "starts_on": SATURDAY}
    with pytest.raises(refusals.NotRepeating):
        service.renew(actor=leader, series_id=make.series(team).id)
    with pytest.raises(refusals.SeriesEnded):
        service.renew(actor=leader, series_id=make.series(team, state="ended", **rule).id)
    with pytest.raises(NotFound):
        service.renew(actor=make.actor(make.person()), series_id=make.series(team, **rule).id)
    with pytest.raises(NotFound):
        service.renew(actor=leader, series_id=10**12)


def test_four_thousand_occurrences_are_made_in_a_few_statements(
    db: Any, count_statements: Callable[[], list[str]]
) -> None:
    series = make.series(recurrence="FREQ=DAILY", starts_on=SATURDAY, renewed_until=SATURDAY + 11 * YEAR)
    db.session.commit()
    before = len(count_statements())
    assert service.make_occurrences(series=series, until=SATURDAY + 11 * YEAR) == 11 * 365 + 1
    assert len(count_statements()) - before <= 15
