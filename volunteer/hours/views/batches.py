"""A recorded roll call: who got what, how to take it back, the photo of the signed sheet."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import clock, files, transaction, uploads
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.hours import planned, policy, queries, service, words
from volunteer.hours.forms import ReverseForm
from volunteer.hours.planned import Planned
from volunteer.hours.policy import LEADER_MAY_REVERSE_FOR
from volunteer.hours.views import pages
from volunteer.people import naming

uploads.expect(pages, {"hours.add_photo"})


@pages.get("/batches/<int:batch_id>")
@login_required
def batch(batch_id: int) -> ResponseReturnValue:
    return _batch_page(batch_id, _empty_form())


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
            form.refuse(refusal)
            status = refusal.status
    return _batch_page(batch_id, form), status


@pages.get("/batches/<int:batch_id>/photo")
@login_required
def photo(batch_id: int) -> ResponseReturnValue:
    """The signed sheet, for who may see the batch."""
    row, _plan = _load(batch_id)
    if row.photo_id is None:
        raise NotFound
    return files.response(db.session.get_one(files.StoredFile, row.photo_id), called=f"sheet-{batch_id}")


@pages.post("/batches/<int:batch_id>/photo")
@login_required
def add_photo(batch_id: int) -> ResponseReturnValue:
    """Put the photo to a batch that has none; it is not exchanged afterwards."""
    _load(batch_id)
    try:
        service.add_photo(actor=current_user, batch_id=batch_id, photo=uploads.sent())
        flash(_("照片加上了。"), "success")
        return redirect(url_for("hours.batch", batch_id=batch_id), 303)
    except Refused as refusal:
        transaction.give_up()
        return _batch_page(batch_id, _empty_form(), photo_problem=refusal.message), refusal.status


def _empty_form() -> ReverseForm:
    """With the reason that is nearly always the right one; it can be written anew."""
    return ReverseForm(formdata=None, reason=_("点错了，马上重新点名。"))


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


def _batch_page(batch_id: int, form: ReverseForm, photo_problem: str = "") -> str:
    row, plan = _load(batch_id)
    team_path, area_path = plan.team_path, plan.area_path
    is_live = row.reversed_at is None
    undo_until = row.recorded_at + LEADER_MAY_REVERSE_FOR
    return render_template(
        "hours/batch.html",
        batch=row,
        plan=plan,
        records=queries.records(batch_id),
        names=naming.for_reader(current_user, team_path=team_path, area_path=area_path),
        form=form,
        may_reverse=is_live
        and policy.may_reverse(
            current_user, team_path=team_path, area_path=area_path, recorded_at=row.recorded_at
        ),
        may_record=plan.recorded_at is None
        and policy.may_record(current_user, team_path=team_path, area_path=area_path),
        may_add_photo=is_live
        and row.photo_id is None
        and policy.may_record(current_user, team_path=team_path, area_path=area_path),
        undo_until=undo_until if is_live and clock.now() < undo_until else None,
        photo_problem=photo_problem,
        words=words,
    )
