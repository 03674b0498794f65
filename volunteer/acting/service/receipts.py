"""Every act in another's name leaves a receipt in that person's own history, and a message."""

from __future__ import annotations

from typing import Any

from volunteer.acting.models import Receipt
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor


def leave_receipt(
    *,
    actor: Actor,
    person_id: int,
    act: str,
    kind: str,
    object_id: int | None,
    by_pin: bool = False,
    **details: Any,
) -> None:
    """Write it in the transaction of the act; nothing when the person acts for oneself.

    `act` is one of acting/messages.py, whose sentence says which `details` it wants: no names but masked ones.
    """
    if actor.id == person_id:
        return
    receipt = Receipt(
        person_id=person_id,
        acted_by_id=actor.id,
        act=act,
        object_kind=kind,
        object_id=object_id,
        details=details,
        by_pin=by_pin,
        acted_at=clock.now(),
    )
    db.session.add(receipt)
    db.session.flush()
    who = {"who": formats.masked_name(actor.name), "who_number": actor.number}
    outbox.tell(
        outbox.Note(
            key=f"receipt:{receipt.id}", kind=f"receipt_{act}", person_id=person_id, payload=details | who
        )
    )
