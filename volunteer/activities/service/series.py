"""Publish a series, make its occurrences, renew it (R019, R061, R062)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from volunteer.activities import policy, recurrence, refusals, requirements, rules
from volunteer.activities.models import LIVE, Series
from volunteer.activities.rules import Plan
from volunteer.activities.service import generating
from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock, crypto
from volunteer.core.database import db
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
    generating.make_occurrences(
        series=series, until=max(generating.horizon(today), dates[0]), actor_id=actor.id
    )
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
    generating.make_occurrences(series=series, until=generating.horizon(today), actor_id=actor.id)
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
