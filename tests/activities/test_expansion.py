"""Every rule gives the dates that python-dateutil gives, whoever works them out, and none runs away."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

import pytest
from dateutil.rrule import rrulestr

from volunteer.activities.repeating import expansion
from volunteer.activities.repeating.rrule import WEEKDAYS, parse, validate

DAY = dt.timedelta(days=1)
# dateutil searches until the year 9999, so a rule without any date costs the test little only near there.
YEARS = range(9880, 9986)


@pytest.mark.thorough
def test_ten_thousand_random_rules_give_the_dates_of_dateutil() -> None:
    assert list(differing(10_000)) == []


@pytest.mark.parametrize("fault", ["next week", "fifth is fourth", "wrong month"])
def test_a_fault_in_the_arithmetic_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: each of our own three families with one step wrong."""
    days, numbers, months = expansion._by_days, expansion._numbers, expansion._by_months
    if fault == "next week":
        monkeypatch.setattr(
            expansion, "_by_days", lambda parts, start, *more: days(parts, start - DAY, *more)
        )
    elif fault == "fifth is fourth":
        monkeypatch.setattr(
            expansion, "_numbers", lambda parts, first, length: numbers(parts, first, length - 1)
        )
    else:
        monkeypatch.setattr(
            expansion,
            "_by_months",
            lambda parts, start, *more: months(parts, start.replace(day=1) - DAY, *more),
        )
    assert len(list(differing(300))) > 5


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=300",
        "FREQ=MONTHLY;BYMONTHDAY=1,2;BYSETPOS=3",
        "FREQ=MONTHLY;INTERVAL=2;BYMONTH=2",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31",
        "FREQ=YEARLY;BYMONTH=2,2;BYMONTHDAY=30,31",
        "FREQ=YEARLY;BYMONTH=4,6;BYMONTHDAY=31",
        "FREQ=YEARLY;BYDAY=MO;BYSETPOS=300",
    ],
)
def test_a_rule_without_any_date_ends_within_400_years(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted is how far dateutil goes; alone it goes through eight thousand years."""
    asked: list[int] = []
    rrule = expansion.dateutil.rrule

    def counted(*positional: Any, **named: Any) -> Any:
        asked.append(named["dtstart"].year)
        return rrule(*positional, **named)

    monkeypatch.setattr(expansion.dateutil, "rrule", counted)
    start = dt.date(2026, 11, 24)
    assert list(expansion.expand(parse(text), start, start, start + 400 * DAY)) == []
    assert all(year >= 9_600 for year in asked)


def differing(count: int) -> Iterator[str]:
    """Those of so many random rules whose dates are not dateutil's, in a window of their own."""
    dice = random.Random(2026)
    for _ in range(count):
        text = a_rule(dice)
        start = dt.date(dice.choice(YEARS), dice.randint(1, 12), dice.randint(1, 28))
        first = start + dice.randint(-400, 3_000) * DAY
        last = first + dice.randint(0, 1_500) * DAY
        oracle = rrulestr(text, dtstart=midnight(start)).between(midnight(first), midnight(last), inc=True)
        found = list(expansion.expand(parse(validate(text)), start, first, last))
        if found != [moment.date() for moment in oracle]:
            yield f"{text} from {start}, {first} to {last}"


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


def a_rule(dice: random.Random) -> str:
    """Any rule that is not refused; most are of the kinds that people use."""
    freq = dice.choice(["DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "MONTHLY", "YEARLY"])
    interval = dice.choice([1, 1, 1, 2, 3, 4, 6, 12, 13])
    by = ""
    if freq != "DAILY" or interval == 1:
        by += some(dice, "BYMONTH", range(1, 13), 0.25)
        if freq in ("MONTHLY", "YEARLY") and dice.random() < 0.4:
            by += some(dice, "BYDAY", [f"{n}{day}" for n in (-5, -2, -1, 1, 2, 3, 4, 5) for day in WEEKDAYS])
        else:
            by += some(dice, "BYDAY", WEEKDAYS, 0.5)
            if freq != "WEEKLY":
                by += some(dice, "BYMONTHDAY", [*range(-31, 0), *range(1, 32)], 0.5)
        if "DAY=" in by and freq in ("MONTHLY", "YEARLY"):
            by += some(dice, "BYSETPOS", [*range(-9, 0), *range(1, 10)], 0.2)
    end = dice.choice(["", "", f";COUNT={dice.randint(1, 40)}", f";UNTIL={dice.randint(9881, 9999)}0630"])
    return f"FREQ={freq};INTERVAL={interval}{by}{end}{dice.choice(['', '', ';WKST=SU', ';WKST=WE'])}"


def some(dice: random.Random, name: str, values: Any, chance: float = 1.0) -> str:
    if dice.random() > chance:
        return ""
    return f";{name}={','.join(map(str, dice.sample(list(values), dice.randint(1, 3))))}"
