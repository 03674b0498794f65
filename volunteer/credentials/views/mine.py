"""One's own trainings, qualifications and commendations."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import clock, transaction, uploads
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.credentials import queries, rules, service
from volunteer.credentials.forms import EntryForm
from volunteer.credentials.views import pages
from volunteer.credentials.words import shelves


@pages.get("/me/credentials")
@login_required
def mine() -> ResponseReturnValue:
    return _page()


@pages.route("/me/credentials/new", methods=["GET", "POST"])
@login_required
def hand_in() -> ResponseReturnValue:
    form = EntryForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            service.hand_in(actor=current_user, entry=form.entry(), proof=uploads.sent())
            flash(_("收到了。工作人员看过以后会告诉您。"), "success")
            return redirect(url_for("credentials.mine"), 303)
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    if form.is_submitted():
        transaction.give_up()
    known = queries.known_names(current_user.area_path)
    return render_template("credentials/hand_in.html", form=form, known=known), status


@pages.post("/me/credentials/<int:credential_id>/take-back")
@login_required
def take_back(credential_id: int) -> ResponseReturnValue:
    try:
        service.take_back(actor=current_user, credential_id=credential_id)
    except Refused as refusal:
        problem = refusal.message
        transaction.give_up()
        return _page(problem), refusal.status
    flash(_("已经收回，照片也删掉了。"), "success")
    return redirect(url_for("credentials.mine"), 303)


def _page(problem: str | None = None) -> str:
    entries = queries.of_person(current_user.id)
    return render_template(
        "credentials/mine.html",
        problem=problem,
        shelves=shelves(entries, clock.today()),
        learnt=queries.learning_minutes(current_user.id),
        kinds=rules.KIND_LABELS,
        units=rules.UNIT_LABELS,
    )
