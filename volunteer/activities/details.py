"""One occurrence or one series with all that its page shows, in a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import SIGNED_UP, Occurrence, Series, SignUp
from volunteer.areas.models import Area
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.people.models import Grant, Person
from volunteer.teams.models import Team

_OF_SERIES = (
    Series.title,
    Series.title_en,
    Series.category,
    Series.content,
    Series.risk_statement,
    Series.recurrence,
    Series.lunar,
    Series.starts_on,
    Series.start_time,
    Series.duration_minutes,
    Series.minimum_age,
    Series.members_only,
    Series.is_dangerous,
    Series.has_requirements,
    Series.renewed_until,
    Series.team_id,
    Team.path.label("team_path"),
    Team.name.label("team_name"),
    Team.name_en.label("team_name_en"),
    Area.path.label("area_path"),
    Area.name.label("area_name"),
    Area.name_en.label("area_name_en"),
    Person.name.label("charge_name"),
)


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
            Occurrence.state,
            Occurrence.cancelled_reason,
            Occurrence.recorded_at,
            *_OF_SERIES,
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
            Series.id, Series.place, Series.capacity, Series.state, Series.person_in_charge_id, *_OF_SERIES
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


def next_of_series(series_id: int, *, now: dt.datetime, limit: int = 5, but: int | None = None) -> list[Any]:
    """The coming occurrences of a series, cancelled ones with their mark."""
    statement = (
        sa.select(
            Occurrence.id,
            Occurrence.issue_number,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.place,
            Occurrence.state,
            (Occurrence.capacity - Occurrence.taken).label("places_left"),
        )
        .where(Occurrence.series_id == series_id, Occurrence.starts_at > now)
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(limit)
    )
    if but is not None:
        statement = statement.where(Occurrence.id != but)
    return list(db.session.execute(statement))


def last_of_series(series_id: int, *, now: dt.datetime, limit: int = 5) -> list[Any]:
    """The latest occurrences that have begun, with whether their hours are recorded."""
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
        .where(Occurrence.series_id == series_id, Occurrence.starts_at <= now)
        .order_by(Occurrence.starts_at.desc(), Occurrence.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(statement))


def participants(occurrence_id: int) -> list[Any]:
    """Who is signed up, in the order of signing up."""
    statement = (
        sa.select(SignUp.id, SignUp.signed_up_at, Person.id.label("person_id"), Person.number, Person.name)
        .join(Person, Person.id == SignUp.person_id)
        .where(SignUp.occurrence_id == occurrence_id, SignUp.state == SIGNED_UP)
        .order_by(SignUp.id)
    )
    return list(db.session.execute(statement))


def signed_up_among(occurrence_id: int, person_ids: Collection[int]) -> set[int]:
    """Which of these people hold a place."""
    statement = sa.select(SignUp.person_id).where(
        SignUp.occurrence_id == occurrence_id, SignUp.person_id.in_(person_ids), SignUp.state == SIGNED_UP
    )
    return set(db.session.scalars(statement)) if person_ids else set()


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
