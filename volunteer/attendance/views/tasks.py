"""What I did of a flexible task: report it, correct it, take it back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import details
from volunteer.activities.planning import plan_words
from volunteer.attendance import policy, service, standing, task_queries
from volunteer.attendance.models import CONFIRMED, REPORTED, TaskReport
from volunteer.attendance.service.tasks import closed
from volunteer.attendance.task_forms import TaskForm
from volunteer.attendance.views import pages
from volunteer.core import clock, files, transaction, uploads
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _

uploads.expect(pages, {"attendance.report_task", "attendance.correct_task"})


@pages.get("/activities/<int:occurrence_id>/task")
@login_required
def task(occurrence_id: int) -> ResponseReturnValue:
    """What I reported so far, and the form for another day."""
    return _own_page(occurrence_id)


@pages.post("/activities/<int:occurrence_id>/task")
@login_required
def report_task(occurrence_id: int) -> ResponseReturnValue:
    _task(occurrence_id)
    form = TaskForm()
    if form.validate_on_submit():
        try:
            service.report_task(actor=current_user, occurrence_id=occurrence_id, **_written(form))
            flash(_("写好了，负责人看过以后告诉您。"), "success")
            return _to("attendance.task", occurrence_id)
        except Refused as refusal:
            return _own_refused(occurrence_id, form, refusal)
    transaction.give_up()
    return _own_page(occurrence_id, form=form), 422


@pages.get("/activities/<int:occurrence_id>/task/<int:report_id>")
@login_required
def edit_task(occurrence_id: int, report_id: int) -> ResponseReturnValue:
    """One own report that nobody has answered yet, to be corrected."""
    return _own_page(occurrence_id, editing=_own(occurrence_id, report_id))


@pages.post("/activities/<int:occurrence_id>/task/<int:report_id>")
@login_required
def correct_task(occurrence_id: int, report_id: int) -> ResponseReturnValue:
    _own(occurrence_id, report_id)
    form = TaskForm()
    if form.validate_on_submit():
        try:
            service.correct_task(
                actor=current_user, occurrence_id=occurrence_id, report_id=report_id, **_written(form)
            )
            flash(_("改好了。"), "success")
            return _to("attendance.task", occurrence_id)
        except Refused as refusal:
            return _own_refused(occurrence_id, form, refusal, report_id=report_id)
    transaction.give_up()
    return _own_page(occurrence_id, form=form, editing=_own(occurrence_id, report_id)), 422


@pages.post("/activities/<int:occurrence_id>/task/<int:report_id>/withdraw")
@login_required
def withdraw_task(occurrence_id: int, report_id: int) -> ResponseReturnValue:
    _own(occurrence_id, report_id)
    try:
        service.withdraw_task(actor=current_user, occurrence_id=occurrence_id, report_id=report_id)
        flash(_("这一条撤回了。"), "success")
        return _to("attendance.task", occurrence_id)
    except Refused as refusal:
        return _own_refused(occurrence_id, None, refusal)


@pages.get("/activities/<int:occurrence_id>/task/<int:report_id>/photo")
@login_required
def task_photo(occurrence_id: int, report_id: int) -> ResponseReturnValue:
    """For who took it and for who calls the roll."""
    written = _report(occurrence_id, report_id)
    is_own = written.person_id == current_user.id
    if not is_own and not policy.may_take_attendance(current_user, details.occurrence(occurrence_id)):
        raise NotFound
    if written.file_id is None:
        raise NotFound
    return files.response(db.session.get_one(files.StoredFile, written.file_id), called=f"task-{report_id}")


def _written(form: TaskForm) -> dict[str, Any]:
    return {
        "did_on": form.did_on.data,
        "minutes": form.minutes.data,
        "note": form.note.data or "",
        "picture": uploads.sent(),
    }


def _own_refused(
    occurrence_id: int, form: TaskForm | None, refusal: Refused, report_id: int | None = None
) -> ResponseReturnValue:
    transaction.give_up()
    problem = None
    if form is not None and refusal.field is not None:
        form.refuse(refusal)
    else:
        problem = refusal.message
    editing = _own(occurrence_id, report_id) if report_id is not None else None
    return _own_page(occurrence_id, form=form, editing=editing, problem=problem), refusal.status


def _own_page(
    occurrence_id: int,
    *,
    form: TaskForm | None = None,
    editing: TaskReport | None = None,
    problem: str | None = None,
) -> str:
    row = _task(occurrence_id)
    refusal = closed(row, clock.now())
    reports = task_queries.of_person(occurrence_id, current_user.id)
    first, last = task_queries.days(row)
    is_readonly = editing is not None and editing.state != REPORTED
    return render_template(
        "attendance/task.html",
        date=row,
        window=plan_words.window(row),
        reports=reports,
        editing=None if is_readonly else editing,
        form=form or _fresh(row, editing),
        closed=refusal,
        problem=problem,
        first=first,
        last=min(last, clock.today()),
        confirmed=_sum(reports, CONFIRMED),
        waiting=_sum(reports, REPORTED),
    )


def _fresh(row: Any, editing: TaskReport | None) -> TaskForm:
    """The form with what stands there, else with today and the usual length."""
    if editing is not None:
        return TaskForm(formdata=None, obj=editing)
    _first, last = task_queries.days(row)
    return TaskForm(formdata=None, did_on=min(last, clock.today()), minutes=row.duration_minutes)


def _sum(reports: Any, state: str) -> int:
    return sum(one.minutes for one in reports if one.state == state)


def _task(occurrence_id: int) -> Any:
    """The standing of the visitor at a flexible date; other dates have no such page."""
    row = standing.load(occurrence_id, current_user.id)
    if not row.is_flexible:
        raise NotFound
    if not row.is_signed_up and not task_queries.of_person(occurrence_id, current_user.id):
        raise NotFound
    return row


def _own(occurrence_id: int, report_id: int) -> TaskReport:
    written = _report(occurrence_id, report_id)
    if written.person_id != current_user.id:
        raise NotFound
    return written


def _report(occurrence_id: int, report_id: int) -> TaskReport:
    written = db.session.get(TaskReport, report_id)
    if written is None or written.occurrence_id != occurrence_id:
        raise NotFound
    return written


def _to(endpoint: str, occurrence_id: int) -> ResponseReturnValue:
    return redirect(url_for(endpoint, occurrence_id=occurrence_id), 303)
