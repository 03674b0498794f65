"""Certificates: issue, print, revoke, and their public check."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import clock, inputs, transaction
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.hours import finality, paper, policy, queries, service, words
from volunteer.hours import roll_call as calls
from volunteer.hours.forms import CertificateForm, RevokeForm
from volunteer.hours.paper import Sheet
from volunteer.hours.views import pages


@pages.route("/certificates", methods=["GET", "POST"])
@login_required
def certificates() -> ResponseReturnValue:
    """One's own certificates; staff give `person` in the address to issue for somebody else."""
    text = request.args.get("person")
    person_id = inputs.whole_number(text, least=1, most=calls.LARGEST_ID) if text else current_user.id
    holder = queries.holder(person_id)
    if holder is None or not policy.may_certify(
        current_user, person_id=person_id, area_path=holder.area_path
    ):
        raise NotFound
    today = clock.today()
    form = CertificateForm(data={"from_on": today.replace(month=1, day=1), "until_on": today})
    if form.validate_on_submit() and form.from_on.data and form.until_on.data:
        try:
            issued = service.issue_certificate(
                actor=current_user,
                person_id=person_id,
                from_on=form.from_on.data,
                until_on=form.until_on.data,
            )
            return redirect(url_for("hours.certificate", certificate_id=issued.id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
    page = render_template(
        "hours/certificates.html",
        form=form,
        holder=holder,
        certificates=queries.certificates(person_id),
        pending=finality.pending(person_id),
        is_own=person_id == current_user.id,
    )
    return page, 422 if form.is_submitted() else 200


@pages.get("/certificates/<int:certificate_id>")
@login_required
def certificate(certificate_id: int) -> ResponseReturnValue:
    return _sheet_page(_load(certificate_id), RevokeForm(formdata=None))


@pages.post("/certificates/<int:certificate_id>/revoke")
@login_required
def revoke_certificate(certificate_id: int) -> ResponseReturnValue:
    """Staff over the holder's area take it out of use, with a reason that the holder reads."""
    sheet = _load(certificate_id)
    if not _may_revoke(sheet):
        raise NotFound
    form, status = RevokeForm(), 422
    if form.validate_on_submit():
        try:
            service.revoke_certificate(
                actor=current_user, certificate_id=certificate_id, reason=form.reason.data or ""
            )
            flash(_("作废了，本人会收到消息。谁来查验，都会看到。"), "success")
            return redirect(url_for("hours.certificates", person=sheet.holder.id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    return _sheet_page(_load(certificate_id), form), status


def _load(certificate_id: int) -> Sheet:
    sheet = paper.sheet(certificate_id)
    if sheet is None or not policy.may_see_certificate(
        current_user, person_id=sheet.holder.id, area_path=sheet.holder.area_path
    ):
        raise NotFound
    return sheet


def _may_revoke(sheet: Sheet) -> bool:
    return policy.may_revoke(current_user, person_id=sheet.holder.id, area_path=sheet.holder.area_path)


def _sheet_page(sheet: Sheet, form: RevokeForm) -> str:
    may = sheet.state != "revoked" and _may_revoke(sheet)
    return render_template("hours/certificate.html", sheet=sheet, words=words, form=form, may_revoke=may)


@pages.get("/check")
def check_certificate() -> ResponseReturnValue:
    """Public: anybody with the code on the paper may ask whether it still holds."""
    code = request.args.get("code", "").strip()[:40]
    found = service.check(code=code, address=request.remote_addr or "") if code else None
    return render_template("hours/check.html", code=code, found=found)
