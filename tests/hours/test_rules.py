"""Attendance into minutes, daily limits, stars, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from volunteer.core import i18n
from volunteer.hours.rules import (
    ATTENDANCES,
    Attendance,
    CheckedIn,
    Stars,
    approvals_needed,
    checked_in_minutes,
    credited_minutes,
    exceeds_daily_limit,
    explain_minutes,
    planned_minutes,
    stars,
)

SHANGHAI = dt.timezone(dt.timedelta(hours=8))


@pytest.fixture(autouse=True, scope="module")
def reader() -> Iterator[None]:
    """An application that only knows languages, without any catalogue: sentences come out as written."""
    app = Flask(__name__)
    app.config["TIME_ZONE"] = "Asia/Shanghai"
    i18n.init(app)
    with app.app_context():
        yield


def at(clock: str) -> dt.datetime:
    """A moment of the afternoon of 6 March 2026, in UTC, by the wall clock in Shanghai."""
    return dt.datetime.combine(dt.date(2026, 3, 6), dt.time.fromisoformat(clock), SHANGHAI).astimezone(dt.UTC)


START, END = at("14:30"), at("17:00")  # 150 minutes


# --- Roll call ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attendance", "late", "early", "extra", "minutes"),
    [
        ("present", 0, 0, 0, 150),
        ("present", 20, 30, 0, 150),
        ("present", 0, 0, 30, 180),
        ("late", 20, 0, 0, 130),
        ("late", 20, 30, 0, 100),
        ("late", 0, 0, 0, 150),
        ("left_early", 0, 30, 0, 120),
        ("left_early", 0, 30, 30, 150),
        ("left_early", 0, 150, 0, 0),
        ("left_early", 0, 999, 0, 0),
        ("late", -60, 0, 0, 150),
        ("present", 0, 0, -60, 90),
        ("left_early", 0, 30, -60, 60),
        ("present", 0, 0, -200, 0),
        ("excused", 0, 0, 0, 0),
        ("absent", 0, 0, 60, 0),
    ],
)
def test_the_roll_call_gives_minutes(
    attendance: Attendance, late: int, early: int, extra: int, minutes: int
) -> None:
    assert credited_minutes(START, END, attendance, late, early, extra) == minutes


_anything = st.integers(-10_000, 10_000)


@given(st.sampled_from(ATTENDANCES), _anything, _anything, st.integers(0, 600))
def test_minutes_are_never_negative_and_never_more_than_the_plan(
    attendance: Attendance, late: int, early: int, extra: int
) -> None:
    assert 0 <= credited_minutes(START, END, attendance, late, early, extra) <= 150 + extra
    assert explain_minutes(START, END, attendance, late, early, extra)


def test_a_plan_that_ends_before_it_starts_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        planned_minutes(END, START)
    assert planned_minutes(START, START) == 0


# --- Check-in and check-out -----------------------------------------------------------------------


def test_time_outside_the_plan_does_not_count() -> None:  # R032
    assert checked_in_minutes([(at("13:50"), at("17:40"))], START, END) == CheckedIn(150, False)
    assert checked_in_minutes([(at("13:00"), at("14:00"))], START, END) == CheckedIn(0, False)


def test_an_extension_moves_the_end_of_the_plan() -> None:
    assert checked_in_minutes([(at("14:30"), at("17:40"))], START, END, extra_minutes=30) == CheckedIn(
        180, False
    )


def test_several_stays_are_added_and_seconds_only_count_together() -> None:
    pairs = [(at("16:00:30"), at("16:30:00")), (at("14:30:00"), at("15:00:30"))]
    assert checked_in_minutes(pairs, START, END) == CheckedIn(60, False)
    assert checked_in_minutes([(at("14:30:00"), at("15:00:59"))], START, END) == CheckedIn(30, False)


def test_time_covered_twice_counts_once() -> None:
    pairs = [(at("14:30"), at("15:30")), (at("14:45"), at("15:00")), (at("15:15"), at("16:00"))]
    assert checked_in_minutes(pairs, START, END) == CheckedIn(90, False)


def test_no_check_out_gives_no_minutes_and_a_task_for_the_leader() -> None:  # R033
    assert checked_in_minutes([(at("14:30"), None)], START, END) == CheckedIn(0, True)
    assert checked_in_minutes([(at("14:30"), at("15:00")), (at("15:10"), None)], START, END) == CheckedIn(
        30, True
    )


def test_a_check_out_before_the_check_in_takes_nothing_away() -> None:
    assert checked_in_minutes([(at("15:00"), at("14:40"))], START, END) == CheckedIn(0, False)


# --- Daily limits and stars -----------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "approvals"), [(0, 0), (480, 0), (481, 1), (720, 1), (721, 2)])
def test_long_days_need_approval(minutes: int, approvals: int) -> None:  # R036
    assert approvals_needed(minutes) == approvals
    assert exceeds_daily_limit(minutes) == (approvals > 0)


@pytest.mark.parametrize(
    ("hours", "minutes", "found"),
    [
        (0, 0, Stars(0, 6_000, 6_000)),
        (99, 59, Stars(0, 6_000, 1)),
        (100, 0, Stars(1, 18_000, 12_000)),
        (554, 20, Stars(2, 36_000, 2_740)),
        (600, 0, Stars(3, 60_000, 24_000)),
        (1499, 59, Stars(4, 90_000, 1)),
        (1500, 0, Stars(5, None, 0)),
        (9999, 0, Stars(5, None, 0)),
    ],
)
def test_stars_are_reached_on_the_hour(hours: int, minutes: int, found: Stars) -> None:
    assert stars(hours * 60 + minutes) == found


def test_the_ladder_is_the_deployments_own() -> None:
    assert stars(25 * 60, (10, 20, 30, 40, 50)) == Stars(2, 1_800, 300)
    assert stars(25 * 60, ()) == Stars(0, None, 0)


# --- Words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attendance", "late", "early", "extra", "said"),
    [
        ("present", 0, 0, 0, "全程参加，记 150 分钟。"),
        ("left_early", 0, 30, 0, "16:30 离开，少记 30 分钟。"),
        ("late", 20, 0, 0, "14:50 到，少记 20 分钟。"),
        ("late", 20, 30, 0, "14:50 到，少记 20 分钟。16:30 离开，少记 30 分钟。"),
        ("late", 0, 0, 0, "全程参加，记 150 分钟。"),
        ("late", 100, 50, 0, "迟到和早走的时间超过了活动时间，不记时长。"),
        ("present", 0, 0, 30, "全程参加，记 180 分钟。活动延长了 30 分钟。"),
        ("excused", 0, 0, 0, "请假，不记时长。"),
        ("absent", 0, 0, 0, "缺席，不记时长。"),
    ],
)
def test_each_number_has_its_why(
    attendance: Attendance, late: int, early: int, extra: int, said: str
) -> None:
    assert explain_minutes(START, END, attendance, late, early, extra) == said
