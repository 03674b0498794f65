"""What the list must know of its reader: two statements for most lists, more only where rows ask for more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from volunteer.activities import mine
from volunteer.activities.cards import Reader
from volunteer.activities.planning import requirements
from volunteer.activities.policy import Visitor
from volunteer.activities.queries import Upcoming
from volunteer.activities.signing import standing
from volunteer.activities.signing.availability import Line
from volunteer.activities.signing.clashes import Other
from volunteer.activities.signing.limits import longest_alone
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.i18n import label
from volunteer.people import queries as people
from volunteer.people import rules as people_rules
from volunteer.people.models import Person

AROUND = dt.timedelta(days=2)  # for the day's limit and the rest between two
AHEAD = dt.timedelta(days=31)  # the own next date is named, however few days the page shows


def own_dates(visitor: Visitor, rows: Sequence[Upcoming], now: dt.datetime) -> list[Any]:
    """What the visitor takes part in or waits for, from the day before yesterday to the last row and
    for a month at least."""
    if visitor.id is None:
        return []
    last = max((row.ends_at for row in rows), default=now)
    last = max(last, now + AHEAD)
    return mine.own(person_id=visitor.id, first=now - AROUND, last=last + AROUND)


def reader(visitor: Visitor, rows: Sequence[Upcoming], own: Sequence[Any], now: dt.datetime) -> Reader:
    if visitor.id is None:
        return Reader()
    taken = [row for row in own if row.line_id is None]
    untrained, unskilled = _lacks(visitor.id, rows)
    return Reader(
        is_signed_in=True,
        born_on=visitor.born_on,
        sex=_sex(visitor.id) if any(row.sex_needed for row in rows) else None,
        has_guardian=_has_guardian(visitor.id, visitor.born_on),
        is_blocked=bool(rows and rows[0].is_blocked),
        minutes=standing.service_minutes(visitor.id) if any(row.minimum_minutes for row in rows) else 0,
        taken=[_other(row) for row in taken if not row.is_flexible],
        longest_alone=longest_alone(visitor.born_on),
        mine=frozenset(row.id for row in taken if not row.is_shared),
        shared=frozenset(row.id for row in taken if row.is_shared),
        lines=_lines(own, now),
        come=_come(visitor.id, rows, now),
        untrained=untrained,
        unskilled=unskilled,
    )


def _other(row: Any) -> Other:
    return Other(row.id, row.starts_at, row.ends_at, row.rest_minutes, label(row.title, row.title_en))


def _lines(own: Sequence[Any], now: dt.datetime) -> dict[int, Line]:
    return {
        row.id: Line(row.ahead, row.offer_until)
        for row in own
        if row.line_id is not None and (row.offer_until is None or now < row.offer_until)
    }


def _sex(person_id: int) -> str | None:
    return db.session.scalar(sa.select(Person.sex).where(Person.id == person_id))


def _has_guardian(person_id: int, born_on: dt.date) -> bool:
    """Asked of minors only (R008)."""
    return not people_rules.is_minor(born_on, clock.today()) or people.has_guardian(person_id)


def _come(person_id: int, rows: Sequence[Upcoming], now: dt.datetime) -> frozenset[int]:
    """Asked only where the first hours are for newcomers."""
    asking = {row.series_id for row in rows if row.newcomers_until is not None and now < row.newcomers_until}
    return mine.come_to(person_id=person_id, series_ids=asking, now=now) if asking else frozenset()


def _lacks(person_id: int, rows: Sequence[Upcoming]) -> tuple[dict[int, str], dict[int, str]]:
    """What the reader lacks for the dates that ask for something: trainings and qualifications, and skills."""
    dates = {
        row.id: (row.asking_series_id, clock.local(row.starts_at).date())
        for row in rows
        if row.asking_series_id is not None
    }
    if not dates:
        return {}, {}
    missing = requirements.missing(person_id=person_id, dates=dates.values())
    return (
        {id_: requirements.words(requirements.trainings(missing[date])) for id_, date in dates.items()},
        {id_: requirements.words(requirements.skills(missing[date])) for id_, date in dates.items()},
    )
