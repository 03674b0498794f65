"""What people are told about their orders."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.outbox.kinds import register

register(
    "order_placed",
    subject=_l("已为您留好：%(item)s"),
    body=_l(
        "%(item)s × %(quantity)s，用了 %(points)s 分，订单号 %(number)s。"
        "请在 %(until_at)s 之前到%(place)s爱心超市，出示取货码领取。"
    ),
    endpoint="points.my_order",
    link_values=("order_id",),
)
register(
    "order_collected",
    subject=_l("已经取走：%(item)s"),
    body=_l(
        "%(item)s × %(quantity)s 已经交到您手上，订单号 %(number)s。如果不是您取的，请马上告诉社区工作人员。"
    ),
    endpoint="points.my_order",
    link_values=("order_id",),
)
register(
    "order_returned",
    subject=_l("%(points)s 分已经退还给您"),
    body=_l("%(item)s × %(quantity)s 没有取走，已经放回货架，%(points)s 分退回您的账户。订单号 %(number)s。"),
    endpoint="points.my_order",
    link_values=("order_id",),
)


def about(*, number: str, order_id: int, item: Any, quantity: int, points: int) -> dict[str, Any]:
    """What every message about an order says."""
    return {
        "number": number,
        "order_id": order_id,
        "item": item.name,
        "item_en": item.name_en,
        "quantity": quantity,
        "points": points,
    }
