"""The calendar of some days, and where each year's days come from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from volunteer.core import clock
from volunteer.core.database import db
from volunteer.workdays import known
from volunteer.workdays.models import CalendarDay, CalendarYear
from volunteer.workdays.rules import Calendar, Day, digest

ENTERED, LIBRARY, LAW = "entered", "library", "law"
MARGIN = dt.timedelta(days=60)  # terms and moved dates reach past the days that were asked for


@dataclass(frozen=True)
class Year:
    """A year's days and where they come from; `is_final` when the official plan is among them."""

    year: int
    source: str
    is_final: bool
    days: tuple[Day, ...]
    changed_at: dt.datetime | None = None


def calendar(first: dt.date, last: dt.date) -> Calendar:
    """What is known of the days from `first` to `last` and somewhat beyond; one statement."""
    entered = _entered()
    wanted = range((first - MARGIN).year, (last + MARGIN).year + 1)
    found = [entered.get(year) or _known(year) for year in wanted]
    missing = (year.year for year in found if not year.is_final and first.year <= year.year <= last.year)
    days = {day.day: day for year in found for day in year.days}
    return Calendar(days, frozenset(missing), _mark(entered.values()))


def _mark(entered: Iterable[Year]) -> str:
    """Does not depend on which days are asked for, so that a mark written last month can be compared.

    What staff entered and the library's last year are all that can change.
    """
    return digest([known.last_year(), *((year.year, year.days) for year in entered)])


def years(wanted: Iterable[int]) -> list[Year]:
    """The years in their order, each with its days, those of nobody's entering from the library or the law."""
    entered = _entered()
    return [entered.get(year) or _known(year) for year in sorted(wanted)]


def year(number: int) -> Year:
    return years([number])[0]


def working_days_after(day: dt.date, count: int) -> dt.date:
    """The `count`th working day after `day` (R042)."""
    return terms([day], count)[day]


def terms(days: Iterable[dt.date], count: int) -> dict[dt.date, dt.date]:
    """For each of the days the `count`th working day after it; one statement for all, none for none."""
    wanted = set(days)
    if not wanted:
        return {}
    table = calendar(min(wanted), max(wanted) + _reach(count))
    return {day: table.add_working_days(day, count) for day in wanted}


def first_in_time(count: int) -> dt.date:
    """What came before this day and had `count` working days is overdue today."""
    return behind(count).first_in_time(clock.today(), count)


def behind(count: int) -> Calendar:
    """The calendar of the last `count` working days."""
    today = clock.today()
    return calendar(today - _reach(count), today)


def _reach(count: int) -> dt.timedelta:
    """So many working days lie within so many days, the longest holidays included."""
    return dt.timedelta(days=2 * count + 14)


def _known(year: int) -> Year:
    in_library = known.is_in_library(year)
    return Year(year, LIBRARY if in_library else LAW, in_library, known.days_of(year))


def _entered() -> dict[int, Year]:
    """All years that are kept in the tables, in their order; a few dozen rows each."""
    kept = (CalendarYear.year, CalendarYear.is_final, CalendarYear.changed_at)
    statement = (
        sa.select(*kept, CalendarDay.day, CalendarDay.kind, CalendarDay.name)
        .outerjoin(CalendarDay, sa.extract("year", CalendarDay.day) == CalendarYear.year)
        .order_by(CalendarYear.year, CalendarDay.day)
    )
    found: dict[int, Year] = {}
    for number, is_final, changed_at, day, kind, name in db.session.execute(statement):
        before = found.get(number)
        days = before.days if before else ()
        days += (Day(day, kind, name),) if day else ()
        found[number] = Year(number, ENTERED, is_final, days, changed_at)
    return found
