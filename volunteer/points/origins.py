"""How movements of points by orders are named on 'my time'."""

from __future__ import annotations

import sqlalchemy as sa
from flask import url_for

from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.hours import origins
from volunteer.hours.origins import Origin
from volunteer.points.models import Item, Order

PREFIX = "order:"


def describe(operations: list[str]) -> dict[str, Origin]:
    """'order:D2026-000012' → the item, the pieces, and the order's page."""
    numbers = [operation.removeprefix(PREFIX) for operation in operations]
    rows = db.session.execute(
        sa.select(Order, Item).join(Item, Item.id == Order.item_id).where(Order.number.in_(numbers))
    )
    return {
        PREFIX + order.number: Origin(
            title=_("兑换：%(item)s × %(quantity)s", item=item.label, quantity=order.quantity),
            meta=_("订单 %(number)s", number=order.number),
            href=url_for("points.my_order", order_id=order.id),
        )
        for order, item in rows
    }


origins.register(PREFIX, describe)
