"""Until when an offered place is kept: a clock that stands still at night (R024)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from volunteer.activities.signing.availability import LAST_HOUR
from volunteer.core import clock

SHORTEST = dt.timedelta(minutes=30)
WAKES, SLEEPS = dt.time(8), dt.time(22)


def ends_at(*, now: dt.datetime, deadline: dt.datetime, longest: dt.timedelta) -> dt.datetime:
    """The moment an offer made now ends, in hours between 8:00 and 22:00, when somebody reads it.

    So many as `longest`, near the deadline a quarter of those left, never less than half an hour.
    Where the night reaches up to the last hour it ends there: then a free place is for the first who
    comes. Never later than the deadline, at most half an hour within the last hour.
    """
    length = max(SHORTEST, min(longest, _waking(now, deadline, 4 * longest) / 4))
    latest = max(now + SHORTEST, deadline - LAST_HOUR)
    return max(now, min(_after(now, length), latest, deadline))


def _waking(now: dt.datetime, until: dt.datetime, most: dt.timedelta) -> dt.timedelta:
    """How much of the time until then people are awake, counted up to `most`."""
    awake = dt.timedelta()
    for begins, ends in _days(now):
        if begins >= until or awake >= most:
            break
        awake += min(ends, until) - begins
    return min(awake, most)


def _after(now: dt.datetime, length: dt.timedelta) -> dt.datetime:
    """The moment at which so much waking time has passed."""
    left = length
    for begins, ends in _days(now):
        if begins + left <= ends:
            return begins + left
        left -= ends - begins
    raise AssertionError("days do not end")


def _days(now: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """From when to when people are awake, from now on."""
    day = clock.local(now).date()
    while True:
        begins, ends = clock.at_local(day, WAKES), clock.at_local(day, SLEEPS)
        if ends > now:
            yield max(begins, now), ends
        day += dt.timedelta(days=1)
