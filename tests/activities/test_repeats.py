"""The rule that is read off a choice and the first day."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from volunteer.activities.repeating import recurrence, repeats
from volunteer.activities.repeating.recurrence import Rule
from volunteer.activities.repeating.repeats import Pattern

SATURDAY = dt.date(2026, 11, 28)  # the fourth and last of its month


@pytest.mark.parametrize(
    ("choice", "first", "weekdays", "every", "pattern"),
    [
        ("once", SATURDAY, [], None, Pattern()),
        ("weekly", SATURDAY, [], None, Pattern("FREQ=WEEKLY;BYDAY=SA")),
        ("weekly", SATURDAY, [4, 0, 4], None, Pattern("FREQ=WEEKLY;BYDAY=MO,FR")),
        ("weekly", SATURDAY, [], 3, Pattern("FREQ=WEEKLY;INTERVAL=3;BYDAY=SA")),
        ("fortnightly", SATURDAY, [], None, Pattern("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA")),
        ("monthly_weekday", SATURDAY, [], None, Pattern("FREQ=MONTHLY;BYDAY=4SA")),
        ("monthly_weekday", SATURDAY, [], 2, Pattern("FREQ=MONTHLY;INTERVAL=2;BYDAY=4SA")),
        ("monthly_last", SATURDAY, [], None, Pattern("FREQ=MONTHLY;BYDAY=-1SA")),
        ("monthly_date", SATURDAY, [], None, Pattern("FREQ=MONTHLY;BYMONTHDAY=28")),
        ("monthly_fifth", dt.date(2027, 1, 30), [], None, Pattern("FREQ=MONTHLY;BYDAY=5SA")),
        ("monthly_or_last", SATURDAY, [], None, Pattern("FREQ=MONTHLY;BYMONTHDAY=28")),
        (
            "monthly_or_last", dt.date(2026, 11, 29), [], 2,
            Pattern("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=28,29;BYSETPOS=-1"),
        ),
        ("monthly_or_last", dt.date(2026, 10, 31), [], None, Pattern("FREQ=MONTHLY;BYMONTHDAY=-1")),
        ("yearly_weekday", SATURDAY, [], None, Pattern("FREQ=YEARLY;BYMONTH=11;BYDAY=4SA")),
        ("yearly_weekday", dt.date(2026, 11, 29), [], None, Pattern("FREQ=YEARLY;BYMONTH=11;BYDAY=-1SU")),
        ("month_end", dt.date(2026, 11, 30), [], None, Pattern("FREQ=MONTHLY;BYMONTHDAY=-1")),
        ("quarterly", SATURDAY, [], None, Pattern("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=28")),
        ("yearly", SATURDAY, [], None, Pattern("FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=28")),
        ("lunar", dt.date(2026, 10, 18), [], None, Pattern(lunar="9-9")),
        ("lunar", dt.date(2027, 2, 5), [], None, Pattern(lunar="12-last")),
        ("festival:5-5", dt.date(2027, 6, 9), [], None, Pattern(lunar="5-5")),
        ("term:qingming", dt.date(2027, 4, 5), [], None, Pattern(solar_term="qingming")),
        ("term:chufu", dt.date(2027, 7, 20), [], None, Pattern(solar_term="chufu")),
    ],
)  # fmt: skip
def test_choices(
    choice: str, first: dt.date, weekdays: list[int], every: int | None, pattern: Pattern
) -> None:
    found = repeats.from_first_day(choice, first, weekdays, every)
    assert found == pattern
    assert found.rrule is None or recurrence.validate(found.rrule) == found.rrule
    rule = Rule(first, dt.time(9), 60, found.rrule, found.lunar, solar_term=found.solar_term)
    dates = recurrence.dates_between(rule, first, first + dt.timedelta(days=400))
    assert dates[0] == first or weekdays
    assert len(dates) == 1 if choice == "once" else len(dates) > 1


IN_A_LEAP_MONTH = dt.date(2025, 8, 1)  # the eighth of the second sixth month of 2025
FIRST_DAYS = {repeats.MONTHLY_FIFTH: dt.date(2027, 1, 30), repeats.LEAP: IN_A_LEAP_MONTH}


def test_every_choice_that_is_offered_gives_a_rule_that_is_understood(app: Flask) -> None:
    with app.test_request_context():
        offered = [value for group in repeats.grouped().values() for value, _label in group]
    assert {"festival:1-15", "festival:12-last", "term:dongzhi", "month_end"} <= set(offered)
    for value in offered:
        found = repeats.from_first_day(value, FIRST_DAYS.get(value, SATURDAY))
        for offset, _label in repeats.OFFSETS if ":" in value and value != "term:sanfu" else ():
            recurrence.check(
                Rule(
                    SATURDAY, dt.time(9), 60, found.rrule, found.lunar,
                    solar_term=found.solar_term, offset=offset or None,
                )
            )  # fmt: skip


def test_a_fifth_saturday_is_not_every_month() -> None:
    with pytest.raises(repeats.FifthWeek):
        repeats.from_first_day("monthly_weekday", dt.date(2026, 10, 31))
    assert repeats.from_first_day("monthly_last", dt.date(2026, 10, 31)).rrule == "FREQ=MONTHLY;BYDAY=-1SA"


def test_a_fifth_one_must_be_a_fifth_one() -> None:
    with pytest.raises(repeats.NotTheFifthWeek):
        repeats.from_first_day("monthly_fifth", SATURDAY)


def test_several_days_of_the_month() -> None:
    found = repeats.from_first_day("monthly_date", SATURDAY, month_days=[20, 5, 20])
    assert found == Pattern("FREQ=MONTHLY;BYMONTHDAY=5,20")
    assert repeats.from_first_day("quarterly", SATURDAY, month_days=[5]) == Pattern(
        "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=28"
    )


def test_the_last_one_must_be_the_last_one() -> None:
    with pytest.raises(repeats.NotTheLastWeek):
        repeats.from_first_day("monthly_last", dt.date(2026, 11, 21))


def test_a_leap_month_counts_only_when_it_is_asked_for() -> None:
    with pytest.raises(repeats.LeapMonth):
        repeats.from_first_day("lunar", IN_A_LEAP_MONTH)
    assert repeats.from_first_day("leap", IN_A_LEAP_MONTH) == repeats.Pattern(lunar="6-8-leap")
    with pytest.raises(repeats.NotALeapMonth):
        repeats.from_first_day("leap", dt.date(2025, 7, 1))


@pytest.mark.parametrize(
    ("columns", "fields"),
    [
        ({}, {"repeat": "once"}),
        ({"recurrence": "FREQ=WEEKLY;BYDAY=MO,FR"}, {"repeat": "weekly", "weekdays": ["0", "4"]}),
        (
            {"recurrence": "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA"},
            {"repeat": "weekly", "weekdays": ["5"], "every": 2},
        ),
        ({"recurrence": "FREQ=MONTHLY;BYDAY=2SA"}, {"repeat": "monthly_weekday"}),
        ({"recurrence": "FREQ=MONTHLY;BYDAY=-1SA"}, {"repeat": "monthly_last"}),
        ({"recurrence": "FREQ=MONTHLY;BYMONTHDAY=-1"}, {"repeat": "month_end"}),
        ({"recurrence": "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=9"}, {"repeat": "monthly_date", "every": 3}),
        ({"recurrence": "FREQ=MONTHLY;BYDAY=5SA"}, {"repeat": "monthly_fifth"}),
        ({"recurrence": "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1"}, {"repeat": "monthly_or_last"}),
        (
            {"recurrence": "FREQ=MONTHLY;BYMONTHDAY=5,20"},
            {"repeat": "monthly_date", "month_days": [5, 20]},
        ),
        ({"recurrence": "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5"}, {"repeat": "yearly"}),
        ({"recurrence": "FREQ=YEARLY;BYMONTH=5;BYDAY=2SU"}, {"repeat": "yearly_weekday"}),
        ({"solar_term": "mofu"}, {"repeat": "term:mofu"}),
        ({"lunar": "9-9"}, {"repeat": "festival:9-9"}),
        ({"lunar": "6-6"}, {"repeat": "lunar"}),
        ({"lunar": "6-8-leap"}, {"repeat": "leap"}),
        ({"solar_term": "sanfu"}, {"repeat": "term:sanfu"}),
        ({"solar_term": "qingming"}, {"repeat": "term:qingming"}),
    ],
)
def test_a_template_gives_the_choice_back(columns: dict[str, str], fields: dict[str, Any]) -> None:
    series = SimpleNamespace(**{"recurrence": None, "lunar": None, "solar_term": None, **columns})
    assert repeats.choice_of(series) == fields
