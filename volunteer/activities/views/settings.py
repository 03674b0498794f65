"""All that was settled when a series was published and has no page of its own, on one page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import wtforms
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import details, managed, rules, service
from volunteer.activities.models import Series
from volunteer.activities.planning import plan_words
from volunteer.activities.planning.series_form import UNITS
from volunteer.activities.planning.settings_form import NOTES, PARTS, SettingsForm, shown
from volunteer.activities.service.changing import ending
from volunteer.activities.service.changing.settings import settings_of
from volunteer.activities.signing import chains
from volunteer.activities.views import meanwhile, pages
from volunteer.core import clock, formats, transaction
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext


@pages.route("/series/<int:series_id>/settings", methods=["GET", "POST"])
@login_required
def settings(series_id: int) -> ResponseReturnValue:
    """Who answers for it, how long it goes on, sign-up, staffing, regulars, hours."""
    if request.method == "POST":
        managed.hold(series_id)
    row = managed.live_series(current_user, series_id)
    form = _form(row)
    is_stale = meanwhile.is_stale(form)
    if not is_stale and form.validate_on_submit():
        try:
            is_other = service.change_settings(
                actor=current_user, series_id=series_id, settings=form.settings()
            )
            flash(_("设置改好了。") if is_other else _("和原来一样，没有改动。"), "success")
            _tell_what_stays_cancelled(row, form.ends_on.data)
            return redirect(url_for("activities.series", series_id=series_id), 303)
        except Refused as refusal:
            form.refuse(refusal)
    if form.is_submitted():
        transaction.give_up()
    page = render_template(
        "activities/arranging/settings.html",
        form=form,
        series=row,
        parts=_parts(form, row),
        units=UNITS,
        shown=meanwhile.mark(form),
        others=chains.others(series_id),
    )
    return page, meanwhile.status(form, is_stale)


def _tell_what_stays_cancelled(row: Any, ends_on: dt.date | None) -> None:
    """A series that goes on for longer again: what was cancelled with its end does not come back with it."""
    if row.ends_on is None or (ends_on is not None and ends_on <= row.ends_on):
        return
    count = ending.cancelled_after(row.id, row.ends_on, until=ends_on, now=clock.now())
    if count:
        said = ngettext(
            "这段日子里有 %(num)s 场是取消了的，还是不办。24 小时以内取消的，打开那一场，可以重新开放。",
            "这段日子里有 %(num)s 场是取消了的，还是不办。24 小时以内取消的，打开那一场，可以重新开放。",
            count,
        )
        flash(said % {"num": count}, "warning")


def _form(row: Any) -> SettingsForm:
    now = settings_of(db.session.get_one(Series, row.id))
    people = {row.person_in_charge_id: row.charge_name, current_user.id: current_user.name}
    people |= {one.id: one.name for one in details.people_to_take_charge(row.team_id)}
    unknown = details.names_of(set(now.receivers) - set(people))
    form = SettingsForm(data=shown(now))
    form.offer(people | unknown)
    return form


@dataclass(frozen=True, slots=True)
class Part:
    """A folded group of fields, with a word on what is settled now."""

    key: str
    title: str
    note: str
    hint: str | None
    fields: list[wtforms.Field]

    @property
    def has_errors(self) -> bool:
        return any(field.errors for field in self.fields)


def _parts(form: SettingsForm, row: Any) -> list[Part]:
    said = {
        "ending": _ending(row),
        "opening": plan_words.opening(row) or _("随时能报"),
        "short": plan_words.staffing(row),
        "regulars": plan_words.listed(filter(None, (plan_words.regulars(row), plan_words.together(row)))),
        "hours": plan_words.hours(row),
    }
    return [
        Part(key, title, said[key] or _("没有要求"), NOTES.get(key), [form[name] for name in names])
        for key, title, names in PARTS
        if key != "ending" or rules.is_repeating(row)
    ]


def _ending(row: Any) -> str:
    said = []
    if row.ends_on:
        said.append(_("办到 %(day)s 为止", day=formats.full_day(row.ends_on)))
    if row.most_dates:
        said.append(_("一共 %(count)s 次", count=row.most_dates))
    return plan_words.listed(said) or _("一直办")
