"""The dates that a repeat rule gives.

What communities organise by is worked out here: every n days, weeks or months, on
some days of the week or month, or on a day of the year. The rest is python-dateutil's.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Iterator

from dateutil import rrule as dateutil

from volunteer.activities.repeating.rrule import Parts

_LAST_ORDINAL = dt.date.max.toordinal()
_CYCLE_YEARS, _CYCLE_DAYS = 400, 146_097  # then the Gregorian calendar begins again, weekdays included


def expand(
    parts: Parts, start: dt.date, first: dt.date, last: dt.date, *, since: dt.date | None = None
) -> Iterator[dt.date]:
    """The rule's dates from `first` to `last`, both included, in order; none before `start` (or `since`)."""
    if parts.until is not None:
        last = min(last, parts.until)
    # A count has to be counted from the start; every other rule begins where the window does.
    begin = start if parts.count is not None else max(since or start, first)
    if begin > last:
        return
    parts, counted = parts.on_start(start), 0
    for day in _days(parts, start, begin, last):
        if day < begin:
            continue
        counted += 1
        if day > last or (parts.count is not None and counted > parts.count):
            return
        if day >= first:
            yield day


def _days(parts: Parts, start: dt.date, begin: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The dates from the period (week, month, year) that holds `begin`, at least up to `last`."""
    if (parts.positions and parts.freq != "MONTHLY") or (parts.weekdays and parts.monthdays):
        return _by_dateutil(parts, start, begin, last)
    if parts.freq in ("DAILY", "WEEKLY") and not parts.months:
        return _by_days(parts, start, begin, last)
    if (parts.freq == "MONTHLY" and not parts.months) or (parts.freq == "YEARLY" and len(parts.months) == 1):
        return _by_months(parts, start, begin, last)
    return _by_dateutil(parts, start, begin, last)


def _by_days(parts: Parts, start: dt.date, begin: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Every so many days or weeks; a week has its days."""
    origin, step, offsets = start.toordinal(), parts.interval, [0]
    if parts.freq == "WEEKLY":
        origin -= (start.weekday() - parts.week_start) % 7
        step *= 7
        offsets = sorted((weekday - parts.week_start) % 7 for weekday, _nth in parts.weekdays)
    ahead = (begin.toordinal() - origin) // step * step
    for period in range(origin + ahead, last.toordinal() + 1, step):
        for offset in offsets:
            if 1 <= period + offset <= _LAST_ORDINAL:
                yield dt.date.fromordinal(period + offset)


def _by_months(parts: Parts, start: dt.date, begin: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Every so many months; a year is twelve of them from its month on."""
    step = parts.interval * (12 if parts.freq == "YEARLY" else 1)
    origin = start.year * 12 + (parts.months[0] if parts.months else start.month) - 1
    ahead = (begin.year * 12 + begin.month - 1 - origin) // step * step
    for months in range(origin + ahead, last.year * 12 + last.month, step):
        year, month = divmod(months, 12)
        if year >= dt.MINYEAR:
            for number in _numbers(parts, *monthrange(year, month + 1)):
                yield dt.date(year, month + 1, number)


def _numbers(parts: Parts, first_weekday: int, length: int) -> list[int]:
    """Which days of a month are meant; the 31st of a short month, or its fifth Saturday, is none."""
    numbers = {number if number > 0 else length + 1 + number for number in parts.monthdays}
    for weekday, nth in parts.weekdays:
        all_such = range(1 + (weekday - first_weekday) % 7, length + 1, 7)
        if nth == 0:
            numbers.update(all_such)
        elif abs(nth) <= len(all_such):
            numbers.add(all_such[nth - 1 if nth > 0 else nth])
    found = sorted(number for number in numbers if 1 <= number <= length)
    return _at(found, parts.positions) if parts.positions else found


def _at(numbers: list[int], positions: Iterable[int]) -> list[int]:
    """Those that stand at these places of the list, counted from 1, or from the end with -1."""
    places = {place - 1 if place > 0 else len(numbers) + place for place in positions}
    return [number for place, number in enumerate(numbers) if place in places]


def _by_dateutil(parts: Parts, start: dt.date, begin: dt.date, last: dt.date) -> Iterator[dt.date]:
    """dateutil looks for the next date up to the year 9999: 0.7 s for a rule that has none.

    In the last 400 years of its calendar, whose days fall as ours do, it is through in a
    twentieth of that; and it begins where the window does, however old the series is.
    """
    away = (dt.MAXYEAR - last.year) // _CYCLE_YEARS * _CYCLE_DAYS
    weekday = (dateutil.MO, dateutil.TU, dateutil.WE, dateutil.TH, dateutil.FR, dateutil.SA, dateutil.SU)
    rule = dateutil.rrule(
        getattr(dateutil, parts.freq),
        dtstart=dt.datetime.fromordinal(_period(parts, start, begin).toordinal() + away),
        interval=parts.interval,
        wkst=parts.week_start,
        bymonth=parts.months or None,
        bymonthday=parts.monthdays or None,
        byweekday=[weekday[day](nth) if nth else weekday[day] for day, nth in parts.weekdays] or None,
        bysetpos=parts.positions or None,
    )
    return (dt.date.fromordinal(moment.toordinal() - away) for moment in rule)


def _period(parts: Parts, start: dt.date, begin: dt.date) -> dt.date:
    """The first day of the rule's week, month or year that holds `begin` or comes last before it."""
    if parts.freq == "WEEKLY":
        origin = start.toordinal() - (start.weekday() - parts.week_start) % 7
        step = 7 * parts.interval
        return dt.date.fromordinal(max(origin + (begin.toordinal() - origin) // step * step, 1))
    step = parts.interval * (12 if parts.freq == "YEARLY" else 1)
    origin = start.year * 12 + (0 if parts.freq == "YEARLY" else start.month - 1)
    year, month = divmod(origin + (begin.year * 12 + begin.month - 1 - origin) // step * step, 12)
    return dt.date(year, month + 1, 1)
