"""What can I join, and what did I join."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import queries
from volunteer.activities.cards import Reader, cards
from volunteer.activities.views import pages
from volunteer.core import clock, web
from volunteer.core.errors import NotFound


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
    reader = Reader(current_user.is_authenticated, born_on, taken)
    return render_template(
        "activities/home.html",
        cards=cards(page.rows, reader=reader, now=now),
        show=show,
        next_own=next(iter(taken), None) if after is None else None,
        next_url=_next_url(page, show),
    )


def _taken(rows: list[queries.Upcoming], now: dt.datetime) -> list[Any]:
    """What the person does between now and the last row."""
    if not current_user.is_authenticated:
        return []
    last = max((row.ends_at for row in rows), default=now)
    return queries.taken_by(person_id=current_user.id, first=now, last=last)


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
