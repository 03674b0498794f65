"""Setting up, changing and removing the own second factors; the own sign-ins."""

from __future__ import annotations

import segno
from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from markupsafe import Markup

from volunteer.core import throttle, transaction
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.people import identity, sessions
from volunteer.people.models import Person
from volunteer.people.sessions import require_confirmed
from volunteer.safety import queries, service, shown_once
from volunteer.safety.forms import FirstCodeForm, PasskeyNameForm
from volunteer.safety.views import pages
from volunteer.safety.views.setter import CODES, Setter, finish, next_page, setter

FIRST_CODES = 20  # tries per quarter of an hour with the first code


@pages.before_request
def count_first_codes() -> None:
    if request.method == "POST" and request.endpoint == "safety.app":
        throttle.count("first-code", request.remote_addr or "", limit=FIRST_CODES * 10)


@pages.get("/me/second-factor")
def set_up() -> ResponseReturnValue:
    who = setter()
    if not isinstance(who, Setter):
        return who
    next_page()
    factors = queries.factors(who.person_id)
    must_keep = identity.asks_staff_for_second() and (who.waiting is not None or current_user.is_staff)
    return render_template(
        "safety/second_factor.html",
        factors=factors,
        may_remove=factors.count > 1 or not must_keep,
        is_asked=who.waiting is not None,
        name_form=PasskeyNameForm(),
    )


@pages.post("/me/second-factor/app/new")
def begin_app() -> ResponseReturnValue:
    who = setter()
    if not isinstance(who, Setter):
        return who
    if (answer := require_confirmed()) is not None:
        return answer
    service.offer(who.person_id)
    return redirect(url_for("safety.app"), 303)


@pages.route("/me/second-factor/app", methods=["GET", "POST"])
def app() -> ResponseReturnValue:
    """The picture to scan, and the first code."""
    who = setter()
    if not isinstance(who, Setter):
        return who
    if (answer := require_confirmed()) is not None:
        return answer
    form = FirstCodeForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            codes = service.accept(who.person_id, form.one_time_code.data, keep=who.token_hash)
            return finish(who, codes)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    secret = queries.waiting_secret(who.person_id)
    if secret is None:
        return redirect(url_for("safety.set_up"), 303)
    number = db.session.get_one(Person, who.person_id).number
    picture = segno.make(service.address(secret, number), error="m")
    return render_template(
        "safety/app.html",
        form=form,
        secret=secret,
        picture=Markup(picture.svg_inline(scale=5, border=2, omitsize=True)),
    ), status


@pages.get("/me/second-factor/codes")
@login_required
def codes() -> ResponseReturnValue:
    """The recovery codes, in the browser that made them, for ten minutes."""
    shown = shown_once.look(CODES, current_user.id)
    if shown is None:
        return redirect(url_for("safety.set_up"), 303)
    return render_template("safety/codes.html", codes=shown.split())


@pages.post("/me/second-factor/codes/kept")
@login_required
def codes_kept() -> ResponseReturnValue:
    shown_once.put_away(CODES)
    return redirect(sessions.landing(session.pop("after", None)), 303)


@pages.post("/me/second-factor/codes/new")
@login_required
def new_codes() -> ResponseReturnValue:
    if (answer := require_confirmed()) is not None:
        return answer
    fresh = service.renew_recovery_codes(actor=current_user)
    shown_once.keep(CODES, current_user.id, " ".join(fresh))
    return redirect(url_for("safety.codes"), 303)


@pages.post("/me/second-factor/app/remove")
@login_required
def remove_app() -> ResponseReturnValue:
    if (answer := require_confirmed()) is not None:
        return answer
    service.remove_app(actor=current_user)
    flash(_("验证器取消了，其他设备上的登录都已退出。"), "success")
    return redirect(url_for("safety.set_up"), 303)


@pages.post("/me/second-factor/passkeys/<int:passkey_id>/remove")
@login_required
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    if (answer := require_confirmed()) is not None:
        return answer
    service.remove_passkey(actor=current_user, passkey_id=passkey_id)
    flash(_("这把通行密钥取消了，其他设备上的登录都已退出。"), "success")
    return redirect(url_for("safety.set_up"), 303)


@pages.post("/me/sign-ins/end")
@login_required
def end_sign_in() -> ResponseReturnValue:
    """End one of the own sign-ins; the one in use as well."""
    service.end_sign_in(actor=current_user, key=request.form.get("sign_in", "")[:40])
    flash(_("那台设备上的登录已经退出。"), "success")
    return redirect(url_for("people.me"), 303)
