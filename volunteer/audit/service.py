"""Write who did what; seal runs of entries in a chain; check the chain."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import sqlalchemy as sa
from flask import has_request_context, request

from volunteer.audit import anchors
from volunteer.audit.models import AuditEntry, AuditSeal
from volunteer.core import clock
from volunteer.core.database import db

_TABLE: Any = AuditEntry.__table__
_WRITE = sa.insert(_TABLE)
START = "0" * 64
SETTLED = dt.timedelta(minutes=2)  # longer than any transaction is allowed to stay open


def record(*, actor_id: int | None, act: str, kind: str, id: int | None = None, **details: Any) -> None:
    """Write one act in the caller's transaction.

    `act` is a verb in the past ('wish_verified'), `kind` and `id` name the
    thing, `details` what changed; never names, phones or addresses.
    """
    record_all([{"actor_id": actor_id, "act": act, "kind": kind, "id": id, "details": details}])


def record_all(acts: list[dict[str, Any]]) -> None:
    """Write several acts in one statement; each with the keys actor_id, act, kind, id, details."""
    now, where = clock.now(), origin()
    rows = [
        {
            "happened_at": now,
            "actor_id": act["actor_id"],
            "act": act["act"],
            "object_kind": act["kind"],
            "object_id": act["id"],
            "details": act["details"],
            "origin": where,
        }
        for act in acts
    ]
    if rows:
        db.session.execute(_WRITE, rows)


def origin() -> str:
    """From where the act came: 'web' with the address, or the command's process."""
    return f"web {request.remote_addr}"[:60] if has_request_context() else "command"


def seal(now: dt.datetime) -> int:
    """Close all settled entries since the last seal; returns how many. The second time there is nothing to do."""
    last = _last_seal()
    after = last.last_id if last else 0
    entries = list(_entries(after, settled_before=now - SETTLED))
    if not entries:
        return 0
    previous = last.digest if last else START
    db.session.add(
        AuditSeal(
            first_id=entries[0].id,
            last_id=entries[-1].id,
            entry_count=len(entries),
            digest=_digest(previous, entries),
            previous_digest=previous,
            sealed_at=now,
        )
    )
    db.session.flush()
    return len(entries)


def check() -> tuple[int, int, list[str]]:
    """Recompute every seal, compare with the file: (entries checked, seals checked, faults in words)."""
    faults: list[str] = []
    digests: dict[int, str] = {}
    previous, after, entry_count = START, 0, 0
    for row in db.session.scalars(sa.select(AuditSeal).order_by(AuditSeal.id)):
        entries = list(_entries(after, up_to=row.last_id))
        entry_count += len(entries)
        if row.previous_digest != previous:
            faults.append(f"seal {row.id}: the chain to the seal before is broken")
        if len(entries) != row.entry_count or _digest(row.previous_digest, entries) != row.digest:
            faults.append(f"seal {row.id}: entries {row.first_id} to {row.last_id} were changed")
        previous, after = row.digest, row.last_id
        digests[row.id] = row.digest
    return entry_count, len(digests), faults + anchors.compare(digests)


def is_empty() -> bool:
    return db.session.scalar(sa.select(_TABLE.c.id).limit(1)) is None


def last_seal_id() -> int:
    """0 when nothing is sealed."""
    last = _last_seal()
    return last.id if last else 0


def _last_seal() -> AuditSeal | None:
    return db.session.scalars(sa.select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1)).first()


def _entries(after: int, *, up_to: int | None = None, settled_before: dt.datetime | None = None) -> Any:
    statement = sa.select(_TABLE).where(_TABLE.c.id > after).order_by(_TABLE.c.id)
    if up_to is not None:
        statement = statement.where(_TABLE.c.id <= up_to)
    if settled_before is not None:
        unsettled = (
            sa.select(sa.func.min(_TABLE.c.id))
            .where(_TABLE.c.id > after, _TABLE.c.happened_at >= settled_before)
            .scalar_subquery()
        )
        statement = statement.where(sa.or_(unsettled.is_(None), _TABLE.c.id < unsettled))
    return db.session.execute(statement)


def _digest(previous: str, entries: list[Any]) -> str:
    digest = hashlib.sha256(previous.encode())
    for entry in entries:
        fields = [
            entry.id,
            entry.happened_at.isoformat(),
            entry.actor_id,
            entry.act,
            entry.object_kind,
            entry.object_id,
            entry.details,
            entry.origin,
        ]
        digest.update(json.dumps(fields, ensure_ascii=False, sort_keys=True).encode())
    return digest.hexdigest()
