"""Publish a series, look at it, renew it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import details, policy, recurrence, requirements, rules, service
from volunteer.activities.forms import SeriesForm, choices_of
from volunteer.activities.service.series import check, managed_team
from volunteer.activities.views import pages
from volunteer.areas.models import Area
from volunteer.core import clock, formats, transaction
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.credentials import queries as credentials
from volunteer.teams.models import Team

SHOWN_DATES = 5


@pages.route("/teams/<int:team_id>/series/new", methods=["GET", "POST"])
@login_required
def new_series(team_id: int) -> ResponseReturnValue:
    """Fill in, look at the rule in words with its next dates, publish. Nothing is kept before that."""
    team = managed_team(current_user, team_id)
    people = {current_user.id: current_user.name}
    people |= {row.id: row.name for row in details.people_to_take_charge(team.id)}
    form = SeriesForm(person_in_charge_id=current_user.id)
    form.person_in_charge_id.choices = choices_of(people.items())
    form.offer_needs(credentials.known_names(db.session.get_one(Area, team.area_id).path))
    if form.validate_on_submit():
        try:
            if request.form.get("step") == "publish":
                series = service.create_series(actor=current_user, team_id=team_id, plan=form.plan())
                flash(_("活动已经发布，大家可以报名了。"), "success")
                return redirect(url_for("activities.series", series_id=series.id), 303)
            if request.form.get("step") != "edit":
                return _preview(form, team, people)
        except Refused as refusal:
            form.refuse(refusal)
    if form.is_submitted():
        transaction.give_up()
    status = 422 if form.errors else 200
    return render_template("activities/new_series.html", form=form, team=team), status


def _preview(form: SeriesForm, team: Team, people: dict[int, str]) -> ResponseReturnValue:
    plan = form.plan()
    dates = check(plan, team=team, actor=current_user)
    transaction.give_up()
    return render_template(
        "activities/preview_series.html",
        form=form,
        team=team,
        plan=plan,
        category=rules.CATEGORIES[plan.category],
        person_in_charge=people[form.person_in_charge_id.data],
        repeats=recurrence.words(plan.rule),
        needs=requirements.words(plan.requirements),
        dates=dates[:SHOWN_DATES],
    )


@pages.get("/series/<int:series_id>")
def series(series_id: int) -> ResponseReturnValue:
    return _page(series_id)


@pages.post("/series/<int:series_id>/renew")
def renew(series_id: int) -> ResponseReturnValue:
    if not current_user.is_authenticated:
        transaction.give_up()
        target = url_for("activities.series", series_id=series_id)
        return redirect(url_for("people.sign_in", next=target), 303)
    try:
        until = service.renew(actor=current_user, series_id=series_id)
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        problem = refusal.message
        transaction.give_up()
        return _page(series_id, problem=problem), refusal.status
    flash(_("已经续到 %(day)s。", day=formats.full_day(until)), "success")
    return redirect(url_for("activities.series", series_id=series_id), 303)


def _page(series_id: int, problem: str | None = None) -> str:
    now, today = clock.now(), clock.today()
    row = details.series(series_id)
    is_repeating = bool(row.recurrence or row.lunar)
    may_manage = policy.may_manage(current_user, team_path=row.team_path, area_path=row.area_path)
    return render_template(
        "activities/series.html",
        series=row,
        problem=problem,
        category=rules.CATEGORIES.get(row.category, row.category),
        repeats=recurrence.words(service.rule_of(row)),
        needs=requirements.words(requirements.of_series(series_id)) if row.has_requirements else "",
        is_repeating=is_repeating,
        coming=details.next_of_series(series_id, now=now, limit=SHOWN_DATES),
        latest=details.last_of_series(series_id, now=now) if may_manage else [],
        may_manage=may_manage,
        ends_soon=is_repeating and row.renewed_until < today + rules.RENEW_BEFORE,
    )
