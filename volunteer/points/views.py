"""The love supermarket: shop, orders, counter, items."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.acting import policy as acting
from volunteer.acting import queries as acting_queries
from volunteer.acting.rules import REDEEM
from volunteer.core import clock, formats, inputs, scanned, transaction
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.formkey import without_form_key
from volunteer.core.i18n import gettext as _
from volunteer.people import pins
from volunteer.people.identity import login_manager
from volunteer.people.sessions import CARD
from volunteer.points import origins, policy, queries, rules, service  # noqa: F401 - origins register
from volunteer.points.forms import CodeForm, ItemForm, OfferedForm, OrderForm, StockForm

pages = Blueprint("points", __name__)


@pages.before_request
def require_sign_in() -> ResponseReturnValue | None:
    if current_user.is_authenticated:
        return None
    answer: ResponseReturnValue = login_manager.unauthorized()
    return answer


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
    except NotFound:
        raise
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


@pages.get("/orders")
def my_orders() -> ResponseReturnValue:
    slips = queries.orders_of(current_user.id, before=_page_mark("before"))
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
    except NotFound:
        raise
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


@pages.route("/counter", methods=["GET", "POST"])
@without_form_key
def counter() -> ResponseReturnValue:
    """Look-up is by POST, so that codes stand in no address and no log; repeating it changes nothing."""
    _require_counter()
    form = CodeForm()
    if form.validate_on_submit():
        if (holder_id := acting_queries.person_by_card(form.code.data)) is not None:
            return _counter_of(holder_id)
        try:
            order_id = service.find_by_code(actor=current_user, text=form.code.data)
            return _counter(found=queries.slip(order_id))
        except Refused as refusal:
            transaction.give_up()
            return _counter(problem=refusal.message, typed=form.code.data), refusal.status
    if form.is_submitted():
        return _counter(problem=form.code.errors[0]), 422
    return _counter()


@pages.post("/counter/<int:order_id>/hand-over")
def hand_over(order_id: int) -> ResponseReturnValue:
    if not policy.may_work_some_counter(current_user):
        raise NotFound
    try:
        service.hand_over(actor=current_user, order_id=order_id)
    except NotFound:
        raise
    except Refused as refusal:
        transaction.give_up()
        return _counter(found=queries.slip(order_id), problem=refusal.message), refusal.status
    slip = queries.slip(order_id)
    assert slip is not None, "it was just handed over"
    flash(
        _(
            "已交付：%(item)s × %(quantity)s，给%(name)s。",
            item=slip.item.label,
            quantity=slip.order.quantity,
            name=formats.masked_name(slip.person_name),
        ),
        "success",
    )
    return redirect(url_for("points.counter"), 303)


def _counter_of(person_id: int) -> ResponseReturnValue:
    """A card was scanned: what its holder can collect here, one at a time; the next by scanning again."""
    slips = queries.waiting(current_user, person_id=person_id)
    now = clock.now()
    ready = sorted(slips, key=lambda slip: slip.is_too_early(now))
    if not ready:
        return _counter(problem=_("这位居民没有等着在这里取的东西。")), 404
    return _counter(found=ready[0], more=len(ready) - 1)


def _require_counter() -> None:
    if not policy.may_work_some_counter(current_user):
        raise NotAllowed


def _counter(*, found: queries.Slip | None = None, problem: str = "", typed: str = "", more: int = 0) -> str:
    """The field is always empty: a scanner types its code at the end of whatever stands there."""
    slips = queries.waiting(current_user, after=_page_mark("after"))
    shown = slips[: queries.PAGE]
    next_url = url_for("points.counter", after=shown[-1].order.id) if len(slips) > queries.PAGE else None
    return render_template(
        "points/counter.html",
        form=CodeForm(formdata=None),
        found=found,
        more=more,
        is_errand=found is not None
        and found.order.placed_by_id == current_user.id
        and found.order.collect_from is not None,
        is_too_early=found is not None and found.is_too_early(clock.now()),
        is_own=found is not None and found.order.person_id == current_user.id,
        problem=problem,
        typed=typed,
        slips=shown,
        next_url=next_url,
    )


@pages.route("/desk/items", methods=["GET", "POST"])
def items() -> ResponseReturnValue:
    form = _item_form()
    if form.validate_on_submit():
        try:
            item = service.add_item(actor=current_user, **_values(form))
            flash(_("已上架：%(item)s。", item=item.name), "success")
            return redirect(url_for("points.items"), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
    return _items(form=form), 422 if form.is_submitted() else 200


@pages.post("/desk/items/<int:item_id>/stock")
def stock_in(item_id: int) -> ResponseReturnValue:
    service.own_item(current_user, item_id)
    form = StockForm()
    if form.validate_on_submit() and form.quantity.data is not None:
        try:
            service.stock_in(
                actor=current_user, item_id=item_id, quantity=form.quantity.data, note=form.note.data or ""
            )
            flash(_("已入库 %(quantity)s 份。", quantity=form.quantity.data), "success")
            return redirect(url_for("points.items"), 303)
        except NotFound:
            raise
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
    return _items(form=_item_form(fresh=True), stock_form=form, stock_item_id=item_id), 422


@pages.post("/desk/items/<int:item_id>/offered")
def set_offered(item_id: int) -> ResponseReturnValue:
    service.own_item(current_user, item_id)
    form = OfferedForm()
    if not form.validate_on_submit():
        return _items(form=_item_form(fresh=True)), 422
    service.set_offered(actor=current_user, item_id=item_id, offered=form.offered.data == "1")
    return redirect(url_for("points.items"), 303)


def _item_form(*, fresh: bool = False) -> ItemForm:
    """With the areas of the actor's counters to choose from; only for those who keep stock."""
    if not policy.may_keep_some_stock(current_user):
        raise NotAllowed
    form = ItemForm(formdata=None) if fresh else ItemForm()
    form.area_id.choices = [(area.id, area.label) for area in queries.kept_areas(current_user)]
    return form


def _values(form: ItemForm) -> dict[str, Any]:
    return {
        name: form[name].data for name in ("area_id", "code", "name", "name_en", "price_points", "quantity")
    }


def _items(*, form: ItemForm, stock_form: StockForm | None = None, stock_item_id: int | None = None) -> str:
    return render_template(
        "points/items.html",
        form=form,
        items=queries.kept_items(current_user),
        stock_form=stock_form,
        stock_item_id=stock_item_id,
    )


def _page_mark(name: str) -> int | None:
    text = request.args.get(name)
    return inputs.whole_number(text, least=0, most=10**15) if text else None
