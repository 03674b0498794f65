"""The switches, requests to staff, and correcting what is wrong."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.areas.models import Area
from volunteer.core import clock, formats, inputs, throttle, transaction
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.people import rules as people_rules
from volunteer.people.models import CLOSED, MERGED, Person
from volunteer.people.service import access
from volunteer.people.sessions import require_confirmed
from volunteer.privacy import policy, rules
from volunteer.privacy.rights_forms import AnswerForm, CorrectForm, RequestForm
from volunteer.privacy.service import consents, correcting, requests
from volunteer.privacy.views import pages


@pages.post("/me/privacy/consents/<kind>")
@login_required
def set_consent(kind: str) -> ResponseReturnValue:
    """One switch on or off; asked by the form's own wish, so that pressing twice is harmless."""
    if kind not in rules.SWITCHES:
        raise NotFound
    if request.form.get("wanted") == "1":
        consents.give(actor=current_user, person_id=current_user.id, kind=kind)
        flash(_("记下了您的同意，随时可以收回。"), "success")
    else:
        consents.withdraw(actor=current_user, person_id=current_user.id, kind=kind)
        flash(_("已经收回，从现在起不再使用。"), "success")
    return redirect(url_for("privacy.mine", _anchor="consents"), 303)


@pages.post("/me/privacy/notice")
@login_required
def agree_to_notice() -> ResponseReturnValue:
    """The privacy notice has a new version, and the person has read it."""
    consents.renew(actor=current_user, person_id=current_user.id)
    flash(_("记下了，谢谢您看完。"), "success")
    return redirect(url_for("activities.home"), 303)


@pages.route("/me/privacy/requests", methods=["GET", "POST"])
@login_required
def ask() -> ResponseReturnValue:
    form = RequestForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            made = requests.ask(actor=current_user, kind=form.kind.data, wanted=form.wanted.data)
            flash(_("申请交给社区了，最晚 %(day)s 前答复您。", day=formats.day(made.due_on)), "success")
            return redirect(url_for("privacy.ask"), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    own = requests.of_person(current_user.id)
    return render_template("privacy/ask.html", form=form, own=own, kinds=rules.REQUESTS), status


CORRECTIONS = 10  # in a quarter of an hour: the answer to a taken phone differs from that to a free one


@pages.before_request
def count_corrections() -> None:
    """Counted and committed before the request's own transaction begins."""
    if request.method == "POST" and request.endpoint == "privacy.correct" and current_user.is_authenticated:
        throttle.count("correct", str(current_user.id), limit=CORRECTIONS)


@pages.route("/me/privacy/correct", methods=["GET", "POST"])
@login_required
def correct() -> ResponseReturnValue:
    if (answer := require_confirmed()) is not None:  # the phone is what one signs in with
        return answer
    person = db.session.get_one(Person, current_user.id)
    form = CorrectForm(**({} if request.method == "POST" else {"data": _known(person)}))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            changed = correcting.correct(actor=current_user, correction=form.correction(person))
            flash(_("改好了。") if changed else _("没有改动。"), "success")
            return redirect(url_for("privacy.mine"), 303)
        except Refused as refusal:
            transaction.give_up()
            person = db.session.get_one(Person, current_user.id)
            form.refuse(refusal)
            status = refusal.status
    return render_template(
        "privacy/correct.html", form=form, is_verified=person.verified_at is not None
    ), status


@pages.get("/desk/rights-requests")
@login_required
def requests_waiting() -> ResponseReturnValue:
    paths = policy.request_paths(current_user)
    if not paths:
        raise NotAllowed
    rows = requests.waiting(paths, without=current_user.id)
    return render_template("privacy/requests.html", rows=rows, kinds=rules.REQUESTS, today=clock.today())


@pages.route("/desk/rights-requests/<int:request_id>", methods=["GET", "POST"])
@login_required
def answer(request_id: int) -> ResponseReturnValue:
    row = requests.load(current_user, request_id)
    form = AnswerForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        is_done = form.outcome.data == requests.DONE
        try:
            requests.decide(
                actor=current_user, request_id=request_id, is_done=is_done, reason=form.reason.data or ""
            )
            flash(_("办结了，申请人会收到消息。"), "success")
            return redirect(url_for("privacy.requests_waiting"), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
            row = requests.load(current_user, request_id)
    is_minor = access.is_minor(row.Person)
    page = render_template("privacy/answer.html", row=row, form=form, kinds=rules.REQUESTS, is_minor=is_minor)
    return page, status


@pages.route("/desk/people/<int:person_id>/consents", methods=["GET", "POST"])
@login_required
def record_consents(person_id: int) -> ResponseReturnValue:
    """The same switches at the counter, for somebody without a phone: the way and the operator are recorded."""
    person, area = _of_counter(person_id)
    problem, status = "", 200
    if request.method == "POST":
        try:
            _write_down(person_id)
            flash(_("记下了。"), "success")
            return redirect(url_for("privacy.record_consents", person_id=person_id), 303)
        except Refused as refusal:
            transaction.give_up()
            problem, status = refusal.message, refusal.status
            person, area = _of_counter(person_id)
    ways = [(code, str(label)) for code, label in people_rules.COUNTER_WAYS.items()]
    page = render_template(
        "privacy/record_consents.html",
        person=person,
        area=area,
        states=consents.states(person.id),
        basic=consents.basic(person.id),
        version=people_rules.NOTICE_VERSION,
        needs_guardian=people_rules.needs_guardian(person.born_on, clock.today()),
        ways=ways,
        problem=problem,
    )
    return page, status


def _write_down(person_id: int) -> None:
    """The switch of the pressed button, on in the way it names, or off."""
    kind = inputs.clean(request.form.get("kind", ""), longest=20)
    if request.form.get("wanted") != "1":
        consents.withdraw(actor=current_user, person_id=person_id, kind=kind)
        return
    way = people_rules.counter_way(request.form.get("way", ""))
    if kind == people_rules.PRIVACY:
        consents.renew(actor=current_user, person_id=person_id, way=way)
    else:
        consents.give(actor=current_user, person_id=person_id, kind=kind, way=way)


def _of_counter(person_id: int) -> tuple[Person, Area]:
    person = db.session.get(Person, person_id)
    area = db.session.get(Area, person.area_id) if person else None
    if person is None or area is None or not policy.may_record_consents(current_user, area.path, person_id):
        raise NotFound
    if person.status in (CLOSED, MERGED) or not access.may_open(current_user, person):
        raise NotFound
    access.note_opening(current_user, person, page="consents")
    return db.session.get_one(Person, person_id), db.session.get_one(Area, area.id)


def _known(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "sex": person.sex or "",
        "born_on": person.born_on,
        "phone": (person.phone or "").removeprefix("+86"),
        "address": person.address or "",
        "school": person.school or "",
    }
