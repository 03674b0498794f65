"""The leader's answers to what people reported of a flexible task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import details
from volunteer.activities.planning import plan_words
from volunteer.attendance import policy, service, task_queries
from volunteer.attendance.models import REPORTED, TaskReport
from volunteer.attendance.service.task_answers import MOST_AT_ONCE, seen_as
from volunteer.attendance.task_forms import ConfirmForm, RefuseForm
from volunteer.attendance.views import pages
from volunteer.core import clock, transaction
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext


@pages.get("/activities/<int:occurrence_id>/task-reports")
@login_required
def task_reports(occurrence_id: int) -> ResponseReturnValue:
    """For the leader: what people did, those that wait first."""
    return _leader_page(_led(occurrence_id))


@pages.post("/activities/<int:occurrence_id>/task-reports")
@login_required
def confirm_tasks(occurrence_id: int) -> ResponseReturnValue:
    """All those that stood on the page, as they were reported."""
    row = _led(occurrence_id)

    def deed() -> None:
        seen = request.form.getlist("seen")[:MOST_AT_ONCE]
        count = service.confirm_tasks(actor=current_user, occurrence_id=occurrence_id, seen=seen)
        said = ngettext("确认了 %(count)s 条。", "确认了 %(count)s 条。", count) % {"count": count}
        flash(said, "success")

    return _answered(row, deed)


@pages.post("/activities/<int:occurrence_id>/task-reports/<int:report_id>/confirm")
@login_required
def confirm_task(occurrence_id: int, report_id: int) -> ResponseReturnValue:
    row, form = _led(occurrence_id), ConfirmForm(prefix=f"c{report_id}")

    def deed() -> None:
        service.confirm_task(
            actor=current_user,
            occurrence_id=occurrence_id,
            report_id=report_id,
            minutes=form.minutes.data or 0,
            words=form.words.data or "",
            seen=request.form.get("seen", ""),
        )
        flash(_("确认了，他会收到消息。"), "success")

    return _answered(row, deed, form, report_id)


@pages.post("/activities/<int:occurrence_id>/task-reports/<int:report_id>/refuse")
@login_required
def refuse_task(occurrence_id: int, report_id: int) -> ResponseReturnValue:
    row, form = _led(occurrence_id), RefuseForm(prefix=f"r{report_id}")

    def deed() -> None:
        service.refuse_task(
            actor=current_user,
            occurrence_id=occurrence_id,
            report_id=report_id,
            reason=form.reason.data or "",
            seen=request.form.get("seen", ""),
        )
        flash(_("退回了，理由他看得到。"), "success")

    return _answered(row, deed, form, report_id)


def _answered(
    row: Any, deed: Callable[[], None], form: Any = None, report_id: int = 0
) -> ResponseReturnValue:
    """Do it, or show the list again with what was typed and why not."""
    status, problem = 422, None
    if form is None or form.validate_on_submit():
        try:
            deed()
            return redirect(url_for("attendance.task_reports", occurrence_id=row.id), 303)
        except Refused as refusal:
            status = refusal.status
            if form is not None and refusal.field is not None:
                form.refuse(refusal)
            else:
                problem = refusal.message
    transaction.give_up()
    return _leader_page(row, problem=problem, typed=(report_id, form)), status


def _leader_page(row: Any, *, problem: str | None = None, typed: tuple[int, Any] = (0, None)) -> str:
    reports = task_queries.of_date(row.id)
    waiting = [one for one in reports if one.TaskReport.state == REPORTED]
    others = [one for one in waiting if one.TaskReport.person_id != current_user.id]
    return render_template(
        "attendance/task_reports.html",
        date=row,
        window=plan_words.window(row),
        waiting=waiting,
        answered=[one for one in reports if one.TaskReport.state != REPORTED],
        to_confirm=others,
        forms={one.TaskReport.id: _forms(one.TaskReport, typed) for one in reports},
        seen_as=seen_as,
        problem=problem,
        may_answer=row.recorded_at is None,
        has_ended=row.ends_at <= clock.now(),
    )


def _forms(written: TaskReport, typed: tuple[int, Any]) -> tuple[ConfirmForm, RefuseForm]:
    """Those of one report; the one that was filled in wrongly keeps what was typed."""
    id_, form = typed
    mine = form if id_ == written.id else None
    confirm = mine if isinstance(mine, ConfirmForm) else None
    refuse = mine if isinstance(mine, RefuseForm) else None
    return (
        confirm or ConfirmForm(formdata=None, prefix=f"c{written.id}", minutes=written.minutes),
        refuse or RefuseForm(formdata=None, prefix=f"r{written.id}"),
    )


def _led(occurrence_id: int) -> Any:
    row = details.occurrence(occurrence_id)
    if not row.is_flexible or not policy.may_take_attendance(current_user, row):
        raise NotFound
    return row
