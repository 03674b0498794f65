"""One scheduler works, a second one waits: a row says who, and until when unless renewed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from volunteer.core import clock
from volunteer.core.database import COUNT_ROWS, db, insert
from volunteer.core.transaction import transaction
from volunteer.jobs.models import Lease

NAME = "scheduler"
LENGTH = dt.timedelta(minutes=3)


def hold(owner: str) -> bool:
    """Take the lease, or renew it; False while somebody else holds it."""
    now = clock.now()
    statement = insert(Lease).values(name=NAME, owner=owner, until=now + LENGTH)
    statement = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={"owner": owner, "until": now + LENGTH},
        where=sa.or_(Lease.owner == owner, Lease.until < now),
    )
    with transaction():
        result: Any = db.session.execute(statement, execution_options=COUNT_ROWS)
    return int(result.rowcount) == 1


def give_back(owner: str) -> None:
    """End our own lease at once, so that the next scheduler need not wait for it to run out."""
    with transaction():
        db.session.execute(sa.delete(Lease).where(Lease.name == NAME, Lease.owner == owner))
