"""What the rule of a series gives and the series has not; on rows that somebody else has read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from volunteer.activities.models import FLEXIBLE
from volunteer.activities.repeating.placing import FARTHEST_DAYS, Placed, lay_out, may_move
from volunteer.activities.repeating.recurrence import Rule, Shift, dates_between
from volunteer.activities.service.repeating import date_rows
from volunteer.activities.service.repeating.numbering import Numbers
from volunteer.core import clock
from volunteer.core.bulk import Cell
from volunteer.workdays.rules import Calendar

EVER = dt.date.max  # an ended rule has been followed for ever
LOOK_BACK = dt.timedelta(days=FARTHEST_DAYS)  # a day so far back may be moved to one that is coming
_DAY = dt.timedelta(days=1)


class NewDate(NamedTuple):
    """A date and shift that a series should have: `shift` 0 is the series' own time."""

    original_on: dt.date
    on: dt.date
    shift: int
    asks: str | None = None


def rule_of(series: Any, shifts: Iterable[Shift] = ()) -> Rule:
    """The rule of a series (or of a row with its columns); its further shifts are in a table of their own."""
    return Rule(
        starts_on=series.starts_on,
        start_time=series.start_time,
        duration_minutes=series.duration_minutes,
        rrule=series.recurrence,
        lunar=series.lunar,
        solar_term=series.solar_term,
        offset=series.offset,
        ends_on=series.ends_on,
        most_dates=series.most_dates,
        shifts=tuple(shifts),
        on_holiday=series.on_holiday,
        on_makeup=series.on_makeup,
    )


@dataclass(slots=True)
class Due:
    """A series (or its row) with its further shifts by number and the dates it has.

    `known` maps each day of the rule that has a date to the day it is held on, `has`
    tells the shifts apart, `days_made` counts such days since the beginning. On the days
    `elsewhere` another part of the activity has a date (R060); `numbers` are those of all parts.
    """

    series: Any
    shifts: Mapping[int, Shift]
    known: dict[dt.date, dt.date] = field(default_factory=dict)
    has: set[tuple[dt.date, int]] = field(default_factory=set)
    days_made: int = 0
    elsewhere: set[dt.date] = field(default_factory=set)
    numbers: Numbers = field(default_factory=Numbers)

    def learn(self, existing: Iterable[tuple[dt.date, int, dt.datetime]], days_made: int) -> None:
        """What there is: (original day, shift, start)."""
        self.days_made = days_made
        for original_on, shift, starts_at in existing:
            self.has.add((original_on, shift))
            self.known.setdefault(original_on, clock.local(starts_at).date())

    def first(self, today: dt.date) -> dt.date:
        """From here on the rule is followed; days that can move may come to lie ahead."""
        earliest = max(self.series.starts_on, today - LOOK_BACK if may_move(self.series) else today)
        after = self.series.made_until
        first: dt.date = earliest if after in (None, EVER) else max(after + _DAY, earliest)
        return first

    def is_done(self, until: dt.date, new: list[NewDate]) -> bool:
        """Whether nothing can come any more after that day."""
        series = self.series
        if not (series.recurrence or series.lunar or series.solar_term):
            return bool(until >= series.starts_on)
        if series.ends_on is not None and until >= series.ends_on:
            return True
        days = len({each.original_on for each in new} - set(self.known))
        return series.most_dates is not None and self.days_made + days >= series.most_dates

    def new_dates(self, calendar: Calendar, first: dt.date, last: dt.date) -> list[NewDate]:
        """The dates of these days of the rule, in time order; what has begun is left out."""
        rule = rule_of(self.series)
        placed = lay_out(
            rule,
            calendar=calendar,
            first=first,
            last=last,
            taken={*self.known.values(), *self.elsewhere},
            but=self.known,
            made=self.days_made,
        )
        if self.shifts and self.known:  # a day may have only some of its shifts
            days = dates_between(rule, first, last)
            placed += [Placed(day, self.known[day]) for day in days if day in self.known]
        found = [
            NewDate(original_on, on, shift, asks)
            for original_on, on, asks in placed
            if on is not None
            for shift in (0, *self.shifts)
            if (original_on, shift) not in self.has
        ]
        if self.shifts or may_move(self.series):
            found.sort(key=self._moment)
        return self._coming(found)

    def _coming(self, dates: list[NewDate]) -> list[NewDate]:
        today = clock.today()
        if not dates or dates[0].on > today:
            return dates
        now, shifts = clock.now(), self.shifts
        return [
            new
            for new in dates
            if new.on > today
            or (
                (new.on == today or self.series.kind == FLEXIBLE)
                and date_rows.is_coming(self.series, new.on, shifts.get(new.shift), now)
            )
        ]

    def rows(self, dates: Iterable[NewDate], published_at: dt.datetime) -> list[list[Cell]]:
        """The dates as rows to write, with the numbers that follow."""
        dates = list(dates)
        numbered = list(enumerate(dates, self.numbers.take(len(dates))))
        if not self.shifts:
            return date_rows.rows(self.series.id, date_rows.timing_of(self.series), numbered, published_at)
        found = []
        for shift in (0, *self.shifts):
            timing = date_rows.timing_of(self.series, self.shifts.get(shift))
            own = [each for each in numbered if each[1].shift == shift]
            found += date_rows.rows(self.series.id, timing, own, published_at)
        return found

    def _moment(self, new: NewDate) -> tuple[dt.date, dt.time]:
        return new.on, (self.shifts[new.shift] if new.shift else self.series).start_time
