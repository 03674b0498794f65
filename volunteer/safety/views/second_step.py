"""Between the password and being signed in: the second step."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.core import transaction
from volunteer.core.errors import Refused
from volunteer.core.formkey import without_form_key
from volunteer.people import sessions
from volunteer.people.sessions import Pending
from volunteer.safety import queries, service
from volunteer.safety.forms import SecondStepForm
from volunteer.safety.service import passkeys
from volunteer.safety.views import challenges, pages
from volunteer.safety.views.setter import must_sign_in, next_page


@pages.route("/sign-in/second-step", methods=["GET", "POST"])
@without_form_key
def second_step() -> ResponseReturnValue:
    waiting = sessions.pending()
    if current_user.is_authenticated:
        return redirect(sessions.landing(next_page()), 303)
    if waiting is None:
        return must_sign_in()
    if not waiting.has_second_factor:
        return redirect(url_for("safety.set_up", next=next_page()), 303)
    form = SecondStepForm()
    status = 422 if form.is_submitted() else 200
    after = next_page()
    if request.method == "POST" and (request.form.get("credential") or form.validate()):
        try:
            _check(waiting, form)
            sessions.complete(waiting)
            return redirect(sessions.landing(after), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    factors = queries.factors(waiting.person_id)
    has_passkey = bool(factors.passkeys) and passkeys.is_available()
    return render_template(
        "safety/second_step.html", form=form, has_app=factors.app_since is not None, has_passkey=has_passkey
    ), status


def _check(waiting: Pending, form: SecondStepForm) -> None:
    answer = request.form.get("credential", "")
    if answer:
        challenge = challenges.take(challenges.SECOND, answer)
        passkeys.prove(answer=answer, challenge=challenge, person_id=waiting.person_id)
    else:
        service.check_code(waiting.person_id, form.one_time_code.data)
