"""When an activity repeats: a series' rule and the dates it gives.

Dates are local dates of the deployment; `local_start` attaches time and zone.
The arithmetic is our own and always ends. dateutil looks for a rule's first
date until the year 9999, which takes 0.8 s for `FREQ=DAILY;INTERVAL=7;BYDAY=MO`
begun on a Tuesday; it is the oracle of the tests instead.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from volunteer.activities import lunar
from volunteer.activities.recurrence_words import words_for
from volunteer.activities.rrule import Parts, RuleNotUnderstood, parse, validate

__all__ = [
    "Rule",
    "RuleNotUnderstood",
    "WindowTooLong",
    "dates_between",
    "local_start",
    "next_date",
    "validate",
    "words",
]

LONGEST_WINDOW_YEARS = 40
_LAST_ORDINAL = dt.date.max.toordinal()


class WindowTooLong(ValueError):
    """Our own mistake: somebody asked for the dates of more than 40 years at once."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How a series repeats. Without `rrule` and `lunar` it happens once, on `starts_on`.

    `rrule` has passed `validate`. `lunar` is month-day of the Chinese calendar,
    '9-9', or '12-last' for New Year's Eve; a leap month never counts.
    `ends_on` is the last day the series may touch, whatever the rule says.
    """

    starts_on: dt.date
    start_time: dt.time
    duration_minutes: int
    rrule: str | None = None
    lunar: str | None = None
    ends_on: dt.date | None = None

    def __post_init__(self) -> None:
        assert not (self.rrule and self.lunar), "a rule is of one calendar"


def dates_between(rule: Rule, first: dt.date, last: dt.date) -> list[dt.date]:
    """The rule's dates from `first` to `last`, both included, in order."""
    first, last = max(first, rule.starts_on), min(last, rule.ends_on or last)
    if not rule.rrule and not rule.lunar:
        return [rule.starts_on] if first <= rule.starts_on <= last else []
    if last.year - first.year > LONGEST_WINDOW_YEARS:
        raise WindowTooLong(f"{first}..{last}")
    return list(_dates(rule, first, last))


def next_date(rule: Rule, after: dt.date) -> dt.date | None:
    """The first date later than `after`; None when there is none within 40 years."""
    if after == dt.date.max:
        return None
    first = max(after + dt.timedelta(days=1), rule.starts_on)
    last = dt.date(min(first.year + LONGEST_WINDOW_YEARS, dt.MAXYEAR), 12, 31)
    return next(_dates(rule, first, min(last, rule.ends_on or last)), None)


def local_start(on: dt.date, rule: Rule, zone: dt.tzinfo) -> dt.datetime:
    """The moment, in UTC, at which the occurrence of that date begins on the wall clock of `zone`."""
    return dt.datetime.combine(on, rule.start_time, tzinfo=zone).astimezone(dt.UTC)


def words(rule: Rule) -> str:
    """The rule in the reader's words, '每周三 14:30'; needs an application context for the language."""
    return words_for(
        parts=parse(rule.rrule) if rule.rrule else None,
        lunar_day=lunar.parse(rule.lunar) if rule.lunar else None,
        starts_on=rule.starts_on,
        start_time=rule.start_time,
    )


