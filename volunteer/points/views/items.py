"""Items and their stock, for who keeps it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.core import transaction
from volunteer.core.errors import NotAllowed, Refused
from volunteer.core.i18n import gettext as _
from volunteer.points import policy, queries, service
from volunteer.points.forms import ItemForm, OfferedForm, StockForm
from volunteer.points.views import pages


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
