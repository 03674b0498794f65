"""How long an offered place is kept: hours in which people are awake."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer.activities.signing import offer_clock
from volunteer.activities.signing.availability import LAST_HOUR
from volunteer.core import clock

HOUR = dt.timedelta(hours=1)
LONGEST = 12 * HOUR
DAY = dt.date(2026, 11, 21)


def at(hours: float) -> dt.datetime:
    """So many hours after midnight of the first day."""
    return clock.at_local(DAY, dt.time()) + hours * HOUR


@pytest.mark.parametrize(
    ("now", "deadline", "until"),
    [
        (10, 200, 22),  # twelve hours, all of them by day
        (15, 200, 24 + 13),
        (23, 200, 24 + 20),  # nothing of the night counts
        (3, 200, 20),
        (21, 24 + 15, 24 + 9),  # a quarter of the eight waking hours left
        (21.75, 24 + 10, 24 + 8.3125),
        (10, 14, 11),
        (10, 11.5, 10.5),  # never less than half an hour
        (23, 24 + 9, 24 + 8),  # the night reaches up to the last hour: it ends there
        (23, 24 + 7, 24 + 6),
        (29, 30.5, 29.5),  # early in the morning half an hour, whoever is awake
        (10, 10.25, 10.25),  # a date opened again at the last minute: up to its start
        (10, 9, 10),
    ],
)
def test_until_when(now: float, deadline: float, until: float) -> None:
    assert offer_clock.ends_at(now=at(now), deadline=at(deadline), longest=LONGEST) == at(until)


@given(st.integers(0, 48 * 60), st.integers(1, 20 * 24 * 60), st.integers(1, 72))
def test_whatever_the_hour(minute: int, ahead: int, longest: int) -> None:
    now = at(minute / 60)
    deadline = now + dt.timedelta(minutes=ahead)
    until = offer_clock.ends_at(now=now, deadline=deadline, longest=longest * HOUR)
    assert now <= until <= deadline
    if deadline - now > LAST_HOUR:
        assert until >= now + offer_clock.SHORTEST
        is_awake = offer_clock.WAKES <= clock.local(until).time() <= offer_clock.SLEEPS
        near = until == deadline - LAST_HOUR or until == now + offer_clock.SHORTEST
        assert is_awake or near
        assert until <= max(now + offer_clock.SHORTEST, deadline - LAST_HOUR)
