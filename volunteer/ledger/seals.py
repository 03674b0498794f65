"""Daily seals: a digest over each day's transfers, chained to the day before.

The newest digest stands on public notices and certificates, so that a later
edit by somebody with the file shows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from volunteer.core import clock
from volunteer.core.database import db
from volunteer.ledger.models import Seal, Transfer

START = "0" * 64
SETTLED = dt.timedelta(minutes=10)  # longer than any transaction is allowed to stay open
_T: Any = Transfer.__table__
_COLUMNS = (
    _T.c.id, _T.c.book, _T.c.debit_account_id, _T.c.credit_account_id, _T.c.amount, _T.c.kind, _T.c.key,
    _T.c.operation, _T.c.reverses_id, _T.c.happened_at, _T.c.recorded_at, _T.c.recorded_by_id, _T.c.memo,
)  # fmt: skip


def newest() -> str | None:
    """The digest of the newest seal, if there is any."""
    return db.session.scalar(sa.select(Seal.digest).order_by(Seal.day.desc()).limit(1))


def seal_days() -> int:
    """Seal each day with transfers that is over and settled; returns how many seals are new."""
    last = db.session.scalars(sa.select(Seal).order_by(Seal.day.desc()).limit(1)).first()
    previous = last.digest if last else START
    after = _end_of(last) if last else None
    before = clock.start_of(clock.local(clock.now() - SETTLED).date())
    made = 0
    for day, digest, count in _digests(previous, after, before):
        db.session.add(
            Seal(
                day=day,
                transfer_count=count,
                digest=digest,
                previous_digest=previous,
                sealed_at=clock.now(),
            )
        )
        previous = digest
        made += 1
    db.session.flush()
    return made


def check(since: dt.datetime | None = None) -> tuple[int, list[str]]:
    """Recompute every seal, or those made since then on top of the ones before: (seals checked, faults in words)."""
    faults: list[str] = []
    stored = list(db.session.scalars(_made_since(since)))
    if not stored:
        return 0, []
    before = _before(stored[0])
    previous, start = (before.digest, _end_of(before)) if before else (START, None)
    computed = {day: (digest, count) for day, digest, count in _digests(previous, start, _end_of(stored[-1]))}
    for seal in stored:
        digest, count = computed.pop(seal.day, (_empty(seal), 0))
        if seal.previous_digest != previous:
            faults.append(f"seal of {seal.day}: the chain to the day before is broken")
        if (digest, count) != (seal.digest, seal.transfer_count):
            faults.append(f"seal of {seal.day}: the day's transfers were changed")
        previous = seal.digest
    faults += [f"transfers of {day} stand before the newest seal but are not sealed" for day in computed]
    return len(stored), faults


def _made_since(since: dt.datetime | None) -> sa.Select[Seal]:
    statement = sa.select(Seal).order_by(Seal.day)
    return statement if since is None else statement.where(Seal.sealed_at >= since)


def _before(seal: Seal) -> Seal | None:
    return db.session.scalars(
        sa.select(Seal).where(Seal.day < seal.day).order_by(Seal.day.desc()).limit(1)
    ).first()


def _end_of(seal: Seal) -> dt.datetime:
    return clock.start_of(seal.day + dt.timedelta(days=1))


def _empty(seal: Seal) -> str:
    return str(_day_digest(seal.previous_digest, seal.day).hexdigest())


def _day_digest(previous: str, day: dt.date) -> Any:
    return hashlib.sha256(f"{previous}\n{day.isoformat()}\n".encode())


def _digests(
    previous: str, after: dt.datetime | None, before: dt.datetime
) -> Iterator[tuple[dt.date, str, int]]:
    """(day, digest, number of transfers) for each day with transfers recorded in [after, before)."""
    statement = sa.select(*_COLUMNS).where(_T.c.recorded_at < before).order_by(_T.c.recorded_at, _T.c.id)
    if after is not None:
        statement = statement.where(_T.c.recorded_at >= after)
    day: dt.date | None = None
    digest: Any = None
    count = 0
    for row in db.session.execute(statement.execution_options(yield_per=5000)):
        row_day = clock.local(row.recorded_at).date()
        if row_day != day:
            if day is not None:
                previous = digest.hexdigest()
                yield day, previous, count
            day, digest, count = row_day, _day_digest(previous, row_day), 0
        digest.update(_line(row).encode())
        count += 1
    if day is not None:
        yield day, digest.hexdigest(), count


def _line(row: Any) -> str:
    values = (value.isoformat() if isinstance(value, dt.datetime) else str(value) for value in row)
    return "\x1f".join(values) + "\n"
