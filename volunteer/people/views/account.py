"""The own account: what is known, skills and free time, password, other devices."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.areas.models import Area
from volunteer.core import transaction
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.people import policy, queries, rules, service, sessions
from volunteer.people.forms import EmailForm, PasswordForm, ProfileForm, password_hint
from volunteer.people.models import Person
from volunteer.people.views import pages


@pages.before_request
def prepare_new_password() -> None:
    """Verify and hash (50 ms) before the request's own transaction begins; a refusal waits for the view."""
    if request.method != "POST" or request.endpoint != "people.change_password":
        return
    if not current_user.is_authenticated:
        return
    try:
        g.new_password = service.prepare_password(
            actor=current_user._get_current_object(),
            current=request.form.get("password", ""),
            new=request.form.get("new_password", ""),
        )
    except Refused as refusal:
        g.password_refusal = refusal


@pages.get("/me")
@login_required
def me() -> ResponseReturnValue:
    person = db.session.get_one(Person, current_user.id)
    return render_template(
        "people/me.html",
        person=person,
        area=db.session.get_one(Area, person.area_id),
        skills=[rules.SKILLS[code] for code in queries.skills_of(person.id) if code in rules.SKILLS],
        ways=sessions.WAYS,
        sign_ins=sessions.listed(person.id, current_user.token_hash),
        may_register=policy.may_register_others(current_user),
        may_see_directory=policy.may_see_directory(current_user),
        may_see_staff=bool(policy.staff_paths(current_user)),
        may_change_tree=bool(policy.tree_paths(current_user)),
    )


@pages.route("/me/skills", methods=["GET", "POST"])
@login_required
def profile() -> ResponseReturnValue:
    form = ProfileForm()
    if form.validate_on_submit():
        service.save_profile(
            actor=current_user,
            skills=form.skills.data or [],
            slots=form.chosen_slots(),
            display_name=form.display_name.data or "",
        )
        flash(_("记下了。有合适的事，我们会先想到您。"), "success")
        return redirect(url_for("people.me"), 303)
    if request.method == "GET":
        form.display_name.data = db.session.get_one(Person, current_user.id).display_name
        form.skills.data = queries.skills_of(current_user.id)
        form.slots.data = [f"{day}-{part}" for day, part in queries.slots_of(current_user.id)]
    page = render_template(
        "people/profile.html", form=form, parts=[str(part) for part in rules.PARTS.values()]
    )
    return page, 422 if form.is_submitted() else 200


@pages.route("/me/email", methods=["GET", "POST"])
@login_required
def email() -> ResponseReturnValue:
    if (answer := sessions.require_confirmed()) is not None:  # the address gets links that set a new password
        return answer
    form = EmailForm()
    if form.validate_on_submit():
        service.set_email(actor=current_user, email=form.email.data or "")
        flash(_("记下了。") if form.email.data else _("好的，以后只在这里发消息。"), "success")
        return redirect(url_for("people.me"), 303)
    if request.method == "GET":
        form.email.data = db.session.get_one(Person, current_user.id).email
    return render_template("people/email.html", form=form), 422 if form.is_submitted() else 200


@pages.route("/me/password", methods=["GET", "POST"])
@login_required
def change_password() -> ResponseReturnValue:
    form = PasswordForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            if "password_refusal" in g:
                raise g.password_refusal
            service.change_password(actor=current_user, prepared=g.new_password)
            flash(_("密码换好了，其他设备上的登录都已退出。"), "success")
            return redirect(url_for("people.me"), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    return render_template("people/password.html", form=form, password_hint=password_hint()), status


@pages.post("/me/sessions")
@login_required
def end_other_sessions() -> ResponseReturnValue:
    service.end_other_sessions(actor=current_user)
    flash(_("其他设备上的登录都已退出。"), "success")
    return redirect(url_for("people.me"), 303)
