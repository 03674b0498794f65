"""Who has something else at the new time of a date that moves (R025)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import (
    AGREED,
    OFFERED,
    PUBLISHED,
    SIGNED_UP,
    WAITING,
    Occurrence,
    Series,
    SignUp,
    Waiting,
)
from volunteer.core.database import constant, db

Span = tuple[dt.datetime, dt.datetime]
_live = SignUp.state == constant(SIGNED_UP)
_agreed = SignUp.partner_state == constant(AGREED)


def busy_at(times: Mapping[int, Span]) -> dict[tuple[int, int], Any]:
    """Who of these dates' people, partners and line holds or shares a place at their new times:
    (date, person) → the title of the other.

    What moves along with them counts at its own new time. Whoever is busy keeps both
    places: only the person knows which one to give back.
    """
    if not times:
        return {}
    of_person: dict[int, list[int]] = {}
    concerned = _concerned(times)
    for occurrence_id, person_id in sorted({(row[0], row[1]) for row in db.session.execute(concerned)}):
        of_person.setdefault(person_id, []).append(occurrence_id)
    found: dict[tuple[int, int], Any] = {}
    for other_id, person_id, starts_at, ends_at, *title in db.session.execute(_others(times)):
        other_starts, other_ends = times.get(other_id, (starts_at, ends_at))
        for occurrence_id in of_person.get(person_id, ()):
            starts, ends = times[occurrence_id]
            if other_id != occurrence_id and other_starts < ends and other_ends > starts:
                found.setdefault((occurrence_id, person_id), tuple(title))
    return found


def _concerned(times: Mapping[int, Span]) -> Any:
    """(date, person) of everybody who holds or shares a place there, or waits for one."""
    in_line = Waiting.state.in_((constant(WAITING), constant(OFFERED)))
    return sa.union_all(
        sa.select(SignUp.occurrence_id, SignUp.person_id).where(SignUp.occurrence_id.in_(times), _live),
        sa.select(SignUp.occurrence_id, SignUp.partner_id).where(
            SignUp.occurrence_id.in_(times), _live, _agreed
        ),
        sa.select(Waiting.occurrence_id, Waiting.person_id).where(Waiting.occurrence_id.in_(times), in_line),
    )


def _others(times: Mapping[int, Span]) -> Any:
    """The dates around these times on which the same people hold or share a place, soonest first."""
    concerned = _concerned(times).subquery("concerned")
    people = sa.select(concerned.c.person_id)
    held = sa.union_all(
        sa.select(SignUp.occurrence_id, SignUp.person_id).where(_live, SignUp.person_id.in_(people)),
        sa.select(SignUp.occurrence_id, SignUp.partner_id).where(
            _live, _agreed, SignUp.partner_id.in_(people)
        ),
    ).subquery("held")
    around = sa.and_(
        Occurrence.starts_at < max(ends for _starts, ends in times.values()),
        Occurrence.ends_at > min(starts for starts, _ends in times.values()),
    )
    return (
        sa.select(
            Occurrence.id,
            held.c.person_id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Series.title,
            Series.title_en,
        )
        .join(held, held.c.occurrence_id == Occurrence.id)
        .join(Series, Series.id == Occurrence.series_id)
        .where(
            Occurrence.state == PUBLISHED,
            Occurrence.is_flexible.is_(False),
            sa.or_(Occurrence.id.in_(times), around),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
