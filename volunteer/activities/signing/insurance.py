"""Accident insurance of those who take part in something dangerous (R021)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import PUBLISHED, SIGNED_UP, Insurance, Occurrence, Series, SignUp
from volunteer.core.database import constant, db
from volunteer.people.models import Person


def uninsured(occurrence_id: int) -> list[int]:
    """Who is signed up for a dangerous date and has no insurance entry, in the order of signing up.

    Empty for a date without danger: then nobody needs one.
    """
    statement = (
        sa.select(SignUp.person_id)
        .join(Occurrence, Occurrence.id == SignUp.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .where(
            SignUp.occurrence_id == occurrence_id,
            SignUp.state == constant(SIGNED_UP),
            Series.is_dangerous.is_(True),
            ~_has_entry(occurrence_id, SignUp.person_id),
        )
        .order_by(SignUp.id)
    )
    return list(db.session.scalars(statement))


def is_insured(occurrence_id: int, person_id: int) -> bool:
    """Whether an entry stands for this person, signed up or not."""
    return bool(db.session.scalar(sa.select(_has_entry(occurrence_id, sa.literal(person_id)))))


def _has_entry(occurrence_id: int, person_id: object) -> sa.Exists:
    return sa.exists().where(Insurance.occurrence_id == occurrence_id, Insurance.person_id == person_id)


def entries(occurrence_id: int) -> list[Any]:
    """Everybody signed up or insured, with the entry of each, in the order of signing up."""
    holds = sa.and_(
        SignUp.person_id == Person.id,
        SignUp.occurrence_id == occurrence_id,
        SignUp.state == constant(SIGNED_UP),
    )
    has = sa.and_(Insurance.person_id == Person.id, Insurance.occurrence_id == occurrence_id)
    concerned = sa.union(
        sa.select(SignUp.person_id).where(
            SignUp.occurrence_id == occurrence_id, SignUp.state == constant(SIGNED_UP)
        ),
        sa.select(Insurance.person_id).where(Insurance.occurrence_id == occurrence_id),
    )
    statement = (
        sa.select(
            Person.id,
            Person.name,
            Person.number,
            SignUp.id.label("sign_up_id"),
            Insurance.insurer,
            Insurance.policy_number,
            Insurance.recorded_at,
        )
        .select_from(Person)
        .outerjoin(SignUp, holds)
        .outerjoin(Insurance, has)
        .where(Person.id.in_(concerned))
        .order_by(SignUp.id, Insurance.id)
    )
    return list(db.session.execute(statement))


def uninsured_dates(team_ids: Sequence[int], *, first: dt.datetime, last: dt.datetime) -> list[Any]:
    """Dangerous dates of these teams between two moments, each with how many are not insured."""
    missing = sa.func.count()
    statement = (
        sa.select(
            Occurrence.id,
            Occurrence.starts_at,
            Series.team_id,
            Series.title,
            Series.title_en,
            missing.label("missing"),
        )
        .join(Series, Series.id == Occurrence.series_id)
        .join(SignUp, SignUp.occurrence_id == Occurrence.id)
        .where(
            Series.is_dangerous.is_(True),
            Series.team_id.in_(team_ids),
            Occurrence.state == PUBLISHED,
            Occurrence.starts_at > first,
            Occurrence.starts_at <= last,
            SignUp.state == constant(SIGNED_UP),
            ~sa.exists().where(
                Insurance.occurrence_id == Occurrence.id, Insurance.person_id == SignUp.person_id
            ),
        )
        .group_by(Occurrence.id, Occurrence.starts_at, Series.team_id, Series.title, Series.title_en)
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return list(db.session.execute(statement))
