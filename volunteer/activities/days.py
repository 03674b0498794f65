"""The list as one goes through it: day by day, and the shifts of an activity on one day on one card.

What the reader may do is worked out for each row (`cards`); how a card is written down is a remembered piece
(`core/pieces.py`), for this is the most visited page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from markupsafe import Markup

from volunteer.activities.cards import Reader, Seen, seen
from volunteer.activities.queries import Upcoming
from volunteer.core import clock, formats, i18n, pieces
from volunteer.core.i18n import gettext as _

_DAY = dt.timedelta(days=1)
Shift = tuple[Any, ...]  # id, begin, end, days in words of what has no hour, place, and what is seen of it


class Day(NamedTuple):
    heading: str
    cards: Markup


def days(
    rows: Sequence[Upcoming], *, reader: Reader, now: dt.datetime, only_joinable: bool = False
) -> list[Day]:
    """Rows of `queries.upcoming` as the reader is to see them, without a day of which none is left."""
    write = pieces.writer("activities/cards.html", "card")
    today, language = clock.local(now).date(), i18n.current()
    found = []
    for heading, of_day in _by_day(rows, now, today):
        cards: dict[int, tuple[str, list[Shift]]] = {}
        for row in of_day:
            what = seen(row, reader, now=now, today=today, language=language, only_joinable=only_joinable)
            if what is None:
                continue
            shift = _shift(row, what)
            if row.series_id in cards:
                cards[row.series_id][1].append(shift)
            else:
                cards[row.series_id] = (row.title_en or row.title) if language == "en" else row.title, [shift]
        if cards:
            found.append(Day(heading, Markup("".join([_card(write, *card) for card in cards.values()]))))
    return found


def _by_day(
    rows: Sequence[Upcoming], now: dt.datetime, today: dt.date
) -> Iterator[tuple[str, list[Upcoming]]]:
    """What is done at any time and has begun, then each day; rows come by time."""
    heading, ends_at = "", None
    of_day: list[Upcoming] = []
    for row in rows:
        if ends_at is None or row.starts_at >= ends_at:
            if of_day:
                yield heading, of_day
            heading, ends_at = _begins(row, now, today)
            of_day = []
        of_day.append(row)
    if of_day:
        yield heading, of_day


def _begins(row: Upcoming, now: dt.datetime, today: dt.date) -> tuple[str, dt.datetime]:
    """The heading over this row, and until when it holds for those that follow."""
    if row.starts_at <= now:
        return _("自己安排时间"), now + dt.timedelta(microseconds=1)
    day = clock.local(row.starts_at).date()
    return _name(day, today, i18n.current()), clock.start_of(day + _DAY)


@lru_cache(maxsize=500)
def _name(day: dt.date, today: dt.date, language: str) -> str:
    """'明天 11月22日 周日'. Remembered: every visitor of a day reads the same few."""
    near = _("今天") if day == today else _("明天") if day == today + _DAY else ""
    return f"{near} {formats.day_and_weekday(day)}".strip()


def _shift(row: Upcoming, what: Seen) -> Shift:
    days = formats.span(row.starts_at, row.ends_at) if row.is_flexible else None
    return row.id, row.starts_at, row.ends_at, days, row.place, *what


def _card(write: Callable[..., Markup], title: str, shifts: Sequence[Shift]) -> Markup:
    """The place stands beside the times only where they differ in it."""
    places = {shift[4] for shift in shifts} if len(shifts) > 1 else ()
    return write(title, None if len(places) > 1 else shifts[0][4], tuple(shifts))
