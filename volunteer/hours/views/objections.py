"""Objections to records: raised by the person, answered by staff (R045)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import inputs, transaction
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.hours import planned, policy, to_answer, words
from volunteer.hours.forms import AnswerForm, ObjectionForm
from volunteer.hours.models import OPEN, Objection
from volunteer.hours.planned import Planned
from volunteer.hours.service import objecting
from volunteer.hours.views import pages

PAGE = 50


@pages.route("/activities/<int:occurrence_id>/object", methods=["GET", "POST"])
@login_required
def object_to(occurrence_id: int) -> ResponseReturnValue:
    """What was recorded of oneself on that date, and what is wrong with it."""
    plan = planned.load(occurrence_id)
    if plan is None:
        raise NotFound
    form = ObjectionForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            objecting.object_to(actor=current_user, occurrence_id=occurrence_id, text=form.text.data)
            flash(_("已经交给社区，有了答复会告诉您。"), "success")
            return redirect(url_for("hours.object_to", occurrence_id=occurrence_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    record = objecting.record_of(occurrence_id, current_user.id)
    page = render_template(
        "hours/object.html",
        plan=plan,
        form=form,
        record=record,
        recorder=objecting.recorder_of(record) if record else "",
        kind=objecting.kind_of(record),
        objections=to_answer.objections_of(current_user.id, occurrence_id),
        is_open=objecting.open_objection(occurrence_id, current_user.id) is not None,
        words=words,
    )
    return page, status


@pages.get("/desk/objections")
@login_required
def objections() -> ResponseReturnValue:
    paths = policy.answering_paths(current_user)
    if not paths:
        raise NotAllowed
    query = to_answer.objections_waiting(paths, without=current_user.id)
    mark = request.args.get("after")
    if mark:
        query = query.where(Objection.id > inputs.whole_number(mark, least=0, most=10**17))
    rows = db.session.execute(query.limit(PAGE + 1)).all()
    next_url = url_for("hours.objections", after=rows[PAGE - 1].id) if len(rows) > PAGE else None
    return render_template("hours/objections.html", rows=rows[:PAGE], next_url=next_url, words=words)


@pages.route("/desk/objections/<int:objection_id>", methods=["GET", "POST"])
@login_required
def objection(objection_id: int) -> ResponseReturnValue:
    row, plan = _answerable(objection_id)
    form = AnswerForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        is_upheld = request.form.get("decision") == "uphold"
        try:
            objecting.answer(
                actor=current_user, objection_id=objection_id, is_upheld=is_upheld, reason=form.answer.data
            )
            flash(_("答复好了，本人会收到消息。"), "success")
            if is_upheld and row.batch_id is not None:
                return redirect(url_for("hours.batch", batch_id=row.batch_id), 303)
            return redirect(url_for("hours.objections"), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
            row, plan = _answerable(objection_id)
    page = render_template(
        "hours/objection.html",
        row=row,
        objection=row.Objection,
        is_open=row.Objection.state == OPEN,
        plan=plan,
        form=form,
        words=words,
    )
    return page, status


def _answerable(objection_id: int) -> tuple[Any, Planned]:
    """The objection, for who may answer it."""
    row = to_answer.objection(objection_id)
    plan = planned.load(row.Objection.occurrence_id) if row else None
    if row is None or plan is None:
        raise NotFound
    if not policy.may_answer(current_user, person_id=row.Objection.person_id, area_path=plan.area_path):
        raise NotFound
    return row, plan
