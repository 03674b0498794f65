"""What another holiday table does to dates that were made already; plain values, no database, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from volunteer.activities.models import ASKS_HOLIDAY, ASKS_MAKEUP, CANCELLED, PUBLISHED, SKIP, UNDECIDED
from volunteer.activities.repeating.placing import Placed, nearest_free
from volunteer.workdays.rules import Calendar

MOVED, DROPPED, ASKED, SETTLED, UNDECIDED_NOW = "moved", "dropped", "asked", "settled", "undecided"
HOLD, BACK, EARLIER, LATER = "hold", "back", "earlier", "later"


@dataclass(frozen=True, slots=True)
class Coming:
    """A coming date as it stands. `state` 'cancelled': it was left out, and no person did that."""

    id: int
    original_on: dt.date
    on: dt.date
    state: str
    asks: str | None
    has_people: bool
    is_own: bool = False  # its time was set by hand


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a date: `deed` for the log, `on` None when it is left out."""

    id: int
    deed: str
    on: dt.date | None
    state: str
    asks: str | None


@dataclass(frozen=True, slots=True)
class Option:
    """A day on which an undecided date can be held."""

    code: str
    day: dt.date


def verdicts(dates: Iterable[Coming], placed: Mapping[dt.date, Placed], calendar: Calendar) -> list[Verdict]:
    """Those dates that would now be placed otherwise.

    A date set by hand is left alone, and so is one whose day the rule does not give any
    more. Where people are on it nothing happens by itself: somebody is asked (R059).
    """
    found = []
    for date in dates:
        place = placed.get(date.original_on)
        if place is not None and not date.is_own:
            found.append(_verdict(date, place, calendar))
    return [verdict for verdict in found if verdict is not None]


def _verdict(date: Coming, place: Placed, calendar: Calendar) -> Verdict | None:
    wanted = (place.on, _state(place), place.asks)
    on = None if date.state == CANCELLED else date.on
    if (on, date.state, date.asks) == wanted:
        return None
    if date.has_people:
        return _with_people(date, place, calendar)
    if place.on is None:
        return Verdict(date.id, DROPPED, None, CANCELLED, None)
    if place.asks is not None:
        return Verdict(date.id, UNDECIDED_NOW, place.on, UNDECIDED, place.asks)
    return Verdict(date.id, SETTLED if date.on == place.on else MOVED, place.on, PUBLISHED, None)


def _with_people(date: Coming, place: Placed, calendar: Calendar) -> Verdict | None:
    """They keep day and place until somebody has decided; a question that has answered itself is taken back."""
    is_settled = place.on == date.on and place.asks is None
    asks = None if is_settled else place.asks or _why(date.original_on, calendar)
    if date.state == PUBLISHED and (date.asks is None) == (asks is None):
        return None
    return Verdict(date.id, SETTLED if asks is None else ASKED, date.on, PUBLISHED, asks)


def _state(place: Placed) -> str:
    if place.on is None:
        return CANCELLED
    return UNDECIDED if place.asks is not None else PUBLISHED


def _why(day: dt.date, calendar: Calendar) -> str:
    return ASKS_MAKEUP if calendar.is_makeup(day) else ASKS_HOLIDAY


def options(
    original_on: dt.date, on: dt.date, *, calendar: Calendar, taken: Iterable[dt.date], after: dt.date
) -> list[Option]:
    """The days to choose from, each once: as it stands, the rule's own day, the nearest free ones.

    `taken` are the other days of the series; nothing is offered before the day `after`.
    """
    own = {*taken}
    days = [(HOLD, on)]
    if original_on != on and calendar.is_working_day(original_on):
        days.append((BACK, original_on))
    for code, step in ((EARLIER, -1), (LATER, 1)):
        if (day := nearest_free(original_on, step, calendar, SKIP, own)) is not None:
            days.append((code, day))
    found: dict[dt.date, Option] = {}
    for code, day in days:
        if day >= after or code == HOLD:
            found.setdefault(day, Option(code, day))
    return list(found.values())
