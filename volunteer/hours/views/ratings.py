"""Ratings: a participant's of the date, the leader's of the participants (R048)."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import transaction
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.hours import planned, queries
from volunteer.hours.forms import RatingForm
from volunteer.hours.models import ABSENT, EXCUSED
from volunteer.hours.ratings import own_rating, rating_of_date, ratings_of_people
from volunteer.hours.service import rating
from volunteer.hours.views import pages
from volunteer.hours.views.roll_call import plan_to_record


@pages.route("/activities/<int:occurrence_id>/rate", methods=["GET", "POST"])
@login_required
def rate(occurrence_id: int) -> ResponseReturnValue:
    """For who was there; everybody else is told why not."""
    plan = planned.load(occurrence_id)
    if plan is None:
        raise NotFound
    own = own_rating(occurrence_id, current_user.id)
    form = RatingForm(data={"stars": str(own.stars), "words": own.words} if own else None)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            rating.rate_date(
                actor=current_user,
                occurrence_id=occurrence_id,
                stars=int(form.stars.data),
                words=form.words.data or "",
            )
            flash(_("谢谢您的评价。"), "success")
            return redirect(url_for("activities.occurrence", occurrence_id=occurrence_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    may = bool(rating.was_there(occurrence_id, [current_user.id]))
    return render_template("hours/rate.html", plan=plan, form=form, may=may, own=own), status


@pages.route("/activities/<int:occurrence_id>/ratings", methods=["GET", "POST"])
@login_required
def ratings(occurrence_id: int) -> ResponseReturnValue:
    """What participants said, without names, and a place to rate each of them."""
    plan = plan_to_record(occurrence_id)
    problem, status = None, 200
    if request.method == "POST":
        try:
            rating.rate_people(actor=current_user, occurrence_id=plan.id, stars=_stars())
            flash(_("评价记下了。"), "success")
            return redirect(url_for("hours.ratings", occurrence_id=plan.id), 303)
        except Refused as refusal:
            transaction.give_up()
            problem, status = refusal.message, refusal.status
    batch_id = queries.live_batch_id(plan.id)
    people = [
        row
        for row in (queries.records(batch_id) if batch_id else [])
        if row.attendance not in (ABSENT, EXCUSED) and row.person_id != current_user.id
    ]
    page = render_template(
        "hours/ratings.html",
        plan=plan,
        problem=problem,
        rated=rating_of_date(plan.id),
        people=people,
        given=ratings_of_people(plan.id) | (_stars() if problem else {}),
    )
    return page, status


def _stars() -> dict[int, int]:
    """What was chosen for each person; who was left out stays unrated."""
    found = {}
    for name, value in request.form.items():
        kind, _dash, id_ = name.partition("-")
        is_number = id_.isascii() and id_.isdigit() and len(id_) < 18
        if kind == "stars" and is_number and value in {"1", "2", "3", "4", "5"}:
            found[int(id_)] = int(value)
    return found
