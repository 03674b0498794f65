"""The shelf: how many of an item are free and how many are set aside, and the stock's own book (R110)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.points.models import Item, StockMovement

_ITEM: Any = Item.__table__
_MOVEMENT: Any = StockMovement.__table__


class SoldOut(Refused):
    sentence = _l("库存不够了，现在还有 %(available)s 份。请换一样，或者过几天再来看看。")


def set_aside(item: Any, quantity: int) -> None:
    """The guard that holds even if somebody forgets the lock: only what is there can be set aside."""
    result: Any = db.session.execute(
        sa.update(_ITEM)
        .where(_ITEM.c.id == item.id, _ITEM.c.available >= quantity, _ITEM.c.offered.is_(True))
        .values(available=_ITEM.c.available - quantity, held=_ITEM.c.held + quantity)
    )
    if result.rowcount != 1:
        raise SoldOut(available=item.available)


def change(item_id: int, *, available: int, held: int) -> None:
    """What was set aside leaves or goes back."""
    db.session.execute(
        sa.update(_ITEM)
        .where(_ITEM.c.id == item_id)
        .values(available=_ITEM.c.available + available, held=_ITEM.c.held + held)
    )


def write_down(
    item_id: int,
    kind: str,
    *,
    available: int,
    held: int,
    now: dt.datetime,
    moved_by_id: int | None,
    order_id: int | None = None,
    note: str = "",
) -> None:
    """One line of the stock's own book, for each change of its two figures."""
    row = {
        "item_id": item_id,
        "kind": kind,
        "available_change": available,
        "held_change": held,
        "order_id": order_id,
        "note": note,
        "moved_at": now,
        "moved_by_id": moved_by_id,
    }
    db.session.execute(sa.insert(_MOVEMENT).values(**row))
