"""Whether a person may sign up, and the small arithmetic around it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from volunteer.activities import refusals, rules
from volunteer.activities.recurrence import Rule

NOW = dt.datetime(2026, 11, 21, 2, 0, tzinfo=dt.UTC)
TOMORROW = NOW + dt.timedelta(days=1)


def ask(**more: Any) -> rules.Availability:
    values: dict[str, Any] = {
        "now": NOW,
        "starts_at": TOMORROW,
        "starts_on": TOMORROW.date(),
        "state": "published",
        "places_left": 3,
        "minimum_age": 0,
        "born_on": dt.date(1970, 5, 4),
        "members_only": False,
        "is_member": False,
        "is_signed_up": False,
        "team": "萤火虫",
        "overlapping": None,
    }
    return rules.availability(**{**values, **more})


def test_a_free_place_may_be_taken() -> None:
    assert ask() == rules.Availability("free")
    assert ask().is_free


@pytest.mark.parametrize(
    ("more", "state", "refusal"),
    [
        ({"state": "cancelled"}, "cancelled", refusals.Cancelled),
        ({"starts_at": NOW}, "begun", refusals.Begun),
        ({"is_signed_up": True}, "mine", refusals.AlreadySignedUp),
        ({"members_only": True}, "members_only", refusals.MembersOnly),
        ({"minimum_age": 57}, "too_young", refusals.TooYoung),
        ({"places_left": 0}, "full", refusals.Full),
        ({"overlapping": "义诊"}, "overlaps", refusals.Overlaps),
    ],
)
def test_each_reason_has_its_refusal(more: dict[str, Any], state: str, refusal: type) -> None:
    found = ask(**more)
    assert found.state == state
    assert type(found.refusal) is refusal
    assert not found.is_free


def test_what_is_cancelled_needs_no_other_reason() -> None:
    assert ask(state="cancelled", starts_at=NOW, is_signed_up=True, places_left=0).state == "cancelled"


def test_being_signed_up_is_said_before_being_full() -> None:
    assert ask(is_signed_up=True, places_left=0).state == "mine"


def test_a_member_may_join_what_is_for_members() -> None:
    assert ask(members_only=True, is_member=True).is_free


def test_somebody_is_old_enough_on_the_birthday() -> None:
    day = dt.date(2026, 11, 22)
    assert ask(minimum_age=14, born_on=dt.date(2012, 11, 22), starts_on=day).is_free
    assert ask(minimum_age=14, born_on=dt.date(2012, 11, 23), starts_on=day).state == "too_young"


def test_who_is_not_signed_in_is_not_asked_for_an_age() -> None:
    assert ask(minimum_age=14, born_on=None).is_free


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
    assert rules.missing(rules.Plan(**plan)) is None
    assert rules.missing(rules.Plan(**{**plan, name: None if name.endswith("_id") else " "})) == name
