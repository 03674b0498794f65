"""Whether a person may sign up, and the small arithmetic around it."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from volunteer.activities import rules
from volunteer.activities.planning import plans
from volunteer.activities.repeating.recurrence import Rule
from volunteer.activities.signing import availability, refusals
from volunteer.activities.signing.availability import Availability

NOW = dt.datetime(2026, 11, 21, 2, 0, tzinfo=dt.UTC)
TOMORROW = NOW + dt.timedelta(days=1)


def date(**more: Any) -> Any:
    """A date tomorrow with three places left that asks for nothing."""
    starts_at = more.get("starts_at", TOMORROW)
    values: dict[str, Any] = {
        "state": "published",
        "starts_at": starts_at,
        "ends_at": starts_at + dt.timedelta(hours=2),
        "is_flexible": False,
        "opens_at": None,
        "newcomers_until": None,
        "closes_at": None,
        "is_dangerous": False,
        "minimum_age": 0,
        "sex_needed": None,
        "minimum_minutes": 0,
        "members_only": False,
        "places_left": 3,
        "has_line": False,
    }
    return SimpleNamespace(**{**values, **more})


def ask(more: dict[str, Any] | None = None, *, starts_on: dt.date | None = None, **who: Any) -> Availability:
    """Of somebody of 1970; `more` is about the date."""
    facts = {"born_on": dt.date(1970, 5, 4), "team": "萤火虫", **who}
    day = starts_on or TOMORROW.date()
    return availability.availability(
        date(**(more or {})), availability.Who(**facts), now=NOW, starts_on=day, today=NOW.date()
    )


def test_a_free_place_may_be_taken() -> None:
    assert ask() == Availability("free")
    assert ask().is_free


@pytest.mark.parametrize(
    ("more", "who", "state", "refusal"),
    [
        ({"state": "cancelled"}, {}, "cancelled", refusals.Cancelled),
        ({"starts_at": NOW}, {}, "begun", refusals.Begun),
        ({}, {"is_signed_up": True}, "mine", refusals.AlreadySignedUp),
        ({"members_only": True}, {}, "members_only", refusals.MembersOnly),
        ({"minimum_age": 57}, {}, "too_young", refusals.TooYoung),
        ({"places_left": 0}, {}, "full", refusals.Full),
        ({"has_line": True}, {}, "full", refusals.Full),
        ({}, {"clash": refusals.Overlaps(other="义诊")}, "overlaps", refusals.Overlaps),
        ({"sex_needed": "male"}, {"sex": "female"}, "wrong_sex", refusals.MenOnly),
        ({"sex_needed": "male"}, {}, "wrong_sex", refusals.SexUnknown),
    ],
)
def test_each_reason_has_its_refusal(
    app: Any, more: dict[str, Any], who: dict[str, Any], state: str, refusal: type
) -> None:
    found = ask(more, **who)
    assert found.state == state
    assert type(found.refusal) is refusal
    assert not found.is_free


def test_what_is_cancelled_needs_no_other_reason() -> None:
    more = {"state": "cancelled", "starts_at": NOW, "places_left": 0}
    assert ask(more, is_signed_up=True).state == "cancelled"


def test_being_signed_up_is_said_before_being_full() -> None:
    assert ask({"places_left": 0}, is_signed_up=True).state == "mine"


def test_a_clash_is_said_before_being_full_because_waiting_would_be_in_vain() -> None:
    clash = refusals.Overlaps(other="义诊")
    assert ask({"places_left": 0}, clash=clash).state == "overlaps"


def test_a_member_may_join_what_is_for_members() -> None:
    assert ask({"members_only": True}, is_member=True).is_free


def test_somebody_is_old_enough_on_the_birthday() -> None:
    day, asks = dt.date(2026, 11, 22), {"minimum_age": 14}
    assert ask(asks, born_on=dt.date(2012, 11, 22), starts_on=day).is_free
    assert ask(asks, born_on=dt.date(2012, 11, 23), starts_on=day).state == "too_young"


def test_who_is_not_signed_in_is_not_asked_for_an_age() -> None:
    assert ask({"minimum_age": 14}, born_on=None).is_free


def test_a_sign_off_is_late_within_the_last_hours_only() -> None:
    assert not rules.is_late(TOMORROW - dt.timedelta(hours=12), TOMORROW, 12)
    assert rules.is_late(TOMORROW - dt.timedelta(hours=12) + dt.timedelta(seconds=1), TOMORROW, 12)


@pytest.mark.parametrize("name", ["title", "place", "content", "person_in_charge_id", "risk_statement"])
def test_a_plan_says_what_it_lacks(name: str) -> None:
    plan: dict[str, Any] = {
        "title": "扫除",
        "category": "环境整治",
        "content": "扫楼道",
        "place": "广场",
        "risk_statement": "无",
        "person_in_charge_id": 1,
        "rule": Rule(dt.date(2026, 11, 28), dt.time(9), 60),
        "capacity": 5,
    }
    assert plans.missing(plans.Plan(**plan)) is None
    assert plans.missing(plans.Plan(**{**plan, name: None if name.endswith("_id") else " "})) == name
