"""What deserves a second look (R156): eight questions to the tables, each bounded in time and to areas.

Every question answers with the same columns: `subject_id` and `mark_id` name
the finding for good (a later case of the same person is another finding),
`person_id` is whom it is about, `at` its moment, `first` and `second` its
numbers. Nothing of it is an accusation: most have an innocent reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app

from volunteer.activities.models import Occurrence
from volunteer.core.database import db
from volunteer.core.moments import minute_of, minutes_between, whole
from volunteer.hours.models import Batch, ServiceRecord
from volunteer.ledger.models import Transfer
from volunteer.oversight import presence
from volunteer.oversight.bounds import HALF_YEAR, YEAR, Paths, live, lives_within, records, since, was_within
from volunteer.people.models import Person

MANY_AT_ONCE = 3  # different activities recorded within one minute
MANY_REVERSALS = 3
MOST_ROWS = 100

BACK_FILLED, SAME_MINUTE, OWN = "back_filled", "same_minute", "own"
TOO_LONG, REVERSALS, OVERLAPS = "too_long", "reversals", "overlaps"
SAME_PHONE, NO_CHECK_OUT = "same_phone", "no_check_out"


@dataclass(frozen=True)
class Kind:
    """A question; `behind` is the condition of the rows behind one finding, `has_records` whether they are people's."""

    key: str
    query: Callable[[Paths], Any]
    behind: Callable[[Any], Any]
    has_records: bool = True


def _is_back_filled() -> Any:
    late = current_app.config["BACKFILL_DAYS"] * 24 * 60
    return minutes_between(Occurrence.ends_at, Batch.recorded_at) > late


def _back_filled(paths: Paths) -> Any:
    """People of whose hours of the last year too many were recorded long after the activity."""
    begins = since(YEAR)
    late = (
        sa.select(
            ServiceRecord.person_id,
            sa.func.max(Batch.id).label("mark_id"),
            sa.func.max(Batch.recorded_at).label("at"),
            whole(sa.func.sum(Transfer.amount)).label("minutes"),
        )
        .join(Batch, Batch.id == ServiceRecord.batch_id)
        .join(Occurrence, Occurrence.id == Batch.occurrence_id)
        .join(Transfer, Transfer.id == ServiceRecord.hours_transfer_id)
        .join(Person, Person.id == ServiceRecord.person_id)
        .where(*live(begins), Occurrence.starts_at >= begins, _is_back_filled(), lives_within(paths))
        .group_by(ServiceRecord.person_id)
        .subquery()
    )
    total = (
        sa.select(whole(sa.func.sum(Transfer.amount)))
        .join(ServiceRecord, ServiceRecord.hours_transfer_id == Transfer.id)
        .join(Batch, Batch.id == ServiceRecord.batch_id)
        .where(
            ServiceRecord.person_id == late.c.person_id,
            Batch.reversed_at.is_(None),
            Transfer.happened_at >= begins,
        )
        .correlate(late)
        .scalar_subquery()
    )
    return sa.select(
        late.c.person_id.label("subject_id"),
        late.c.mark_id,
        late.c.person_id,
        late.c.at,
        late.c.minutes.label("first"),
        total.label("second"),
    ).where(late.c.minutes * 100 > total * current_app.config["BACKFILL_PERCENT"])


def _same_minute(paths: Paths) -> Any:
    """Different activities recorded by one person within one minute."""
    return (
        sa.select(
            Batch.recorded_by_id.label("subject_id"),
            sa.func.min(Batch.id).label("mark_id"),
            Batch.recorded_by_id.label("person_id"),
            sa.func.max(Batch.recorded_at).label("at"),
            sa.func.count(sa.distinct(Occurrence.series_id)).label("first"),
            sa.literal(0).label("second"),
        )
        .join(Occurrence, Occurrence.id == Batch.occurrence_id)
        .where(*live(since(HALF_YEAR)), was_within(paths))
        .group_by(Batch.recorded_by_id, minute_of(Batch.recorded_at))
        .having(sa.func.count(sa.distinct(Occurrence.series_id)) >= MANY_AT_ONCE)
    )


def _own(paths: Paths) -> Any:
    """Who called the roll and stands on it with hours."""
    return (
        sa.select(
            Batch.id.label("subject_id"),
            sa.literal(0).label("mark_id"),
            Batch.recorded_by_id.label("person_id"),
            Batch.recorded_at.label("at"),
            Transfer.amount.label("first"),
            sa.literal(0).label("second"),
        )
        .join(Occurrence, Occurrence.id == Batch.occurrence_id)
        .join(
            ServiceRecord,
            sa.and_(ServiceRecord.batch_id == Batch.id, ServiceRecord.person_id == Batch.recorded_by_id),
        )
        .join(Transfer, Transfer.id == ServiceRecord.hours_transfer_id)
        .where(*live(since(HALF_YEAR)), was_within(paths))
    )


