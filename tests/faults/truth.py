"""What must be true of the database afterwards, whatever happened before."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from volunteer.activities.models import SIGNED_UP, Occurrence, SignUp
from volunteer.audit.models import AuditEntry
from volunteer.core.database import db
from volunteer.outbox.models import Message
from volunteer.points.models import Order
from volunteer.reports import books


def places() -> list[tuple[int, int, int]]:
    """(capacity, counted as taken, people really signed up) of each occurrence."""
    live = (
        sa.select(SignUp.occurrence_id, sa.func.count().label("people"))
        .where(SignUp.state == SIGNED_UP)
        .group_by(SignUp.occurrence_id)
        .subquery()
    )
    statement = (
        sa.select(Occurrence.capacity, Occurrence.taken, sa.func.coalesce(live.c.people, 0))
        .outerjoin(live, live.c.occurrence_id == Occurrence.id)
        .order_by(Occurrence.id)
    )
    return [(capacity, taken, people) for capacity, taken, people in db.session.execute(statement)]


def signed_up() -> Counter[tuple[int, int]]:
    """How often each (occurrence, person) holds a place."""
    statement = sa.select(SignUp.occurrence_id, SignUp.person_id).where(SignUp.state == SIGNED_UP)
    return Counter((occurrence_id, person_id) for occurrence_id, person_id in db.session.execute(statement))


def assert_nothing_is_half_done() -> None:
    """Each sign-up and each order has exactly its audit entry and its message, and the books are right."""
    sign_ups = sorted(db.session.scalars(sa.select(SignUp.id)))
    assert sorted(_audited("signed_up", "sign_up")) == sign_ups
    assert _told("signed-up:%:inbox") == {f"signed-up:{id_}:inbox" for id_ in sign_ups}
    orders = {order.id: order.number for order in db.session.scalars(sa.select(Order))}
    placed = db.session.scalars(sa.select(AuditEntry.object_id).where(AuditEntry.act == "order_placed"))
    assert sorted(id_ for id_ in placed if id_ is not None) == sorted(orders)
    assert _told("order:%:placed:inbox") == {f"order:{number}:placed:inbox" for number in orders.values()}
    assert books.check().faults == []


def _audited(act: str, detail: str) -> list[int]:
    return [
        row[detail] for row in db.session.scalars(sa.select(AuditEntry.details).where(AuditEntry.act == act))
    ]


def _told(pattern: str) -> set[str]:
    return set(db.session.scalars(sa.select(Message.key).where(Message.key.like(pattern))))
