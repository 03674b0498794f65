"""How an order ends, once: what ends it, and what is written for each way."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.core import formats
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.ledger import service as ledger
from volunteer.ledger.models import Account, Transfer
from volunteer.outbox import service as outbox
from volunteer.points import messages
from volunteer.points.models import CANCELLED, COLLECTED, EXPIRED, HELD, Item, Order
from volunteer.points.service.holding import is_account

_ORDER: Any = Order.__table__


class AlreadyCollected(Refused):
    sentence = _l("这一单已经在 %(when)s 交付过了，不能再交付一次。")


class Returned(Refused):
    sentence = _l("这一单没有按时取走或者已经取消，积分已经退还，不能交付。")


def load(order_id: int) -> Any:
    """What ending an order needs, in one statement.

    The held points stand on the account of whose order it is: of the record that stayed, if the one that
    ordered was merged into another since.
    """
    main, held = sa.orm.aliased(Account), sa.orm.aliased(Account)
    return db.session.execute(
        sa.select(
            Order.id,
            Order.number,
            Order.person_id,
            Order.item_id,
            Order.quantity,
            Order.state,
            Order.collect_from,
            Order.placed_by_id,
            Order.collect_until,
            Area.path,
            Item.name,
            Item.name_en,
            Transfer.amount,
            main.id.label("main_account_id"),
            held.id.label("held_account_id"),
        )
        .join(Item, Item.id == Order.item_id)
        .join(Area, Area.id == Order.area_id)
        .join(Transfer, Transfer.id == Order.hold_transfer_id)
        .join(main, is_account(main, Order.person_id, ledger.MAIN))
        .join(held, is_account(held, Order.person_id, ledger.HELD))
        .where(Order.id == order_id)
    ).first()


def end_order(order_id: int, state: str, *, now: dt.datetime, by: int | None) -> None:
    """Take the order from held to another state; only the first who tries succeeds."""
    handed_over_by = {"handed_over_by_id": by} if state == COLLECTED else {}
    result: Any = db.session.execute(
        sa.update(_ORDER)
        .where(_ORDER.c.id == order_id, _ORDER.c.state == HELD)
        .values(state=state, ended_at=now, **handed_over_by)
    )
    if result.rowcount == 1:
        return
    how = sa.select(_ORDER.c.state, _ORDER.c.ended_at).where(_ORDER.c.id == order_id)
    ended = db.session.execute(how).one()
    if ended.state == COLLECTED:
        raise AlreadyCollected(when=formats.moment(ended.ended_at))
    assert ended.state in {EXPIRED, CANCELLED}
    raise Returned


def keep_transfer(order_id: int, transfer_id: int) -> None:
    """With which movement of the points it ended."""
    db.session.execute(sa.update(_ORDER).where(_ORDER.c.id == order_id).values(end_transfer_id=transfer_id))


def note(row: Any, kind: str) -> outbox.Note:
    return outbox.Note(
        key=f"order:{row.number}:ended",
        kind=kind,
        person_id=row.person_id,
        payload=messages.about(
            number=row.number, order_id=row.id, item=row, quantity=row.quantity, points=row.amount
        ),
    )
