"""Receipts: how the family of a child who waits learns how far it is, and until when (R007, R010, R011)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app

from volunteer.areas.models import Area
from volunteer.core import clock, crypto
from volunteer.core.database import COUNT_ROWS, db
from volunteer.core.errors import NotFound
from volunteer.people.models import WAITING, Person, RegistrationReceipt
from volunteer.workdays import queries as workdays

CONFIRMED, REJECTED = "confirmed", "rejected"
_RECEIPTS: Any = RegistrationReceipt.__table__


@dataclass(frozen=True)
class Progress:
    """What the holder of a receipt may know: how far the registration is, and nothing about anybody."""

    number: int
    state: str
    area: Area
    received_at: dt.datetime
    confirm_by_on: dt.date
    reason: str | None

    @property
    def is_overdue(self) -> bool:
        return self.state == WAITING and clock.today() > self.confirm_by_on


def progress(token: str) -> Progress:
    """How far the registration of a receipt is; an unknown token is not found."""
    row = db.session.execute(
        sa.select(RegistrationReceipt, Area)
        .join(Area, Area.id == RegistrationReceipt.area_id)
        .where(RegistrationReceipt.token_hash == receipt_hash(token))
    ).first()
    if row is None:
        raise NotFound
    receipt: RegistrationReceipt = row.RegistrationReceipt
    since = receipt.received_at
    if receipt.state == WAITING and receipt.decided_at is not None:
        since = receipt.decided_at
    return Progress(
        receipt.id, receipt.state, row.Area, receipt.received_at, confirm_by(since), receipt.reason
    )


def confirm_by(since: dt.datetime) -> dt.date:
    """R010: the last day in time, CONFIRM_DAYS working days after the day since which the child waits."""
    return confirm_by_each([since])[since]


def confirm_by_each(since: Iterable[dt.datetime]) -> dict[dt.datetime, dt.date]:
    """The same for many at once, in one statement."""
    days = {moment: clock.local(moment).date() for moment in since}
    terms = workdays.terms(days.values(), current_app.config["CONFIRM_DAYS"])
    return {moment: terms[day] for moment, day in days.items()}


def is_waiting(person_id: int) -> bool:
    """Whether the family still reads that the guardian should come."""
    statement = sa.select(RegistrationReceipt.id).where(
        RegistrationReceipt.person_id == person_id, RegistrationReceipt.state == WAITING
    )
    return db.session.scalar(statement.limit(1)) is not None


def settle(person: Person, state: str, actor_id: int | None, reason: str | None = None) -> None:
    """Write into the receipt what was decided, or that the child waits again.

    Who came with a list has no receipt yet, and gets one to hold it.
    """
    values = {"state": state, "reason": reason, "decided_at": clock.now(), "decided_by_id": actor_id}
    of_person = RegistrationReceipt.person_id == person.id
    result: Any = db.session.execute(
        sa.update(RegistrationReceipt).where(of_person).values(**values), execution_options=COUNT_ROWS
    )
    if not result.rowcount:
        values |= {"person_id": person.id, "area_id": person.area_id, "received_at": person.registered_at}
        values |= {"token_hash": receipt_hash(crypto.token())}
        db.session.execute(sa.insert(_RECEIPTS), values)


def receipt_hash(token: str) -> str:
    return crypto.look_up_hash("registration", token)
