"""One occurrence or one series with all that its page shows, in a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from volunteer.activities.detail_columns import OF_SERIES, OPENING, SOMEBODY_LEFT, SOMEBODY_WAITS
from volunteer.activities.models import (
    AGREED,
    CANCELLED,
    DEADLINE,
    OFFERED,
    SIGNED_UP,
    WAITING,
    Occurrence,
    Position,
    Series,
    SignUp,
    Waiting,
)
from volunteer.activities.signing import chains, seats, states
from volunteer.areas.models import Area
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.people.models import Grant, Person
from volunteer.teams.models import Team


def occurrence(occurrence_id: int) -> Any:
    """One occurrence with its series, team, area and person in charge; `NotFound` when there is none."""
    statement = (
        sa.select(
            Occurrence.id,
            Occurrence.series_id,
            Occurrence.issue_number,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.place,
            Occurrence.capacity,
            Occurrence.taken,
            Occurrence.held,
            (Occurrence.capacity - Occurrence.taken - Occurrence.held).label("places_left"),
            Occurrence.is_flexible,
            Occurrence.opens_at,
            Occurrence.newcomers_until,
            Occurrence.closes_at,
            Occurrence.note,
            Occurrence.state,
            Occurrence.asks,
            Occurrence.cancelled_reason,
            Occurrence.changed_at,
            Occurrence.recorded_at,
            Occurrence.original_on,
            Occurrence.edited,
            SOMEBODY_WAITS,
            SOMEBODY_LEFT,
            *OF_SERIES,
        )
        .join(Series, Series.id == Occurrence.series_id)
        .join(Team, Team.id == Series.team_id)
        .join(Area, Area.id == Series.area_id)
        .join(Person, Person.id == Series.person_in_charge_id)
        .where(Occurrence.id == occurrence_id)
    )
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound
    return row


def series(series_id: int) -> Any:
    """One series with its team, area and person in charge."""
    statement = (
        sa.select(
            Series.id,
            Series.place,
            Series.capacity,
            Series.state,
            Series.follows_id,
            *OF_SERIES,
            *OPENING,
        )
        .join(Team, Team.id == Series.team_id)
        .join(Area, Area.id == Series.area_id)
        .join(Person, Person.id == Series.person_in_charge_id)
        .where(Series.id == series_id)
    )
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound
    return row


def next_of_series(series_id: int, *, now: dt.datetime, limit: int = 5) -> list[Any]:
    """The coming occurrences of a series, cancelled ones with their mark, without those that a new rule left out."""
    return list(db.session.execute(_next(Occurrence.series_id == series_id, _is_coming(now)).limit(limit)))


def next_of_activity(series_id: int, *, now: dt.datetime, but: int) -> list[Any]:
    """The same of a series with its other parts, without the one date that is looked at."""
    statement = _next(Occurrence.series_id.in_(chains.IDS), Occurrence.starts_at > now, Occurrence.id != but)
    return list(db.session.execute(statement.limit(5), {"series_id": series_id}))


def _is_coming(now: dt.datetime) -> sa.ColumnElement[bool]:
    """One could still sign up: what may be done within some days is not over when it has begun."""
    return sa.and_(now < DEADLINE, Occurrence.recorded_at.is_(None))


def _next(*which: Any) -> Any:
    return (
        sa.select(
            Occurrence.id,
            Occurrence.issue_number,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.place,
            Occurrence.state,
            Occurrence.edited,
            (Occurrence.capacity - Occurrence.taken - Occurrence.held).label("places_left"),
        )
        .where(
            *which,
            sa.or_(Occurrence.state != CANCELLED, Occurrence.cancelled_reason.is_not(None)),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )


def last_of_series(series_id: int, *, now: dt.datetime, limit: int = 5) -> list[Any]:
    """The latest occurrences that are no longer to come, with whether their hours are recorded."""
    statement = (
        sa.select(
            Occurrence.id,
            Occurrence.issue_number,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.state,
            Occurrence.taken,
            Occurrence.recorded_at,
        )
        .where(Occurrence.series_id == series_id, ~_is_coming(now))
        .order_by(Occurrence.starts_at.desc(), Occurrence.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(statement))


def participants(occurrence_id: int) -> list[Any]:
    """Who is signed up, in the order of signing up, with the partner of a pair."""
    partner = sa.orm.aliased(Person)
    statement = (
        sa.select(
            SignUp.id,
            SignUp.signed_up_at,
            SignUp.places,
            SignUp.override_reason,
            Position.name.label("position"),
            Position.name_en.label("position_en"),
            Person.id.label("person_id"),
            Person.number,
            Person.name,
            Person.born_on,
            partner.name.label("partner"),
            partner.born_on.label("partner_born_on"),
        )
        .join(Person, Person.id == SignUp.person_id)
        .outerjoin(partner, sa.and_(partner.id == SignUp.partner_id, SignUp.partner_state == AGREED))
        .outerjoin(Position, Position.id == SignUp.position_id)
        .where(SignUp.occurrence_id == occurrence_id, SignUp.state == SIGNED_UP)
        .order_by(SignUp.id)
    )
    return list(db.session.execute(statement))


def signed_up_among(occurrence_id: int, person_ids: Collection[int]) -> set[int]:
    """Which of these people hold a place, or share one."""
    coming = seats.people(SignUp.occurrence_id == occurrence_id)
    statement = sa.select(coming.c.person_id).where(coming.c.person_id.in_(person_ids))
    return set(db.session.scalars(statement)) if person_ids else set()


def standing_among(occurrence_id: int, person_ids: Collection[int]) -> dict[int, str]:
    """Of these people who holds or shares a place, waits for one or is offered one, in one statement."""
    if not person_ids:
        return {}
    coming = seats.people(SignUp.occurrence_id == occurrence_id)
    state = sa.case((coming.c.is_partner, states.SHARED), else_=SIGNED_UP).label("state")
    places = sa.select(coming.c.person_id, state).where(coming.c.person_id.in_(person_ids))
    lines = sa.select(Waiting.person_id, Waiting.state).where(
        Waiting.occurrence_id == occurrence_id,
        Waiting.person_id.in_(person_ids),
        Waiting.state.in_((WAITING, OFFERED)),
    )
    rows = db.session.execute(sa.union_all(places, lines))
    return {row.person_id: row.state for row in rows}


def in_line(occurrence_id: int) -> list[Any]:
    """Who waits or is offered a place, in the order of joining."""
    statement = (
        sa.select(
            Waiting.id,
            Waiting.state,
            Waiting.offer_until,
            Waiting.passed_at,
            Position.name.label("position"),
            Position.name_en.label("position_en"),
            Person.id.label("person_id"),
            Person.number,
            Person.name,
            Person.born_on,
        )
        .join(Person, Person.id == Waiting.person_id)
        .outerjoin(Position, Position.id == Waiting.position_id)
        .where(Waiting.occurrence_id == occurrence_id, Waiting.state.in_((WAITING, OFFERED)))
        .order_by(Waiting.id)
    )
    return list(db.session.execute(statement))


def people_to_take_charge(team_id: int) -> list[Any]:
    """The team's leaders and deputies, in the order of registration."""
    statement = (
        sa.select(Person.id, Person.name, Person.number)
        .join(Grant, Grant.person_id == Person.id)
        .where(Grant.scope_kind == "team", Grant.scope_id == team_id)
        .distinct()
        .order_by(Person.id)
    )
    return list(db.session.execute(statement))


def names_of(person_ids: Collection[int]) -> dict[int, str]:
    """Name and number of these people, for who manages their date."""
    statement = sa.select(Person.id, Person.name, Person.number).where(Person.id.in_(person_ids))
    return {row.id: f"{row.name} {row.number}" for row in db.session.execute(statement)} if person_ids else {}


def relatives(series_id: int, follows_id: int | None) -> list[Any]:
    """The series that this one was split off from, and those split off from it."""
    statement = (
        sa.select(Series.id, Series.title, Series.title_en, Series.starts_on)
        .where(sa.or_(Series.id == follows_id, Series.follows_id == series_id))
        .order_by(Series.id)
    )
    return list(db.session.execute(statement))
