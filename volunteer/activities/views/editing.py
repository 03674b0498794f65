"""Edit one date, it and the later ones, or all: fill in, look at what it does to whom, carry it out."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import details, parts, policy, rules, service
from volunteer.activities.changing import editing
from volunteer.activities.changing.editing import CHOICES, KEEP, MOVE, ONE, Outcome
from volunteer.activities.changing.forms import EditForm
from volunteer.activities.models import CANCELLED, Occurrence, Series
from volunteer.activities.parts import Asked, Link
from volunteer.activities.planning import refusals as series_refusals
from volunteer.activities.repeating import recurrence
from volunteer.activities.service.changing import changes
from volunteer.activities.service.changing import editing as editor
from volunteer.activities.service.repeating import generating
from volunteer.activities.signing import refusals
from volunteer.activities.views import pages
from volunteer.core import clock, transaction
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused, Stale
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext

_NOT_CARRIED = ("csrf_token", "form_key", "step", "shown", "words", "fits")
EACH = "each"  # one choice for each date that loses its day


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
        except NotFound:
            raise
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
    row = details.occurrence(occurrence_id)
    if not policy.may_manage(current_user, team_path=row.team_path, area_path=row.area_path):
        raise NotFound
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
    return {"repeats": repeats, "own": editing_words(row.edited)}


def editing_words(edited: str) -> list[Any]:
    """The fields that a date has of its own, in words."""
    names = {editing.TIME: _("时间"), editing.PLACE: _("地点"), editing.CAPACITY: _("名额")}
    return [names[name] for name in edited.split(",") if name in names]


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
    return redirect(url_for("activities.occurrence", occurrence_id=row.id), 303)


def said_to(count: int) -> str:
    if not count:
        return _("改好了。")
    return ngettext("改好了，通知了 %(num)s 个人。", "改好了，通知了 %(num)s 个人。", count) % {"num": count}


def fates() -> dict[str, Any]:
    """What was chosen for the dates that lose their day: one thing for all, or each its own."""
    for_all = request.form.get("fits", "")
    return {"rest": for_all} if for_all in CHOICES else {"choices": _choices()}


def fate_choices(outcome: Outcome) -> dict[str, Any]:
    """The same for the page: at first all that can be moved are."""
    usual = {change.date.id: MOVE if change.offer else KEEP for change in outcome.lost}
    best = MOVE if MOVE in usual.values() else KEEP
    sent = request.form.get("fits", "")
    return {"fits": sent if sent in (*CHOICES, EACH) else best, "choices": usual | _choices()}


def _choices() -> dict[int, str]:
    """'fit-12' is 'move'."""
    return {
        int(name[4:]): value
        for name, value in request.form.items()
        if name.startswith("fit-") and name[4:].isascii() and name[4:].isdigit() and value in CHOICES
    }


def _preview(row: Any, form: EditForm, *, is_stale: bool = False) -> str:
    """The same deed up to where dates would be written; all of it is given up again."""
    if form.chosen_scope == ONE:
        outcome = changes.rehearse_date(
            actor=current_user, occurrence_id=row.id, wish=form.date_wish()
        ).outcome
        repeats, is_split = None, False
    else:
        done = editor.rehearse(
            actor=current_user,
            occurrence_id=row.id,
            scope=form.chosen_scope,
            wish=form.series_wish(row.starts_on),
        )
        outcome, is_split = done.outcome, done.split_off is not None
        repeats = (
            recurrence.words(service.whole_rule(done.series, done.series.id))
            if "rule" in done.before
            else None
        )
    transaction.give_up()
    return render_template(
        "activities/edit_preview.html",
        form=form,
        date=row,
        outcome=outcome,
        **fate_choices(outcome),
        busy=names_of(outcome),
        repeats=repeats,
        is_split=is_split,
        is_stale=is_stale,
        carried=carried(),
        action=url_for("activities.edit", occurrence_id=row.id),
        own_words=own_words(outcome),
        is_reset=False,
    )


def own_words(outcome: Outcome) -> dict[int, str]:
    return {
        change.date.id: _("、").join(str(word) for word in editing_words(",".join(sorted(change.date.own))))
        for change in outcome.own
    }


def carried() -> list[tuple[str, str]]:
    """What was filled in, to be sent again with the page that asks."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _NOT_CARRIED and not name.startswith("fit-")
    ]


def names_of(outcome: Outcome) -> dict[int, list[str]]:
    """Name and number of those who have something else at the new time of a date; one statement."""
    ids = {person_id for those in outcome.busy.values() for person_id in those}
    known = details.names_of(ids)
    return {
        occurrence_id: [known[person_id] for person_id in those if person_id in known]
        for occurrence_id, those in outcome.busy.items()
    }


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
            return redirect(url_for("activities.occurrence", occurrence_id=row.id), 303)
        except Stale:
            transaction.end()
            is_stale = True
    outcome = changes.rehearse_reset(actor=current_user, occurrence_id=row.id).outcome
    transaction.give_up()
    page = render_template(
        "activities/edit_preview.html",
        form=form,
        date=row,
        outcome=outcome,
        **fate_choices(outcome),
        busy=names_of(outcome),
        repeats=None,
        is_split=False,
        is_stale=is_stale,
        carried=[],
        action=url_for("activities.reset", occurrence_id=row.id),
        own_words={},
        is_reset=True,
    )
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
