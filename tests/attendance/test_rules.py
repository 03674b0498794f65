"""The window to the minute, minutes cut to the plan, distances, and codes that grow old."""

from __future__ import annotations

import datetime as dt

import pytest

from volunteer.attendance import codes, rules
from volunteer.hours.rules import checked_in_minutes

START = dt.datetime(2026, 11, 21, 15, 0, tzinfo=dt.UTC)
END = START + dt.timedelta(hours=2)
WINDOW = rules.window(START, END, before_minutes=120, after_minutes=120)
SECRET = "a secret of one date"


def at(minutes: float) -> dt.datetime:
    return START + dt.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("minutes", "is_open"),
    [(-120.1, False), (-120, True), (0, True), (120, True), (239.9, True), (240, False), (300, False)],
)
def test_the_window_is_two_hours_around_the_planned_time(minutes, is_open):
    assert WINDOW.is_open(at(minutes)) is is_open


@pytest.mark.parametrize(
    ("pairs", "minutes"),
    [
        ([(0, 120)], 120),
        ([(-30, 150)], 120),  # early and late do not count
        ([(10, 100)], 90),
        ([(0, 30), (60, 90)], 60),
        ([(0, 30.9), (60, 90.9)], 61),  # whole minutes of the sum
        ([(0, 0.9)], 0),
        ([(0, None)], 0),  # waits for the leader
        ([(0, 30), (60, None)], 30),
        ([(-60, -10)], 0),
        ([(130, 140)], 0),
        ([], 0),
    ],
)
def test_minutes_are_the_sum_of_pairs_within_the_plan(pairs, minutes):
    marks = [(at(came), None if left is None else at(left)) for came, left in pairs]
    assert rules.minutes_present(marks, START, END) == minutes
    assert checked_in_minutes(marks, START, END).minutes == minutes  # what the roll call will propose


def test_a_pair_without_leaving_is_open():
    assert rules.is_open([(at(0), at(10)), (at(20), None)])
    assert not rules.is_open([(at(0), at(10))])


def test_distances_are_in_metres():
    assert rules.distance_metres((28.2, 112.9), (28.2, 112.9)) == 0
    assert rules.distance_metres((0, 0), (0, 1)) == pytest.approx(111_195, abs=2)
    assert rules.distance_metres((28.2000, 112.9), (28.2009, 112.9)) == 100


@pytest.mark.parametrize(
    "sent", [("", ""), ("x", "1"), ("91", "0"), ("0", "181"), ("nan", "0"), ("inf", "1")]
)
def test_what_is_no_position_is_none(sent):
    assert rules.place(*sent) is None


@pytest.mark.parametrize("seconds", [0, 29, 30, 59, 60, 89])
def test_a_changing_mark_lives_for_ninety_seconds(seconds):
    begun = dt.datetime.fromtimestamp(1_800_000_000 // 30 * 30, dt.UTC)
    mark = codes.rotating(SECRET, 7, begun)
    now = begun + dt.timedelta(seconds=seconds)
    assert codes.way_of(mark, secret=SECRET, occurrence_id=7, now=now) == "qr"


@pytest.mark.parametrize("seconds", [90, 91, 3600, -1])
def test_a_mark_that_was_kept_does_not_let_in(seconds):
    begun = dt.datetime.fromtimestamp(1_800_000_000 // 30 * 30, dt.UTC)
    mark = codes.rotating(SECRET, 7, begun)
    now = begun + dt.timedelta(seconds=seconds)
    assert codes.way_of(mark, secret=SECRET, occurrence_id=7, now=now) is None


def test_the_mark_on_paper_stays_and_is_of_its_date_alone():
    mark = codes.printed(SECRET, 7)
    later = START + dt.timedelta(days=3)
    assert codes.way_of(mark, secret=SECRET, occurrence_id=7, now=later) == "door"
    assert codes.way_of(mark, secret=SECRET, occurrence_id=8, now=later) is None
    assert codes.way_of(mark, secret="another", occurrence_id=7, now=later) is None
    assert codes.way_of("", secret=SECRET, occurrence_id=7, now=later) is None


def test_the_next_mark_comes_within_half_a_minute():
    begun = dt.datetime.fromtimestamp(1_800_000_000 // 30 * 30, dt.UTC)
    assert codes.seconds_left(begun) == 30
    assert codes.seconds_left(begun + dt.timedelta(seconds=29)) == 1
