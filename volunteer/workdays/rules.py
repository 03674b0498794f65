"""Counting and telling days apart on plain values."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

HOLIDAY, WORKDAY = "holiday", "workday"
SATURDAY = 5
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, order=True)
class Day:
    """A day off (with the weekend days inside a holiday), or a weekend day that is worked; `name` of its feast."""

    day: dt.date
    kind: str
    name: str = ""


@dataclass(frozen=True, eq=False)
class Calendar:
    """The days that are not what their weekday says. A year without data has working Mondays to Fridays.

    `missing_years` are those asked for whose official plan is not entered yet: only the days by law are known.
    `mark` is a digest of all that is known: with the same mark two calendars give the same answers.
    """

    days: Mapping[dt.date, Day] = field(default_factory=dict)
    missing_years: frozenset[int] = frozenset()
    mark: str = ""

    def is_holiday(self, day: dt.date) -> bool:
        """A day of a public holiday; an ordinary Sunday is none."""
        found = self.days.get(day)
        return found is not None and found.kind == HOLIDAY

    def is_makeup(self, day: dt.date) -> bool:
        """A weekend day that is worked (调休上班)."""
        found = self.days.get(day)
        return found is not None and found.kind == WORKDAY

    def is_working_day(self, day: dt.date) -> bool:
        found = self.days.get(day)
        return day.weekday() < SATURDAY if found is None else found.kind == WORKDAY

    def name_of(self, day: dt.date) -> str | None:
        """The feast for which the day is off, or on account of which it is worked."""
        found = self.days.get(day)
        return found.name if found is not None else None

    def add_working_days(self, day: dt.date, count: int) -> dt.date:
        """The `count`th working day after `day`; the day itself never counts (R042). Backwards with a count below 0."""
        step = _DAY if count > 0 else -_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def first_in_time(self, today: dt.date, count: int) -> dt.date:
        """What came before this day, and had `count` working days, is overdue on `today`."""
        return self.add_working_days(today, -count)


def digest(facts: Iterable[object]) -> str:
    """Forty letters that are others as soon as one of the facts, in their order, is another."""
    return hashlib.sha256("\n".join(map(str, facts)).encode()).hexdigest()[:40]


@dataclass(frozen=True)
class Stretch:
    """Days of one feast and kind, one after the other."""

    first: dt.date
    last: dt.date
    kind: str
    name: str

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1


def stretches(days: Iterable[Day]) -> list[Stretch]:
    """The days as people say them: from the first to the last of each holiday; each make-up workday by itself."""
    found: list[Stretch] = []
    for day in sorted(days):
        before = found[-1] if found else None
        if before and day.kind == HOLIDAY and _goes_on(before, day):
            found[-1] = Stretch(before.first, day.day, day.kind, day.name)
        else:
            found.append(Stretch(day.day, day.day, day.kind, day.name))
    return found


def _goes_on(before: Stretch, day: Day) -> bool:
    return before.last + _DAY == day.day and (before.kind, before.name) == (day.kind, day.name)


def is_weekend(day: dt.date) -> bool:
    return day.weekday() >= SATURDAY
