"""From minutes to points, and why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from volunteer.core import i18n
from volunteer.hours.earning import Cap, Earned, capped, earn, explain, points_for


@pytest.fixture(autouse=True, scope="module")
def reader() -> Iterator[None]:
    """An application that only knows languages, without any catalogue: sentences come out as written."""
    app = Flask(__name__)
    app.config["TIME_ZONE"] = "Asia/Shanghai"
    i18n.init(app)
    with app.app_context():
        yield


@pytest.mark.parametrize(
    ("minutes", "rate", "points"),
    [
        (150, 10, 25),
        (60, 1, 1),
        (59, 1, 0),
        (119, 1, 1),
        (50, 10, 8),
        (5, 10, 0),
        (6, 10, 1),
        (0, 10, 0),
        (90, 0, 0),
    ],
)
def test_points_are_whole_and_rounded_down(minutes: int, rate: int, points: int) -> None:
    assert points_for(minutes, rate) == points


def test_negative_minutes_are_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        points_for(-1, 10)


def test_two_hours_an_activity_are_the_most_that_earn() -> None:  # R101
    cap = Cap("activity", "minutes", 120)
    assert earn(150, 10, [cap]) == Earned(120, 20, cap)
    assert earn(120, 10, [cap]) == Earned(120, 20, None)


def test_what_the_period_holds_already_counts_towards_the_cap() -> None:
    day, month = Cap("day", "points", 30, used=20), Cap("month", "points", 100, used=97)
    assert earn(150, 10, [day]) == Earned(150, 10, day)
    assert earn(150, 10, [day, month]) == earn(150, 10, [month, day]) == Earned(150, 3, month)


def test_a_period_that_is_more_than_full_earns_nothing_and_takes_nothing_back() -> None:
    cap = Cap("month", "points", 100, used=130)
    assert capped(25, [cap]) == (0, cap)


_caps = st.builds(
    Cap,
    st.sampled_from(["activity", "day", "month"]),
    st.sampled_from(["minutes", "points"]),
    st.integers(0, 600),
    st.integers(0, 600),
)


@given(st.integers(0, 10_000), st.integers(0, 100), st.lists(_caps, max_size=4))
def test_caps_never_give_and_are_never_passed(minutes: int, rate: int, caps: list[Cap]) -> None:
    found = earn(minutes, rate, caps)
    assert 0 <= found.counted_minutes <= minutes
    assert 0 <= found.points <= points_for(found.counted_minutes, rate)
    for cap in caps:
        gained = found.counted_minutes if cap.unit == "minutes" else found.points
        assert gained == 0 or cap.used + gained <= cap.most
    assert (found.cap is None) == (found == Earned(minutes, points_for(minutes, rate)))


@pytest.mark.parametrize(
    ("minutes", "rate", "points", "said"),
    [
        (150, 10, 25, "150 分钟 × 10 分/小时 = 25 分"),
        (50, 10, 8, "50 分钟 × 10 分/小时 = 8 分，不足 1 分的不计"),
        (150, 10, 20, "150 分钟 × 10 分/小时 = 25 分，按上限记 20 分"),
    ],
)
def test_the_arithmetic_is_said(minutes: int, rate: int, points: int, said: str) -> None:
    assert explain(minutes, rate, points) == said
