"""Edit one date, it and the later ones, or all: fill in, look at what it does to whom, carry it out."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import managed, parts, policy, rules, service
from volunteer.activities.changing import editing
from volunteer.activities.changing.editing import ONE
from volunteer.activities.changing.forms import EditForm
from volunteer.activities.models import CANCELLED, Occurrence, Series
from volunteer.activities.parts import Asked, Link
from volunteer.activities.planning import refusals as series_refusals
from volunteer.activities.repeating import recurrence
from volunteer.activities.service.changing import changes
from volunteer.activities.service.changing import editing as editor
from volunteer.activities.service.repeating import generating
from volunteer.activities.signing import chains, refusals
from volunteer.activities.views import pages
from volunteer.activities.views.previewing import fates, new_rule, own_fields, preview
from volunteer.core import clock, transaction
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused, Stale
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext


@pages.route("/activities/<int:occurrence_id>/edit", methods=["GET", "POST"])
@login_required
def edit(occurrence_id: int) -> ResponseReturnValue:
    row = _managed(occurrence_id)
    form = _form(row)
    if form.validate_on_submit() and request.form.get("step") != "edit":
        try:
            if request.form.get("step") == "confirm":
                return _carry_out(row, form)
            return _preview(row, form)
        except Stale:
            transaction.end()
            return _preview(row, form, is_stale=True), 409
        except Refused as refusal:
            form.refuse(refusal)
            if refusal.field == "words":
                transaction.end()
                return _preview(row, form), refusal.status
    if form.is_submitted():
        transaction.give_up()
    status = 422 if form.errors else 200
    return render_template("activities/edit.html", form=form, date=row, **_words(row)), status


def _managed(occurrence_id: int) -> Any:
    """The date, for who may manage it; what is cancelled, over or recorded is no longer edited."""
    row = managed.date(current_user, occurrence_id)
    if row.state == CANCELLED:
        raise refusals.Cancelled
    if row.recorded_at is not None:
        raise series_refusals.AlreadyRecorded
    if row.ends_at <= clock.now():
        raise series_refusals.OccurrenceOver
    return row


def _form(row: Any) -> EditForm:
    date, series = db.session.get_one(Occurrence, row.id), db.session.get_one(Series, row.series_id)
    form = EditForm()
    form.suit(
        row=date,
        series=series,
        shifts=generating.shifts_of([series.id]).get(series.id, {}),
        is_single=editor.is_single(series),
    )
    if not form.is_submitted() and request.args.get("scope") in editing.SCOPES:
        form.scope.data = request.args["scope"]
    return form


def _words(row: Any) -> dict[str, Any]:
    repeats = recurrence.words(service.whole_rule(row, row.series_id)) if rules.is_repeating(row) else None
    return {"repeats": repeats, "own": own_fields(row.edited), "others": chains.others(row.series_id)}


def _carry_out(row: Any, form: EditForm) -> ResponseReturnValue:
    shown, words = request.form.get("shown", ""), form.words.data or ""
    if form.chosen_scope == ONE:
        wish = form.date_wish()
        told = service.edit_date(
            actor=current_user, occurrence_id=row.id, wish=wish, words=words, shown=shown
        )
    else:
        told = service.edit_series(
            actor=current_user,
            occurrence_id=row.id,
            scope=form.chosen_scope,
            wish=form.series_wish(row.starts_on),
            **fates(),
            words=words,
            note=form.note.data or "" if form.is_single else None,
            shown=shown,
        )
    flash(said_to(told), "success")
    return redirect(_page_of(row), 303)


def said_to(count: int) -> str:
    if not count:
        return _("改好了。")
    return ngettext("改好了，通知了 %(num)s 个人。", "改好了，通知了 %(num)s 个人。", count) % {"num": count}


def _preview(row: Any, form: EditForm, *, is_stale: bool = False) -> str:
    """The same deed up to where dates would be written; all of it is given up again."""
    more: dict[str, Any] = {}
    if form.chosen_scope == ONE:
        wish = form.date_wish()
        outcome = changes.rehearse_date(actor=current_user, occurrence_id=row.id, wish=wish).outcome
    else:
        done = editor.rehearse(
            actor=current_user,
            occurrence_id=row.id,
            scope=form.chosen_scope,
            wish=form.series_wish(row.starts_on),
        )
        outcome = done.outcome
        more = {
            "shown": done.shown,
            "changed": done.before,
            "repeats": new_rule(done),
            "is_split": done.split_off is not None,
        }
    if form.is_about_date:
        more["changed"] = {**more.get("changed", {}), "note": [row.note, form.note.data]}
    action = url_for("activities.edit", occurrence_id=row.id)
    return preview(form, row, outcome, action=action, back=_page_of(row), is_stale=is_stale, **more)


def _page_of(row: Any) -> str:
    return url_for("activities.occurrence", occurrence_id=row.id)


@pages.route("/activities/<int:occurrence_id>/reset", methods=["GET", "POST"])
@login_required
def reset(occurrence_id: int) -> ResponseReturnValue:
    """Let a date that was edited by hand follow its series again, after a look at what changes."""
    row = _managed(occurrence_id)
    if not row.edited:
        raise NotFound
    form = EditForm()
    is_stale = False
    if request.method == "POST":
        words, shown = (request.form.get("words") or "")[:300], request.form.get("shown", "")
        try:
            told = service.reset_date(actor=current_user, occurrence_id=row.id, words=words, shown=shown)
            flash(said_to(told), "success")
            return redirect(_page_of(row), 303)
        except Stale:
            transaction.end()
            is_stale = True
    outcome = changes.rehearse_reset(actor=current_user, occurrence_id=row.id).outcome
    action = url_for("activities.reset", occurrence_id=row.id)
    page = preview(form, row, outcome, action=action, back=_page_of(row), is_stale=is_stale, is_reset=True)
    return (page, 409) if is_stale else page


def _is_open(asked: Asked) -> bool:
    row = asked.row
    may = policy.may_manage(asked.visitor, team_path=row.team_path, area_path=row.area_path)
    return may and row.state != CANCELLED and row.ends_at > asked.now and row.recorded_at is None


def edit_link(asked: Asked) -> Link | None:
    if not _is_open(asked):
        return None
    note = _("已单独修改") if asked.row.edited else _("时间、地点、名额，这一场或整个系列")
    return Link(_("修改"), url_for("activities.edit", occurrence_id=asked.row.id), note)


def cancel_link(asked: Asked) -> Link | None:
    if not _is_open(asked):
        return None
    href = url_for("activities.cancel", occurrence_id=asked.row.id)
    return Link(_("取消这一场活动"), href, _("所有报名的人都会收到通知"))


parts.add_link(edit_link, order=80)
parts.add_link(cancel_link, order=90)
