"""What staff see and write down about people of their areas."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import clock, formats, inputs, transaction, uploads
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.credentials import policy, queries, rules, service
from volunteer.credentials.forms import DecisionForm, StaffEntryForm, WithdrawForm
from volunteer.credentials.models import WAITING
from volunteer.credentials.views import pages
from volunteer.credentials.words import shelves
from volunteer.people.service import access


@pages.get("/desk/credentials")
@login_required
def desk() -> ResponseReturnValue:
    paths = policy.desk_paths(current_user)
    if not paths:
        raise NotAllowed
    tab = "expiring" if request.args.get("tab") == "expiring" else "waiting"
    rows = (_expiring if tab == "expiring" else _waiting)(paths)
    shown = rows[: queries.PAGE]
    next_url = None
    if len(rows) > queries.PAGE:
        last = shown[-1]
        mark = f"{last.expires_on}.{last.id}" if tab == "expiring" else last.id
        next_url = url_for("credentials.desk", tab=tab, mark=mark)
    return render_template(
        "credentials/desk.html", tab=tab, items=shown, next_url=next_url, kinds=rules.KIND_LABELS
    )


def _waiting(paths: tuple[str, ...]) -> list[Any]:
    mark = request.args.get("mark")
    after = inputs.whole_number(mark, least=0, most=10**17) if mark else None
    return queries.waiting(paths, after=after)


def _expiring(paths: tuple[str, ...]) -> list[Any]:
    mark = request.args.get("mark")
    after: tuple[dt.date, int] | None = None
    if mark:
        day, _dot, id_ = mark.partition(".")
        after = inputs.date(day), inputs.whole_number(id_, least=0, most=10**17)
    return queries.expiring_soon(paths, rules.EXPIRES_SOON, after=after)


@pages.get("/desk/people/<int:person_id>/credentials")
@login_required
def of_person(person_id: int) -> ResponseReturnValue:
    row = _person(person_id)
    access.note_opening(current_user, row.Person, page="credentials")
    return _person_page(person_id)


@pages.route("/desk/people/<int:person_id>/credentials/new", methods=["GET", "POST"])
@login_required
def record(person_id: int) -> ResponseReturnValue:
    row = _person(person_id)
    if not policy.may_record(current_user, person_id=person_id, area_path=row.area_path):
        raise NotFound
    access.note_opening(current_user, row.Person, page="credentials")
    row = _person(person_id)
    form = StaffEntryForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            entry = form.entry(is_from_outside=form.is_from_outside.data)
            service.record(actor=current_user, person_id=person_id, entry=entry, proof=uploads.sent())
            flash(_("登记好了，本人会收到消息。"), "success")
            return redirect(url_for("credentials.of_person", person_id=person_id), 303)
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    if form.is_submitted():
        transaction.give_up()
    return render_template("credentials/record.html", form=form, **_shown(person_id, row)), status


@pages.route("/desk/credentials/<int:credential_id>", methods=["GET", "POST"])
@login_required
def decide(credential_id: int) -> ResponseReturnValue:
    row = _credential(credential_id)
    access.note_opening(current_user, row.Person, page="credential")
    form = DecisionForm()
    if request.method == "GET":
        return _decision_page(credential_id, form)
    status, accept = 422, form.decision.data == "accept"
    if form.validate_on_submit():
        try:
            service.decide(
                actor=current_user, credential_id=credential_id, accept=accept, reason=form.reason.data or ""
            )
            flash(_("已经确认，本人会收到消息。") if accept else _("已经答复，本人会看到原因。"), "success")
            return redirect(url_for("credentials.desk"), 303)
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    transaction.give_up()
    return _decision_page(credential_id, form), status


@pages.post("/desk/credentials/<int:credential_id>/withdraw")
@login_required
def withdraw(credential_id: int) -> ResponseReturnValue:
    row = _credential(credential_id)
    person_id = row.Person.id
    access.note_opening(current_user, row.Person, page="credential")
    form = WithdrawForm()
    status = 422
    if form.validate_on_submit():
        try:
            service.withdraw(actor=current_user, credential_id=credential_id, reason=form.reason.data or "")
            flash(_("已经收回，本人会看到原因。"), "success")
            return redirect(url_for("credentials.of_person", person_id=person_id), 303)
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    transaction.give_up()
    return _person_page(person_id, form=form, withdrawing=credential_id), status


def _person(person_id: int) -> Any:
    row = queries.person(person_id)
    if row is None or not policy.desk_paths(current_user):
        raise NotFound
    if not policy.may_see(current_user, person_id=person_id, area_path=row.area_path):
        raise NotFound
    return row


def _credential(credential_id: int) -> Any:
    row = queries.with_person(credential_id)
    if row is None or not policy.may_record(current_user, person_id=row.Person.id, area_path=row.area_path):
        raise NotFound
    return row


def _person_page(person_id: int, form: WithdrawForm | None = None, withdrawing: int | None = None) -> str:
    row = _person(person_id)
    return render_template(
        "credentials/of_person.html",
        shelves=shelves(queries.of_person(person_id), clock.today()),
        learnt=queries.learning_minutes(person_id),
        form=form,
        withdrawing=withdrawing,
        may_record=policy.may_record(current_user, person_id=person_id, area_path=row.area_path),
        may_open_proof=policy.may_open_proof(current_user, person_id=person_id, area_path=row.area_path),
        **_shown(person_id, row),
    )


def _decision_page(credential_id: int, form: DecisionForm) -> str:
    row = _credential(credential_id)
    return render_template(
        "credentials/decide.html",
        form=form,
        entry=row.Credential,
        is_waiting=row.Credential.state == WAITING,
        **_shown(row.Person.id, row),
    )


def _shown(person_id: int, row: Any) -> dict[str, Any]:
    """The person masked (R142), and the words of the kinds."""
    return {
        "person_id": person_id,
        "masked_name": formats.masked_name(row.Person.name),
        "number": row.Person.number,
        "known": queries.known_names(row.area_path),
        "kinds": rules.KIND_LABELS,
        "units": rules.UNIT_LABELS,
    }
