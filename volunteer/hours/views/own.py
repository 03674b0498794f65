"""Pages of one's own hours: my time, certificates and their public check."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import clock, inputs, transaction
from volunteer.core.errors import NotFound, Refused
from volunteer.hours import no_shows, paper, policy, queries, service, words
from volunteer.hours import roll_call as calls
from volunteer.hours.forms import CertificateForm
from volunteer.hours.my_time import my_time as read_my_time
from volunteer.hours.views import pages


@pages.get("/my-time")
@login_required
def my_time() -> ResponseReturnValue:
    before = request.args.get("before")
    cursor = inputs.whole_number(before, least=1, most=calls.LARGEST_ID) if before else None
    mine = read_my_time(current_user.id, before=cursor)
    missed = 0 if cursor else no_shows.counts([current_user.id], clock.today().year).get(current_user.id, 0)
    return render_template("hours/my_time.html", mine=mine, words=words, cursor=cursor, missed=missed)


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
        is_own=person_id == current_user.id,
    )
    return page, 422 if form.is_submitted() else 200


@pages.get("/certificates/<int:certificate_id>")
@login_required
def certificate(certificate_id: int) -> ResponseReturnValue:
    sheet = paper.sheet(certificate_id)
    if sheet is None or not policy.may_see_certificate(
        current_user, person_id=sheet.holder.id, area_path=sheet.holder.area_path
    ):
        raise NotFound
    return render_template("hours/certificate.html", sheet=sheet, words=words)


@pages.get("/check")
def check_certificate() -> ResponseReturnValue:
    """Public: anybody with the code on the paper may ask whether it still holds."""
    code = request.args.get("code", "").strip()[:40]
    found = service.check(code=code, address=request.remote_addr or "") if code else None
    return render_template("hours/check.html", code=code, found=found)
