"""The roll call, and the batch that it recorded."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import transaction
from volunteer.core.errors import NotFound, Refused
from volunteer.core.formkey import without_form_key
from volunteer.core.i18n import gettext as _
from volunteer.hours import planned, policy, queries, service, words
from volunteer.hours import roll_call as calls
from volunteer.hours.forms import ReverseForm
from volunteer.hours.planned import Planned
from volunteer.hours.roll_call import RollCall
from volunteer.hours.views import pages


@pages.route("/activities/<int:occurrence_id>/roll-call", methods=["GET", "POST"])
@login_required
def roll_call(occurrence_id: int) -> ResponseReturnValue:
    plan = _plan(occurrence_id)
    if request.method == "GET":
        batch_id = queries.live_batch_id(plan.id) if plan.recorded_at else None
        if batch_id is not None:
            return redirect(url_for("hours.batch", batch_id=batch_id))
        return _roll_call_page(calls.fresh(plan))
    call = calls.filled(plan, request.form)
    status = 422
    if request.form.get("shown", call.shown) != call.shown:
        call.note = _("出勤有改动，合计跟着变了。请看一眼，再按一次“记录”。")
    elif call.is_right:
        try:
            batch = service.record(actor=current_user, occurrence_id=plan.id, marks=call.marks())
            flash(_("记好了，每个人都会收到消息。"), "success")
            return redirect(url_for("hours.batch", batch_id=batch.id), 303)
        except Refused as refusal:
            transaction.give_up()
            call.errors.append(refusal.message)
            status = refusal.status
    return _roll_call_page(call), status


@pages.post("/activities/<int:occurrence_id>/roll-call/list")
@login_required
@without_form_key
def roll_call_list(occurrence_id: int) -> ResponseReturnValue:
    """Find, add or drop a walk-in, or count anew; nothing is stored and all marks are kept."""
    call = calls.filled(_plan(occurrence_id), request.form)
    deed = request.form.get("do", "")
    if deed in {"find", "count"} and (deed == "find" or request.form.get("find", "").strip()):
        call.search(request.form.get("find", ""))
    return _roll_call_page(call)


def _plan(occurrence_id: int) -> Planned:
    plan = planned.load(occurrence_id)
    if plan is None:
        raise NotFound
    if not policy.may_record(current_user, team_path=plan.team_path, area_path=plan.area_path):
        raise NotFound
    return plan


def _roll_call_page(call: RollCall) -> str:
    return render_template("hours/roll_call.html", call=call, plan=call.plan, words=words)


@pages.get("/batches/<int:batch_id>")
@login_required
def batch(batch_id: int) -> ResponseReturnValue:
    return _batch_page(batch_id, ReverseForm(formdata=None))


@pages.post("/batches/<int:batch_id>/reverse")
@login_required
def reverse(batch_id: int) -> ResponseReturnValue:
    _load_to_reverse(batch_id)
    form = ReverseForm()
    status = 422
    if form.validate_on_submit():
        try:
            service.reverse(actor=current_user, batch_id=batch_id, reason=form.reason.data or "")
            flash(_("已经冲正，每个人都会收到消息。现在可以重新点名。"), "success")
            return redirect(url_for("hours.batch", batch_id=batch_id), 303)
        except Refused as refusal:
            transaction.give_up()
            if refusal.status in {403, 404}:
                raise
            form.refuse(refusal)
            status = refusal.status
    return _batch_page(batch_id, form), status


def _load(batch_id: int) -> tuple[Any, Planned]:
    """The batch with its occurrence, for who may see it."""
    row = queries.batch(batch_id)
    plan = planned.load(row.occurrence_id) if row else None
    if plan is None:
        raise NotFound
    if not policy.may_see_batch(current_user, team_path=plan.team_path, area_path=plan.area_path):
        raise NotFound
    return row, plan


def _load_to_reverse(batch_id: int) -> None:
    row, plan = _load(batch_id)
    if not policy.may_reverse(
        current_user, team_path=plan.team_path, area_path=plan.area_path, recorded_at=row.recorded_at
    ):
        raise NotFound


def _batch_page(batch_id: int, form: ReverseForm) -> str:
    row, plan = _load(batch_id)
    team_path, area_path = plan.team_path, plan.area_path
    is_live = row.reversed_at is None
    return render_template(
        "hours/batch.html",
        batch=row,
        plan=plan,
        records=queries.records(batch_id),
        form=form,
        may_reverse=is_live
        and policy.may_reverse(
            current_user, team_path=team_path, area_path=area_path, recorded_at=row.recorded_at
        ),
        may_record=plan.recorded_at is None
        and policy.may_record(current_user, team_path=team_path, area_path=area_path),
        words=words,
    )
