"""Who somebody is and who answers for a child: the own document, the check by staff, guardians, waiting children."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.areas.models import Area
from volunteer.core import clock, formats, inputs, throttle, transaction
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.people import documents, policy, queries, rules, service
from volunteer.people.forms import DocumentForm, GuardianForm, RejectForm, VerifyForm
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, DISABLED, WAITING, Person
from volunteer.people.service import access
from volunteer.people.views import pages

ENTRIES = 10  # of the own document in a quarter of an hour: the answer tells whether a paper is registered


@pages.before_request
def count_entries_of_documents() -> None:
    """Counted and committed before the request's own transaction begins."""
    if request.method == "POST" and request.endpoint == "people.identity" and current_user.is_authenticated:
        throttle.count("document", str(current_user.id), limit=ENTRIES)


@pages.route("/me/identity", methods=["GET", "POST"])
@login_required
def identity() -> ResponseReturnValue:
    """The own document, once; it waits until staff have seen the original."""
    form = DocumentForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            service.enter_document(
                actor=current_user, kind=form.document_kind.data, number=form.document.data
            )
            flash(_("记下了。请带上原件到社区服务台，核对一下就好。"), "success")
            return redirect(url_for("people.identity"), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    person = db.session.get_one(Person, current_user.id)
    page = render_template(
        "people/identity.html",
        form=form,
        is_verified=person.verified_at is not None,
        verified_at=person.verified_at,
        kind=documents.KINDS.get(person.document_kind or ""),
        masked_document=formats.masked_document(person.document),
    )
    return page, status


@pages.route("/desk/people/<int:person_id>/identity", methods=["GET", "POST"])
@login_required
def verify(person_id: int) -> ResponseReturnValue:
    """Staff type what the original says; what the record says is compared, not shown."""
    person, area = _opened(person_id, "identity", access.may_finish_registration)
    form = VerifyForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        assert form.born_on.data is not None, "the form requires it"
        try:
            service.verify(
                actor=current_user,
                person_id=person_id,
                kind=form.document_kind.data,
                number=form.document.data,
                born_on=form.born_on.data,
                sex=form.sex.data or None,
            )
            flash(_("核对好了，可以给他出具服务证明了。"), "success")
            return redirect(url_for("people.verify", person_id=person_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
            person, area = _of_area(person_id)
    page = render_template(
        "people/identity_verify.html",
        form=form,
        person=person,
        area=area,
        name=formats.masked_name(person.name),
        kind=documents.KINDS.get(person.document_kind or ""),
        masked_document=formats.masked_document(person.document),
    )
    return page, status


@pages.route("/desk/people/<int:person_id>/guardian", methods=["GET", "POST"])
@login_required
def guardian(person_id: int) -> ResponseReturnValue:
    """Write down who agreed for a minor; a child that waited becomes active."""
    person, area = _opened(person_id, "guardian", access.may_settle)
    if request.form.get("guardian_withdraws"):
        return _withdraw(person_id)
    form = GuardianForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            is_activated = service.record_guardian(
                actor=current_user,
                person_id=person_id,
                guardian=service.GuardianConsent(
                    form.guardian_name.data, form.guardian_relation.data, form.guardian_phone.data
                ),
                way=form.consent_way.data,
                consent_on=form.consent_on.data,
            )
            flash(_("登记确认了，孩子现在可以登录。") if is_activated else _("监护人记下了。"), "success")
            if is_activated:  # from now on the record needs an approval
                return redirect(url_for("people.registrations"), 303)
            return redirect(url_for("people.guardian", person_id=person_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
            person, area = _of_area(person_id)
    return _guardian_page(form, person, area), status


def _guardian_page(form: GuardianForm, person: Person, area: Area) -> str:
    today, is_open = clock.today(), access.may_finish_registration(current_user, person)
    guardian = queries.standing_guardian_of(person.id) if is_open else None
    number, since = queries.open_receipts([person.id]).get(person.id, (None, None))
    return render_template(
        "people/guardian.html",
        form=form,
        person=person,
        area=area,
        name=formats.masked_name(person.name) if is_open else None,
        is_minor=rules.is_minor(person.born_on, today),
        is_waiting=person.status == WAITING,
        guardian=guardian,
        may_withdraw=guardian is not None and access.may_open(current_user, person),
        relations=rules.RELATIONS,
        receipt_number=number,
        confirm_by_on=service.confirm_by(since or person.registered_at),
    )


def _withdraw(person_id: int) -> ResponseReturnValue:
    """The guardian no longer agrees."""
    service.withdraw_guardian(actor=current_user, person_id=person_id)
    flash(_("监护人的同意收回了，还没有开始的活动都退掉了，孩子从现在起不能再报名。"), "success")
    return redirect(url_for("people.record", person_id=person_id), 303)


@pages.route("/desk/people/<int:person_id>/reject", methods=["GET", "POST"])
@login_required
def reject(person_id: int) -> ResponseReturnValue:
    """Send a waiting registration back, with a reason that the family reads (R011)."""
    person, area = _opened(person_id, "reject", access.may_settle)
    form = RejectForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            service.reject(actor=current_user, person_id=person_id, reason=form.reason.data or "")
            flash(_("退回了，家长在登记进度页上会看到原因。"), "success")
            return redirect(url_for("people.registrations"), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
            person, area = _of_area(person_id)
    page = render_template(
        "people/reject.html",
        form=form,
        person=person,
        area=area,
        name=formats.masked_name(person.name)
        if access.may_finish_registration(current_user, person)
        else None,
        is_waiting=person.status == WAITING,
    )
    return page, status


@pages.get("/desk/registrations")
@login_required
def registrations() -> ResponseReturnValue:
    """Children whose registration waits for a guardian, those longest waiting first (R010)."""
    paths = policy.directory_paths(current_user)
    if not paths:
        raise NotAllowed
    text = request.args.get("after")
    after = inputs.whole_number(text, least=0, most=2**62) if text else None
    found = queries.waiting(area_paths=paths, after=after)
    people, more = found[: queries.PAGE], found[queries.PAGE :]
    receipts = queries.open_receipts([person.id for person in people])
    since = {person.id: receipts.get(person.id, (0, None))[1] or person.registered_at for person in people}
    last_days = service.confirm_by_each(since.values())
    return render_template(
        "people/registrations.html",
        lines=[
            (person, receipts.get(person.id, (None,))[0], last_days[since[person.id]]) for person in people
        ],
        today=clock.today(),
        may_confirm=bool(policy.confirming_paths(current_user)),
        next_url=url_for("people.registrations", after=people[-1].id) if more else None,
        is_first_page=after is None,
    )


def _opened(person_id: int, page: str, may: Callable[[Actor, Person], bool]) -> tuple[Person, Area]:
    """The same, with a minor's record refused or its opening written down (条例 36)."""
    person, _area = _of_area(person_id)
    if not may(current_user, person):
        raise access.ApprovalNeeded
    access.note(current_user, person, page=page)
    return _of_area(person_id)


def _of_area(person_id: int) -> tuple[Person, Area]:
    """Somebody whose identity the reader may check; nobody else learns that there is such a person."""
    person = db.session.get(Person, person_id)
    area = db.session.get(Area, person.area_id) if person else None
    if person is None or area is None or person.status not in (WAITING, ACTIVE, DISABLED):
        raise NotFound
    if not policy.may_check_identity(current_user, person_id, area.path):
        raise NotFound
    return person, area
