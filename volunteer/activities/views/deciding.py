"""A date that fell on a holiday: whoever leads the activity decides what becomes of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities.repeating.calendar_forms import DROP, DecideForm
from volunteer.activities.service.repeating import deciding
from volunteer.activities.views import pages
from volunteer.core import clock, formats, transaction
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.workdays import words


@pages.route("/activities/<int:occurrence_id>/decide", methods=["GET", "POST"])
@login_required
def decide(occurrence_id: int) -> ResponseReturnValue:
    """Hold it, leave it out, or another day, with what the calendar says of each."""
    try:
        asked = deciding.question(actor=current_user, occurrence_id=occurrence_id)
    except deciding.NothingToDecide as settled:
        transaction.give_up()
        flash(settled.message, "info")
        return redirect(url_for("activities.occurrence", occurrence_id=occurrence_id), 303)
    form = DecideForm()
    form.choice.choices = [*((str(option.day), str(option.day)) for option in asked.options), (DROP, DROP)]
    if not form.is_submitted():
        return _page(occurrence_id, asked, form)
    if form.validate():
        try:
            day = None if form.choice.data == DROP else dt.date.fromisoformat(form.choice.data)
            told = deciding.decide(
                actor=current_user, occurrence_id=occurrence_id, day=day, words=form.words.data or ""
            )
            flash(_said(day, told), "success")
            return redirect(url_for("activities.series", series_id=asked.series.id), 303)
        except Refused as refusal:
            form.refuse(refusal)
    transaction.give_up()
    asked = deciding.question(actor=current_user, occurrence_id=occurrence_id)
    return _page(occurrence_id, asked, form), 422


def _said(day: dt.date | None, told: int) -> str:
    if day is None:
        return _("定了：这一次不办，通知了 %(count)s 位报名的人。", count=told)
    return _("定了：%(day)s照办，通知了 %(count)s 位报名的人。", day=formats.day(day), count=told)


def _page(occurrence_id: int, asked: deciding.Question, form: DecideForm) -> str:
    return render_template(
        "activities/decide.html",
        occurrence_id=occurrence_id,
        asked=asked,
        form=form,
        about=words.about(asked.calendar, asked.on),
        choices=[_choice(option, asked) for option in asked.options] + [_drop(asked)],
        times=[formats.hours(row.starts_at, row.ends_at) for row in asked.rows],
        is_final=asked.on.year not in asked.calendar.missing_years,
        year=asked.on.year,
        now=clock.now(),
    )


_TITLES: dict[str, Any] = {
    "hold": lambda day: _("还在%(day)s办", day=day),
    "back": lambda day: _("改回%(day)s", day=day),
    "earlier": lambda day: _("提前到%(day)s", day=day),
    "later": lambda day: _("推后到%(day)s", day=day),
}


def _choice(option: Any, asked: deciding.Question) -> tuple[str, str, list[str]]:
    """(value, title, what the calendar says and what becomes of those signed up)."""
    day = words.named_day(option.day)
    notes = [words.about(asked.calendar, option.day)]
    if asked.people and option.day != asked.on:
        notes.append(_("报了名的 %(count)s 人跟着改期，都会收到通知。", count=asked.people))
    elif asked.people:
        notes.append(_("报了名的 %(count)s 人不用动。", count=asked.people))
    return str(option.day), _TITLES[option.code](day), notes


def _drop(asked: deciding.Question) -> tuple[str, str, list[str]]:
    note = (
        _("报了名的 %(count)s 人会收到取消的通知。", count=asked.people)
        if asked.people
        else _("没有人报名，不用通知。")
    )
    return DROP, _("这一次不办"), [note]
