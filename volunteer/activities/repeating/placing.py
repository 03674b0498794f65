"""What public holidays and make-up workdays do to the days of a rule; no database, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from volunteer.activities.models import AFTER, ASK, ASKS_HOLIDAY, ASKS_MAKEUP, BEFORE, KEEP, SKIP
from volunteer.activities.repeating.recurrence import Rule, dates_between
from volunteer.workdays.rules import Calendar

# A day is moved at most so far: past the longest holidays (nine days and the workdays around them).
# Where no day within it is free, the series has enough dates there, and the day falls out.
FARTHEST_DAYS = 15


class Placed(NamedTuple):
    """A day of the rule and the day it is held on: None when it falls out; `asks` when somebody decides."""

    original_on: dt.date
    on: dt.date | None
    asks: str | None = None


def place(
    days: Sequence[dt.date],
    *,
    calendar: Calendar,
    on_holiday: str,
    on_makeup: str,
    taken: Iterable[dt.date] = (),
) -> list[Placed]:
    """Each day with what the two policies make of it; `days` are in order, and no two share a day in the end.

    Moved is to the nearest day before or after that is no holiday, no make-up workday
    (unless these are kept) and not the series' own: one of `days` or of `taken`.
    """
    if on_holiday == on_makeup == KEEP or calendar.days.keys().isdisjoint(days):
        return [Placed(day, day) for day in days]
    own = {*days, *taken}
    placed = []
    for day in days:
        policy, asks = KEEP, ASKS_HOLIDAY
        if calendar.is_holiday(day):
            policy = on_holiday
        elif calendar.is_makeup(day):
            policy, asks = on_makeup, ASKS_MAKEUP
        if policy in (BEFORE, AFTER):
            on = nearest_free(day, -1 if policy == BEFORE else 1, calendar, on_makeup, own)
            own.update([on] if on else [])
            placed.append(Placed(day, on))
        else:
            placed.append(Placed(day, None if policy == SKIP else day, asks if policy == ASK else None))
    return placed


def lay_out(
    rule: Rule,
    *,
    calendar: Calendar,
    first: dt.date,
    last: dt.date,
    taken: Iterable[dt.date] = (),
    but: Collection[dt.date] = (),
    made: int = 0,
) -> list[Placed]:
    """What a rule with its policies gives from `first` to `last`, the days that fall out among it.

    The series holds something on the days `taken` already; the days of the rule in `but`
    have their date and are not laid out again; `made` days count towards `most_dates`.
    The calendar reaches FARTHEST_DAYS beyond the window. Days laid out in several
    windows, each told what the earlier ones gave, are those of a single one.
    """
    days = [day for day in dates_between(rule, first, last) if day not in but]
    if may_move(rule) and not calendar.days.keys().isdisjoint(days):  # what follows is not free to move to
        after = dates_between(rule, last + dt.timedelta(days=1), last + dt.timedelta(days=FARTHEST_DAYS))
        taken = {*taken, *(day for day in after if day not in but)}
    policies = {"on_holiday": rule.on_holiday, "on_makeup": rule.on_makeup}
    placed = place(days, calendar=calendar, taken=taken, **policies)
    return placed if rule.most_dates is None else _at_most(rule.most_dates - made, placed)


def may_move(rule: Any) -> bool:
    """Whether the policies of a rule, or of a series, may put a day on another."""
    return rule.on_holiday in (BEFORE, AFTER) or rule.on_makeup in (BEFORE, AFTER)


def _at_most(count: int, placed: list[Placed]) -> list[Placed]:
    """Up to the last day that may still take place."""
    held = [place for place, each in enumerate(placed) if each.on is not None]
    if len(held) <= count:
        return placed
    return placed[: held[count - 1] + 1] if count > 0 else []


def nearest_free(
    day: dt.date, step: int, calendar: Calendar, on_makeup: str, own: set[dt.date]
) -> dt.date | None:
    for distance in range(1, FARTHEST_DAYS + 1):
        other = day + dt.timedelta(days=step * distance)
        if other in own or calendar.is_holiday(other):
            continue
        if on_makeup == KEEP or not calendar.is_makeup(other):
            return other
    return None
