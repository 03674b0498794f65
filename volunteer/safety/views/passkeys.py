"""Passkeys: what a browser needs to make or use one, keeping a new one, signing in with one alone."""

from __future__ import annotations

from flask import Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.core import throttle, transaction
from volunteer.core.errors import NotFound, Refused
from volunteer.core.formkey import without_form_key
from volunteer.core.i18n import gettext as _
from volunteer.people import sessions
from volunteer.people.sessions import require_confirmed
from volunteer.safety.forms import PasskeyNameForm
from volunteer.safety.service import passkeys
from volunteer.safety.views import challenges, pages
from volunteer.safety.views.setter import Setter, finish, setter

ADDRESS_FACTOR = 20  # a whole community centre may stand behind one address


pages.app_template_global("passkeys_work")(passkeys.is_available)


@pages.before_request
def count_passkeys() -> None:
    """Before anything is looked up: answers of passkeys from one address."""
    if request.method == "POST" and request.endpoint == "safety.passkey_sign_in":
        limit = current_app.config["SIGN_IN_ATTEMPTS"] * ADDRESS_FACTOR
        throttle.count("passkey-from", request.remote_addr or "", limit=limit)


@pages.get("/passkeys/<purpose>")
def passkey_options(purpose: str) -> ResponseReturnValue:
    """JSON for navigator.credentials; the challenge goes into the session. Changes nothing else."""
    if purpose not in challenges.PURPOSES:
        raise NotFound
    text = _options(purpose)
    return Response(text, mimetype="application/json")


def _options(purpose: str) -> str:
    if purpose == challenges.SIGN_IN:
        return passkeys.options_to_prove(None, challenges.begin(purpose))
    if purpose == challenges.REGISTER:
        who = setter()
        if not isinstance(who, Setter) or not sessions.is_confirmed():
            raise NotFound
        return passkeys.options_to_register(who.person_id, challenges.begin(purpose))
    waiting = sessions.pending() if purpose == challenges.SECOND else None
    person_id = waiting.person_id if waiting else current_user.id
    if person_id is None:
        raise NotFound
    return passkeys.options_to_prove(person_id, challenges.begin(purpose))


@pages.post("/sign-in/passkey")
@without_form_key
def passkey_sign_in() -> ResponseReturnValue:
    """Without a password: having the device and being recognised by it are two factors."""
    try:
        answer = request.form.get("credential", "")
        person_id = passkeys.prove(answer=answer, challenge=challenges.take(challenges.SIGN_IN, answer))
        sessions.begin(person_id, way=sessions.PASSKEY, has_second=True)
        return redirect(sessions.landing(request.args.get("next")), 303)
    except Refused as refusal:
        transaction.give_up()
        flash(refusal.message, "error")
        return redirect(url_for("people.sign_in", next=request.args.get("next")), 303)


@pages.post("/me/second-factor/passkeys")
def add_passkey() -> ResponseReturnValue:
    who = setter()
    if not isinstance(who, Setter):
        return who
    if (confirm := require_confirmed()) is not None:
        return confirm
    form = PasskeyNameForm()
    answer = request.form.get("credential", "")
    try:
        codes = passkeys.register(
            who.person_id,
            answer=answer,
            challenge=challenges.take(challenges.REGISTER, answer),
            name=(form.name.data if form.validate() else None) or _("一把通行密钥"),
            keep=who.token_hash,
        )
        return finish(who, codes)
    except Refused as refusal:
        transaction.give_up()
        flash(refusal.message, "error")
        return redirect(url_for("safety.set_up"), 303)
