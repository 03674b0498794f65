"""The way in: sign in and out, register, language and type size for everybody."""

from __future__ import annotations

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from werkzeug.exceptions import HTTPException

from volunteer.areas import queries as areas
from volunteer.core import i18n, throttle, transaction
from volunteer.core.errors import Refused
from volunteer.core.formkey import without_form_key
from volunteer.core.i18n import gettext as _
from volunteer.core.web import safe_next
from volunteer.people import passwords, rules, service, sessions
from volunteer.people.forms import RegisterForm, SignInForm, password_hint
from volunteer.people.views import pages

REGISTRATIONS_PER_ADDRESS = 60  # a recruitment fair: a hundred neighbours behind one wireless network


@pages.before_request
def hash_before_writing() -> None:
    """Hash a new password before the request's own transaction holds the only writer's lock."""
    if request.method != "POST" or request.endpoint not in {"people.register", "people.staff_register"}:
        return
    if request.endpoint == "people.register":
        throttle.count("register", request.remote_addr or "", limit=REGISTRATIONS_PER_ADDRESS)
    password = request.form.get("password", "")
    if passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        g.password_hash = sessions.hash_password(password)


@pages.route("/sign-in", methods=["GET", "POST"])
@without_form_key
def sign_in() -> ResponseReturnValue:
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(_after_sign_in())
    form = SignInForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            person_id = service.check_sign_in(
                account=form.account.data, password=form.password.data, address=request.remote_addr or ""
            )
            sessions.begin(person_id)
            return redirect(_after_sign_in(), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    asked_for = safe_next(request.args.get("next"))
    return render_template("people/sign_in.html", form=form, asked_for=asked_for), status


@pages.post("/sign-out")
@without_form_key
def sign_out() -> ResponseReturnValue:
    if current_user.is_authenticated:
        sessions.end(current_user.token_hash)
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    flash(_("您已经退出登录。"), "success")
    return redirect(url_for("people.sign_in"), 303)


@pages.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    form = RegisterForm()
    form.area.choices = choices = {area.id: area.label for area in areas.communities()}
    if request.method == "GET":
        form.area.data = _area_of_poster(choices)
    if form.validate_on_submit():
        assert form.born_on.data is not None, "the form requires it"
        try:
            person = service.register(
                name=form.name.data,
                phone=form.phone.data,
                password=form.password.data,
                area_id=form.area.data,
                born_on=form.born_on.data,
                has_consented=form.consent.data,
                language=i18n.current(),
                elder_mode=current_user.elder_mode,
                password_hash=g.get("password_hash"),
            )
            sessions.begin(person.id)
            return redirect(url_for("people.welcome"), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
    page = render_template("people/register.html", form=form, password_hint=password_hint())
    return page, 422 if form.is_submitted() else 200


@pages.get("/welcome")
@login_required
def welcome() -> ResponseReturnValue:
    return render_template("people/welcome.html")


@pages.get("/privacy")
def privacy_notice() -> ResponseReturnValue:
    return render_template("people/privacy_notice.html", version=rules.NOTICE_VERSION)


@pages.post("/language")
@without_form_key
def set_language() -> ResponseReturnValue:
    language = request.form.get("language", "").replace("-", "_")
    if language not in i18n.LANGUAGES:
        raise rules.UnknownChoice
    if current_user.is_authenticated:
        service.set_language(actor=current_user, language=language)
    session["language"] = language
    session.permanent = True
    return redirect(_back(), 303)


@pages.post("/elder-mode")
@without_form_key
def set_elder_mode() -> ResponseReturnValue:
    elder_mode = request.form.get("elder_mode") == "1"
    if current_user.is_authenticated:
        service.set_elder_mode(actor=current_user, elder_mode=elder_mode)
    session["elder_mode"] = elder_mode
    session.permanent = True
    return redirect(_back(), 303)


def _after_sign_in() -> str:
    home = url_for("reports.desk" if current_user.is_staff else "activities.home")
    return _openable(request.args.get("next")) or home


def _area_of_poster(choices: dict[int, str]) -> int | None:
    """A poster's address ends in ?community=<code>, so that nobody has to look for the own one."""
    area = areas.by_code(request.args.get("community", ""))
    return area.id if area and area.id in choices else None


def _back() -> str:
    """The page the small form stood on; else the front page."""
    return _openable(request.form.get("next")) or "/"


def _openable(address: str | None) -> str | None:
    """The address, when it is one of ours and can be opened by a link (not only by a button)."""
    target = safe_next(address)
    adapter = current_app.create_url_adapter(request)
    if target is None or adapter is None:
        return None
    try:
        adapter.match(target.partition("?")[0], method="GET")
    except HTTPException:
        return None
    return target
