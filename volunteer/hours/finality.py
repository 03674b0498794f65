"""When recorded hours are final (R043), and which of them a certificate counts (R069).

Final are hours whose public notice is over and to which the person has no open
objection. Asked for a moment, not for now alone: what a certificate counted on
the day it was issued stays countable, whatever was recorded or objected to since.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from volunteer.core import clock
from volunteer.core.database import db
from volunteer.hours.models import Batch, Objection, ServiceRecord
from volunteer.ledger.models import Transfer

_DAY = dt.timedelta(days=1)


def served(person_id: int, from_on: dt.date, until_on: dt.date) -> tuple[Any, ...]:
    """Live records with hours whose service lies in the period, both days included."""
    return (
        ServiceRecord.person_id == person_id,
        Batch.reversed_at.is_(None),
        Transfer.happened_at >= clock.start_of(from_on),
        Transfer.happened_at < clock.start_of(until_on + _DAY),
    )


def was_final(at: dt.datetime) -> Any:
    """At this moment recorded, the notice over, and no objection of the person open.

    What was recorded since counts where it took the place of what was final then: a
    correction that left the person's minutes as they were takes nothing away.
    """
    stood = sa.and_(Batch.recorded_at <= at, _notice_is_over(Batch, at))
    return sa.and_(sa.or_(stood, sa.and_(Batch.recorded_at > at, _replaced(at))), ~_disputed(at))


def _notice_is_over(batch: Any, at: dt.datetime) -> Any:
    return sa.or_(batch.notice_until.is_(None), batch.notice_until < clock.local(at).date())


def _replaced(at: dt.datetime) -> Any:
    """An earlier record of the person at the same date that stood at this moment and was taken back after it."""
    record, batch = aliased(ServiceRecord), aliased(Batch)
    return (
        sa.exists()
        .where(
            record.person_id == ServiceRecord.person_id,
            record.occurrence_id == ServiceRecord.occurrence_id,
            batch.id == record.batch_id,
            batch.recorded_at <= at,
            batch.reversed_at > at,
            _notice_is_over(batch, at),
        )
        .correlate(ServiceRecord)
    )


def _disputed(at: dt.datetime) -> Any:
    return sa.exists().where(
        Objection.occurrence_id == ServiceRecord.occurrence_id,
        Objection.person_id == ServiceRecord.person_id,
        Objection.raised_at <= at,
        sa.or_(Objection.answered_at.is_(None), Objection.answered_at > at),
    )


@dataclass(frozen=True)
class Pending:
    """Minutes that are recorded and not final: until when the notice runs; none: an objection is open."""

    minutes: int
    times: int
    notice_until: dt.date | None

    @property
    def counts_from(self) -> dt.date | None:
        """The first day on which a certificate counts them."""
        return self.notice_until + _DAY if self.notice_until is not None else None


def pending(person_id: int) -> Sequence[Pending]:
    """What no certificate counts yet, by the day on which its notice ends; the disputed at the end."""
    now = clock.now()
    until = sa.case((_disputed(now), None), else_=Batch.notice_until).label("until")
    rows = db.session.execute(
        sa.select(Transfer.amount, until)
        .select_from(ServiceRecord)
        .join(Batch, Batch.id == ServiceRecord.batch_id)
        .join(Transfer, Transfer.id == ServiceRecord.hours_transfer_id)
        .where(ServiceRecord.person_id == person_id, Batch.reversed_at.is_(None), ~was_final(now))
    ).all()
    days = sorted({row.until for row in rows}, key=lambda day: day or dt.date.max)
    return [_sum([row.amount for row in rows if row.until == day], day) for day in days]


def _sum(amounts: Sequence[int], day: dt.date | None) -> Pending:
    return Pending(sum(amounts), len(amounts), day)
