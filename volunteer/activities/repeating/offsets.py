"""Days told by their distance from another: 3 days before 重阳, the week of 3-5 (R058)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from volunteer.activities.repeating.rrule import WEEKDAYS
from volunteer.core.errors import Refused

DAYS, WEEK, NEAREST = "days", "week", "nearest"
FARTHEST = 60  # days


class OffsetNotUnderstood(Refused, ValueError):
    sentence = _l("“%(text)s”看不懂，请选提前或推后几天、当周的星期几，或最近的星期几。")
    status = 422
    field = "offset"


@dataclass(frozen=True, slots=True)
class Offset:
    """So many `days` later (or earlier, below 0); or `weekdays` of the week, or the one nearest to it."""

    kind: str
    days: int = 0
    weekdays: tuple[int, ...] = ()

    def of(self, day: dt.date) -> list[dt.date]:
        """The days meant; a week runs from Monday to Sunday. Those outside the calendar are left out."""
        if self.kind == DAYS:
            ahead = [self.days]
        elif self.kind == WEEK:
            ahead = [weekday - day.weekday() for weekday in self.weekdays]
        else:
            ahead = [(self.weekdays[0] - day.weekday() + 3) % 7 - 3]
        return [dt.date.fromordinal(place) for n in ahead if _is_day(place := day.toordinal() + n)]


def parse(text: str) -> Offset:
    """'days:-3', 'week:SA', 'week:MO,TU' or 'nearest:SA'."""
    kind, _colon, value = text[:30].partition(":")
    if kind == DAYS and re.fullmatch("[+-]?[0-9]{1,2}", value) and 0 < abs(int(value)) <= FARTHEST:
        return Offset(DAYS, days=int(value))
    names = value.split(",")
    if all(name in WEEKDAYS for name in names) and (kind == WEEK or (kind == NEAREST and len(names) == 1)):
        return Offset(kind, weekdays=tuple(sorted({WEEKDAYS.index(name) for name in names})))
    raise OffsetNotUnderstood(text=text[:30])


def around(first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    """The days from which an offset may lead into this window."""
    earliest, latest = first.toordinal() - FARTHEST, last.toordinal() + FARTHEST
    return dt.date.fromordinal(max(earliest, 1)), dt.date.fromordinal(min(latest, dt.date.max.toordinal()))


def applied(offset: Offset, days: Iterable[dt.date]) -> list[dt.date]:
    return sorted({found for day in days for found in offset.of(day)})


def _is_day(ordinal: int) -> bool:
    return 1 <= ordinal <= dt.date.max.toordinal()
