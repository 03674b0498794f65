"""Check-ins as a proposal for the roll call (R032, R033)."""

from __future__ import annotations

import datetime as dt

import pytest

from volunteer.core import clock
from volunteer.hours.presence import Presence, explain

DAY = dt.date(2026, 11, 21)


def at(text: str) -> dt.datetime:
    return clock.at_local(DAY, dt.time.fromisoformat(text))


def presence(*pairs: tuple[str, str | None], extra: int = 0, percent: int = 60) -> Presence:
    """Against a plan from 14:00 to 16:00."""
    known = tuple((at(came), at(left) if left else None) for came, left in pairs)
    return Presence(known, at("14:00"), at("16:00"), percent, extra)


@pytest.mark.parametrize(
    ("pairs", "minutes", "why"),
    [
        ([("14:10", "16:00")], 110, "14:10 到，16:00 离开，记 110 分钟。"),
        ([("13:50", "16:20")], 120, "13:50 到，16:20 离开，活动时间内 120 分钟。"),
        (
            [("14:00", "15:00"), ("15:30", "16:00")],
            90,
            "14:00 到，15:00 离开；15:30 到，16:00 离开，记 90 分钟。",
        ),
        ([("14:00", "15:00")], 0, "14:00 到，15:00 离开，在场 60 分钟，不到活动时间的 60%，先不记时长。"),
    ],
)
def test_the_minutes_and_why(app, pairs, minutes, why):
    with app.test_request_context():
        found = presence(*pairs)
        assert found.proposed == minutes
        assert explain(found) == why


def test_a_pair_without_its_end_proposes_nothing_and_asks(app):
    with app.test_request_context():
        found = presence(("14:10", None))
        assert found.is_open
        assert explain(found) == "14:10 到，没有签退。请选怎么记。"
        assert found.until(found.latest) == 110
        assert found.until(at("15:10")) == 60
        assert found.until(at("14:00")) == 0  # left before they came: nothing, and no error


def test_exactly_the_minimum_is_enough():
    assert presence(("14:00", "15:12")).proposed == 72
    assert presence(("14:00", "15:11")).proposed == 0
    assert presence(("14:00", "14:01"), percent=0).proposed == 1


def test_an_extension_counts_what_lies_beyond_the_plan():
    assert presence(("14:00", "16:30"), extra=20).proposed == 140
