"""What can I join, and what did I join."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import mine as own_dates
from volunteer.activities import own_list, queries
from volunteer.activities.days import days
from volunteer.activities.paging import PAGE, Cursor, Page
from volunteer.activities.signing import readers
from volunteer.activities.together.cards import of_person, wanted_in_teams
from volunteer.activities.views import pages
from volunteer.core import clock, formats, web
from volunteer.core.errors import NotFound
from volunteer.core.i18n import gettext as _


@pages.get("/")
def home() -> ResponseReturnValue:
    now = clock.now()
    show = request.args.get("show", queries.OPEN)
    if show not in queries.SHOWS:
        raise NotFound
    after = Cursor.parse(request.args.get("after"))
    visitor = current_user._get_current_object()  # asked often below; the proxy looks it up each time
    born_on = visitor.born_on if visitor.is_authenticated else None
    page = queries.upcoming(
        now=now,
        person_id=visitor.id,
        age=queries.age_of(born_on),
        show=show,
        after=after,
        size=PAGE if after else queries.FIRST_PAGE,
    )
    own = readers.own_dates(visitor, page.rows, now)
    reader = readers.reader(visitor, page.rows, own, now)
    coming = [row for row in own if row.line_id is None and row.ends_at > now]
    offers = [row for row in own if row.offer_until is not None and now < row.offer_until]
    is_large = visitor.is_authenticated and visitor.elder_mode
    next_own = _next(coming) if after is None else None
    return render_template(
        "activities/home.html",
        days=days(
            page.rows,
            reader=reader,
            now=now,
            only_joinable=visitor.is_authenticated and show == queries.OPEN,
        ),
        has_others=bool(page.rows),
        show=show,
        is_later=after is not None,
        doors_only=is_large and "show" not in request.args and after is None,
        next_own=next_own,
        next_words=_next_words(next_own, now) if next_own else None,
        offers=offers if after is None else [],
        wanted=wanted_in_teams(visitor, now) if show == queries.OF_MY_TEAMS and after is None else [],
        next_url=_next_url(page, show),
    )


def _next(coming: Sequence[Any]) -> Any | None:
    """What has an hour before what is done at any time."""
    return min(coming, key=lambda row: (row.is_flexible, row.starts_at, row.id), default=None)


def _next_words(row: Any, now: dt.datetime) -> str:
    """When the next own date is, or until when the present one goes on."""
    if row.starts_at <= now and not row.is_flexible:
        return _("正在进行，到 %(time)s 结束", time=formats.time(row.ends_at))
    return _("您的下一场：%(when)s", when=formats.when(row.starts_at, row.ends_at))


def _next_url(page: Page, show: str) -> str | None:
    if page.after is None:
        return None
    return web.address("activities.home", after=str(page.after), show=None if show == queries.OPEN else show)


@pages.get("/my-activities")
@login_required
def mine() -> ResponseReturnValue:
    now = clock.now()
    before = Cursor.parse(request.args.get("before"))
    past = own_dates.past(person_id=current_user.id, now=now, before=before)
    coming = [] if before else own_dates.coming(person_id=current_user.id, now=now)
    lines = [] if before else own_dates.lines(person_id=current_user.id, now=now)
    older = url_for("activities.mine", before=str(past.after)) if past.after else None
    together = {} if before else of_person(current_user.id, now)
    regulars = together.pop("regulars", [])
    return render_template(
        "activities/mine.html",
        coming=own_list.by_series(coming, regulars),
        now=now,
        lines=lines,
        together=together | {"regulars": own_list.without_dates(coming, regulars)},
        past=past.rows,
        next_url=older,
        is_later=before,
    )
