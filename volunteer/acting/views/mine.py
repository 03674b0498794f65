"""Who may act for me, what they did, and my PIN."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.acting import queries, service
from volunteer.acting.forms import HelperForm
from volunteer.acting.views import pages
from volunteer.core import inputs, throttle, transaction
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.people.sessions import is_confirmed, require_confirmed

NAMINGS = 10  # in a quarter of an hour: the answer to a right number differs from that to a wrong one


@pages.before_request
def before_writing() -> None:
    """Count and hash before the request's own transaction holds the only writer's lock."""
    if request.method != "POST" or not current_user.is_authenticated:
        return
    if request.endpoint in {"acting.my_helpers", "acting.desk_helpers"}:
        throttle.count("helper", str(current_user.id), limit=NAMINGS)
    if request.endpoint == "acting.my_pin" and is_confirmed():
        g.new_pin = service.make_pin()


@pages.route("/me/helpers", methods=["GET", "POST"])
@login_required
def my_helpers() -> ResponseReturnValue:
    form = HelperForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            service.name_helper(
                actor=current_user,
                who=form.who.data,
                relation=form.relation.data,
                rights=form.rights.data or [],
            )
            flash(_("记下了，也告诉了他。想变的话，随时可以改。"), "success")
            return redirect(url_for("acting.my_helpers"), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    return render_template(
        "acting/my_helpers.html", form=form, helpers=queries.helpers_of(current_user.id)
    ), status


@pages.post("/me/helpers/<int:delegation_id>/end")
@login_required
def end_help(delegation_id: int) -> ResponseReturnValue:
    """For the person and, as declining, for the helper; once more changes nothing."""
    person_id, helper_id = queries.between(delegation_id)
    if current_user.id not in {person_id, helper_id}:
        raise NotFound
    ended = service.end(actor=current_user, delegation_id=delegation_id)
    if current_user.id == person_id:
        flash(_("好的，他以后不能再替您办事了。"), "success")
        if ended:
            flash(_("他替您兑换、还没取走的也取消了，积分已经退还给您。"), "success")
        return redirect(url_for("acting.my_helpers"), 303)
    flash(_("好的，以后不用替他办事了，也告诉了他。"), "success")
    return redirect(url_for("acting.wards"), 303)


@pages.get("/me/receipts")
@login_required
def my_receipts() -> ResponseReturnValue:
    before = request.args.get("before")
    lines = queries.receipts_of(
        current_user.id, before=inputs.whole_number(before, least=1, most=2**62) if before else None
    )
    shown, more = lines[: queries.PAGE], lines[queries.PAGE :]
    next_url = url_for("acting.my_receipts", before=shown[-1].id) if more else None
    return render_template("acting/my_receipts.html", lines=shown, next_url=next_url)


@pages.route("/me/pin", methods=["GET", "POST"])
@login_required
def my_pin() -> ResponseReturnValue:
    """A new PIN, shown once: the answer to the form is the page, and asking again leads back here."""
    if (answer := require_confirmed()) is not None:
        return answer
    digits = ""
    if request.method == "POST":
        service.set_pin(actor=current_user, person_id=current_user.id, pin=g.new_pin)
        digits = g.new_pin.digits
    return render_template("acting/my_pin.html", digits=digits)
