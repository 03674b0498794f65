"""What is held about people in the tables of the shop; open orders end when an account is closed."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core.database import db
from volunteer.core.i18n import ngettext
from volunteer.people.personal import (
    Moving,
    declare,
    did,
    doer,
    goes,
    nothing_personal,
    owner,
    release,
    secret,
    stays,
)
from volunteer.people.personal_tables import LOOK_UP
from volunteer.points.models import HELD, Item, Order, StockMovement
from volunteer.points.service.returning import cancel_all


def _held(person_id: int) -> list[int]:
    mine = sa.select(Order.id).where(Order.person_id == person_id, Order.state == HELD)
    return list(db.session.scalars(mine.order_by(Order.id)))


def _words(person_id: int) -> str | None:
    count = len(_held(person_id))
    words = ngettext(
        "还没有取走的 %(num)s 份兑换会取消，东西放回货架，积分退回账上。",
        "还没有取走的 %(num)s 份兑换会取消，东西放回货架，积分退回账上。",
        count,
    )
    return words % {"num": count} if count else None


def cancel_orders(person_id: int, by: int | None) -> None:
    cancel_all(_held(person_id), by=by)


def watch_orders(moving: Moving) -> None:
    """An open order that ends later does so from the kept record's account: then nothing can be undone."""
    moving.watch(Order, _held(moving.gone_id), "state")


release(_words, cancel_orders)

declare(
    Order,
    _l("兑换的东西"),
    owner("person_id"),
    stays("id number item_id area_id quantity price_points state placed_at collect_from collect_until"),
    stays("ended_at hold_transfer_id end_transfer_id"),
    goes("code"),
    secret(LOOK_UP, "code_hash token_hash"),
    secret(_l("取货二维码里的随机字，和取货码是一回事。"), "token"),
    doer("placed_by_id handed_over_by_id"),
    settle=watch_orders,
)
did(StockMovement, "moved_by_id")
nothing_personal("what is on the shelf", Item)
