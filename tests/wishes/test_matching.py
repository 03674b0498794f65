"""Who is suggested for a wish, and why."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from volunteer.core import i18n
from volunteer.wishes.matching import (
    Candidate,
    Slot,
    Suggestion,
    WishNeed,
    say,
    score,
    steps_between,
    suggest,
)


@pytest.fixture(autouse=True, scope="module")
def reader() -> Iterator[None]:
    """An application that only knows languages, without any catalogue: sentences come out as written."""
    app = Flask(__name__)
    app.config["TIME_ZONE"] = "Asia/Shanghai"
    i18n.init(app)
    with app.app_context():
        yield


HAIRCUT = WishNeed(
    wish_id=7,
    area_path="/1/5/22/",
    skills=frozenset({"理发", "陪伴"}),
    slots=frozenset({(2, "afternoon"), (4, "afternoon")}),
)
NEIGHBOUR = Candidate(
    person_id=31,
    area_path="/1/5/22/",
    skills=frozenset({"理发", "陪伴", "摄影"}),
    slots=frozenset({(2, "afternoon"), (4, "afternoon"), (6, "morning")}),
    capacity=2,
)


def sentences(suggestion: Suggestion) -> list[tuple[int, str]]:
    return [(reason.points, say(reason)) for reason in suggestion.reasons]


def test_a_free_skilled_neighbour_gets_all_hundred_points_and_each_has_its_reason() -> None:
    found = score(HAIRCUT, NEIGHBOUR)
    assert found.score == 100
    assert sentences(found) == [
        (40, "会心愿需要的：理发、陪伴。"),
        (30, "在同一个网格。"),
        (20, "都有空的时间：周三下午、周五下午。"),
        (10, "手上没有别的心愿。"),
    ]


def test_a_busy_person_of_the_next_grid_with_one_skill_gets_part_of_the_points() -> None:
    other = replace(
        NEIGHBOUR,
        area_path="/1/5/23/",
        skills=frozenset({"理发"}),
        slots=frozenset({(4, "afternoon")}),
        active_claims=1,
    )
    found = score(HAIRCUT, other)
    assert sentences(found) == [
        (20, "会心愿需要的 2 项里的 1 项：理发。"),
        (18, "在同一个社区。"),
        (15, "都有空的时间：周五下午。"),
        (5, "手上有 1 个心愿，最多可以接 2 个。"),
    ]
    assert found.score == sum(reason.points for reason in found.reasons) == 58


def test_what_does_not_fit_is_said_too_and_gives_nothing() -> None:
    stranger = Candidate(person_id=9, area_path="/2/8/90/", active_claims=1, capacity=1)
    assert sentences(score(HAIRCUT, stranger)) == [
        (0, "没有登记心愿需要的技能。"),
        (0, "不在同一个街道。"),
        (0, "空闲时间和心愿人的对不上。"),
        (0, "手上有 1 个心愿，最多可以接 1 个。"),
    ]


def test_a_wish_that_needs_no_skill_and_no_time_speaks_of_neither() -> None:
    lamp = WishNeed(wish_id=72, area_path="/1/5/")
    assert [reason.kind for reason in score(lamp, NEIGHBOUR).reasons] == ["distance", "load"]


def test_parts_of_the_day_are_told_in_their_order() -> None:
    slots: tuple[Slot, ...] = ((0, "morning"), (0, "afternoon"), (6, "evening"))
    need = replace(HAIRCUT, slots=frozenset(slots))
    reason = score(need, replace(NEIGHBOUR, slots=frozenset(slots))).reasons[2]
    assert say(reason) == "都有空的时间：周一上午、周一下午、周日晚上。"


@pytest.mark.parametrize(
    ("one", "other", "steps", "said"),
    [
        ("/1/5/22/", "/1/5/22/", 0, "在同一个网格。"),
        ("/1/5/22/", "/1/5/", 1, "在同一个社区。"),
        ("/1/5/22/", "/1/5/23/", 2, "在同一个社区。"),
        ("/1/5/22/", "/1/", 2, "在同一个街道。"),
        ("/1/5/22/", "/1/6/22/", 4, "在同一个街道。"),
        ("/1/5/22/", "/2/5/22/", 6, "不在同一个街道。"),
        ("/1/5/22/", "/11/5/22/", 6, "不在同一个街道。"),
    ],
)
def test_distance_is_counted_in_steps_through_the_area_tree(
    one: str, other: str, steps: int, said: str
) -> None:
    assert steps_between(one, other) == steps_between(other, one) == steps
    reason = score(replace(HAIRCUT, area_path=one), replace(NEIGHBOUR, area_path=other)).reasons[1]
    assert (reason.points, say(reason)) == (max(0, 30 - 6 * steps), said)


def test_suggestions_are_the_best_who_have_room_and_ties_go_by_person_id() -> None:
    full = replace(NEIGHBOUR, person_id=1, active_claims=2)
    far = replace(NEIGHBOUR, person_id=2, area_path="/1/6/30/")
    crowd = [replace(NEIGHBOUR, person_id=person) for person in range(40, 30, -1)]
    found = suggest(HAIRCUT, [full, far, *crowd], limit=3)
    assert [suggestion.person_id for suggestion in found] == [31, 32, 33]
    assert [suggestion.person_id for suggestion in suggest(HAIRCUT, [full, far])] == [2]
    assert suggest(HAIRCUT, []) == []


def test_suggestions_do_not_depend_on_the_order_of_the_candidates() -> None:
    crowd = [replace(NEIGHBOUR, person_id=person, area_path=f"/1/{person % 3}/22/") for person in range(60)]
    shuffled = random.Random(5).sample(crowd, len(crowd))
    assert suggest(HAIRCUT, crowd) == suggest(HAIRCUT, shuffled)


_skills = st.frozensets(st.sampled_from(["理发", "维修", "陪伴", "书法"]))
_slots = st.frozensets(st.tuples(st.integers(0, 6), st.sampled_from(["morning", "afternoon", "evening"])))
_paths = st.sampled_from(["/1/", "/1/5/", "/1/5/22/", "/1/6/30/", "/2/9/91/"])


@given(
    st.builds(WishNeed, st.just(1), _paths, _skills, _slots),
    st.builds(Candidate, st.just(2), _paths, _skills, _slots, st.integers(0, 9), st.integers(0, 5)),
)
def test_a_score_is_the_sum_of_its_reasons_and_each_can_be_said(need: WishNeed, candidate: Candidate) -> None:
    found = score(need, candidate)
    assert found.score == sum(reason.points for reason in found.reasons)
    assert 0 <= found.score <= 100
    assert all(reason.points >= 0 and say(reason) for reason in found.reasons)
