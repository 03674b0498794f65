"""Cancel one date, a whole day's dates, or all that are left of a series; each after a look at whom it hits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import managed, policy, service
from volunteer.activities.changing.stopping_forms import EndForm, StormForm
from volunteer.activities.forms import CancelForm
from volunteer.activities.service.changing import cancelling, ending, storm
from volunteer.activities.signing import chains
from volunteer.activities.views import pages
from volunteer.areas import queries as areas
from volunteer.core import clock, inputs, transaction
from volunteer.core.errors import NotAllowed, NotFound, Refused, Stale
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext
from volunteer.people.models import COMMUNITY_STAFF, SUBDISTRICT_STAFF

MOST_AT_ONCE = 500


@pages.route("/activities/<int:occurrence_id>/cancel", methods=["GET", "POST"])
@login_required
def cancel(occurrence_id: int) -> ResponseReturnValue:
    """Cancel the activity for everybody; to give one's own place back is somewhere else and says so."""
    row = managed.date(current_user, occurrence_id)
    cancelling.refuse_settled(row)
    try:
        cancelling.refuse_history(row)
    except Refused as refusal:
        return _instead(row, refusal), refusal.status
    form = CancelForm()
    if form.validate_on_submit() and form.is_agreed(row.taken):
        try:
            told = service.cancel_occurrence(
                actor=current_user, occurrence_id=occurrence_id, reason=form.reason.data
            )
            flash(_("这一场已取消，通知了 %(count)s 位报名的人。", count=told), "success")
            return redirect(url_for("activities.occurrence", occurrence_id=occurrence_id), 303)
        except Refused as refusal:
            form.refuse(refusal)
    if form.is_submitted():
        transaction.give_up()
    status = 422 if form.errors else 200
    has_begun = row.starts_at <= clock.now()
    return render_template("activities/cancel.html", form=form, date=row, has_begun=has_begun), status


def _instead(row: Any, refusal: Refused) -> str:
    """Why it is too late to cancel, and the way to what can be done."""
    may_call_roll = policy.may_call_roll(current_user, team_path=row.team_path, area_path=row.area_path)
    return render_template(
        "activities/cancel_late.html",
        date=row,
        refusal=refusal,
        may_edit=row.ends_at > clock.now() and row.is_flexible,
        may_call_roll=may_call_roll,
    )


@pages.route("/series/<int:series_id>/end", methods=["GET", "POST"])
@login_required
def end_series(series_id: int) -> ResponseReturnValue:
    row = managed.series(current_user, series_id)
    form = EndForm(data={"on": clock.today(), "with_later": True})
    status, is_stale = 200, False
    if form.validate_on_submit() and request.form.get("step") != "edit":
        try:
            if request.form.get("step") == "confirm" and form.on.data is not None:
                told = service.end_series(
                    actor=current_user,
                    series_id=series_id,
                    on=form.on.data,
                    reason=form.reason.data,
                    with_later=form.with_later.data,
                    said=request.form.get("shown", ""),
                )
                flash(_("这个系列结束了，通知了 %(count)s 个人。谢谢大家一路参与。", count=told), "success")
                return redirect(url_for("activities.series", series_id=series_id), 303)
            return _end_preview(row, form)
        except Stale:
            transaction.end()
            return _end_preview(row, form, is_stale=True), 409
        except Refused as refusal:
            form.refuse(refusal)
            status = 422 if refusal.field else refusal.status
    if form.is_submitted():
        transaction.give_up()
        status = max(status, 422 if form.errors else 200)
    return render_template(
        "activities/end_series.html", form=form, series=row, dates=None, is_stale=is_stale, **_parts(row)
    ), status


def _parts(row: Any) -> dict[str, list[Any]]:
    """The parts of an activity that was split: those after this one, which can end with it, and those before."""
    later = ending.later_parts(row)
    return {"later": later, "others": [part for part in chains.others(row.id) if part not in later]}


