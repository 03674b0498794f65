"""Forgotten passwords: asking for a link, and setting a new password by link or by slip."""

from __future__ import annotations

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.core import throttle, transaction
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.people import passwords, queries, sessions
from volunteer.people.forms import password_hint
from volunteer.safety import queries as safety
from volunteer.safety import service
from volunteer.safety.forms import ForgotForm, NewPasswordForm, SlipForm
from volunteer.safety.views import pages

REQUESTS_PER_ADDRESS = 60  # a community centre's wireless network
REQUESTS_PER_ACCOUNT = 5
_SETTING = ("safety.reset", "safety.reset_by_slip")


@pages.before_request
def count_requests() -> None:
    """Known and unknown accounts are counted alike, before anything is written."""
    account = request.form.get("account", "").strip()[:60]
    if request.method == "POST" and request.endpoint == "safety.forgot" and account:
        throttle.count("forgot-from", request.remote_addr or "", limit=REQUESTS_PER_ADDRESS)
        throttle.count("forgot", queries.account_key(account), limit=REQUESTS_PER_ACCOUNT)


@pages.before_request
def hash_new_password() -> None:
    """Count the try, then hash (30 ms) before the request's own transaction begins; a refusal waits."""
    if request.method != "POST" or request.endpoint not in _SETTING or not request.form.get("new_password"):
        return
    limit = current_app.config["SIGN_IN_ATTEMPTS"]
    throttle.count("reset-from", request.remote_addr or "", limit=limit * 20)
    if request.endpoint == "safety.reset":
        token_hash = sessions.hash_token(str((request.view_args or {}).get("token", "")))
    else:
        account = request.form.get("account", "")[:60]
        throttle.count("reset", queries.account_key(account), limit=limit)
        token_hash = service.slip_hash(account, request.form.get("slip_code", "")[:40])
    try:
        password = request.form.get("new_password", "")
        service.check_new_password(token_hash=token_hash, password=password)
        g.password_hash = sessions.hash_password(password)
    except passwords.WeakPassword as refusal:
        refusal.field = "new_password"
        g.password_refusal = refusal


@pages.route("/forgot", methods=["GET", "POST"])
def forgot() -> ResponseReturnValue:
    form = ForgotForm()
    if form.validate_on_submit():
        service.ask(account=form.account.data)
        return redirect(url_for("safety.forgot_asked"), 303)
    return render_template("safety/forgot.html", form=form), 422 if form.is_submitted() else 200


@pages.get("/forgot/asked")
def forgot_asked() -> ResponseReturnValue:
    """The same words for everybody."""
    return render_template("safety/forgot_asked.html")


@pages.route("/reset/<token>", methods=["GET", "POST"])
def reset(token: str) -> ResponseReturnValue:
    form = NewPasswordForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            _refuse_weak()
            service.set_by_link(token=token, password_hash=g.password_hash)
            return _done()
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    is_good = safety.is_good_link(sessions.hash_token(token))
    page = render_template("safety/reset.html", form=form, is_good=is_good, password_hint=password_hint())
    return page, status


@pages.route("/reset", methods=["GET", "POST"])
def reset_by_slip() -> ResponseReturnValue:
    form = SlipForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            _refuse_weak()
            service.set_by_slip(
                account=form.account.data, code=form.slip_code.data, password_hash=g.password_hash
            )
            return _done()
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    page = render_template("safety/reset_by_slip.html", form=form, password_hint=password_hint())
    return page, status


def _refuse_weak() -> None:
    if "password_refusal" in g:
        raise g.password_refusal


def _done() -> ResponseReturnValue:
    flash(_("新密码设好了，请用它登录。以前的登录都已退出。"), "success")
    return redirect(url_for("people.sign_in"), 303)
