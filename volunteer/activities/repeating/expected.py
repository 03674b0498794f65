"""The next day of a series whose dates have not been made so far ahead."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from volunteer.activities.models import LIVE
from volunteer.activities.repeating.placing import FARTHEST_DAYS, lay_out
from volunteer.activities.service.repeating import date_rows, generating
from volunteer.activities.service.repeating.due import EVER
from volunteer.core import clock
from volunteer.workdays import queries as workdays

_DAY = dt.timedelta(days=1)
_FAR = 2 * 366 * _DAY  # a yearly day may fall out once


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A date as the rule would make it; it has no row and no people."""

    original_on: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    capacity: int
    note: str = ""


def next_day(series: Any) -> dt.date | None:
    """Of a series, or a row with its columns: the first day after those that are made already."""
    if series.state != LIVE or series.made_until == EVER:
        return None
    first = max(generating.horizon(clock.today()), series.made_until or clock.today()) + _DAY
    last = first + _FAR
    placed = lay_out(
        generating.rule_of(series),
        calendar=workdays.calendar(first, last + FARTHEST_DAYS * _DAY),
        first=first,
        last=last,
    )
    return next((each.on for each in placed if each.on is not None), None)


def foreseen(series: Any) -> Foreseen:
    """The next date as it would be; of a rule that gives none any more, as it would be today."""
    on = next_day(series) or clock.today()
    moments = date_rows.times(series, on, None, clock.now())
    return Foreseen(on, moments["starts_at"], moments["ends_at"], series.place, series.capacity)


def soon_to_be_made(series: Any) -> dt.date | None:
    """What residents may count on: within the time for which the series is renewed (R062)."""
    on = next_day(series)
    return on if on is not None and on <= series.renewed_until else None
