"""Close the own account: what goes, what stays, what must be done first, and one last question."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required, logout_user

from volunteer.core import transaction
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.people.sessions import require_confirmed
from volunteer.privacy import service
from volunteer.privacy.forms import CloseForForm, CloseForm
from volunteer.privacy.service.closing import WORD
from volunteer.privacy.views import pages


@pages.before_request
def prove_before_closing() -> None:
    """Compare the secret (60 ms) before the request's own transaction begins; a refusal waits for the view."""
    if request.method != "POST" or request.endpoint != "privacy.close":
        return
    if not current_user.is_authenticated or not request.form.get("secret"):
        return
    try:
        g.proven = service.prove(
            actor=current_user._get_current_object(), secret=request.form["secret"][:1000]
        )
    except Refused as refusal:
        g.proven = refusal


@pages.route("/me/privacy/close", methods=["GET", "POST"])
@login_required
def close() -> ResponseReturnValue:
    form = CloseForm()
    form.word.label.text = _("请输入“%(word)s”", word=str(WORD))  # the summary of errors says it so as well
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            _close(form.word.data)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
        else:
            return _farewell()
    outlook = service.outlook(current_user.id)
    return render_template("privacy/close.html", form=form, outlook=outlook), status


@pages.route("/desk/people/<int:person_id>/close", methods=["GET", "POST"])
@login_required
def close_for(person_id: int) -> ResponseReturnValue:
    """Staff close an account for somebody who asked for it."""
    actor = current_user._get_current_object()
    person = service.to_erase(actor=actor, person_id=person_id)
    if (answer := require_confirmed()) is not None:
        return answer
    form = CloseForForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            service.erase_for(actor=actor, person_id=person_id, reason=form.reason.data)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
            person = service.to_erase(actor=actor, person_id=person_id)
        else:
            flash(_("账户注销了，个人信息已经删除。"), "success")
            return redirect(url_for("reports.desk"), 303)
    outlook = service.outlook(person_id)
    return render_template("privacy/close_for.html", form=form, person=person, outlook=outlook), status


def _close(word: str) -> None:
    if isinstance(g.proven, Refused):
        raise g.proven
    service.close(actor=current_user._get_current_object(), proven=g.proven, word=word)


def _farewell() -> ResponseReturnValue:
    language = session.get("language")
    logout_user()
    session.clear()
    if language:
        session["language"] = language
    flash(_("您的账户已经注销，个人信息已经删除。谢谢您为邻居做过的一切。"), "success")
    return redirect(url_for("activities.home"), 303)
