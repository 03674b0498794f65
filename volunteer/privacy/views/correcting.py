"""Staff correct a record: only what is wrong is typed, and nothing of what stands there is shown (R142)."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import transaction
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.people.service import access
from volunteer.privacy.rights_forms import CorrectForForm
from volunteer.privacy.service import correcting_for
from volunteer.privacy.views import pages


@pages.route("/desk/people/<int:person_id>/correct", methods=["GET", "POST"])
@login_required
def correct_for(person_id: int) -> ResponseReturnValue:
    actor = current_user._get_current_object()
    person = correcting_for.to_correct(actor, person_id)
    number = person.number
    access.note_opening(actor, person, page="correct")
    form = CorrectForForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            correcting_for.correct_for(
                actor=actor, person_id=person_id, corrected=form.corrected(), reason=form.reason.data or ""
            )
            flash(_("改好了，本人会收到消息。"), "success")
            return redirect(url_for("people.record", person_id=person_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    return render_template("privacy/correct_for.html", form=form, number=number, person_id=person_id), status
