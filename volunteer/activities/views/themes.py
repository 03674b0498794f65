"""The words of each month (R063): a row for each month in which the series has a date, with its days."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import wtforms
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import managed, service
from volunteer.activities.planning import outlook, plan_words
from volunteer.activities.service.planning import themes
from volunteer.activities.signing import chains
from volunteer.activities.views import meanwhile, pages
from volunteer.core import clock, formats, transaction
from volunteer.core.errors import Refused
from volunteer.core.forms import Form, at_most
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext

SOON = 3  # months that are looked at first; the others lie folded below
_MOST_DAYS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A month: the field with its words and the days on which they will be read."""

    month: dt.date
    field: wtforms.StringField
    days: str


@pages.route("/series/<int:series_id>/themes", methods=["GET", "POST"])
@login_required
def set_themes(series_id: int) -> ResponseReturnValue:
    if request.method == "POST":
        managed.hold(series_id)
    row = managed.series(current_user, series_id)
    texts = {month: found.text for month, found in themes.of_series(series_id).items()}
    days = _days(row)
    months = [month for month in themes.months() if month in days or month in texts]
    form = _form(months, texts)
    is_stale = meanwhile.is_stale(form)
    if not is_stale and form.validate_on_submit():
        try:
            _save(series_id, form, months)
            return redirect(url_for("activities.series", series_id=series_id), 303)
        except Refused as refusal:
            form.refuse(refusal)
    if form.is_submitted():
        transaction.give_up()
    rows = [Row(month, form[_name(month)], _said(days.get(month, ()))) for month in months]
    page = render_template(
        "activities/arranging/themes.html",
        series=row,
        form=form,
        soon=rows[:SOON],
        later=rows[SOON:],
        filled=sum(bool(each.field.data) for each in rows[SOON:]),
        shown=meanwhile.mark(form),
        others=chains.others(series_id),
    )
    return page, meanwhile.status(form, is_stale)


def _save(series_id: int, form: Form, months: Sequence[dt.date]) -> None:
    texts = {month: form[_name(month)].data or "" for month in months}
    service.set_themes(actor=current_user, series_id=series_id, texts=texts)
    flash(_("每月的主题存好了。"), "success")


def _name(month: dt.date) -> str:
    return f"theme-{month:%Y-%m}"


def _form(months: Sequence[dt.date], texts: Mapping[dt.date, str]) -> Form:
    fields = {
        _name(month): wtforms.StringField(formats.month(month), [at_most(themes.LONGEST)]) for month in months
    }
    form: Form = type("ThemesForm", (Form,), fields)(
        data={_name(month): text for month, text in texts.items()}
    )
    return form


def _days(series: Any) -> dict[dt.date, list[dt.date]]:
    """The days to come by the first of their month; those whose dates are not made yet by the rule."""
    found: dict[dt.date, list[dt.date]] = defaultdict(list)
    placed, _calendar = outlook.year_ahead(service.whole_rule(series, series.id))
    for each in placed:
        if each.on is not None and each.on >= clock.today():
            found[each.on.replace(day=1)].append(each.on)
    return found


def _said(days: Sequence[Any]) -> str:
    """'4 场：5日、12日、19日、26日'."""
    if not days:
        return ""
    some = plan_words.listed(formats.day_in_year(day) for day in days[:_MOST_DAYS])
    if len(days) > _MOST_DAYS:
        return ngettext("%(count)s 场，从 %(day)s起", "%(count)s 场，从 %(day)s起", len(days)) % {
            "count": len(days),
            "day": formats.day_in_year(days[0]),
        }
    return ngettext("%(count)s 场：%(days)s", "%(count)s 场：%(days)s", len(days)) % {
        "count": len(days),
        "days": some,
    }
