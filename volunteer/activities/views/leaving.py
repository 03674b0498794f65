"""Take somebody off a date, or out of its line: for who leads it, the counter, and who has just mistyped."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import details, policy, service
from volunteer.activities.signing import lateness, leaving, standing
from volunteer.activities.signing.note_forms import TakeOffForm
from volunteer.activities.signing.of_another import of_another
from volunteer.activities.signing.refusals import NotSignedUp
from volunteer.activities.signing.standing import Standing
from volunteer.activities.views import pages
from volunteer.activities.views.occurrence import refused, to_date
from volunteer.core import clock, transaction
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _


@pages.route("/activities/<int:occurrence_id>/people/<int:person_id>/take-off", methods=["GET", "POST"])
@login_required
def take_off(occurrence_id: int, person_id: int) -> ResponseReturnValue:
    """One's own place is given back on the page of the date."""
    if person_id == current_user.id:
        return redirect(url_for("activities.occurrence", occurrence_id=occurrence_id), 303)
    now = clock.now()
    found = standing.load(occurrence_id=occurrence_id, person_id=person_id)
    held = leaving.place_of(occurrence_id, person_id)
    takes_back = held is not None and leaving.may_take_back(current_user, held, now)
    if not takes_back and not _may_act_for(found):
        raise NotFound
    if held is None and found.who.waiting_id is None:
        return _nothing_to_leave(occurrence_id)
    form, status = TakeOffForm(), 200
    if form.validate_on_submit():
        try:
            flash(_take_off(found, held, form.reason.data or ""), "success")
            return to_date(occurrence_id)
        except Refused as refusal:
            if refusal.status != 422:
                return refused(occurrence_id, refusal)
            form.refuse(refusal)
    if form.is_submitted():
        transaction.give_up()
        status = 422
    return _page(found, held, form, takes_back=takes_back), status


def _nothing_to_leave(occurrence_id: int) -> ResponseReturnValue:
    """An old link leads on to the date; what was sent is refused."""
    problem = of_another(NotSignedUp())
    if request.method == "POST":
        return refused(occurrence_id, problem)
    flash(problem.message, "warning")
    return to_date(occurrence_id)


def _may_act_for(found: Standing) -> bool:
    return policy.may_act_for_another(
        current_user,
        team_path=found.team_path,
        area_path=found.area_path,
        person_area_path=found.person_area_path,
    )


def _take_off(found: Standing, held: Any, reason: str) -> str:
    """What to say then."""
    who = {"actor": current_user, "occurrence_id": found.date.id, "person_id": found.who.id}
    name, number = leaving.names_of(current_user, found.date, [found.who.id])[found.who.id]
    if held is None:
        service.leave_line(**who)
        return _("替%(name)s（%(number)s）退出了排队，他会收到消息。", name=name, number=number)
    service.sign_off(**who, reason=reason)
    return _("替%(name)s（%(number)s）取消了报名，他会收到消息。", name=name, number=number)


def _page(found: Standing, held: Any, form: TakeOffForm, *, takes_back: bool) -> str:
    hours = current_app.config["LATE_SIGN_OFF_HOURS"]
    who = {"occurrence_id": found.date.id, "person_id": found.who.id, "now": clock.now()}
    is_late = held is not None and lateness.is_late(found.date, **who)
    form.reason.flags.optional = not is_late
    name, number = leaving.names_of(current_user, found.date, [found.who.id])[found.who.id]
    return render_template(
        "activities/leaving/take_off.html",
        occurrence=details.occurrence(found.date.id),
        name=name,
        number=number,
        held=held,
        form=form,
        late_hours=hours,
        needs_reason=is_late and not takes_back,
        takes_back=takes_back,
    )
