"""Sign a teammate up for a date of the team."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import details, service
from volunteer.activities.signing import leaving
from volunteer.activities.together import refusals as no
from volunteer.activities.together import regulars, teammates
from volunteer.activities.together.forms import TeammateForm
from volunteer.activities.views import pages
from volunteer.activities.views.together import named
from volunteer.core import clock, transaction
from volunteer.core.errors import NotFound, Refused


@pages.route("/activities/<int:occurrence_id>/teammate", methods=["GET", "POST"])
@login_required
def sign_up_teammate(occurrence_id: int) -> ResponseReturnValue:
    """For members of the team, on the dates of the team."""
    row = details.occurrence(occurrence_id)
    if not teammates.is_member(current_user.id, row.team_id):
        raise NotFound
    form = TeammateForm()
    form.offer(teammates.to_choose(row.team_id, but=current_user.id))
    form.offer_positions(regulars.positions(row.series_id))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            person_id = _teammate(form, row.team_id)
            service.sign_up(
                actor=current_user,
                occurrence_id=occurrence_id,
                person_id=person_id,
                position_id=form.position_id,
            )
            return redirect(
                url_for("activities.occurrence", occurrence_id=occurrence_id, helped=person_id), 303
            )
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    if form.is_submitted():
        transaction.give_up()
    entered = leaving.entered(current_user, row, clock.now())
    return render_template(
        "activities/together/teammate.html", occurrence=row, form=form, entered=entered
    ), status


def _teammate(form: TeammateForm, team_id: int) -> int:
    """Whoever is not of the team is answered like somebody unknown."""
    try:
        person_id = named(form)
    except no.NobodyOfThatNumber as unknown:
        raise no.NotATeammate from unknown
    if not teammates.are_teammates(current_user, person_id, team_id):
        raise no.NotATeammate
    return person_id
