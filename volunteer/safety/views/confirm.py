"""Being the same person still: asked before sensitive acts (`people.sessions.require_confirmed`)."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import transaction
from volunteer.core.errors import Refused
from volunteer.core.formkey import without_form_key
from volunteer.people import sessions
from volunteer.safety import queries, service
from volunteer.safety.forms import ConfirmForm
from volunteer.safety.service import passkeys
from volunteer.safety.views import challenges, pages


@pages.route("/confirm", methods=["GET", "POST"])
@login_required
@without_form_key
def confirm() -> ResponseReturnValue:
    form = ConfirmForm()
    status = 422 if form.is_submitted() else 200
    if request.method == "POST" and (request.form.get("credential") or form.validate()):
        try:
            _check(form)
            return redirect(sessions.landing(request.args.get("next")), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    factors = queries.factors(current_user.id)
    return render_template(
        "safety/confirm.html",
        form=form,
        has_code=factors.count > 0,
        has_passkey=bool(factors.passkeys) and passkeys.is_available(),
    ), status


def _check(form: ConfirmForm) -> None:
    actor, answer = current_user._get_current_object(), request.form.get("credential", "")
    if answer:
        challenge = challenges.take(challenges.CONFIRM, answer)
        passkeys.prove(answer=answer, challenge=challenge, person_id=actor.id)
        sessions.note_confirmed(actor.token_hash)
    elif form.one_time_code.data:
        service.confirm_by_code(actor=actor, code=form.one_time_code.data)
    else:
        service.confirm_by_password(actor=actor, password=form.password.data or "")
