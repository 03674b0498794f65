"""The counter: helpers of somebody without a phone, large type, the card and the PIN."""

from __future__ import annotations

from collections.abc import Callable

import segno
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from markupsafe import Markup

from volunteer.acting import queries, service
from volunteer.acting.forms import CardForm, DeskHelperForm, TypeSizeForm
from volunteer.acting.views import pages
from volunteer.acting.views.loading import open_served, served
from volunteer.areas import queries as areas
from volunteer.core import scanned, transaction
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.people.policy import helps, may_see_record
from volunteer.people.rules import UnknownChoice


@pages.before_request
def hash_before_writing() -> None:
    """A PIN is hashed (30 ms) before the request's own transaction begins, for whoever may make one."""
    if request.method != "POST" or request.endpoint != "acting.card" or not current_user.is_authenticated:
        return
    if request.form.get("do") in {"issue", "pin"}:
        served(int((request.view_args or {})["person_id"]))
        g.new_pin = service.make_pin()


def _new_pin() -> service.NewPin:
    return g.get("new_pin") or service.make_pin()


@pages.route("/desk/people/<int:person_id>/helpers", methods=["GET", "POST"])
@login_required
def desk_helpers(person_id: int) -> ResponseReturnValue:
    person, area = open_served(person_id, page="helpers")
    form = DeskHelperForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            service.record_helper(
                actor=current_user,
                person_id=person_id,
                who=form.who.data,
                relation=form.relation.data,
                rights=form.rights.data or [],
                way=form.way.data,
            )
            flash(_("登记好了，两个人都会收到消息。"), "success")
            return redirect(url_for("acting.desk_helpers", person_id=person_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
            person, area = served(person_id)
    return render_template(
        "acting/desk_helpers.html",
        person=person,
        area=area,
        form=form,
        helpers=queries.helpers_of(person_id),
        sees_record=may_see_record(current_user, area.path),
    ), status


@pages.post("/desk/people/<int:person_id>/helpers/<int:delegation_id>/end")
@login_required
def desk_end_help(person_id: int, delegation_id: int) -> ResponseReturnValue:
    served(person_id)
    if queries.between(delegation_id)[0] != person_id:
        raise NotFound
    service.end(actor=current_user, delegation_id=delegation_id)
    flash(_("去掉了，两个人都会收到消息。"), "success")
    return redirect(url_for("acting.desk_helpers", person_id=person_id), 303)


@pages.post("/desk/people/<int:person_id>/type-size")
@login_required
def desk_type_size(person_id: int) -> ResponseReturnValue:
    served(person_id)
    form = TypeSizeForm()
    if not form.validate_on_submit():
        raise UnknownChoice
    is_large = form.large.data == "1"
    service.set_type_size(actor=current_user, person_id=person_id, is_large=is_large)
    flash(_("换好了，他下次打开就是大字。") if is_large else _("换好了，他下次打开就是标准字。"), "success")
    return redirect(url_for("acting.desk_helpers", person_id=person_id), 303)


@pages.route("/desk/people/<int:person_id>/card", methods=["GET", "POST"])
@login_required
def card(person_id: int) -> ResponseReturnValue:
    """Make, print or end the card, or make a PIN.

    The paper is the answer to the form: a PIN is shown once, and sending the form again leads back to the page.
    """
    open_served(person_id, page="card")
    form = CardForm()
    if request.method == "GET":
        return _card_page(person_id)
    if not form.validate_on_submit():
        return _card_page(person_id, _("请从列出的选项里选。")), 422
    try:
        return _DEEDS[form.do.data](person_id)
    except Refused as refusal:
        transaction.give_up()
        return _card_page(person_id, refusal.message), refusal.status


def _issue(person_id: int) -> ResponseReturnValue:
    pin = _new_pin()
    is_new_pin = service.issue_card(actor=current_user, person_id=person_id, pin=pin)
    return _paper(person_id, digits=pin.digits if is_new_pin else "", has_card=True)


def _print(person_id: int) -> ResponseReturnValue:
    service.print_card(actor=current_user, person_id=person_id)
    return _paper(person_id, has_card=True)


def _make_pin(person_id: int) -> ResponseReturnValue:
    pin = _new_pin()
    service.set_pin(actor=current_user, person_id=person_id, pin=pin)
    return _paper(person_id, digits=pin.digits, has_card=False)


def _end(person_id: int) -> ResponseReturnValue:
    service.end_card(actor=current_user, person_id=person_id)
    flash(_("挂失好了，那张邻里卡什么也打不开了。"), "success")
    return redirect(url_for("acting.card", person_id=person_id), 303)


_DEEDS: dict[str, Callable[[int], ResponseReturnValue]] = {
    "issue": _issue,
    "print": _print,
    "pin": _make_pin,
    "end": _end,
}


def _card_page(person_id: int, problem: str = "") -> str:
    person, area = served(person_id)
    return render_template(
        "acting/card.html",
        person=person,
        area=area,
        card=queries.card_of(person_id),
        problem=problem,
        helps=helps(current_user, person_id),
        sees_record=may_see_record(current_user, area.path),
    )


def _paper(person_id: int, *, digits: str = "", has_card: bool) -> str:
    person, area = served(person_id)
    picture = Markup()
    card = queries.card_of(person_id) if has_card else None
    if card is not None:
        address = scanned.outside_address("acting.open_card", token=card.token)
        drawn = segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True)
        picture = Markup(drawn)
    return render_template(
        "acting/card_paper.html",
        person=person,
        area=area,
        counter=areas.with_counter(area),
        card=card,
        picture=picture,
        digits=digits,
    )
