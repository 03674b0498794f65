"""When an activity repeats: a series' rule and the dates it gives.

Dates are local dates of the deployment; `local_start` attaches time and zone.
Where holidays move a date stands in `placing.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from volunteer.activities.repeating import lunar, offsets, solar_terms
from volunteer.activities.repeating.expansion import expand
from volunteer.activities.repeating.rrule import RuleNotUnderstood, parse, validate
from volunteer.activities.repeating.words import words
from volunteer.core.errors import Refused

__all__ = [
    "OffsetNeedsYearly",
    "Rule",
    "RuleNotUnderstood",
    "Shift",
    "WindowTooLong",
    "check",
    "dates_between",
    "local_start",
    "next_date",
    "validate",
    "words",
]

LONGEST_WINDOW_YEARS = 40


class WindowTooLong(ValueError):
    """Our own mistake: somebody asked for the dates of more than 40 years at once."""


class OffsetNeedsYearly(Refused):
    sentence = _l("只有每年一次的日子，才能提前、推后或者换到最近的星期几。请去掉这一项，或者改成每年一次。")
    status = 422
    field = "offset"


@dataclass(frozen=True, slots=True)
class Shift:
    """A second or later shift of the same day; the first one is the rule's own time."""

    start_time: dt.time
    duration_minutes: int


@dataclass(frozen=True, slots=True)
class Rule:
    """How a series repeats. Without `rrule`, `lunar` and `solar_term` it happens once, on `starts_on`.

    `rrule` has passed `validate`. `lunar` is month-day of the Chinese calendar,
    '9-9', or '12-last' for New Year's Eve; a leap month counts only in '6-1-leap'.
    `solar_term` is a code, 'qingming'. `offset` leads from each of these days to
    others: 'days:-3', 'week:SA,SU', 'nearest:SA'. `ends_on` is the last day the rule
    may name. `most_dates` counts days that take place: what a holiday cancels does
    not count, so only `placing.lay_out` can apply it. `window_days` is only for the
    words: the task has no hour and is done within so many days.
    """

    starts_on: dt.date
    start_time: dt.time
    duration_minutes: int
    rrule: str | None = None
    lunar: str | None = None
    ends_on: dt.date | None = None
    solar_term: str | None = None
    offset: str | None = None
    most_dates: int | None = None
    shifts: tuple[Shift, ...] = ()
    on_holiday: str = "keep"
    on_makeup: str = "keep"
    window_days: int | None = None

    def __post_init__(self) -> None:
        others = (self.rrule is None) + (self.lunar is None) + (self.solar_term is None)
        assert others >= 2, "a rule is of one calendar"

    @property
    def is_repeating(self) -> bool:
        return bool(self.rrule or self.lunar or self.solar_term)


def check(rule: Rule) -> None:
    """Refuse what is not understood, each part with its sentence; the day's own fields are not looked at."""
    parts = parse(rule.rrule) if rule.rrule else None
    if rule.lunar:
        lunar.parse(rule.lunar)
    if rule.solar_term:
        solar_terms.parse(rule.solar_term)
    if rule.offset:
        offsets.parse(rule.offset)
        is_yearly = parts is None or (parts.freq == "YEARLY" and parts.interval == 1 and parts.count is None)
        is_yearly = is_yearly and solar_terms.is_one_day(rule.solar_term or "")
        if not rule.is_repeating or not is_yearly:
            raise OffsetNeedsYearly


def dates_between(rule: Rule, first: dt.date, last: dt.date) -> list[dt.date]:
    """The days that the rule names from `first` to `last`, both included, in order; holidays change none."""
    first, last = max(first, rule.starts_on), min(last, rule.ends_on or last)
    if first > last:
        return []
    if not rule.is_repeating:
        return [rule.starts_on] if first == rule.starts_on else []
    if last.year - first.year > LONGEST_WINDOW_YEARS:
        raise WindowTooLong(f"{first}..{last}")
    if rule.offset is None:
        return list(_named(rule, first, last))
    around = offsets.around(first, last)
    days = offsets.applied(offsets.parse(rule.offset), _named(rule, *around, since=around[0]))
    return [day for day in days if first <= day <= last]


def next_date(rule: Rule, after: dt.date) -> dt.date | None:
    """The first day later than `after` that the rule names; None when there is none within 40 years."""
    begin = max(after.toordinal() + 1, rule.starts_on.toordinal())
    for length in (400, 365 * LONGEST_WINDOW_YEARS):
        end = min(begin + length, dt.date.max.toordinal())
        if begin <= end:
            found = dates_between(rule, dt.date.fromordinal(begin), dt.date.fromordinal(end))
            if found:
                return found[0]
    return None


def local_start(on: dt.date, rule: Rule, zone: dt.tzinfo) -> dt.datetime:
    """The moment, in UTC, at which the occurrence of that date begins on the wall clock of `zone`."""
    return dt.datetime.combine(on, rule.start_time, tzinfo=zone).astimezone(dt.UTC)


def _named(rule: Rule, first: dt.date, last: dt.date, since: dt.date | None = None) -> Iterable[dt.date]:
    """The days themselves, before any offset; those before the start only from `since` on."""
    if rule.lunar:
        return lunar.dates(lunar.parse(rule.lunar), first, last)
    if rule.solar_term:
        return solar_terms.dates(solar_terms.parse(rule.solar_term), first, last)
    return expand(parse(rule.rrule or ""), rule.starts_on, first, last, since=since)
