"""The counter: find an order by its code or by the holder's card, and hand it over."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.acting.queries import person_by_card
from volunteer.core import clock, formats, transaction
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.formkey import without_form_key
from volunteer.core.i18n import gettext as _
from volunteer.points import policy, queries, service
from volunteer.points.forms import CodeForm
from volunteer.points.views import page_mark, pages


@pages.route("/counter", methods=["GET", "POST"])
@without_form_key
def counter() -> ResponseReturnValue:
    """Look-up is by POST, so that codes stand in no address and no log; repeating it changes nothing."""
    if not policy.may_work_some_counter(current_user):
        raise NotAllowed
    form = CodeForm()
    if form.validate_on_submit():
        if (holder_id := person_by_card(form.code.data)) is not None:
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


def _counter(*, found: queries.Slip | None = None, problem: str = "", typed: str = "", more: int = 0) -> str:
    """The field is always empty: a scanner types its code at the end of whatever stands there."""
    slips = queries.waiting(current_user, after=page_mark("after"))
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
