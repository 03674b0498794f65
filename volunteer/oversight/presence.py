"""Findings about coming and leaving: one phone for many people, hours without a check-out."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import Occurrence
from volunteer.attendance.models import CheckIn
from volunteer.hours.models import Batch, ServiceRecord
from volunteer.oversight.bounds import HALF_YEAR, Paths, live, lives_within, records, since, was_within
from volunteer.people.models import Person

MANY_ON_ONE_PHONE = 4  # people checked in by one phone at one date
MANY_WITHOUT_LEAVING = 3  # dates with hours and without a check-out, of one person


def same_phone(paths: Paths) -> Any:
    """One phone checked many people in at one date; about whoever was the first of them."""
    phones = (
        sa.select(
            sa.func.min(CheckIn.id).label("first_id"),
            CheckIn.occurrence_id,
            sa.func.count(sa.distinct(CheckIn.person_id)).label("people"),
        )
        .join(Occurrence, Occurrence.id == CheckIn.occurrence_id)
        .where(
            CheckIn.device.is_not(None),
            CheckIn.void_at.is_(None),
            Occurrence.starts_at >= since(HALF_YEAR),
            was_within(paths),
        )
        .group_by(CheckIn.occurrence_id, CheckIn.device)
        .having(sa.func.count(sa.distinct(CheckIn.person_id)) >= MANY_ON_ONE_PHONE)
        .subquery()
    )
    return sa.select(
        phones.c.first_id.label("subject_id"),
        phones.c.occurrence_id.label("mark_id"),
        CheckIn.person_id,
        CheckIn.came_at.label("at"),
        phones.c.people.label("first"),
        sa.literal(0).label("second"),
    ).join(phones, phones.c.first_id == CheckIn.id)


def behind_same_phone(row: Any) -> Any:
    """The roll calls of that date, if there is one yet."""
    return Occurrence.id == row.mark_id


def no_check_out(paths: Paths) -> Any:
    """Who was credited several times although the check-out was missing."""
    return (
        records()
        .add_columns(
            ServiceRecord.person_id.label("subject_id"),
            sa.func.max(ServiceRecord.id).label("mark_id"),
            ServiceRecord.person_id,
            sa.func.max(Batch.recorded_at).label("at"),
            sa.func.count().label("first"),
            sa.literal(0).label("second"),
        )
        .join(Person, Person.id == ServiceRecord.person_id)
        .where(*live(since(HALF_YEAR)), _stayed_open(), lives_within(paths))
        .group_by(ServiceRecord.person_id)
        .having(sa.func.count() >= MANY_WITHOUT_LEAVING)
    )


def behind_no_check_out(row: Any) -> Any:
    return sa.and_(
        ServiceRecord.person_id == row.subject_id,
        *live(since(HALF_YEAR)),
        ServiceRecord.hours_transfer_id.is_not(None),
        _stayed_open(),
    )


def _stayed_open() -> Any:
    """The record's person came to its date and never checked out."""
    return sa.exists().where(
        CheckIn.occurrence_id == ServiceRecord.occurrence_id,
        CheckIn.person_id == ServiceRecord.person_id,
        CheckIn.left_at.is_(None),
        CheckIn.void_at.is_(None),
    )
