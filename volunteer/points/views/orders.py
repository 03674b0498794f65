"""One's own orders: the pick-up code, and cancelling."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.core import clock, scanned, transaction
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.points import policy, queries, service
from volunteer.points.views import page_mark, pages


@pages.get("/orders")
def my_orders() -> ResponseReturnValue:
    slips = queries.orders_of(current_user.id, before=page_mark("before"))
    shown = slips[: queries.PAGE]
    more = url_for("points.my_orders", before=shown[-1].order.id) if len(slips) > queries.PAGE else None
    return render_template("points/my_orders.html", slips=shown, next_url=more)


@pages.get("/orders/<int:order_id>")
def my_order(order_id: int) -> ResponseReturnValue:
    return _my_order(order_id)


@pages.post("/orders/<int:order_id>/cancel")
def cancel_order(order_id: int) -> ResponseReturnValue:
    _own_slip(order_id)
    try:
        service.cancel_order(actor=current_user, order_id=order_id)
    except Refused as refusal:
        transaction.give_up()
        return _my_order(order_id, refusal.message), refusal.status
    flash(_("已取消，积分已经退还。"), "success")
    return redirect(url_for("points.my_order", order_id=order_id), 303)


def _my_order(order_id: int, problem: str = "") -> str:
    slip = _own_slip(order_id)
    picture = scanned.picture(slip.order.token, scale=6)
    return render_template(
        "points/my_order.html",
        slip=slip,
        picture=picture,
        problem=problem,
        is_own=slip.order.person_id == current_user.id,
        is_too_early=slip.is_too_early(clock.now()),
    )


def _own_slip(order_id: int) -> queries.Slip:
    """The order with its code, for the person and for who placed it on their behalf."""
    slip = queries.slip(order_id)
    if slip is None or not policy.may_see_code(
        current_user,
        person_id=slip.order.person_id,
        placed_by_id=slip.order.placed_by_id,
        area_path=slip.home_path,
    ):
        raise NotFound
    return slip
