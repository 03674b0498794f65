"""Staff's page of one person: masked, with what can be done from it; the full values are an act of their own."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.areas import queries as areas
from volunteer.areas.models import Area
from volunteer.core import transaction
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.people import merged, personal, policy, service, sheet
from volunteer.people.desk_forms import GIVE_BACK, DisableForm, MoveForm, ReasonForm, RevealForm, places
from volunteer.people.models import Person
from volunteer.people.service import access
from volunteer.people.sessions import is_confirmed, require_confirmed
from volunteer.people.views import hub, pages
from volunteer.people.views.access import closed_record
from volunteer.people.views.loading import open_record_of, record_of

CONFIRMED_FIELDS = frozenset({"document"})  # asked for again who one is before these are shown


@pages.get("/desk/people/<int:person_id>")
@login_required
def record(person_id: int) -> ResponseReturnValue:
    person, area = record_of(person_id)
    if not access.may_open(current_user, person):
        return closed_record(person)
    access.note_opening(current_user, person, page="record")
    return render_template(
        "people/record.html",
        sheet=sheet.of(person, area),
        acts=hub.acts(person, area),
        status_act=hub.status_act(person, area),
        may_reveal=policy.may_reveal(current_user, area.path),
        is_minor=access.is_minor(person),
        kept=_kept(person),
        open_until=access.open_until(current_user.id, person_id),
    )


def _kept(person: Person) -> Person | None:
    """The record that stayed, for who may see that as well."""
    kept = merged.kept(person)
    area = db.session.get_one(Area, kept.area_id) if kept else None
    return kept if area is not None and policy.may_see_record(current_user, area.path) else None


@pages.route("/desk/people/<int:person_id>/reveal", methods=["GET", "POST"])
@login_required
def reveal(person_id: int) -> ResponseReturnValue:
    """The form asks what and why; the values stand in the answer to its POST and nowhere else."""
    person = _revealable(person_id)
    form = RevealForm()
    form.fields.choices = service.revealable(person)
    wants_more = CONFIRMED_FIELDS & set(request.form.getlist("fields"))
    if wants_more and (answer := require_confirmed()) is not None:
        return answer
    if form.validate_on_submit():
        try:
            values = service.reveal(
                actor=current_user,
                person_id=person_id,
                fields=form.fields.data or [],
                reason=form.reason.data,
                words=form.words.data or "",
            )
            return _unread(render_template("people/reveal.html", person=person, values=values))
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            return _reveal_form(person_id, form), refusal.status
    return _reveal_form(person_id, form), 422 if form.is_submitted() else 200


@pages.route("/desk/people/<int:person_id>/move", methods=["GET", "POST"])
@login_required
def move(person_id: int) -> ResponseReturnValue:
    """The person has moved house: another community or grid."""
    person, area = open_record_of(person_id, page="move")
    if not policy.may_reveal(current_user, area.path):
        raise NotFound
    form = MoveForm()
    elsewhere = [
        place for place in areas.within_paths(policy.working_paths(current_user)) if place.id != area.id
    ]
    form.area.choices = places(elsewhere)
    if form.validate_on_submit():
        try:
            service.move(actor=current_user, person_id=person_id, area_id=form.area.data)
            flash(_("搬好了，从现在起按新的社区查找。"), "success")
            return redirect(url_for("people.record", person_id=person_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
    status = 422 if form.is_submitted() else 200
    return (
        render_template(
            "people/record_move.html", form=form, person=person, area=area, is_possible=bool(elsewhere)
        ),
        status,
    )


@pages.route("/desk/people/<int:person_id>/disable", methods=["GET", "POST"])
@login_required
def disable(person_id: int) -> ResponseReturnValue:
    """Places that have not begun are kept or given back: whoever disables says which."""
    person = _disableable(person_id)
    coming = personal.coming_in_words(person_id)
    form = DisableForm()
    if not coming:
        del form.coming
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        gives_back = "coming" in form and form.coming.data == GIVE_BACK
        try:
            service.disable(
                actor=current_user, person_id=person_id, reason=form.reason.data, gives_back=gives_back
            )
            flash(_("账户已经停用，他在所有设备上都退出了。"), "success")
            return redirect(url_for("people.record", person_id=person_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    shown = coming if access.may_open(current_user, person) else []
    return render_template("people/record_disable.html", form=form, person=person, coming=shown), status


@pages.route("/desk/people/<int:person_id>/enable", methods=["GET", "POST"])
@login_required
def enable(person_id: int) -> ResponseReturnValue:
    person = _disableable(person_id)
    form = ReasonForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            service.enable(actor=current_user, person_id=person_id, reason=form.reason.data)
            flash(_("账户重新启用了。"), "success")
            return redirect(url_for("people.record", person_id=person_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    return render_template("people/record_enable.html", form=form, person=person), status


def _disableable(person_id: int) -> Person:
    person, area = record_of(person_id)
    if not hub.may_disable(person, area):
        raise NotFound
    return person


def _revealable(person_id: int) -> Person:
    person, area = record_of(person_id)
    if not policy.may_reveal(current_user, area.path):
        raise NotFound
    if not access.may_open(current_user, person):
        raise access.ApprovalNeeded
    return person


def _reveal_form(person_id: int, form: RevealForm) -> str:
    """Loaded anew: after a refusal nothing of before is at hand."""
    person, _area = record_of(person_id)
    return render_template(
        "people/reveal.html", person=person, values=None, form=form, is_confirmed=is_confirmed()
    )


def _unread(page: str) -> ResponseReturnValue:
    """Kept by nobody on the way and not by the browser."""
    return page, {"Cache-Control": "no-store"}
