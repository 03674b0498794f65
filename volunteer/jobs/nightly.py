"""Once a night, whenever the scheduler gets to it: a row of the day says who has begun, and that it is done.

No tick is missed after a pause, and of several schedulers the one that writes
the row does the work.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from volunteer.core import clock
from volunteer.core.database import COUNT_ROWS, db, insert
from volunteer.core.transaction import reading, transaction
from volunteer.jobs.models import NightlyRun

FILES, BOOKS = "sweep files", "check books"
AGAIN = dt.timedelta(hours=1)  # after this a run that has not come to its end is begun anew


def begin(kind: str, *, from_hour: int) -> dt.datetime | None:
    """The moment, for `end`, if it is ours to do now: late enough, not done yet today and nobody else at it."""
    now = clock.now()
    local = clock.local(now)
    if local.hour < from_hour:
        return None
    with reading():  # every minute: takes no write lock
        if not _is_open(db.session.get(NightlyRun, (kind, local.date())), now):
            return None
    statement = insert(NightlyRun).values(kind=kind, day=local.date(), began_at=now, fault_count=0)
    statement = statement.on_conflict_do_update(
        index_elements=["kind", "day"],
        set_={"began_at": now},
        where=sa.and_(NightlyRun.ended_at.is_(None), NightlyRun.began_at <= now - AGAIN),
    )
    with transaction():
        result: Any = db.session.execute(statement, execution_options=COUNT_ROWS)
    return now if int(result.rowcount) == 1 else None


def end(kind: str, began_at: dt.datetime, *, fault_count: int = 0) -> None:
    """The run of that moment is done."""
    with transaction():
        db.session.execute(
            sa.update(NightlyRun)
            .where(NightlyRun.kind == kind, NightlyRun.began_at == began_at)
            .values(ended_at=clock.now(), fault_count=fault_count)
        )


def last_sound(kind: str) -> dt.datetime | None:
    """When the newest run began that came to its end without a fault."""
    return db.session.scalar(
        sa.select(sa.func.max(NightlyRun.began_at)).where(
            NightlyRun.kind == kind, NightlyRun.ended_at.is_not(None), NightlyRun.fault_count == 0
        )
    )


def _is_open(run: NightlyRun | None, now: dt.datetime) -> bool:
    return run is None or (run.ended_at is None and run.began_at <= now - AGAIN)
