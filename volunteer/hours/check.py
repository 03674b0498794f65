"""Check that records and transfers agree: each credited minute has one record, each record its transfer."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.core.checks import Check
from volunteer.core.database import db
from volunteer.hours.models import Batch, ServiceRecord
from volunteer.ledger.models import HOURS, POINTS, Account, Transfer
from volunteer.people import merged

_SHOWN = 20


def check() -> Check:
    """Transfers of records credit the right person in the right book; reversed batches are reversed whole."""
    count = db.session.scalar(sa.select(sa.func.count()).select_from(ServiceRecord)) or 0
    faults = [
        *_wrong_person(ServiceRecord.hours_transfer_id, HOURS),
        *_wrong_person(ServiceRecord.points_transfer_id, POINTS),
        *_half_reversed(ServiceRecord.hours_transfer_id),
        *_half_reversed(ServiceRecord.points_transfer_id),
        *_without_record(),
    ]
    return Check({"records": int(count)}, faults)


def _wrong_person(transfer_id: Any, book: str) -> list[str]:
    """A record's transfer credits its person, or a record that was merged with the person's since."""
    statement = (
        sa.select(
            ServiceRecord.id,
            ServiceRecord.person_id,
            Account.owner_id,
            Account.owner_kind,
            Transfer.book,
        )
        .join(Transfer, Transfer.id == transfer_id)
        .join(Account, Account.id == Transfer.credit_account_id)
        .where(
            sa.or_(
                Account.owner_id != ServiceRecord.person_id,
                Account.owner_kind != "person",
                Transfer.book != book,
            )
        )
        .order_by(ServiceRecord.id)
    )
    rows = db.session.execute(statement).all()
    roots = merged.Roots() if rows else None
    faults = [
        f"record {row.id}: its {book} went to somebody else"
        for row in rows
        if roots is None
        or (row.owner_kind, row.book) != ("person", book)
        or not roots.are_one(row.owner_id, row.person_id)
    ]
    return faults[:_SHOWN]


def _half_reversed(transfer_id: Any) -> list[str]:
    """A transfer of a record is reversed if and only if its batch is."""
    reversal = sa.orm.aliased(Transfer)
    statement = (
        sa.select(Batch.id)
        .distinct()
        .join(ServiceRecord, ServiceRecord.batch_id == Batch.id)
        .outerjoin(reversal, reversal.reverses_id == transfer_id)
        .where(
            transfer_id.is_not(None),
            sa.or_(
                sa.and_(Batch.reversed_at.is_(None), reversal.id.is_not(None)),
                sa.and_(Batch.reversed_at.is_not(None), reversal.id.is_(None)),
            ),
        )
        .limit(_SHOWN)
    )
    return [f"batch {id_} is reversed by half" for id_ in db.session.scalars(statement)]


def _without_record() -> list[str]:
    statement = (
        sa.select(Transfer.id)
        .outerjoin(ServiceRecord, ServiceRecord.hours_transfer_id == Transfer.id)
        .where(Transfer.book == HOURS, Transfer.kind == "service", ServiceRecord.id.is_(None))
        .order_by(Transfer.id)
        .limit(_SHOWN)
    )
    return [f"transfer {id_} credits hours without a record" for id_ in db.session.scalars(statement)]
