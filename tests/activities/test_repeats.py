"""The rule that is read off a choice and the first day."""

from __future__ import annotations

import datetime as dt

import pytest

from volunteer.activities import recurrence, repeats
from volunteer.activities.recurrence import Rule

SATURDAY = dt.date(2026, 11, 28)  # the fourth and last of its month


@pytest.mark.parametrize(
    ("choice", "first", "weekdays", "rule"),
    [
        ("once", SATURDAY, [], (None, None)),
        ("weekly", SATURDAY, [], ("FREQ=WEEKLY;BYDAY=SA", None)),
        ("weekly", SATURDAY, [4, 0, 4], ("FREQ=WEEKLY;BYDAY=MO,FR", None)),
        ("fortnightly", SATURDAY, [], ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", None)),
        ("monthly_weekday", SATURDAY, [], ("FREQ=MONTHLY;BYDAY=4SA", None)),
        ("monthly_last", SATURDAY, [], ("FREQ=MONTHLY;BYDAY=-1SA", None)),
        ("monthly_date", SATURDAY, [], ("FREQ=MONTHLY;BYMONTHDAY=28", None)),
        ("yearly", SATURDAY, [], ("FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=28", None)),
        ("lunar", dt.date(2026, 10, 18), [], (None, "9-9")),
        ("lunar", dt.date(2027, 2, 5), [], (None, "12-last")),
    ],
)
def test_choices(
    choice: str, first: dt.date, weekdays: list[int], rule: tuple[str | None, str | None]
) -> None:
    found = repeats.from_first_day(choice, first, weekdays)
    assert found == rule
    rrule, lunar = found
    assert rrule is None or recurrence.validate(rrule) == rrule
    dates = recurrence.dates_between(
        Rule(first, dt.time(9), 60, rrule, lunar), first, first + dt.timedelta(days=400)
    )
    assert dates[0] == first or weekdays
    assert len(dates) == 1 if choice == "once" else len(dates) > 1


def test_a_fifth_saturday_is_not_every_month() -> None:
    with pytest.raises(repeats.FifthWeek):
        repeats.from_first_day("monthly_weekday", dt.date(2026, 10, 31))
    assert repeats.from_first_day("monthly_last", dt.date(2026, 10, 31)) == ("FREQ=MONTHLY;BYDAY=-1SA", None)


def test_the_last_one_must_be_the_last_one() -> None:
    with pytest.raises(repeats.NotTheLastWeek):
        repeats.from_first_day("monthly_last", dt.date(2026, 11, 21))


def test_a_leap_month_is_refused() -> None:
    with pytest.raises(repeats.LeapMonth):
        repeats.from_first_day("lunar", dt.date(2025, 8, 1))  # in the second sixth month of 2025
