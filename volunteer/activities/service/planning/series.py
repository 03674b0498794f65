"""Publish a series, make its occurrences, renew it (R019, R061, R062)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import details, managed, policy, rules
from volunteer.activities.models import FLEXIBLE, Position, Series, SeriesShift, StaffingReceiver
from volunteer.activities.planning import outlook, refusals, requirements
from volunteer.activities.planning.plans import Plan, Post, missing, refuse_senseless
from volunteer.activities.repeating import recurrence
from volunteer.activities.repeating.recurrence import Rule
from volunteer.activities.service.repeating import generating
from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock, crypto
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.core.formats import full_day
from volunteer.people.identity import Actor
from volunteer.people.models import Grant
from volunteer.teams.models import MEMBER, Membership, Team


class ReceiverNotOfTheTeam(Refused):
    sentence = _l("人手不够时只能通知这支队伍的队长和副队长，请重新勾选。")
    status = 422
    field = "receivers"


def create_series(*, actor: Actor, team_id: int, plan: Plan, code: str | None = None) -> Series:
    """Publish a series with its first occurrences. It runs for a year at most unless renewed (R062)."""
    team = managed_team(actor, team_id)
    check(plan, team=team, actor=actor)
    first = _first_held(plan)
    today = clock.today()
    series = Series(
        code=code or f"s-{crypto.letters(10).lower()}",
        team_id=team.id,
        area_id=team.area_id,
        renewed_until=today + rules.LONGEST_AHEAD,
        created_at=clock.now(),
        **_of_rule(plan.rule),
        **_of_plan(plan),
    )
    db.session.add(series)
    db.session.flush()
    _write_parts(series.id, plan)
    audit.record(actor_id=actor.id, act="series_created", kind="series", id=series.id, team=team.id)
    generating.make_occurrences(series=series, until=max(generating.horizon(today), first), actor_id=actor.id)
    return series


_SAME_NAME = (
    *("category", "person_in_charge_id", "capacity", "kind", "window_days"),
    *("minimum_age", "sex_needed", "minimum_minutes", "members_only", "is_dangerous"),
    *("opens_days", "opens_time", "newcomers_hours", "closes_hours", "minimum_people", "warn_hours"),
    *("regular_places", "most_companions", "takes_pairs", "rest_minutes", "hours_kind", "counts_travel"),
)


def _of_plan(plan: Plan) -> dict[str, Any]:
    words = {name: getattr(plan, name).strip() for name in ("title", "content", "place", "risk_statement")}
    return {
        **{name: getattr(plan, name) for name in _SAME_NAME},
        **words,
        "title_en": (plan.title_en or "").strip() or None,
        "has_requirements": bool(plan.requirements),
        "has_positions": bool(plan.positions),
    }


def _of_rule(rule: Rule) -> dict[str, Any]:
    return {
        "recurrence": recurrence.validate(rule.rrule) if rule.rrule else None,
        "lunar": rule.lunar,
        "solar_term": rule.solar_term,
        "offset": rule.offset,
        "starts_on": rule.starts_on,
        "ends_on": rule.ends_on,
        "most_dates": rule.most_dates,
        "on_holiday": rule.on_holiday,
        "on_makeup": rule.on_makeup,
        "start_time": rule.start_time,
        "duration_minutes": rule.duration_minutes,
    }


def _write_parts(series_id: int, plan: Plan) -> None:
    """What stands in tables of its own: before the dates are made, which copy the positions."""
    requirements.write(series_id, plan.requirements)
    db.session.add_all(
        SeriesShift(
            series_id=series_id,
            number=number,
            start_time=shift.start_time,
            duration_minutes=shift.duration_minutes,
        )
        for number, shift in enumerate(sorted(plan.rule.shifts, key=lambda shift: shift.start_time), 1)
    )
    db.session.add_all(StaffingReceiver(series_id=series_id, person_id=id) for id in sorted(plan.receivers))
    for post in plan.positions:
        write_position(series_id, post)
    db.session.flush()


def write_position(series_id: int, post: Post) -> Position:
    """Keep a position with what it asks for; dates are not touched."""
    row = Position(
        series_id=series_id,
        name=post.name,
        name_en=post.name_en,
        capacity=post.capacity,
        minimum_age=post.minimum_age,
        sex_needed=post.sex_needed,
        minimum_minutes=post.minimum_minutes,
        members_only=post.members_only,
        has_requirements=bool(post.requirements),
    )
    db.session.add(row)
    db.session.flush()
    requirements.write_of_position(row.id, post.requirements)
    return row


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


def check(plan: Plan, *, team: Team, actor: Actor) -> None:
    """Refuse a plan that cannot be published, whatever holidays do to its days."""
    if (name := missing(plan)) is not None:
        raise refusals.NotComplete(name)
    recurrence.check(plan.rule)
    refuse_senseless(plan)
    for wanted in (plan.requirements, *(post.requirements for post in plan.positions)):
        requirements.check(wanted)
    today = clock.today()
    until = today + rules.LONGEST_AHEAD
    if _lies_in_the_past(plan, today):
        raise refusals.BeginsInThePast
    if plan.rule.starts_on > until:
        raise refusals.TooFarAhead(until=full_day(until))
    if not may_be_in_charge(plan.person_in_charge_id, team, actor):
        raise refusals.NotOfTheTeam
    refuse_receivers(plan.receivers, team_id=team.id, but={actor.id})
    if not recurrence.dates_between(plan.rule, plan.rule.starts_on, until):
        raise refusals.NoDates


def _first_held(plan: Plan) -> dt.date:
    """The day of the rule that takes place first."""
    placed, _calendar = outlook.year_ahead(plan.rule)
    first = next((each.original_on for each in placed if each.on is not None), None)
    if first is None:
        raise refusals.NothingHeld
    return first


def _lies_in_the_past(plan: Plan, today: dt.date) -> bool:
    """What people do in their own time may begin with the day that has begun."""
    if plan.kind == FLEXIBLE:
        return plan.rule.starts_on < today
    return clock.at_local(plan.rule.starts_on, plan.rule.start_time) <= clock.now()


def refuse_receivers(person_ids: Collection[int], *, team_id: int, but: Collection[int]) -> None:
    """Whom to tell of too few people: leaders and deputies of the team, or one of `but`."""
    if {*person_ids} - {row.id for row in details.people_to_take_charge(team_id)} - {*but}:
        raise ReceiverNotOfTheTeam


def may_be_in_charge(person_id: int | None, team: Team, actor: Actor) -> bool:
    """A member of the team, who leads it, or who does the deed."""
    is_member = sa.exists().where(
        Membership.team_id == team.id, Membership.person_id == person_id, Membership.state == MEMBER
    )
    has_grant = sa.exists().where(
        Grant.scope_kind == "team", Grant.scope_id == team.id, Grant.person_id == person_id
    )
    return person_id == actor.id or bool(db.session.scalar(sa.select(sa.or_(is_member, has_grant))))


def renew(*, actor: Actor, series_id: int, until: dt.date | None = None) -> dt.date:
    """Let a series run on, at most for a year from today (R062); returns its new last day."""
    series = managed.locked_live_series(actor, series_id)
    today = clock.today()
    latest = today + rules.LONGEST_AHEAD
    if not rules.is_repeating(series):
        raise refusals.NotRepeating
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
