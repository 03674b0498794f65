"""Publish a series, make its occurrences, renew it (R019, R061, R062)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import current_app

from volunteer.activities import policy, recurrence, refusals, requirements, rules
from volunteer.activities.models import LIVE, PUBLISHED, Occurrence, Series
from volunteer.activities.recurrence import Rule
from volunteer.activities.rules import Plan
from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock, crypto
from volunteer.core.database import db, insert, is_sqlite
from volunteer.core.errors import NotFound
from volunteer.core.formats import full_day
from volunteer.people.identity import Actor
from volunteer.people.models import Grant
from volunteer.teams.models import MEMBER, Membership, Team


def create_series(*, actor: Actor, team_id: int, plan: Plan, code: str | None = None) -> Series:
    """Publish a series with its first occurrences. It runs for a year at most unless renewed (R062)."""
    team = managed_team(actor, team_id)
    dates = check(plan, team=team, actor=actor)
    rule = plan.rule
    today = clock.today()
    series = Series(
        code=code or f"s-{crypto.letters(10).lower()}",
        team_id=team.id,
        area_id=team.area_id,
        category=plan.category,
        title=plan.title.strip(),
        title_en=(plan.title_en or "").strip() or None,
        content=plan.content.strip(),
        place=plan.place.strip(),
        risk_statement=plan.risk_statement.strip(),
        person_in_charge_id=plan.person_in_charge_id,
        recurrence=recurrence.validate(rule.rrule) if rule.rrule else None,
        lunar=rule.lunar,
        starts_on=rule.starts_on,
        start_time=rule.start_time,
        duration_minutes=rule.duration_minutes,
        capacity=plan.capacity,
        minimum_age=plan.minimum_age,
        members_only=plan.members_only,
        is_dangerous=plan.is_dangerous,
        has_requirements=bool(plan.requirements),
        renewed_until=today + rules.LONGEST_AHEAD,
        created_at=clock.now(),
    )
    db.session.add(series)
    db.session.flush()
    requirements.write(series.id, plan.requirements)
    audit.record(actor_id=actor.id, act="series_created", kind="series", id=series.id, team=team.id)
    make_occurrences(series=series, until=max(_horizon(today), dates[0]), actor_id=actor.id)
    return series


def managed_team(actor: Actor, team_id: int) -> Team:
    """The team, for who may publish its activities."""
    row = db.session.execute(
        sa.select(Team, Area.path).join(Area, Area.id == Team.area_id).where(Team.id == team_id)
    ).first()
    if row is None:
        raise NotFound
    if not policy.may_create_series(actor, team_path=row.Team.path, area_path=row.path):
        raise NotFound
    if row.Team.closed_at is not None:
        raise refusals.TeamClosed
    return row.Team  # type: ignore[no-any-return]


def check(plan: Plan, *, team: Team, actor: Actor) -> list[dt.date]:
    """Refuse a plan that cannot be published; else the dates it gives within a year."""
    if (name := rules.missing(plan)) is not None:
        raise refusals.NotComplete(name)
    requirements.check(plan.requirements)
    today = clock.today()
    until = today + rules.LONGEST_AHEAD
    if clock.at_local(plan.rule.starts_on, plan.rule.start_time) <= clock.now():
        raise refusals.BeginsInThePast
    if plan.rule.starts_on > until:
        raise refusals.TooFarAhead(until=full_day(until))
    if not _may_be_in_charge(plan.person_in_charge_id, team, actor):
        raise refusals.NotOfTheTeam
    dates = recurrence.dates_between(plan.rule, plan.rule.starts_on, until)
    if not dates:
        raise refusals.NoDates
    return dates


def _may_be_in_charge(person_id: int | None, team: Team, actor: Actor) -> bool:
    is_member = sa.exists().where(
        Membership.team_id == team.id, Membership.person_id == person_id, Membership.state == MEMBER
    )
    has_grant = sa.exists().where(
        Grant.scope_kind == "team", Grant.scope_id == team.id, Grant.person_id == person_id
    )
    return person_id == actor.id or bool(db.session.scalar(sa.select(sa.or_(is_member, has_grant))))


def rule_of(series: Any) -> Rule:
    """The rule of a series (or of a row with its columns), up to the day it was renewed to."""
    return Rule(
        starts_on=series.starts_on,
        start_time=series.start_time,
        duration_minutes=series.duration_minutes,
        rrule=series.recurrence,
        lunar=series.lunar,
        ends_on=series.renewed_until,
    )


def make_occurrences(*, series: Series, until: dt.date, actor_id: int | None = None) -> int:
    """Make what the rule gives up to `until` and is not there yet; returns how many are new.

    Dates made once are never made again, whatever became of them, and numbers go on
    where the last one stopped (R061).
    """
    if series.state != LIVE:
        raise refusals.SeriesEnded
    if not is_sqlite():  # two makers must not give the same number
        db.session.execute(sa.select(Series.id).where(Series.id == series.id).with_for_update(key_share=True))
    last_on, last_number = db.session.execute(
        sa.select(sa.func.max(Occurrence.original_on), sa.func.max(Occurrence.issue_number)).where(
            Occurrence.series_id == series.id
        )
    ).one()
    rule = rule_of(series)
    dates = _new_dates(rule, last_on, until)
    if not dates:
        return 0
    zone, length = clock.zone(), dt.timedelta(minutes=series.duration_minutes)
    rows = []
    for number, day in enumerate(dates, (last_number or 0) + 1):
        starts_at = recurrence.local_start(day, rule, zone)
        rows.append(
            {
                "series_id": series.id,
                "original_on": day,
                "issue_number": number,
                "starts_at": starts_at,
                "ends_at": starts_at + length,
                "place": series.place,
                "capacity": series.capacity,
                "taken": 0,
                "state": PUBLISHED,
            }
        )
    db.session.execute(insert(Occurrence).on_conflict_do_nothing(), rows)
    audit.record(actor_id=actor_id, act="occurrences_made", kind="series", id=series.id, count=len(rows))
    return len(rows)


def _new_dates(rule: Rule, last_on: dt.date | None, until: dt.date) -> list[dt.date]:
    first = rule.starts_on if last_on is None else last_on + dt.timedelta(days=1)
    return recurrence.dates_between(rule, first, until) if first <= until else []


def series_to_extend(now: dt.datetime) -> list[int]:
    """Live series whose rule gives dates in the coming weeks that are not made yet; one statement."""
    until = _horizon(clock.local(now).date())
    last_on = (
        sa.select(sa.func.max(Occurrence.original_on))
        .where(Occurrence.series_id == Series.id)
        .correlate(Series)
        .scalar_subquery()
    )
    columns = (Series.starts_on, Series.start_time, Series.duration_minutes, Series.recurrence, Series.lunar)
    rows = db.session.execute(
        sa.select(Series.id, *columns, Series.renewed_until, last_on.label("last_on"))
        .where(Series.state == LIVE, sa.or_(Series.recurrence.is_not(None), Series.lunar.is_not(None)))
        .order_by(Series.id)
    )
    return [row.id for row in rows if _new_dates(rule_of(row), row.last_on, until)]


def extend(series_id: int) -> int:
    """Make the occurrences of the coming weeks; the second time there is nothing to do."""
    series = db.session.get_one(Series, series_id)
    return make_occurrences(series=series, until=_horizon(clock.today()))


def renew(*, actor: Actor, series_id: int, until: dt.date | None = None) -> dt.date:
    """Let a series run on, at most for a year from today (R062); returns its new last day."""
    series = managed_series(actor, series_id)
    today = clock.today()
    latest = today + rules.LONGEST_AHEAD
    if series.recurrence is None and series.lunar is None:
        raise refusals.NotRepeating
    if series.state != LIVE:
        raise refusals.SeriesEnded
    if until is not None and until > latest:
        raise refusals.TooFarAhead(until=full_day(latest))
    before = series.renewed_until
    series.renewed_until = max(before, until or latest)
    db.session.flush()
    audit.record(
        actor_id=actor.id,
        act="series_renewed",
        kind="series",
        id=series_id,
        before=before.isoformat(),
        until=series.renewed_until.isoformat(),
    )
    make_occurrences(series=series, until=_horizon(today), actor_id=actor.id)
    return series.renewed_until


def managed_series(actor: Actor, series_id: int) -> Series:
    """The series, locked, for who may manage it."""
    row = db.session.execute(
        sa.select(Series, Team.path.label("team_path"), Area.path)
        .join(Team, Team.id == Series.team_id)
        .join(Area, Area.id == Series.area_id)
        .where(Series.id == series_id)
        .with_for_update(of=Series, key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound
    if not policy.may_manage(actor, team_path=row.team_path, area_path=row.path):
        raise NotFound
    return row.Series  # type: ignore[no-any-return]


def _horizon(today: dt.date) -> dt.date:
    """Up to this day occurrences are made ahead."""
    return today + dt.timedelta(weeks=current_app.config["WEEKS_AHEAD"])
