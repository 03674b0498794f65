"""Write messages in the transaction of what they tell; they are sent later by a job."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from volunteer.core import clock
from volunteer.core.database import COUNT_ROWS, db, insert_if_new
from volunteer.outbox.kinds import KINDS
from volunteer.outbox.models import CANCELLED, EMAIL, EXPIRED, INBOX, PENDING, SENT, Message

_TABLE: Any = Message.__table__
_CHUNK = 500  # keys looked up in one statement


@dataclass(frozen=True)
class Note:
    """One thing to tell one person.

    `key` names the event; with the channel appended it is unique, so telling
    it twice tells it once. `by_email` also goes out by mail when the person
    has an address. After `useful_until` it is recorded as expired, not sent.
    """

    key: str
    kind: str
    person_id: int
    payload: dict[str, Any] = field(default_factory=dict)
    by_email: bool = False
    only_email: bool = False  # what must not lie open in the inbox: a link that sets a new password
    not_before: dt.datetime | None = None
    useful_until: dt.datetime | None = None


def tell(*notes: Note) -> int:
    """Write messages; returns how many rows are new. Those told before are left as they are."""
    now = clock.now()
    rows = [_row(note, channel, now) for note in notes for channel in _channels(note)]
    if not rows:
        return 0
    # One statement with many parameter sets: compiling VALUES for 300 rows would cost more than writing them.
    result: Any = db.session.execute(insert_if_new(_TABLE), rows, execution_options=COUNT_ROWS)
    return max(int(result.rowcount), 0)


def tell_new(notes: Sequence[Note]) -> int:
    """The same for a job that asks every minute: what was told before is not even tried to be written."""
    keys, told = [_key(note, INBOX) for note in notes], set[str]()
    for start in range(0, len(keys), _CHUNK):
        part = sa.select(Message.key).where(Message.key.in_(keys[start : start + _CHUNK]))
        told.update(db.session.scalars(part))
    return tell(*(note for note, key in zip(notes, keys, strict=True) if key not in told))


def _key(note: Note, channel: str) -> str:
    return f"{note.key}:{channel}"


def _channels(note: Note) -> tuple[str, ...]:
    if note.only_email:
        return (EMAIL,)
    return (INBOX, EMAIL) if note.by_email else (INBOX,)


def _row(note: Note, channel: str, now: dt.datetime) -> dict[str, Any]:
    assert note.kind in KINDS, f"kind {note.kind} is registered"
    begins = note.not_before or now
    late = note.useful_until is not None and note.useful_until <= now
    state = EXPIRED if late else SENT if channel == INBOX else PENDING
    return {
        "key": _key(note, channel),
        "kind": note.kind,
        "person_id": note.person_id,
        "channel": channel,
        "payload": note.payload,
        "state": state,
        "not_before": begins,
        "useful_until": note.useful_until,
        "attempts": 0,
        "created_at": now,
        "sent_at": now if state == SENT else None,
    }


def cancel(key_prefix: str) -> int:
    """Take back unsent messages whose key begins so, for example after a sign-off."""
    result: Any = db.session.execute(
        sa.update(Message)
        .where(Message.key.startswith(key_prefix, autoescape=True), Message.state == PENDING)
        .values(state=CANCELLED)
    )
    return int(result.rowcount)


def mark_read(*, person_id: int) -> None:
    """All of a person's inbox has been seen."""
    db.session.execute(
        sa.update(Message)
        .where(Message.person_id == person_id, Message.channel == INBOX, Message.read_at.is_(None))
        .values(read_at=clock.now())
    )
