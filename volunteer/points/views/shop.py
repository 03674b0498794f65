"""What can be redeemed, and ordering it: for oneself, or for whom one acts."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.acting import policy as acting
from volunteer.acting import queries as acting_queries
from volunteer.acting.rules import REDEEM
from volunteer.core import inputs, transaction
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.people import pins
from volunteer.people.sessions import CARD
from volunteer.points import queries, rules, service
from volunteer.points.forms import OrderForm
from volunteer.points.views import pages


@pages.before_request
def check_pin() -> None:
    """Compared (30 ms) before the request's own transaction begins; a refusal waits for the view."""
    if request.method != "POST" or request.endpoint != "points.order" or not request.form.get("pin"):
        return
    ward = _ward(request.form.get("ward"))
    try:
        g.pin = pins.check(person_id=ward.person_id if ward else current_user.id, pin=request.form["pin"])
    except Refused as refusal:
        g.pin_refusal = refusal


@pages.get("/shop")
def shop() -> ResponseReturnValue:
    return _shop(_ward(request.args.get("for")))


@pages.post("/shop/<int:item_id>/order")
def order(item_id: int) -> ResponseReturnValue:
    ward = _ward(request.form.get("ward"))
    form = OrderForm()
    if not form.validate_on_submit() or form.quantity.data is None:
        return _shop(ward, _("请填写要几份，一次最多 100 份。")), 422
    try:
        if "pin_refusal" in g:
            raise g.pin_refusal
        placed = service.order(
            actor=current_user,
            item_id=item_id,
            quantity=form.quantity.data,
            person_id=ward.person_id if ward else None,
            pin=g.get("pin"),
        )
    except Refused as refusal:
        transaction.give_up()
        typed = (item_id, form.quantity.data)
        return _shop(ward, refusal.message, typed=typed), refusal.status
    return redirect(url_for("points.my_order", order_id=placed.id), 303)


def _ward(text: str | None) -> acting_queries.Pair | None:
    """For whom the visitor redeems, when not for oneself: somebody who gave that right, else nobody (404)."""
    if not text:
        return None
    person_id = inputs.whole_number(text, least=1, most=2**62)
    found = (ward for ward in acting.acts_for(current_user, REDEEM) if ward.person_id == person_id)
    if (ward := next(found, None)) is None:
        raise NotFound
    return ward


def _shop(
    ward: acting_queries.Pair | None, problem: str = "", *, typed: tuple[int, int] | None = None
) -> str:
    """`typed` is the item and how many were wanted when the order was refused."""
    balance = queries.points_of(ward.person_id if ward else current_user.id)
    return render_template(
        "points/shop.html",
        offers=queries.offers(ward or current_user, balance),
        balance=balance,
        problem=problem,
        few=rules.FEW,
        ward=ward,
        asks_pin=ward is not None or current_user.way == CARD,
        typed=typed or (0, 1),
    )
