"""What the claimer and the wisher do with a published wish."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.core import clock, formats, transaction
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.wishes import policy, rules, service
from volunteer.wishes.forms import ConfirmForm, FulfilForm
from volunteer.wishes.views import pages, signed_in
from volunteer.wishes.views.reasons import home_of, with_reason
from volunteer.wishes.views.wall import visible, wish_page


def to_wish(wish_id: int) -> ResponseReturnValue:
    return redirect(url_for("wishes.wish", wish_id=wish_id), 303)


@pages.post("/wishes/<int:wish_id>/claim")
@signed_in
def claim(wish_id: int) -> ResponseReturnValue:
    try:
        taken = service.claim(actor=current_user, wish_id=wish_id)
    except Refused as refusal:
        transaction.give_up()
        return wish_page(wish_id, refusal=refusal)
    by_when = formats.moment(taken.contact_by)
    flash(_("谢谢您！请在 %(by_when)s 前联系心愿人。", by_when=by_when), "success")
    return to_wish(wish_id)


@pages.post("/wishes/<int:wish_id>/get-in-touch")
@signed_in
def get_in_touch(wish_id: int) -> ResponseReturnValue:
    row = visible(wish_id)
    if row.claimer_id != current_user.id and not policy.is_in_charge(current_user, row.area_path):
        raise NotFound
    try:
        service.get_in_touch(actor=current_user, wish_id=wish_id)
    except Refused as refusal:
        transaction.give_up()
        return wish_page(wish_id, refusal=refusal)
    flash(_("记下了，已经联系上。"), "success")
    return redirect(home_of(visible(wish_id)), 303)


@pages.route("/wishes/<int:wish_id>/cancel-claim", methods=["GET", "POST"])
@signed_in
def cancel_claim(wish_id: int) -> ResponseReturnValue:
    row = visible(wish_id)
    if row.claimer_id != current_user.id:
        raise NotFound
    return with_reason(
        row,
        service.cancel_claim,
        title=_("取消认领"),
        lead=_("来不了没关系，早点说，别的邻居就能接上。"),
        button=_("取消认领，放回心愿墙"),
        done=_("心愿回到心愿墙了，谢谢您告诉我们。"),
        back=url_for("wishes.wish", wish_id=wish_id),
    )


@pages.route("/wishes/<int:wish_id>/take-down", methods=["GET", "POST"])
@signed_in
def take_down(wish_id: int) -> ResponseReturnValue:
    """The wisher, who no longer agrees to publication, or staff."""
    row = visible(wish_id)
    if not policy.is_own(current_user.id, row.wisher_id) and not policy.is_in_charge(
        current_user, row.area_path
    ):
        raise NotFound
    return with_reason(
        row,
        service.take_down,
        title=_("撤下心愿"),
        lead=_("撤下以后，大家就看不到这个心愿了；有人认领的话，会告诉他不用来了。"),
        button=_("撤下这个心愿"),
        done=_("心愿已经撤下。"),
        back=home_of(row),
    )


@pages.post("/wishes/<int:wish_id>/take-back-note")
@signed_in
def take_back_note(wish_id: int) -> ResponseReturnValue:
    """The wisher, who no longer agrees that others read it, or staff."""
    row = visible(wish_id)
    service.take_back_note(actor=current_user, wish_id=wish_id)
    flash(_("不公开的话删掉了，谁也看不到了。"), "success")
    return redirect(home_of(row), 303)


@pages.route("/wishes/<int:wish_id>/fulfil", methods=["GET", "POST"])
@signed_in
def fulfil(wish_id: int) -> ResponseReturnValue:
    row = visible(wish_id)
    if row.claimer_id != current_user.id and not policy.is_in_charge(current_user, row.area_path):
        raise NotFound
    form = FulfilForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            service.fulfil(
                actor=current_user,
                wish_id=wish_id,
                fulfilled_on=form.fulfilled_on.data or clock.today(),
                note=form.note.data or "",
            )
            flash(_("太好了！我们请心愿人确认一下。"), "success")
            return redirect(home_of(row), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    page = render_template("wishes/fulfil.html", form=form, wish=row, back=home_of(row))
    return page, status


@pages.route("/wishes/<int:wish_id>/confirm", methods=["GET", "POST"])
@signed_in
def confirm(wish_id: int) -> ResponseReturnValue:
    row = visible(wish_id)
    own = policy.is_own(current_user.id, row.wisher_id)
    if not own and not policy.is_in_charge(current_user, row.area_path):
        raise NotFound
    form = ConfirmForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            _judge(wish_id, form)
            return redirect(url_for("wishes.mine") if own else home_of(row), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    page = render_template(
        "wishes/confirm.html",
        form=form,
        wish=row,
        own=own,
        waits=rules.may_follow("confirm", row.state),
        back=url_for("wishes.mine") if own else home_of(row),
    )
    return page, status


def _judge(wish_id: int, form: ConfirmForm) -> None:
    if form.answer.data == "no":
        service.deny(actor=current_user, wish_id=wish_id, note=form.reason.data or "")
        flash(_("知道了，我们请志愿者再联系一次。"), "success")
    else:
        service.confirm(actor=current_user, wish_id=wish_id, how=form.how.data)
        flash(_("确认好了，真为您高兴。"), "success")
