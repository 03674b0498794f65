"""What can I join, and what did I join."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import queries, requirements
from volunteer.activities.cards import Reader, cards
from volunteer.activities.views import pages
from volunteer.core import clock, web
from volunteer.core.errors import NotFound
from volunteer.people import queries as people
from volunteer.people import rules as people_rules


@pages.get("/")
def home() -> ResponseReturnValue:
    now = clock.now()
    show = request.args.get("show", queries.OPEN)
    if show not in queries.SHOWS:
        raise NotFound
    after = queries.Cursor.parse(request.args.get("after"))
    born_on = current_user.born_on if current_user.is_authenticated else None
    page = queries.upcoming(
        now=now, person_id=current_user.id, age=queries.age_of(born_on), show=show, after=after
    )
    taken = _taken(page.rows, now)
    is_large = current_user.is_authenticated and current_user.elder_mode
    reader = Reader(
        current_user.is_authenticated, born_on, _has_guardian(born_on), taken, _untrained(page.rows)
    )
    return render_template(
        "activities/home.html",
        cards=cards(page.rows, reader=reader, now=now),
        show=show,
        doors_only=is_large and "show" not in request.args and after is None,
        next_own=next(iter(taken), None) if after is None else None,
        next_url=_next_url(page, show),
    )


def _taken(rows: list[queries.Upcoming], now: dt.datetime) -> list[Any]:
    """What the person does between now and the last row."""
    if not current_user.is_authenticated:
        return []
    last = max((row.ends_at for row in rows), default=now)
    return queries.taken_by(person_id=current_user.id, first=now, last=last)


def _has_guardian(born_on: dt.date | None) -> bool:
    """Asked of minors only (R008)."""
    if born_on is None or not people_rules.is_minor(born_on, clock.today()):
        return True
    return people.has_guardian(current_user.id)


def _untrained(rows: list[queries.Upcoming]) -> dict[int, str]:
    """What the reader lacks for the dates that ask for something, in one statement; most lists ask for nothing."""
    dates = {
        row.id: (row.asking_series_id, clock.local(row.starts_at).date())
        for row in rows
        if row.asking_series_id is not None
    }
    if not dates or not current_user.is_authenticated:
        return {}
    missing = requirements.missing(person_id=current_user.id, dates=dates.values())
    return {id_: requirements.words(missing[date]) for id_, date in dates.items()}


def _next_url(page: queries.Page, show: str) -> str | None:
    if page.after is None:
        return None
    return web.address("activities.home", after=str(page.after), show=None if show == queries.OPEN else show)


@pages.get("/my-activities")
@login_required
def mine() -> ResponseReturnValue:
    now = clock.now()
    before = queries.Cursor.parse(request.args.get("before"))
    past = queries.past(person_id=current_user.id, now=now, before=before)
    coming = [] if before else queries.mine(person_id=current_user.id, now=now)
    older = url_for("activities.mine", before=str(past.after)) if past.after else None
    return render_template(
        "activities/mine.html", coming=coming, past=past.rows, next_url=older, is_later=before
    )
