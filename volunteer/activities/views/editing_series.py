"""Edit a series from its rule: one that has no date yet, because its next day lies beyond the coming weeks."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import details, managed, service
from volunteer.activities.changing.editing import ALL
from volunteer.activities.changing.forms import EditForm
from volunteer.activities.models import CANCELLED, Series
from volunteer.activities.planning import refusals
from volunteer.activities.repeating import expected, recurrence
from volunteer.activities.service.changing import editing_rule
from volunteer.activities.service.repeating import generating
from volunteer.activities.views import pages
from volunteer.activities.views.editing import said_to
from volunteer.activities.views.previewing import fates, new_rule, preview
from volunteer.core import clock, transaction
from volunteer.core.database import db
from volunteer.core.errors import Refused, Stale


@pages.route("/series/<int:series_id>/edit", methods=["GET", "POST"])
@login_required
def edit_series(series_id: int) -> ResponseReturnValue:
    """With a coming date the page of that date is the place; without one the rule is shown by itself."""
    row = managed.live_series(current_user, series_id)
    if request.method == "GET" and (date_id := _coming(series_id)) is not None:
        return redirect(url_for("activities.edit", occurrence_id=date_id, scope=ALL), 303)
    series = db.session.get_one(Series, series_id)
    if not series.is_repeating:
        raise refusals.OccurrenceOver
    form, repeats = _form(series), recurrence.words(service.whole_rule(series, series_id))
    if form.validate_on_submit() and request.form.get("step") != "edit":
        try:
            if request.form.get("step") == "confirm":
                return _carry_out(series, form)
            return _preview(row, form)
        except Stale:
            transaction.end()
            return _preview(row, form, is_stale=True), 409
        except Refused as refusal:
            form.refuse(refusal)
    if form.is_submitted():
        transaction.give_up()
    page = render_template("activities/edit_series.html", form=form, series=row, repeats=repeats)
    return page, 422 if form.errors else 200


def _coming(series_id: int) -> int | None:
    now = clock.now()
    dates = details.next_of_series(series_id, now=now, limit=20)
    return next((date.id for date in dates if date.state != CANCELLED and date.starts_at > now), None)


def _form(series: Series) -> EditForm:
    form = EditForm()
    form.suit(
        row=expected.foreseen(series),
        series=series,
        shifts=generating.shifts_of([series.id]).get(series.id, {}),
        is_single=False,
    )
    form.scope.data = ALL
    return form


def _carry_out(series: Series, form: EditForm) -> ResponseReturnValue:
    told = editing_rule.edit_rule(
        actor=current_user,
        series_id=series.id,
        wish=form.series_wish(series.starts_on),
        **fates(),
        words=form.words.data or "",
        shown=request.form.get("shown", ""),
    )
    flash(said_to(told), "success")
    return redirect(url_for("activities.series", series_id=series.id), 303)


def _preview(row: Any, form: EditForm, *, is_stale: bool = False) -> str:
    """The same deed up to where dates would be written; all of it is given up again."""
    wish = form.series_wish(row.starts_on)
    done = editing_rule.rehearse_rule(actor=current_user, series_id=row.id, wish=wish)
    return preview(
        form,
        row,
        done.outcome,
        action=url_for("activities.edit_series", series_id=row.id),
        back=url_for("activities.series", series_id=row.id),
        shown=done.shown,
        is_stale=is_stale,
        changed=done.before,
        repeats=new_rule(done),
    )
