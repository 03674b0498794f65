"""The way in: sign in and out, register, language and type size for everybody."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.areas import queries as areas
from volunteer.core import clock, crypto, i18n, throttle, transaction
from volunteer.core.errors import Refused
from volunteer.core.formkey import without_form_key
from volunteer.core.i18n import gettext as _
from volunteer.core.web import openable, safe_next
from volunteer.people import passwords, rules, service, sessions
from volunteer.people.forms import RegisterForm, SignInForm, password_hint
from volunteer.people.views import pages

ACCOUNT = "account"  # in the cookie, encrypted
REGISTRATIONS_PER_ADDRESS = 60  # a recruitment fair: a hundred neighbours behind one wireless network


@pages.before_request
def hash_before_writing() -> None:
    """Hash a new password before the request's own transaction holds the only writer's lock."""
    if request.method != "POST" or request.endpoint != "people.register":
        return
    throttle.count("register", request.remote_addr or "", limit=REGISTRATIONS_PER_ADDRESS)
    password = request.form.get("password", "")
    if passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        g.password_hash = sessions.hash_password(password)


@pages.route("/sign-in", methods=["GET", "POST"])
@without_form_key
def sign_in() -> ResponseReturnValue:
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(_next_step())
    form = SignInForm()
    if request.method == "GET":
        form.account.data = _account_just_registered()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            person_id = service.check_sign_in(
                account=form.account.data, password=form.password.data, address=request.remote_addr or ""
            )
            sessions.begin(person_id)
            return redirect(_next_step(), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    asked_for = safe_next(request.args.get("next"))
    return render_template("people/sign_in.html", form=form, asked_for=asked_for), status


@pages.post("/sign-out")
@without_form_key
def sign_out() -> ResponseReturnValue:
    sessions.end_this()
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
            token = service.register(
                name=form.name.data,
                phone=form.phone.data or None,
                password=form.password.data,
                area_id=form.area.data,
                born_on=form.born_on.data,
                has_consented=form.consent.data,
                sex=form.sex.data or None,
                language=i18n.current(),
                elder_mode=current_user.elder_mode and not current_user.is_authenticated,
                password_hash=g.get("password_hash"),
            )
            return _registered(token, form.phone.data)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
    page = render_template("people/register.html", form=form, password_hint=password_hint())
    return page, 422 if form.is_submitted() else 200


def _registered(token: str | None, phone: str) -> ResponseReturnValue:
    """One answer for a new phone and for one that was registered before (R004)."""
    if token is not None:
        return redirect(url_for("people.registration", token=token), 303)
    if current_user.is_authenticated:
        flash(_("登记收到了。请对方用自己的手机号和刚才的密码登录；以前登记过的，用原来的密码。"), "success")
        return redirect(url_for("people.register"), 303)
    session[ACCOUNT] = crypto.encrypt(phone)  # to be found in the field, without standing in an address
    flash(
        _("登记收到了。请用这个手机号和刚才的密码登录；以前登记过的，请用原来的密码。"),
        "success",
    )
    target = openable(request.args.get("next")) or url_for("people.welcome")
    return redirect(url_for("people.sign_in", next=target), 303)


@pages.get("/registrations/<token>")
def registration(token: str) -> ResponseReturnValue:
    """How far a child's registration is, for who holds the receipt; says nothing about the child."""
    return render_template("people/registration.html", progress=service.progress(token))


@pages.get("/welcome")
@login_required
def welcome() -> ResponseReturnValue:
    return render_template("people/welcome.html")


@pages.get("/privacy")
def privacy_notice() -> ResponseReturnValue:
    is_child = current_user.is_authenticated and rules.needs_guardian(current_user.born_on, clock.today())
    return render_template(
        "people/privacy_notice.html", version=rules.NOTICE_VERSION, needs_guardian=is_child
    )


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


def _next_step() -> str:
    """On to what was asked for, or first to the second factor."""
    asked_for = request.args.get("next")
    waiting = sessions.pending()
    if waiting is None:
        return sessions.landing(asked_for)
    step = "safety.second_step" if waiting.has_second_factor else "safety.set_up"
    return url_for(step, next=openable(asked_for))


def _account_just_registered() -> str | None:
    """Shown once."""
    if ACCOUNT not in session:  # or each visitor would get a cookie
        return None
    try:
        return crypto.decrypt(session.pop(ACCOUNT, ""))
    except crypto.Unreadable:
        return None


def _area_of_poster(choices: dict[int, str]) -> int | None:
    """A poster's address ends in ?community=<code>, so that nobody has to look for the own one."""
    area = areas.by_code(request.args.get("community", ""))
    return area.id if area and area.id in choices else None


def _back() -> str:
    """The page the small form stood on; else the front page."""
    return openable(request.form.get("next")) or "/"
