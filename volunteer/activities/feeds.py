"""Calendar feeds (RFC 5545): one's own shifts (R066), and the public dates of a team or a community.

Cancelled dates stay in the feed as CANCELLED with a higher SEQUENCE, so that a
calendar which has them takes them out. A feed names nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app

from volunteer.activities.models import (
    AGREED,
    CANCELLED,
    PUBLISHED,
    SIGNED_UP,
    EndedPair,
    Occurrence,
    Series,
    SignUp,
)
from volunteer.areas.models import Area
from volunteer.core import clock, scanned
from volunteer.core.database import constant, db
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import label

LOOK_BACK = dt.timedelta(days=90)
MOST = 1000
PRODUCT = "-//Linli//Linli//ZH"
REFRESH = dt.timedelta(hours=1)

_COLUMNS: tuple[Any, ...] = (
    Occurrence.id,
    Occurrence.starts_at,
    Occurrence.ends_at,
    Occurrence.place,
    Occurrence.state,
    Occurrence.note,
    Occurrence.sequence,
    Occurrence.is_flexible,
    Occurrence.published_at,
    Occurrence.changed_at,
    Series.title,
    Series.title_en,
    Series.content,
)


def own(person_id: int, now: dt.datetime) -> Sequence[Any]:
    """The person's dates, as partner of a pair too; those given back, and pairs that ended, as such."""
    is_partner = sa.and_(SignUp.partner_id == person_id, SignUp.partner_state == constant(AGREED))
    is_live = sa.case((SignUp.state == constant(SIGNED_UP), 1), else_=0).label("is_live")
    places = sa.select(SignUp.occurrence_id, is_live).where(sa.or_(SignUp.person_id == person_id, is_partner))
    ended = sa.select(EndedPair.occurrence_id, sa.literal(0)).where(EndedPair.person_id == person_id)
    had = sa.union_all(places, ended).subquery()
    # What is live counts, and only without it what is not any more.
    own = (
        sa.select(
            had.c.occurrence_id,
            (sa.func.max(had.c.is_live) == 0).label("is_given_back"),
            sa.func.count().label("times"),
        )
        .group_by(had.c.occurrence_id)
        .subquery()
    )
    statement = (
        _dates(now)
        .add_columns(own.c.is_given_back, own.c.times)
        .join(own, own.c.occurrence_id == Occurrence.id)
    )
    return _in_order(statement)


def of_team(team_id: int, now: dt.datetime) -> Sequence[Any]:
    return _in_order(_dates(now).where(Series.team_id == team_id))


def of_area(path: str, now: dt.datetime) -> Sequence[Any]:
    """Of the area and all below it."""
    below = sa.select(Area.id).where(Area.path.startswith(path, autoescape=True))
    return _in_order(_dates(now).where(Series.area_id.in_(below)))


def _dates(now: dt.datetime) -> Any:
    return (
        sa.select(*_COLUMNS)
        .join(Series, Series.id == Occurrence.series_id)
        .where(Occurrence.starts_at > now - LOOK_BACK, Occurrence.state.in_((PUBLISHED, CANCELLED)))
        .order_by(Occurrence.ends_at <= now, Occurrence.starts_at, Occurrence.id)
        .limit(MOST)
    )


def _in_order(statement: Any) -> list[Any]:
    """What is to come has room before what is over: a busy sub-district has more than MOST in its past."""
    return sorted(db.session.execute(statement), key=lambda row: (row.starts_at, row.id))


def write(rows: Iterable[Any], *, name: str) -> bytes:
    """The feed as bytes; the same rows give the same bytes, so that a client that has them gets a 304."""
    from icalendar import Calendar  # 6 MB that only feeds need

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)  # RFC 7986 5.1, and what older clients read
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for row in rows:
        calendar.add_component(_event(row))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(row: Any) -> Any:
    from icalendar import Event

    is_given_back = getattr(row, "is_given_back", False)
    is_off = row.state == CANCELLED or is_given_back
    written_at = row.changed_at or row.published_at or row.starts_at
    event = Event()
    event.add("uid", f"occurrence-{row.id}@{_host()}")
    # Each sign-off and each sign-up after it is a revision of its own: SEQUENCE never goes back.
    again = 2 * (getattr(row, "times", 1) - 1)
    event.add("sequence", row.sequence + again + is_given_back)
    event.add("dtstamp", written_at)
    event.add("last-modified", written_at)
    _add_times(event, row)
    event.add("summary", _summary(row, is_off))
    event.add("location", row.place)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    address = scanned.outside_address("activities.occurrence", occurrence_id=row.id)
    event.add("url", address)
    event.add("description", "\n\n".join(filter(None, (row.note, row.content, address))))
    return event


def _add_times(event: Any, row: Any) -> None:
    """On the wall clock of the place; a task without a fixed hour takes whole days and blocks none."""
    starts, ends = clock.local(row.starts_at), clock.local(row.ends_at)
    if row.is_flexible:
        last = (ends - dt.timedelta(microseconds=1)).date()
        event.add("dtstart", starts.date())
        event.add("dtend", last + dt.timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    else:
        event.add("dtstart", starts)
        event.add("dtend", ends)


def _summary(row: Any, is_off: bool) -> str:
    title = label(row.title, row.title_en)
    return _("已取消：%(title)s", title=title) if is_off else title


def _host() -> str:
    return urlsplit(current_app.config["BASE_URL"]).hostname or "linli"