def _end_preview(row: Any, form: EndForm, *, is_stale: bool = False) -> str:
    assert form.on.data is not None
    end = ending.rehearse_end(
        actor=current_user, series_id=row.id, on=form.on.data, with_later=form.with_later.data
    )
    shown_dates = [
        (date.starts_at, date.ends_at, date.place, date.taken, date.issue_number) for date, _part in end.dates
    ]
    shown, standing = end.shown, len(end.regulars)
    transaction.give_up()
    return render_template(
        "activities/end_series.html",
        form=form,
        series=row,
        dates=shown_dates,
        shown=shown,
        regulars=standing,
        is_stale=is_stale,
        **_parts(row),
    )


@pages.route("/desk/storm", endpoint="storm", methods=["GET", "POST"])
@login_required
def storm_day() -> ResponseReturnValue:
    """Cancel all that is on a day in one's areas and teams: choose the day, untick what goes on, say why."""
    if not policy.may_cancel_days(current_user):
        raise NotAllowed
    on = _day(request.values.get("on"))
    area = _area(request.values.get("area"))
    form = StormForm()
    chosen = _chosen_ids()
    if form.validate_on_submit():
        if chosen:
            results = service.cancel_day(
                actor=current_user, on=on, occurrence_ids=chosen, reason=form.reason.data or ""
            )
            return _storm_page(form, on, area, results=results, note=_told(results))
        form.form_errors.append(_("一场也没有勾。请勾上要取消的活动。"))
    if form.is_submitted():
        transaction.give_up()
    status = 422 if form.errors else 200
    return _storm_page(form, on, area, chosen=chosen if form.is_submitted() else None), status


def _told(results: list[storm.Result]) -> str:
    done = sum(result.state == storm.DONE for result in results)
    if not done:
        return _("一场也没有取消：勾上的几场早就取消、结束、登记过时长，或者已经有人签到。")
    return ngettext(
        "取消了 %(num)s 场，发出 %(told)s 条通知。", "取消了 %(num)s 场，发出 %(told)s 条通知。", done
    ) % {"num": done, "told": len({person for result in results for person in result.people})}


def _storm_page(
    form: StormForm,
    on: dt.date,
    area: Any,
    *,
    results: list[storm.Result] | None = None,
    note: str = "",
    chosen: set[int] | None = None,
) -> str:
    now = clock.now()
    rows = storm.of_day(current_user, on=on, area=area)
    came = storm.came_to(rows, now)
    lines = [(row, storm.why_not(row, now, came), chosen is None or row.id in chosen) for row in rows]
    going_on = [row for row, why, _ticked in lines if why == storm.GOES_ON and not row.is_flexible]
    return render_template(
        "activities/storm.html",
        form=form,
        on=on,
        area=area,
        areas=_areas(),
        lines=[line for line in lines if line[1] is None],
        going_on=going_on,
        left=[line for line in lines if line[1] is not None and line[0] not in going_on],
        people=sum(row.taken for row, why, _ticked in lines if why is None),
        results=results,
        note=note,
    )


def _staff_paths() -> tuple[str, ...]:
    return tuple(current_user.scope_paths(COMMUNITY_STAFF, SUBDISTRICT_STAFF))


def _areas() -> list[Any]:
    """The communities (or the own grid) that staff may choose among; leaders see their teams' dates unasked."""
    return areas.homes(_staff_paths()) if _staff_paths() else []


def _area(text: str | None) -> Any:
    if not text:
        return None
    area_id = inputs.whole_number(text, least=1, most=2**62)
    found = next((area for area in _areas() if area.id == area_id), None)
    if found is None:
        raise NotFound
    return found


def _day(text: str | None) -> dt.date:
    try:
        return inputs.date(text) if text else clock.today()
    except Refused:
        return clock.today()


def _chosen_ids() -> set[int]:
    return {
        int(value)
        for value in request.form.getlist("date")[:MOST_AT_ONCE]
        if value.isascii() and value.isdigit() and len(value) < 19
    }
