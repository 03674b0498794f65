"""What of a plan contradicts itself, on plain values."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from volunteer.activities.planning import plans
from volunteer.activities.planning.plans import Plan, Post
from volunteer.activities.repeating.recurrence import Rule, Shift

DAY = dt.date(2026, 11, 28)


def plan(rule: dict[str, Any] | None = None, **more: Any) -> Plan:
    when = Rule(DAY, dt.time(9), 120, **(rule or {}))
    words = {
        "title": "扫除",
        "category": "环境整治",
        "content": "扫",
        "place": "广场",
        "risk_statement": "无",
    }
    return Plan(**{**words, "person_in_charge_id": 1, "rule": when, "capacity": 10, **more})


def shift(hour: int, minutes: int = 60) -> Shift:
    return Shift(dt.time(hour), minutes)


@pytest.mark.parametrize(
    "sensible",
    [
        plan(),
        plan(minimum_people=10, regular_places=10, most_companions=9),
        plan(positions=(Post("引导员", 10), Post("记录员", 1))),
        plan({"shifts": (shift(11), shift(12))}),
        plan(opens_days=7, opens_time=dt.time(8), newcomers_hours=24, closes_hours=2),
        plan(opens_days=0, opens_time=dt.time(8)),
        plan(is_dangerous=True, minimum_age=18),
        plan(is_dangerous=True),
        plan(kind="flexible", window_days=7),
        plan({"ends_on": DAY}),
    ],
)
def test_what_fits_together_is_left_alone(sensible: Plan) -> None:
    plans.refuse_senseless(sensible)


@pytest.mark.parametrize(
    ("senseless", "refusal", "field"),
    [
        (plan(minimum_people=11), plans.MorePeopleThanPlaces, "minimum_people"),
        (plan(regular_places=11), plans.MoreRegularsThanPlaces, "regular_places"),
        (plan(capacity=2, most_companions=2), plans.MoreCompanionsThanPlaces, "most_companions"),
        (plan(positions=(Post("引导员", 11),)), plans.PositionTooLarge, "positions"),
        (plan(positions=(Post("引导员", 1), Post("引导员", 2))), plans.PositionTwice, "positions"),
        (plan(positions=tuple(Post(f"岗{n}", 1) for n in range(13))), plans.TooManyPositions, "positions"),
        (plan(is_dangerous=True, minimum_age=16), plans.DangerousForMinors, "minimum_age"),
        (
            plan(is_dangerous=True, positions=(Post("引导员", 1, minimum_age=14),)),
            plans.PositionForMinors,
            "positions",
        ),
        (plan(newcomers_hours=24), plans.NewcomersWithoutOpening, "newcomers_hours"),
        (plan(opens_days=0, opens_time=dt.time(9)), plans.ClosesBeforeItOpens, "closes_hours"),
        (
            plan(opens_days=1, opens_time=dt.time(8), closes_hours=25),
            plans.ClosesBeforeItOpens,
            "closes_hours",
        ),
        (
            plan(opens_days=1, opens_time=dt.time(9), newcomers_hours=24),
            plans.NewcomersUntilTheEnd,
            "newcomers_hours",
        ),
        (plan({"shifts": (shift(10),)}), plans.ShiftTwice, "shifts"),
        (plan({"shifts": (shift(14), shift(14))}), plans.ShiftTwice, "shifts"),
        (plan({"shifts": tuple(shift(12 + n) for n in range(6))}), plans.TooManyShifts, "shifts"),
        (plan(kind="flexible"), plans.WindowNeeded, "window_days"),
        (plan(kind="flexible", window_days=32), plans.WindowNeeded, "window_days"),
        (
            plan({"shifts": (shift(14),)}, kind="flexible", window_days=7),
            plans.FlexibleHasNoShifts,
            "shifts",
        ),
        (plan({"ends_on": DAY - dt.timedelta(days=1)}), plans.EndsBeforeItBegins, "ends_on"),
    ],
)
def test_what_contradicts_is_refused_at_its_field(senseless: Plan, refusal: Any, field: str) -> None:
    with pytest.raises(refusal) as raised:
        plans.refuse_senseless(senseless)
    assert (raised.value.status, raised.value.field) == (422, field)


@pytest.mark.parametrize("strange", [{"kind": "x"}, {"hours_kind": "x"}])
def test_what_no_form_can_send_is_our_own_mistake(strange: dict[str, str]) -> None:
    with pytest.raises(AssertionError):
        plans.refuse_senseless(plan(**strange))
