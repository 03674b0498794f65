"""Taking a place: with companions, in a position, by waiting for one; and how many places there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.activities import managed, service
from volunteer.activities.signing import place
from volunteer.activities.signing.forms import CapacityForm
from volunteer.activities.views import pages
from volunteer.activities.views.occurrence import (
    check_may_act_for,
    date_page,
    refused,
    sign_in_first,
    to_date,
)
from volunteer.activities.views.typed import companions, position_id
from volunteer.core import transaction
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _


@pages.post("/activities/<int:occurrence_id>/sign-up")
def sign_up(occurrence_id: int) -> ResponseReturnValue:
    def deed() -> None:
        service.sign_up(
            actor=current_user,
            occurrence_id=occurrence_id,
            position_id=position_id(),
            companions=companions(),
        )
        flash(_("报名成功，到时候见！"), "success")

    return _do(occurrence_id, deed)


@pages.post("/activities/<int:occurrence_id>/companions")
def change_companions(occurrence_id: int) -> ResponseReturnValue:
    """More or fewer people come along; the place itself stays."""

    def deed() -> None:
        service.change_companions(actor=current_user, occurrence_id=occurrence_id, companions=companions())
        flash(_("改好了，其他都没有变。"), "success")

    return _do(occurrence_id, deed)


@pages.post("/activities/<int:occurrence_id>/wait")
def join_line(occurrence_id: int) -> ResponseReturnValue:
    def deed() -> None:
        service.join_line(actor=current_user, occurrence_id=occurrence_id, position_id=position_id())
        flash(_("排上了。有名额时会发消息问您，请留意。"), "success")

    return _do(occurrence_id, deed)


@pages.post("/activities/<int:occurrence_id>/leave-line")
def leave_line(occurrence_id: int) -> ResponseReturnValue:
    """Also declines what is offered."""

    def deed() -> None:
        service.leave_line(actor=current_user, occurrence_id=occurrence_id)
        flash(_("好的，这次就不等了。谢谢您告诉我们。"), "success")

    return _do(occurrence_id, deed)


@pages.post("/activities/<int:occurrence_id>/accept")
def accept_offer(occurrence_id: int) -> ResponseReturnValue:
    def deed() -> None:
        service.accept_offer(actor=current_user, occurrence_id=occurrence_id)
        flash(_("报名成功，到时候见！"), "success")

    return _do(occurrence_id, deed)


@pages.post("/activities/<int:occurrence_id>/wards/<int:person_id>/wait")
def join_line_ward(occurrence_id: int, person_id: int) -> ResponseReturnValue:
    def deed() -> None:
        service.join_line(
            actor=current_user,
            occurrence_id=occurrence_id,
            person_id=person_id,
            position_id=position_id(),
        )
        flash(_("替他排上了，他会收到消息。"), "success")

    return _do_for_ward(occurrence_id, person_id, deed)


@pages.post("/activities/<int:occurrence_id>/wards/<int:person_id>/accept")
def accept_offer_ward(occurrence_id: int, person_id: int) -> ResponseReturnValue:
    def deed() -> None:
        service.accept_offer(actor=current_user, occurrence_id=occurrence_id, person_id=person_id)
        flash(_("替他报好名了，他会收到消息。"), "success")

    return _do_for_ward(occurrence_id, person_id, deed)


@pages.post("/activities/<int:occurrence_id>/wards/<int:person_id>/leave-line")
def leave_line_ward(occurrence_id: int, person_id: int) -> ResponseReturnValue:
    def deed() -> None:
        service.leave_line(actor=current_user, occurrence_id=occurrence_id, person_id=person_id)
        flash(_("替他退出了排队，他会收到消息。"), "success")

    return _do_for_ward(occurrence_id, person_id, deed)


@pages.post("/activities/<int:occurrence_id>/capacity")
def change_capacity(occurrence_id: int) -> ResponseReturnValue:
    """The places of this date, and of its positions."""
    if not current_user.is_authenticated:
        return sign_in_first(occurrence_id)
    managed.date(current_user, occurrence_id)
    posts = place.of_date(occurrence_id)
    form = CapacityForm.with_positions(posts)
    if form.validate_on_submit():
        try:
            offered = service.change_capacity(
                actor=current_user,
                occurrence_id=occurrence_id,
                capacity=form.capacity.data or 0,
                positions=form.positions(posts),
            )
            flash(_said(offered), "success")
            return to_date(occurrence_id)
        except Refused as refusal:
            form.refuse(refusal)
    transaction.give_up()
    return date_page(occurrence_id, capacity=form), 422


@pages.post("/activities/<int:occurrence_id>/positions/<int:position_id>/<any(open,close):deed>")
def open_position(occurrence_id: int, position_id: int, deed: str) -> ResponseReturnValue:
    """Take people for this position on this date, or no more."""
    if not current_user.is_authenticated:
        return sign_in_first(occurrence_id)
    managed.date(current_user, occurrence_id)
    try:
        if deed == "open":
            offered = service.open_position(
                actor=current_user, occurrence_id=occurrence_id, position_id=position_id
            )
            flash_text = _said(offered)
        else:
            service.close_position(actor=current_user, occurrence_id=occurrence_id, position_id=position_id)
            flash_text = _("这个岗位这一场不再收人，已报名的不变。")
    except Refused as refusal:
        return refused(occurrence_id, refusal)
    flash(flash_text, "success")
    return to_date(occurrence_id)


def _said(offered: int) -> str:
    if offered:
        return _("改好了，已经问了排在前面的 %(count)s 位。", count=offered)
    return _("改好了。")


def _do(occurrence_id: int, deed: Callable[[], Any]) -> ResponseReturnValue:
    """Do it and show the date; what is refused stands on the page."""
    if not current_user.is_authenticated:
        return sign_in_first(occurrence_id)
    try:
        deed()
    except Refused as refusal:
        return refused(occurrence_id, refusal, guests=companions())
    return to_date(occurrence_id)


def _do_for_ward(occurrence_id: int, person_id: int, deed: Callable[[], Any]) -> ResponseReturnValue:
    if not current_user.is_authenticated:
        return sign_in_first(occurrence_id)
    check_may_act_for(person_id)
    return _do(occurrence_id, deed)
