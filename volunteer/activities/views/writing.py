"""A word to who is in charge, where the page alone cannot help: sign-up has closed, the day is full of others."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import about, details, service
from volunteer.activities.signing.note_forms import WriteForm
from volunteer.activities.views import pages
from volunteer.core import throttle, transaction
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _

NOTES = 6  # in a quarter of an hour, about all dates together


@pages.before_request
def count_notes() -> None:
    """Before the request's own transaction begins."""
    is_note = request.method == "POST" and request.endpoint == "activities.write_to_charge"
    if is_note and current_user.is_authenticated:
        throttle.count("activity-note", str(current_user.id), limit=NOTES)


@pages.route("/activities/<int:occurrence_id>/write", methods=["GET", "POST"])
@login_required
def write_to_charge(occurrence_id: int) -> ResponseReturnValue:
    """Nobody's phone is shown to anybody."""
    row = details.occurrence(occurrence_id)
    form, status = WriteForm(), 200
    if form.validate_on_submit():
        try:
            service.write_to_charge(
                actor=current_user, occurrence_id=occurrence_id, text=form.text.data or ""
            )
            flash(_("留言送到了，请等负责人的消息。"), "success")
            return redirect(url_for("activities.occurrence", occurrence_id=occurrence_id), 303)
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    elif form.is_submitted():
        status = 422
    if form.is_submitted():
        transaction.give_up()
    page = render_template(
        "activities/leaving/write.html",
        occurrence=row,
        in_charge=about.in_charge(row, current_user),
        form=form,
    )
    return page, status