def _too_long(paths: Paths) -> Any:
    """More minutes than were planned."""
    planned = minutes_between(Occurrence.starts_at, Occurrence.ends_at)
    return (
        records()
        .add_columns(
            ServiceRecord.id.label("subject_id"),
            sa.literal(0).label("mark_id"),
            ServiceRecord.person_id,
            Batch.recorded_at.label("at"),
            Transfer.amount.label("first"),
            planned.label("second"),
        )
        .where(*live(since(HALF_YEAR)), Transfer.amount > planned, was_within(paths))
    )


def _reversals(paths: Paths) -> Any:
    """Who has reversed several batches."""
    return (
        sa.select(
            Batch.reversed_by_id.label("subject_id"),
            sa.func.max(Batch.id).label("mark_id"),
            Batch.reversed_by_id.label("person_id"),
            sa.func.max(Batch.reversed_at).label("at"),
            sa.func.count().label("first"),
            sa.literal(0).label("second"),
        )
        .join(Occurrence, Occurrence.id == Batch.occurrence_id)
        .where(Batch.reversed_at >= since(HALF_YEAR), was_within(paths))
        .group_by(Batch.reversed_by_id)
        .having(sa.func.count() >= MANY_REVERSALS)
    )


def _overlaps(paths: Paths) -> Any:
    """Hours of one person at two places at a time: the later one is the finding.

    One pass over the records in order of time, not every one against every other.
    """
    ended_before = (
        sa.func.max(Occurrence.ends_at)
        .over(
            partition_by=ServiceRecord.person_id,
            order_by=(Occurrence.starts_at, ServiceRecord.id),
            rows=(None, -1),
        )
        .label("ended_before")
    )
    found = (
        records()
        .add_columns(
            ServiceRecord.id.label("subject_id"),
            ServiceRecord.person_id,
            Occurrence.starts_at.label("at"),
            ended_before,
        )
        .join(Person, Person.id == ServiceRecord.person_id)
        .where(*live(since(HALF_YEAR)), lives_within(paths), Occurrence.is_flexible.is_(False))
        .subquery()
    )
    return sa.select(
        found.c.subject_id,
        sa.literal(0).label("mark_id"),
        found.c.person_id,
        found.c.at,
        sa.literal(0).label("first"),
        sa.literal(0).label("second"),
    ).where(found.c.ended_before > found.c.at)


def _behind_back_filled(row: Any) -> Any:
    begins = since(YEAR)
    return sa.and_(
        ServiceRecord.person_id == row.subject_id,
        *live(begins),
        Occurrence.starts_at >= begins,
        _is_back_filled(),
    )


def _behind_same_minute(row: Any) -> Any:
    first = row.at.replace(second=0, microsecond=0)
    return sa.and_(
        Batch.recorded_by_id == row.subject_id,
        Batch.recorded_at >= first,
        Batch.recorded_at < first + dt.timedelta(minutes=1),
        Batch.reversed_at.is_(None),
    )


def _behind_own(row: Any) -> Any:
    return sa.and_(Batch.id == row.subject_id, ServiceRecord.person_id == row.person_id)


def _behind_too_long(row: Any) -> Any:
    return ServiceRecord.id == row.subject_id


def _behind_reversals(row: Any) -> Any:
    return sa.and_(Batch.reversed_by_id == row.subject_id, Batch.reversed_at >= since(HALF_YEAR))


def _behind_overlaps(row: Any) -> Any:
    found = db.session.execute(
        sa.select(Occurrence.starts_at, Occurrence.ends_at)
        .join(ServiceRecord, ServiceRecord.occurrence_id == Occurrence.id)
        .where(ServiceRecord.id == row.subject_id)
    ).one()
    return sa.and_(
        ServiceRecord.person_id == row.person_id,
        Batch.reversed_at.is_(None),
        ServiceRecord.hours_transfer_id.is_not(None),
        Occurrence.starts_at < found.ends_at,
        Occurrence.ends_at > found.starts_at,
        Occurrence.is_flexible.is_(False),
    )


KINDS = {
    kind.key: kind
    for kind in (
        Kind(BACK_FILLED, _back_filled, _behind_back_filled),
        Kind(SAME_MINUTE, _same_minute, _behind_same_minute, has_records=False),
        Kind(OWN, _own, _behind_own),
        Kind(TOO_LONG, _too_long, _behind_too_long),
        Kind(REVERSALS, _reversals, _behind_reversals, has_records=False),
        Kind(OVERLAPS, _overlaps, _behind_overlaps),
        Kind(SAME_PHONE, presence.same_phone, presence.behind_same_phone, has_records=False),
        Kind(NO_CHECK_OUT, presence.no_check_out, presence.behind_no_check_out),
    )
}
