"""The own coming dates as they are looked at: an activity once, with its next date and those after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from volunteer.activities.models import CANCELLED


@dataclass(slots=True)
class Own:
    """One card: the next date, those after it, and the standing sign-up they come from, if there is one."""

    next: Any
    regular: Any | None = None  # a row of `regulars.of_person`
    regular_days: str = ""
    regular_state: str = ""
    further: list[Any] = field(default_factory=list)


Regulars = Sequence[tuple[Any, str, str]]  # the row, its days and its state in words


def by_series(dates: Sequence[Any], regulars: Regulars) -> list[Own]:
    """Of rows of `mine.coming`, soonest first; what is cancelled is news and stands by itself."""
    standing = {row.series_id: (row, days, state) for row, days, state in regulars}
    found: list[Own] = []
    of_series: dict[int, Own] = {}
    for date in dates:
        if date.state == CANCELLED:
            found.append(Own(date))
        elif date.series_id in of_series:
            of_series[date.series_id].further.append(date)
        else:
            one = of_series[date.series_id] = Own(date, *standing.get(date.series_id, ()))
            found.append(one)
    return found


def without_dates(dates: Sequence[Any], regulars: Regulars) -> list[tuple[Any, str, str]]:
    """Standing sign-ups that no card of `by_series` shows: paused, or waiting for the next dates."""
    shown = {date.series_id for date in dates if date.state != CANCELLED}
    return [one for one in regulars if one[0].series_id not in shown]
