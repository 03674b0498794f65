"""What people have been credited with on a day already (R036).

Hours of a flexible task belong to the days that its confirmed reports name; what a
leader gave there without a report, and every other activity, to the day of its start.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import Occurrence
from volunteer.attendance.models import CONFIRMED, TaskReport
from volunteer.core import clock
from volunteer.core.database import UTC, BigInt, db
from volunteer.hours.models import Batch, ServiceRecord
from volunteer.ledger.models import Transfer

PersonDay = tuple[int, dt.date]
_DAY = dt.timedelta(days=1)
_reported = sa.exists().where(
    TaskReport.occurrence_id == ServiceRecord.occurrence_id,
    TaskReport.person_id == ServiceRecord.person_id,
    TaskReport.state == CONFIRMED,
)


def recorded(keys: Collection[PersonDay], *, but: int) -> Mapping[PersonDay, int]:
    """(Person, day) → minutes of other dates than `but`; two statements, one where nothing else was recorded."""
    if not keys:
        return {}
    people = sorted({person_id for person_id, _day in keys})
    days = [day for _person_id, day in keys]
    statement = sa.union_all(_begun(min(days), max(days), but), _done(people, min(days), max(days), but))
    found: dict[PersonDay, int] = defaultdict(int)
    day_of = {}
    for row in db.session.execute(statement):
        if row.person_id is None:
            day_of[row.occurrence_id] = clock.local(row.starts_at).date()
        else:
            found[row.person_id, row.did_on] += row.minutes
    for row in _amounts(people, list(day_of)):
        found[row.person_id, day_of[row.occurrence_id]] += int(row.amount)
    return found


def _begun(first: dt.date, last: dt.date, but: int) -> Any:
    """Other recorded dates that begin on these days."""
    return sa.select(
        Occurrence.id.label("occurrence_id"),
        Occurrence.starts_at,
        sa.null().cast(BigInt).label("person_id"),
        sa.null().cast(sa.Date).label("did_on"),
        sa.null().cast(sa.Integer).label("minutes"),
    ).where(
        Occurrence.starts_at >= clock.start_of(first),
        Occurrence.starts_at < clock.start_of(last + _DAY),
        Occurrence.recorded_at.is_not(None),
        Occurrence.id != but,
    )


def _done(person_ids: Sequence[int], first: dt.date, last: dt.date, but: int) -> Any:
    """What these people did of other flexible tasks on these days, confirmed and recorded."""
    return (
        sa.select(
            TaskReport.occurrence_id,
            sa.null().cast(UTC()).label("starts_at"),
            TaskReport.person_id,
            TaskReport.did_on,
            TaskReport.minutes,
        )
        .join(
            ServiceRecord,
            sa.and_(
                ServiceRecord.occurrence_id == TaskReport.occurrence_id,
                ServiceRecord.person_id == TaskReport.person_id,
            ),
        )
        .join(Batch, Batch.id == ServiceRecord.batch_id)
        .where(
            TaskReport.person_id.in_(person_ids),
            TaskReport.did_on.between(first, last),
            TaskReport.state == CONFIRMED,
            TaskReport.occurrence_id != but,
            ServiceRecord.hours_transfer_id.is_not(None),
            Batch.reversed_at.is_(None),
        )
    )


def _amounts(person_ids: Sequence[int], occurrence_ids: Sequence[int]) -> Sequence[Any]:
    """Each one's minutes at these dates, but those that come from reports."""
    if not occurrence_ids:
        return []
    statement = (
        sa.select(ServiceRecord.person_id, ServiceRecord.occurrence_id, Transfer.amount)
        .join(Batch, Batch.id == ServiceRecord.batch_id)
        .join(Transfer, Transfer.id == ServiceRecord.hours_transfer_id)
        .where(
            ServiceRecord.occurrence_id.in_(occurrence_ids),
            ServiceRecord.person_id.in_(person_ids),
            Batch.reversed_at.is_(None),
            ~_reported,
        )
        .order_by(ServiceRecord.id)
    )
    return db.session.execute(statement).all()
