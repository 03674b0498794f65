"""The roll call on one screen."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import clock, inputs, transaction, uploads
from volunteer.core.errors import NotFound, Refused
from volunteer.core.formkey import without_form_key
from volunteer.core.i18n import gettext as _
from volunteer.hours import planned, policy, queries, service
from volunteer.hours import roll_call as calls
from volunteer.hours.comparing import compare
from volunteer.hours.planned import Planned
from volunteer.hours.roll_call import RollCall
from volunteer.hours.service import approving, proposed
from volunteer.hours.service.limits import NeedsApproval
from volunteer.hours.views import pages

KEPT_FROM = dt.timedelta(hours=24)  # before the start the page puts itself into the phone
KEPT_FOR = dt.timedelta(hours=48)  # after the end it no longer does
uploads.expect(pages, {"hours.propose"}, field="evidence")


@pages.route("/activities/<int:occurrence_id>/roll-call", methods=["GET", "POST"])
@login_required
def roll_call(occurrence_id: int) -> ResponseReturnValue:
    plan = plan_to_record(occurrence_id)
    if request.method == "GET":
        batch_id = queries.live_batch_id(plan.id) if plan.recorded_at else None
        if batch_id is not None:
            return redirect(url_for("hours.batch", batch_id=batch_id))
        return _page(calls.fresh(plan, current_user))
    call = calls.filled(plan, request.form, current_user)
    status = 422
    if plan.recorded_at is None and request.form.get("shown", call.shown) != call.shown:
        call.note = _("出勤有改动，合计跟着变了。请看一眼，再按一次“记录”。")
    elif call.is_right:
        try:
            batch = service.record(
                actor=current_user, occurrence_id=plan.id, marks=call.marks(), extension=call.extension
            )
            flash(_("记好了，每个人都会收到消息。"), "success")
            return redirect(url_for("hours.batch", batch_id=batch.id), 303)
        except Refused as refusal:
            transaction.give_up()
            call.errors.append(refusal.message)
            status = refusal.status
            return _page(call, is_sent=True, needs=isinstance(refusal, NeedsApproval)), status
    return _page(call, is_sent=True), status


@pages.post("/activities/<int:occurrence_id>/roll-call/propose")
@login_required
def propose(occurrence_id: int) -> ResponseReturnValue:
    """Hand the marks in for approval, with a reason and, for late ones, evidence."""
    plan = plan_to_record(occurrence_id)
    call = calls.filled(plan, request.form, current_user)
    if not call.is_right:
        return _page(call, is_sent=True), 422
    reason = request.form.get("approval_reason", "")
    try:
        approving.propose(
            actor=current_user,
            occurrence_id=plan.id,
            marks=call.marks(),
            extension=call.extension,
            reason=inputs.clean(reason, longest=300),
            evidence=uploads.sent(),
        )
        flash(_("已经交给社区，批准以后自动记上，结果会告诉您。"), "success")
        return redirect(url_for("activities.occurrence", occurrence_id=plan.id), 303)
    except Refused as refusal:
        transaction.give_up()
        call.errors.append(refusal.message)
        return _page(call, is_sent=True, needs=True, reason=reason), refusal.status


@pages.post("/activities/<int:occurrence_id>/roll-call/list")
@login_required
@without_form_key
def roll_call_list(occurrence_id: int) -> ResponseReturnValue:
    """Find, add or drop a walk-in, or count anew; nothing is stored and all marks are kept."""
    call = calls.filled(plan_to_record(occurrence_id), request.form, current_user)
    call.forgive_unchosen()
    deed = request.form.get("do", "")
    if deed in {"find", "count"} and (deed == "find" or request.form.get("find", "").strip()):
        call.search(request.form.get("find", ""))
    return _page(call, is_sent=True)


def plan_to_record(occurrence_id: int) -> Planned:
    """The date, for whoever may call its roll."""
    plan = planned.load(occurrence_id)
    if plan is None:
        raise NotFound
    if not policy.may_record(current_user, team_path=plan.team_path, area_path=plan.area_path):
        raise NotFound
    return plan


def _page(call: RollCall, **more: Any) -> str:
    """`is_sent`: the page answers a form, and what was marked stands in it; `needs`: others have to approve it."""
    plan = call.plan
    if plan.is_cancelled:
        return render_template("hours/roll_call_off.html", plan=plan)
    batch_id = queries.live_batch_id(plan.id) if plan.recorded_at else None
    if batch_id is not None:
        compare(call, batch_id)
    may_keep = batch_id is None and not plan.is_flexible
    return render_template(
        "hours/roll_call.html",
        call=call,
        plan=plan,
        sent_at=clock.now(),
        batch_id=batch_id,
        may_keep=may_keep,
        is_kept_at_once=may_keep and _is_near(plan),
        proposal=proposed.waiting_for(plan.id) if plan.is_proposed else None,
        **more,
    )


def _is_near(plan: Planned) -> bool:
    return plan.starts_at - KEPT_FROM <= clock.now() < plan.ends_at + KEPT_FOR
