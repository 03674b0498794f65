"""Merge two records after a look at what moves, and part them again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import transaction
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.people.service import access
from volunteer.privacy import duplicates, service
from volunteer.privacy.forms import MergeForm, UndoForm
from volunteer.privacy.service import merging, parting, taking_over
from volunteer.privacy.views import pages
from volunteer.privacy.views.closed import closed_pair


@pages.route("/desk/merges/<int:kept_id>/<int:gone_id>", methods=["GET", "POST"])
@login_required
def merge(kept_id: int, gone_id: int) -> ResponseReturnValue:
    try:
        _note_opening(kept_id, gone_id)
    except access.ApprovalNeeded:
        return closed_pair(kept_id, gone_id)
    preview = service.preview(actor=current_user, kept_id=kept_id, gone_id=gone_id)
    form = MergeForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            row = service.merge(actor=current_user, kept_id=kept_id, gone_id=gone_id, reason=form.reason.data)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
            preview = service.preview(actor=current_user, kept_id=kept_id, gone_id=gone_id)
        else:
            flash(_("合并好了，时长、积分和记录都在一份登记里。"), "success")
            return redirect(url_for("privacy.merged", merge_id=row.id), 303)
    return render_template(
        "privacy/merge.html",
        form=form,
        preview=preview,
        kept=duplicates.side(kept_id),
        gone=duplicates.side(gone_id),
        taken=taking_over.WORDS,
    ), status


@pages.get("/desk/merges/<int:merge_id>")
@login_required
def merged(merge_id: int) -> ResponseReturnValue:
    return _merged(merge_id, UndoForm())


@pages.post("/desk/merges/<int:merge_id>/undo")
@login_required
def undo(merge_id: int) -> ResponseReturnValue:
    form = UndoForm()
    try:
        service.undo(actor=current_user, merge_id=merge_id)
    except Refused as refusal:
        transaction.give_up()
        form.refuse(refusal)
        return _merged(merge_id, form, refusal.status)
    flash(_("两份登记又分开了，各自的时长、积分和记录都回到原处。"), "success")
    return redirect(url_for("privacy.merged", merge_id=merge_id), 303)


def _note_opening(kept_id: int, gone_id: int) -> None:
    """A minor's record opens with an approval, and each time leaves a row."""
    for person in merging.pair(current_user, kept_id, gone_id):
        if request.method == "GET":
            access.note_opening(current_user._get_current_object(), person, page="merge")


def _merged(merge_id: int, form: UndoForm, status: int = 200) -> ResponseReturnValue:
    row = parting.load(merge_id)
    try:
        _note_opening(row.kept_id, row.gone_id)
    except access.ApprovalNeeded:
        return closed_pair(row.kept_id, row.gone_id)
    page = render_template(
        "privacy/merged.html",
        form=form,
        row=row,
        kept=duplicates.side(row.kept_id),
        gone=duplicates.side(row.gone_id),
        is_open=parting.is_open(row),
        days=parting.UNDO_DAYS,
    )
    return page, status
