"""Arithmetic of presence on plain values: the window, the minutes, the distance. No database, no clock."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

Pair = tuple[dt.datetime, dt.datetime | None]
EARTH_METRES = 6_371_000
JUST_NOW = dt.timedelta(minutes=2)  # a card held twice before the scanner is not a coming and leaving
SOON_OVER = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Window:
    """When one can check in and out (R029): the end is the first moment that is too late."""

    opens_at: dt.datetime
    closes_at: dt.datetime

    def is_open(self, now: dt.datetime) -> bool:
        return self.opens_at <= now < self.closes_at


def window(
    starts_at: dt.datetime, ends_at: dt.datetime, *, before_minutes: int, after_minutes: int
) -> Window:
    """From so long before the planned start until so long after the planned end."""
    return Window(
        starts_at - dt.timedelta(minutes=before_minutes), ends_at + dt.timedelta(minutes=after_minutes)
    )


def minutes_present(pairs: Sequence[Pair], starts_at: dt.datetime, ends_at: dt.datetime) -> int:
    """R032: whole minutes of all comings and leavings together, cut to the planned time.

    An open pair adds nothing yet. The same as `hours.rules.checked_in_minutes` makes of them; a test compares.
    """
    there = dt.timedelta()
    for came_at, left_at in pairs:
        if left_at is not None:
            there += max(dt.timedelta(), min(left_at, ends_at) - max(came_at, starts_at))
    return there // dt.timedelta(minutes=1)


def is_open(pairs: Sequence[Pair]) -> bool:
    """Whether a coming has no leaving: it waits for the leader (R033)."""
    return any(left_at is None for _came_at, left_at in pairs)


def distance_metres(one: tuple[float, float], other: tuple[float, float]) -> int:
    """Between two places as (latitude, longitude) in degrees, by the haversine formula."""
    (lat_1, lon_1), (lat_2, lon_2) = (tuple(map(math.radians, place)) for place in (one, other))
    half = (
        math.sin((lat_2 - lat_1) / 2) ** 2
        + math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    )
    return round(2 * EARTH_METRES * math.asin(min(1.0, math.sqrt(half))))


def place(latitude: str, longitude: str) -> tuple[float, float] | None:
    """What a browser sent as a position; anything that is none is None."""
    try:
        found = float(latitude), float(longitude)
    except ValueError:
        return None
    return found if abs(found[0]) <= 90 and abs(found[1]) <= 180 else None
