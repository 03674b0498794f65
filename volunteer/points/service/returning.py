"""Points and stock go back: cancelled by the person, or not collected in time (R106, R114)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.acting import endings
from volunteer.acting import messages as acts
from volunteer.acting.service import leave_receipt
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.outbox import service as outbox
from volunteer.points import policy
from volunteer.points.models import CANCELLED, EXPIRED, HELD, Order
from volunteer.points.service import ending, holding, shelf


class NotHeld(Refused):
    sentence = _l("这一单已经取走或者已经结束，不能再取消。")


def cancel_order(*, actor: Any, order_id: int) -> None:
    """Give back points and stock while the order waits; for the person, a helper, or staff at the counter."""
    row = ending.load(order_id)
    if row is None or not policy.may_order_for(actor, person_id=row.person_id, person_area_path=row.path):
        raise NotFound
    if row.state != HELD:
        raise NotHeld
    _give_back(row, CANCELLED, now=clock.now(), by=actor.id)
    leave_receipt(
        actor=actor, person_id=row.person_id, act=acts.ORDER_CANCELLED, kind="order", object_id=order_id,
        number=row.number, item=row.name, item_en=row.name_en, quantity=row.quantity,
    )  # fmt: skip


def cancel_all(order_ids: list[int], *, by: int | None) -> None:
    """Give back points and stock of several waiting orders, for a caller that has asked whether it may."""
    for order_id in _by_item(Order.id.in_(order_ids)):
        row = ending.load(order_id)
        assert row is not None, "an order is never deleted"
        _give_back(row, CANCELLED, now=clock.now(), by=by)


@endings.register
def cancel_of_helper(person_id: int, helper_id: int, by: int) -> int:
    """What the helper ordered without the person's PIN and nobody has collected; how many orders it was."""
    theirs = (
        Order.person_id == person_id,
        Order.placed_by_id == helper_id,
        Order.state == HELD,
        Order.collect_from.is_not(None),
    )
    return sum(_is_cancelled(order_id, by) for order_id in _by_item(*theirs))


def _by_item(*which: Any) -> list[int]:
    """Whoever gives back several orders takes the rows of the shelf in one order: no deadlock."""
    statement = sa.select(Order.id).where(*which).order_by(Order.item_id, Order.id)
    return list(db.session.scalars(statement))


def _is_cancelled(order_id: int, by: int) -> bool:
    row = ending.load(order_id)
    assert row is not None, "an order is never deleted"
    try:
        _give_back(row, CANCELLED, now=clock.now(), by=by)
    except Refused:  # handed over or cancelled between the look and the update: nothing was written
        return False
    return True


def due_order_ids(now: dt.datetime) -> list[int]:
    """Orders whose time to collect has passed, the longest waiting first; the job ends each by `expire`."""
    statement = (
        sa.select(Order.id)
        .where(Order.state == HELD, Order.collect_until <= now)
        .order_by(Order.collect_until, Order.id)
        .limit(1000)
    )
    return list(db.session.scalars(statement))


def expire(order_id: int, now: dt.datetime) -> bool:
    """Give back points and stock of an order not collected in time; False if it was ended meanwhile.

    Call it in a transaction of its own.
    """
    row = ending.load(order_id)
    if row is None or row.state != HELD or row.collect_until > now:
        return False
    try:
        _give_back(row, EXPIRED, now=now, by=None)
    except Refused:  # handed over or cancelled between the look and the update: nothing was written
        return False
    return True


def _give_back(row: Any, state: str, *, now: dt.datetime, by: int | None) -> None:
    change = {"available": row.quantity, "held": -row.quantity}
    ending.end_order(row.id, state, now=now, by=by)
    shelf.change(row.item_id, **change)
    transfer_id = holding.move_on(
        row, to=row.main_account_id, kind="order_returned", key="return", now=now, by=by
    )
    ending.keep_transfer(row.id, transfer_id)
    shelf.write_down(row.item_id, "put_back", **change, order_id=row.id, moved_by_id=by, now=now)
    audit.record(actor_id=by, act=f"order_{state}", kind="order", id=row.id)
    outbox.tell(ending.note(row, "order_returned"))
