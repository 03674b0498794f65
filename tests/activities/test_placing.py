"""What holidays and make-up workdays do to the days of a rule."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from volunteer.activities.models import AFTER, ASK, BEFORE, KEEP, POLICIES, SKIP
from volunteer.activities.repeating.placing import FARTHEST_DAYS, Placed, lay_out, place
from volunteer.activities.repeating.recurrence import Rule
from volunteer.workdays import known
from volunteer.workdays.rules import Calendar

DAY = dt.timedelta(days=1)
CALENDAR = Calendar({day.day: day for year in (2025, 2026, 2027, 2028) for day in known.days_of(year)})
FIRST_SATURDAY = "FREQ=MONTHLY;BYDAY=1SA"
SATURDAYS = "FREQ=WEEKLY;BYDAY=SA"


def days(text: str) -> list[dt.date]:
    return [dt.date.fromisoformat(day) for day in text.split()]


def rule(rrule: str, starts: str = "2026-01-01", **more: object) -> Rule:
    return Rule(dt.date.fromisoformat(starts), dt.time(9), 120, rrule=rrule, **more)  # type: ignore[arg-type]


def held(asked: Rule, first: str, last: str) -> list[str]:
    found = lay_out(
        asked, calendar=CALENDAR, first=dt.date.fromisoformat(first), last=dt.date.fromisoformat(last)
    )
    return [day.on.isoformat() for day in found if day.on]


def test_no_first_saturday_in_february_2027_when_holidays_are_left_out() -> None:  # R052
    """2027-02-06 is the first day of the lunar year; the plan for 2027 is not out, the law says enough."""
    found = held(rule(FIRST_SATURDAY, on_holiday=SKIP), "2027-01-01", "2027-04-30")
    assert found == ["2027-01-02", "2027-03-06", "2027-04-03"]
    assert "2027-02-06" in held(rule(FIRST_SATURDAY), "2027-01-01", "2027-04-30")


def test_a_saturday_series_avoids_the_saturdays_that_are_worked() -> None:  # R053
    avoiding = held(rule(SATURDAYS, on_makeup=SKIP), "2026-05-01", "2026-10-31")
    kept = held(rule(SATURDAYS), "2026-05-01", "2026-10-31")
    assert sorted(set(kept) - set(avoiding)) == ["2026-05-09", "2026-10-10"]


@pytest.mark.parametrize(
    ("policy", "on", "asks"),
    [
        (KEEP, "2026-10-03", None),
        (SKIP, None, None),
        (BEFORE, "2026-09-30", None),  # the holidays are from 1 to 7 October
        (AFTER, "2026-10-08", None),
        (ASK, "2026-10-03", "holiday"),
    ],
)
def test_the_first_saturday_of_october_2026(policy: str, on: str | None, asks: str | None) -> None:
    [found] = place(days("2026-10-03"), calendar=CALENDAR, on_holiday=policy, on_makeup=KEEP)
    assert found == Placed(dt.date(2026, 10, 3), dt.date.fromisoformat(on) if on else None, asks)


@pytest.mark.parametrize(
    ("policy", "on", "asks"),
    [
        (KEEP, "2026-10-10", None),
        (SKIP, None, None),
        (BEFORE, "2026-10-09", None),
        (AFTER, "2026-10-11", None),
        (ASK, "2026-10-10", "makeup"),
    ],
)
def test_the_saturday_that_is_worked(policy: str, on: str | None, asks: str | None) -> None:
    [found] = place(days("2026-10-10"), calendar=CALENDAR, on_holiday=SKIP, on_makeup=policy)
    assert found == Placed(dt.date(2026, 10, 10), dt.date.fromisoformat(on) if on else None, asks)


def test_nothing_moves_to_a_make_up_workday_unless_these_are_kept() -> None:
    ninth = days("2026-10-07 2026-10-08 2026-10-09")  # two of them taken
    for on_makeup, wanted in ((KEEP, "2026-10-10"), (SKIP, "2026-10-11")):
        found = place(ninth, calendar=CALENDAR, on_holiday=AFTER, on_makeup=on_makeup)
        assert found[0].on == dt.date.fromisoformat(wanted)


def test_two_days_never_share_one() -> None:
    """Of a weekly series on two days, both in the holidays, each finds a day of its own."""
    found = place(
        days("2026-10-03 2026-10-04 2026-10-08"), calendar=CALENDAR, on_holiday=AFTER, on_makeup=KEEP
    )
    assert [day.on for day in found] == days("2026-10-09 2026-10-10 2026-10-08")


def test_a_day_with_no_free_one_near_it_falls_out() -> None:
    daily = [dt.date(2026, 9, 1) + n * DAY for n in range(60)]
    found = place(daily, calendar=CALENDAR, on_holiday=AFTER, on_makeup=KEEP)
    assert [day.original_on for day in found if day.on is None] == [
        day for day in daily if CALENDAR.is_holiday(day)
    ]


def test_most_dates_counts_what_takes_place() -> None:
    asked = rule(FIRST_SATURDAY, starts="2027-01-01", on_holiday=SKIP, most_dates=3)
    assert held(asked, "2027-01-01", "2027-12-31") == ["2027-01-02", "2027-03-06", "2027-04-03"]
    assert (
        lay_out(asked, calendar=CALENDAR, first=dt.date(2027, 5, 1), last=dt.date(2027, 12, 31), made=3) == []
    )


def test_days_that_are_there_already_are_not_laid_out_again() -> None:
    asked = rule(SATURDAYS, on_holiday=AFTER)
    found = lay_out(
        asked,
        calendar=CALENDAR,
        first=dt.date(2026, 10, 1),
        last=dt.date(2026, 10, 17),
        but=days("2026-10-10"),
        taken=days("2026-10-08"),
    )
    assert [day.on for day in found] == days("2026-10-09 2026-10-17")


def test_no_two_dates_of_random_rules_share_a_day_however_the_windows_are_cut() -> None:
    dice = random.Random(7)
    moved = 0
    for _ in range(400):
        asked = a_rule(dice)
        first, last = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
        whole = lay_out(asked, calendar=CALENDAR, first=first, last=last)
        assert in_pieces(asked, first, last, dice) == whole
        on = [day.on for day in whole if day.on]
        assert len(on) == len(set(on))
        for day in whole:
            if day.on and day.on != day.original_on:
                moved += 1
                assert not CALENDAR.is_holiday(day.on)
                assert asked.on_makeup == KEEP or not CALENDAR.is_makeup(day.on)
                assert abs(day.on - day.original_on) <= FARTHEST_DAYS * DAY
    assert moved > 1_000


def test_windows_that_are_told_nothing_do_share_days() -> None:
    """The control: without `taken` the same windows collide."""
    dice = random.Random(7)
    found = [
        in_pieces(a_rule(dice), dt.date(2026, 1, 1), dt.date(2026, 12, 31), dice, forgetful=True)
        for _ in range(400)
    ]
    on = [[day.on for day in each if day.on] for each in found]
    assert any(len(each) > len(set(each)) for each in on)


def a_rule(dice: random.Random) -> Rule:
    picked = ",".join(sorted(dice.sample(["MO", "TU", "WE", "TH", "FR", "SA", "SU"], dice.randint(1, 6))))
    text = dice.choice([f"FREQ=WEEKLY;BYDAY={picked}", "FREQ=MONTHLY;BYMONTHDAY=1,2,3,4,5,6", FIRST_SATURDAY])
    return rule(text, on_holiday=dice.choice(POLICIES), on_makeup=dice.choice(POLICIES))


def in_pieces(
    asked: Rule, first: dt.date, last: dt.date, dice: random.Random, *, forgetful: bool = False
) -> list[Placed]:
    found: list[Placed] = []
    while first <= last:
        until = min(first + dice.randint(0, 9) * DAY, last)
        taken = [] if forgetful else [day.on for day in found if day.on]
        found += lay_out(asked, calendar=CALENDAR, first=first, last=until, taken=taken)
        first = until + DAY
    return found
