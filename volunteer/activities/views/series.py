"""Publish a series, look at it, renew it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.activities import about, details, policy, rules, service
from volunteer.activities.models import LIVE
from volunteer.activities.planning import fitting, requirements
from volunteer.activities.repeating import asking, expected
from volunteer.activities.signing import chains
from volunteer.activities.together import regulars
from volunteer.activities.views import pages
from volunteer.core import clock, formats, transaction
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.workdays.words import named_day

SHOWN_DATES, SHOWN_TO_LEADERS = 5, 12


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
        if refusal.status == 403:
            raise
        problem = refusal.message
        transaction.give_up()
        return _page(series_id, problem=problem), refusal.status
    flash(_("已经续到 %(day)s。", day=formats.full_day(until)), "success")
    return redirect(url_for("activities.series", series_id=series_id), 303)


def _page(series_id: int, problem: str | None = None) -> str:
    now, today = clock.now(), clock.today()
    row = details.series(series_id)
    is_repeating = rules.is_repeating(row)
    may_manage = policy.may_manage(current_user, team_path=row.team_path, area_path=row.area_path)
    following = chains.following(series_id, row.ends_on)
    coming = details.next_of_series(series_id, now=now, limit=SHOWN_TO_LEADERS if may_manage else SHOWN_DATES)
    return render_template(
        "activities/series.html",
        series=row,
        problem=problem,
        repeats=about.repeats(row, series_id, following),
        following=following,
        facts_of_series=about.facts_of_series(row, current_user, _needs(row)),
        misfits=fitting.who_no_longer_fits(series_id) if may_manage and row.state == LIVE else [],
        theme=about.theme(series_id, today) if row.has_themes else "",
        is_repeating=is_repeating,
        is_regular=current_user.id is not None and regulars.offer(series_id, current_user.id).id is not None,
        coming=coming,
        expected_on=expected.soon_to_be_made(row) if is_repeating and not coming else None,
        relatives=details.relatives(series_id, row.follows_id),
        latest=details.last_of_series(series_id, now=now) if may_manage else [],
        may_manage=may_manage,
        calendar_note=asking.note(row) if may_manage and row.state == LIVE else None,
        named_day=named_day,
        ends_soon=is_repeating and row.renewed_until < today + rules.RENEW_BEFORE,
    )


def _needs(row: Any) -> str:
    return requirements.words(requirements.of_series(row.id)) if row.has_requirements else ""
