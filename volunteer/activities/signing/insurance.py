"""Accident insurance of those who take part in something dangerous (R021)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import PUBLISHED, Insurance, Occurrence, Series, SignUp
from volunteer.activities.signing import seats
from volunteer.core.database import db
from volunteer.people.models import Person


def uninsured(occurrence_id: int) -> list[int]:
    """Who is signed up for a dangerous date, or shares a place of it, and has no insurance entry.

    In the order of signing up; empty for a date without danger: then nobody needs one.
    """
    coming = seats.people(SignUp.occurrence_id == occurrence_id)
    statement = (
        sa.select(coming.c.person_id)
        .join(Occurrence, Occurrence.id == coming.c.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .where(Series.is_dangerous.is_(True), ~_has_entry(occurrence_id, coming.c.person_id))
        .group_by(coming.c.person_id)
        .order_by(sa.func.min(coming.c.sign_up_id), coming.c.person_id)
    )
    return list(db.session.scalars(statement))


def is_insured(occurrence_id: int, person_id: int) -> bool:
    """Whether an entry stands for this person, signed up or not."""
    return bool(db.session.scalar(sa.select(_has_entry(occurrence_id, sa.literal(person_id)))))


def _has_entry(occurrence_id: Any, person_id: Any) -> sa.Exists:
    return sa.exists().where(Insurance.occurrence_id == occurrence_id, Insurance.person_id == person_id)


def entries(occurrence_id: int) -> list[Any]:
    """Everybody who is signed up, shares a place or is insured, with the entry of each, in the order of signing up."""
    seat = seats.people(SignUp.occurrence_id == occurrence_id)
    first = sa.func.min(seat.c.sign_up_id).label("sign_up_id")
    coming = sa.select(seat.c.person_id, first).group_by(seat.c.person_id).subquery()
    insured = sa.select(Insurance.person_id).where(Insurance.occurrence_id == occurrence_id)
    concerned = sa.union(sa.select(coming.c.person_id), insured)
    has = sa.and_(Insurance.person_id == Person.id, Insurance.occurrence_id == occurrence_id)
    statement = (
        sa.select(
            Person.id,
            Person.name,
            Person.number,
            coming.c.sign_up_id,
            Insurance.insurer,
            Insurance.policy_number,
            Insurance.recorded_at,
        )
        .select_from(Person)
        .outerjoin(coming, coming.c.person_id == Person.id)
        .outerjoin(Insurance, has)
        .where(Person.id.in_(concerned))
        .order_by(coming.c.sign_up_id, Insurance.id, Person.id)
    )
    return list(db.session.execute(statement))


def uninsured_dates(team_ids: Sequence[int], *, first: dt.datetime, last: dt.datetime) -> list[Any]:
    """Dangerous dates of these teams between two moments, each with how many are not insured."""
    dates = sa.select(Occurrence.id).join(Series, Series.id == Occurrence.series_id)
    coming = seats.people(
        SignUp.occurrence_id.in_(
            dates.where(
                Series.is_dangerous.is_(True),
                Series.team_id.in_(team_ids),
                Occurrence.state == PUBLISHED,
                Occurrence.starts_at > first,
                Occurrence.starts_at <= last,
            )
        )
    )
    statement = (
        sa.select(
            Occurrence.id,
            Occurrence.starts_at,
            Series.team_id,
            Series.title,
            Series.title_en,
            sa.func.count(sa.distinct(coming.c.person_id)).label("missing"),
        )
        .join(Series, Series.id == Occurrence.series_id)
        .join(coming, coming.c.occurrence_id == Occurrence.id)
        .where(~_has_entry(Occurrence.id, coming.c.person_id))
        .group_by(Occurrence.id, Occurrence.starts_at, Series.team_id, Series.title, Series.title_en)
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return list(db.session.execute(statement))
