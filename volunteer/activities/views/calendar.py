"""The holiday table: look at a year, paste its plan, correct a day (R055)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import policy
from volunteer.activities.repeating.calendar_forms import USUAL, DayForm, PlanForm
from volunteer.activities.service.repeating import rechecking
from volunteer.activities.views import pages
from volunteer.core import clock, inputs, transaction
from volunteer.core.errors import NotAllowed, Refused
from volunteer.core.i18n import gettext as _
from volunteer.workdays import known, plan_text, queries, service, words
from volunteer.workdays.rules import HOLIDAY, Day

YEARS_BACK, YEARS_AHEAD = 1, 2


@pages.get("/desk/calendar")
@login_required
def calendar() -> ResponseReturnValue:
    """The days of a year, where they come from, and, for who may, how to change them."""
    if not policy.may_see_calendar(current_user):
        raise NotAllowed
    text = request.args.get("year")
    return _page(inputs.whole_number(text, **_bounds()) if text else clock.today().year)


@pages.route("/desk/calendar/<int:year>/plan", methods=["GET", "POST"])
@login_required
def calendar_plan(year: int) -> ResponseReturnValue:
    """Paste or write the whole year; look at what was understood; then keep it."""
    _check(year)
    found = queries.year(year)
    text = "" if found.source == queries.LAW else plan_text.write(found.days)
    form = PlanForm(text=text, is_final=found.is_final or not text)
    if not form.is_submitted():
        return _plan_page(year, form)
    if not form.validate() or request.form.get("step") == "edit":
        return _plan_page(year, form), 422 if form.errors else 200
    plan = plan_text.read(form.text.data, year)
    if plan.problems:
        return _plan_page(year, form, plan), 422
    if request.form.get("step") != "save":
        return _look_page(year, form, plan)
    try:
        service.enter_year(actor_id=current_user.id, year=year, days=plan.days, is_final=form.is_final.data)
    except Refused as refusal:
        form.refuse(refusal)
        transaction.give_up()
        return _plan_page(year, form), refusal.status
    flash(_("%(year)s 年的安排记下了。一分钟之内，已经排出的活动会照着重新核对。", year=year), "success")
    return redirect(url_for("activities.calendar", year=year), 303)


@pages.post("/desk/calendar/<int:year>/day")
@login_required
def calendar_day(year: int) -> ResponseReturnValue:
    """One day off, worked, or as usual."""
    _check(year)
    form = DayForm()
    if form.validate_on_submit():
        try:
            _put(year, form)
            flash(_("改好了。一分钟之内，已经排出的活动会照着重新核对。"), "success")
            return redirect(url_for("activities.calendar", year=year), 303)
        except Refused as refusal:
            form.refuse(refusal)
    transaction.give_up()
    return _page(year, form), 422


def _put(year: int, form: DayForm) -> None:
    on = form.day.data
    assert on is not None, "the form wants a day"
    if form.kind.data == USUAL:
        service.remove_day(actor_id=current_user.id, year=year, day=on)
    else:
        day = Day(on, form.kind.data, form.name.data or "")
        service.put_day(actor_id=current_user.id, year=year, day=day)


@pages.post("/desk/calendar/<int:year>/final")
@login_required
def calendar_final(year: int) -> ResponseReturnValue:
    """What stands there is the official plan, or is not."""
    _check(year)
    is_final = request.form.get("is_final") == "1"
    return _done(year, lambda: service.set_final(actor_id=current_user.id, year=year, is_final=is_final))


@pages.post("/desk/calendar/<int:year>/forget")
@login_required
def calendar_forget(year: int) -> ResponseReturnValue:
    """Back to the library's days, or those by law."""
    _check(year)
    return _done(year, lambda: service.forget_year(actor_id=current_user.id, year=year))


def _done(year: int, deed: Callable[[], None]) -> ResponseReturnValue:
    deed()
    flash(_("改好了。一分钟之内，已经排出的活动会照着重新核对。"), "success")
    return redirect(url_for("activities.calendar", year=year), 303)


def _bounds() -> dict[str, int]:
    today = clock.today()
    return {"least": today.year - YEARS_BACK, "most": today.year + YEARS_AHEAD}


def _check(year: int) -> None:
    """Who may change the table, for a year that can be planned."""
    if not policy.may_keep_calendar(current_user):
        raise NotAllowed
    bounds = _bounds()
    if not bounds["least"] <= year <= bounds["most"]:
        raise service.NotAYear(first=bounds["least"], last=bounds["most"])


def _page(year: int, form: DayForm | None = None) -> str:
    bounds = _bounds()
    years = queries.years(range(bounds["least"], bounds["most"] + 1))
    found = years[year - bounds["least"]]
    return render_template(
        "activities/calendar.html",
        year=found,
        years=years,
        feasts=words.feasts(found.days),
        may_keep=policy.may_keep_calendar(current_user),
        form=form or DayForm(formdata=None, data={"day": _likely(year)}),
    )


def _likely(year: int) -> dt.date | None:
    return clock.today() if year == clock.today().year else dt.date(year, 1, 1)


def _plan_page(year: int, form: PlanForm, plan: plan_text.Plan | None = None) -> str:
    return render_template(
        "activities/calendar_plan.html", year=year, form=form, problems=plan.problems if plan else ()
    )


def _look_page(year: int, form: PlanForm, plan: plan_text.Plan) -> str:
    """What was understood and what it would change, before anything is kept."""
    return render_template(
        "activities/calendar_look.html",
        year=year,
        form=form,
        plan=plan,
        feasts=words.feasts(plan.days),
        elsewhere=_by_year(plan.elsewhere),
        forgotten=_forgotten(year, plan.days),
        effect=rechecking.effect(year, plan.days),
    )


def _forgotten(year: int, days: tuple[Day, ...]) -> list[str]:
    """Days that are off by law and are not in the plan: most likely a line was left out."""
    off = {day.day for day in days if day.kind == HOLIDAY}
    return [
        f"{feast.name} {text}"
        for feast in words.feasts(day for day in known.by_law(year) if day.day not in off)
        for text in feast.sentences
    ]


def _by_year(days: tuple[Day, ...]) -> list[tuple[int, list[str]]]:
    """Days of other years that can be changed, as sentences."""
    bounds = _bounds()
    years = sorted({day.day.year for day in days})
    return [
        (
            year,
            [
                text
                for feast in words.feasts(day for day in days if day.day.year == year)
                for text in feast.sentences
            ],
        )
        for year in years
        if bounds["least"] <= year <= bounds["most"]
    ]
