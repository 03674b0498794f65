"""Reports of flexible tasks: one's own, those that wait for the leader, and what was confirmed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from volunteer.attendance.models import CONFIRMED, REPORTED, TaskReport
from volunteer.core import clock
from volunteer.core.database import constant, db
from volunteer.people.models import ACTIVE, CLOSED, MERGED, Person

_is_active = Person.status == ACTIVE


def days(date: Any) -> tuple[dt.date, dt.date]:
    """The first and the last day on which the task may be done."""
    last = clock.local(date.ends_at - dt.timedelta(microseconds=1)).date()
    return clock.local(date.starts_at).date(), last


def of_person(occurrence_id: int, person_id: int) -> Sequence[TaskReport]:
    """The person's own reports for this date, by day."""
    statement = sa.select(TaskReport).where(
        TaskReport.occurrence_id == occurrence_id, TaskReport.person_id == person_id
    )
    return db.session.scalars(statement.order_by(TaskReport.did_on, TaskReport.id)).all()


def of_date(occurrence_id: int) -> Sequence[Any]:
    """All reports of the date with who wrote them; those that wait come first, then by day.

    Nobody answers somebody who has closed the account.
    """
    statement = (
        sa.select(TaskReport, Person.name, Person.number)
        .join(Person, Person.id == TaskReport.person_id)
        .where(TaskReport.occurrence_id == occurrence_id, sa.or_(_is_active, TaskReport.state != REPORTED))
        .order_by(TaskReport.state != constant(REPORTED), TaskReport.did_on, TaskReport.id)
    )
    return db.session.execute(statement).all()


def waiting(occurrence_id: int) -> int:
    """How many wait for an answer."""
    statement = (
        sa.select(sa.func.count())
        .select_from(TaskReport)
        .join(Person, Person.id == TaskReport.person_id)
        .where(TaskReport.occurrence_id == occurrence_id, TaskReport.state == REPORTED, _is_active)
    )
    return db.session.scalar(statement) or 0


def confirmed(occurrence_id: int) -> dict[int, dict[dt.date, int]]:
    """Person → day → minutes that a leader has confirmed."""
    statement = (
        sa.select(TaskReport.person_id, TaskReport.did_on, TaskReport.minutes)
        .join(Person, Person.id == TaskReport.person_id)
        .where(
            TaskReport.occurrence_id == occurrence_id,
            TaskReport.state == CONFIRMED,
            Person.status.not_in((CLOSED, MERGED)),
        )
        .order_by(TaskReport.did_on, TaskReport.id)
    )
    found: dict[int, dict[dt.date, int]] = defaultdict(dict)
    for row in db.session.execute(statement):
        found[row.person_id][row.did_on] = found[row.person_id].get(row.did_on, 0) + row.minutes
    return dict(found)