def _dates(rule: Rule, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    if rule.rrule:
        return expand(parse(rule.rrule), rule.starts_on, first, last)
    if rule.lunar:
        return lunar.dates(lunar.parse(rule.lunar), first, last)
    return iter([rule.starts_on] if first <= rule.starts_on <= last else [])


def expand(parts: Parts, start: dt.date, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The rule's dates from `first` to `last`, both included, in order; none lies before `start`."""
    if parts.until is not None:
        last = min(last, parts.until)
    # A count has to be counted from the start; every other rule begins where the window does.
    begin = start if parts.count is not None else max(start, first)
    if begin > last:
        return
    counted = 0
    for day in _PERIODS[parts.freq](parts.on_start(start), start, begin, last):
        if day < begin:
            continue
        counted += 1
        if day > last or (parts.count is not None and counted > parts.count):
            return
        if day >= first:
            yield day


def _daily(parts: Parts, start: dt.date, begin: dt.date, last: dt.date) -> Iterator[dt.date]:
    step, origin = parts.interval, start.toordinal()
    ahead = -(-(begin.toordinal() - origin) // step) * step
    for ordinal in range(origin + ahead, last.toordinal() + 1, step):
        day = dt.date.fromordinal(ordinal)
        if _is_in(day, parts):
            yield day


def _weekly(parts: Parts, start: dt.date, begin: dt.date, last: dt.date) -> Iterator[dt.date]:
    step = 7 * parts.interval
    origin = start.toordinal() - (start.weekday() - parts.week_start) % 7
    ahead = (begin.toordinal() - origin) // step * step
    offsets = sorted((weekday - parts.week_start) % 7 for weekday, _nth in parts.weekdays)
    for week in range(origin + ahead, last.toordinal() + 1, step):
        for ordinal in (week + offset for offset in offsets):
            if 1 <= ordinal <= _LAST_ORDINAL:
                day = dt.date.fromordinal(ordinal)
                if not parts.months or day.month in parts.months:
                    yield day


def _monthly(parts: Parts, start: dt.date, begin: dt.date, last: dt.date) -> Iterator[dt.date]:
    step, origin = parts.interval, start.year * 12 + start.month - 1
    ahead = (begin.year * 12 + begin.month - 1 - origin) // step * step
    for months in range(origin + ahead, last.year * 12 + last.month, step):
        year, month = divmod(months, 12)
        if not parts.months or month + 1 in parts.months:
            yield from _picked(_days_of_month(parts, year, month + 1), parts.positions)


def _yearly(parts: Parts, start: dt.date, begin: dt.date, last: dt.date) -> Iterator[dt.date]:
    step = parts.interval
    ahead = (begin.year - start.year) // step * step
    for year in range(start.year + ahead, last.year + 1, step):
        if parts.is_numbered and not parts.months:
            days = _numbered(parts.weekdays, dt.date(year, 1, 1), dt.date(year, 12, 31))
        else:
            days = [
                day for month in parts.months or range(1, 13) for day in _days_of_month(parts, year, month)
            ]
        yield from _picked(days, parts.positions)


_PERIODS: dict[str, Callable[[Parts, dt.date, dt.date, dt.date], Iterator[dt.date]]] = {
    "DAILY": _daily,
    "WEEKLY": _weekly,
    "MONTHLY": _monthly,
    "YEARLY": _yearly,
}


def _days_of_month(parts: Parts, year: int, month: int) -> list[dt.date]:
    length = monthrange(year, month)[1]
    if parts.is_numbered:
        return _numbered(parts.weekdays, dt.date(year, month, 1), dt.date(year, month, length))
    if parts.monthdays:
        numbers = {number if number > 0 else length + 1 + number for number in parts.monthdays}
        days = [dt.date(year, month, number) for number in sorted(numbers) if 1 <= number <= length]
    else:
        days = [dt.date(year, month, number) for number in range(1, length + 1)]
    weekdays = {weekday for weekday, _nth in parts.weekdays}
    return [day for day in days if day.weekday() in weekdays] if weekdays else days


def _numbered(weekdays: Iterable[tuple[int, int]], first: dt.date, last: dt.date) -> list[dt.date]:
    """The nth weekdays from `first` to `last`; those that do not exist are left out."""
    days = set()
    for weekday, nth in weekdays:
        if nth > 0:
            ordinal = first.toordinal() + (weekday - first.weekday()) % 7 + 7 * (nth - 1)
        else:
            ordinal = last.toordinal() - (last.weekday() - weekday) % 7 + 7 * (nth + 1)
        if first.toordinal() <= ordinal <= last.toordinal():
            days.add(dt.date.fromordinal(ordinal))
    return sorted(days)


def _picked(days: list[dt.date], positions: tuple[int, ...]) -> list[dt.date]:
    if not positions:
        return days
    size = len(days)
    places = {place - 1 if place > 0 else size + place for place in positions}
    return [days[place] for place in sorted(places) if 0 <= place < size]


def _is_in(day: dt.date, parts: Parts) -> bool:
    if parts.months and day.month not in parts.months:
        return False
    if parts.weekdays and (day.weekday(), 0) not in parts.weekdays:
        return False
    if not parts.monthdays or day.day in parts.monthdays:
        return True
    return day.day - monthrange(day.year, day.month)[1] - 1 in parts.monthdays
