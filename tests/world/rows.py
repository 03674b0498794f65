"""Put a row there, and credit somebody in the books."""

from __future__ import annotations

from typing import Any

from volunteer.core import clock
from volunteer.core.database import db
from volunteer.ledger import service as ledger


def keep(row: Any) -> Any:
    db.session.add(row)
    db.session.commit()
    return row


def credit(book: str, person_id: int, amount: int, key: str) -> int:
    issue = ledger.account(book=book, owner_kind="system", owner_id=0, purpose="issue")
    main = ledger.account(book=book, owner_kind="person", owner_id=person_id)
    kind = "service" if book == "hours" else "earn"
    movement = ledger.Movement(book, issue, main, amount, kind, key, key, clock.now())
    made = ledger.move(movement, recorded_by=None)
    db.session.commit()
    return made
