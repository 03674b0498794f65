"""The public side of an intake: the short form behind the QR, and the receipt. Nobody signs in here."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.areas import queries as areas
from volunteer.core import scanned, throttle, transaction
from volunteer.core.errors import Refused
from volunteer.core.formkey import without_form_key
from volunteer.core.i18n import gettext as _
from volunteer.people import passwords, sessions
from volunteer.people import queries as people
from volunteer.people.forms import password_hint
from volunteer.teams.intake_forms import ApplicationForm, FirstPasswordForm
from volunteer.teams.service import intake as service
from volunteer.teams.views import pages

# A whole hall stands behind one wireless network: 106 people in ten minutes, each with a wrong try or two.
FORMS_PER_ADDRESS = 400
# Setting a password costs the server 50 ms each time; there is nothing to guess behind a receipt of 128 bits.
PASSWORDS_PER_ADDRESS, PASSWORDS_PER_RECEIPT = 400, 30


@pages.before_request
def before_writing() -> None:
    """Count attempts, and hash a password, before the request's own transaction holds the only writer's lock."""
    if request.method != "POST":
        return
    address = request.remote_addr or ""
    if request.endpoint == "teams.apply":
        throttle.count("intake", address, limit=FORMS_PER_ADDRESS)
    elif request.endpoint == "teams.first_password":
        token = str((request.view_args or {}).get("token", ""))
        throttle.count("first-password-from", address, limit=PASSWORDS_PER_ADDRESS)
        throttle.count("first-password", token, limit=PASSWORDS_PER_RECEIPT)
        _hash(token, request.form.get("password", ""))


@pages.route("/join/<token>", methods=["GET", "POST"])
@without_form_key
def apply(token: str) -> ResponseReturnValue:
    """The form. The same form twice leads to the same receipt, so it needs no key."""
    intake, team = service.by_token(token)
    form = ApplicationForm()
    form.area.choices = {area.id: area.label for area in areas.communities()}
    if not service.is_open(intake, team):
        page = render_template("teams/apply_over.html", intake=intake, team=team)
        return page, service.IntakeOver.status if form.is_submitted() else 200
    status = 422 if form.is_submitted() else 200
    if not form.is_submitted() and team.area_id in form.area.choices:
        form.area.data = team.area_id
    if form.validate_on_submit():
        try:
            receipt = service.apply(token=token, form=form.filled(), has_consented=form.consent.data)
            return redirect(url_for("teams.receipt", token=receipt), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    return render_template("teams/apply.html", intake=intake, team=team, form=form), status


@pages.get("/applications/<token>")
def receipt(token: str) -> ResponseReturnValue:
    return _receipt_page(token, FirstPasswordForm())


@pages.post("/applications/<token>/password")
def first_password(token: str) -> ResponseReturnValue:
    """The way in for who was accepted: a password, once, and on to the own pages."""
    form = FirstPasswordForm()
    if not form.validate_on_submit():
        return _receipt_page(token, form), 422
    try:
        person_id = service.set_first_password(
            token=token, password=form.password.data, password_hash=g.get("password_hash")
        )
    except Refused as refusal:
        transaction.give_up()
        form.refuse(refusal)
        return _receipt_page(token, form), refusal.status
    sessions.begin(person_id)
    if people.has_phone(person_id):
        flash(_("密码设好了。以后用编号或手机号，加上这个密码登录。"), "success")
    else:
        flash(_("密码设好了。以后用编号，加上这个密码登录。"), "success")
    return redirect(url_for("people.welcome"), 303)


def _receipt_page(token: str, form: FirstPasswordForm) -> str:
    found = service.receipt(token)
    address = scanned.outside_address("teams.receipt", token=token)
    return render_template(
        "teams/apply_receipt.html",
        receipt=found,
        token=token,
        form=form,
        password_hint=password_hint(),
        picture=scanned.picture(address, scale=6),
    )


def _hash(token: str, password: str) -> None:
    """Only where a password can be set; everybody else costs nothing."""
    if not passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        return
    with transaction.reading():
        try:
            is_wanted = service.receipt(token).may_set_password
        except service.NoSuchReceipt:
            return
    if is_wanted:
        g.password_hash = sessions.hash_password(password)
