"""Every act that the code writes into the log has words, and so has every detail, or it is left out on purpose."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import make
from tests.oversight import recorded
from volunteer.activities.planning.fitting import LIMITS
from volunteer.activities.service.changing.editing import EDITABLE
from volunteer.activities.service.changing.settings import Settings
from volunteer.oversight import details, saying, words
from volunteer.people.models import COUNTER_CLERK
from volunteer.points.models import CANCELLED, EXPIRED
from volunteer.privacy.service.correcting import Correction
from volunteer.wishes.rules import TRANSITIONS

ROOT = Path(__file__).resolve().parents[2] / "volunteer"
# Acts that are put together of two words, by what the second may be.
PUT_TOGETHER = {
    "order_*": {CANCELLED, EXPIRED},
    "pair_*": {"agreed", "declined"},
    "task_report_*": {"confirmed", "refused"},
    "wish_*": set(TRANSITIONS),
}
# Functions that make their details one by one, and the names that these may have.
ONE_BY_ONE = {
    "activities.service.changing.capacity.set_capacity": set(),  # the posts by their ids
    "activities.service.changing.limits.change_limits": set(LIMITS),
    "activities.service.changing.settings.change_settings": set(Settings.__dataclass_fields__),
    "activities.service.planning.positions.change_position_limits": set(LIMITS),
    "attendance.service.presence._note": {"own", "walk_in"},
    "people.service.registration._in_short": {"document", "verified", "guardian", "pin"},
    "privacy.service.correcting.correct": set(Correction.__dataclass_fields__),
    "privacy.service.correcting_for.correct_for": set(Correction.__dataclass_fields__),
    "teams.service.founding.edit": {"kind", "name", "name_en", "focus"},
}
IN_LISTS = {*EDITABLE, "times", "rule"}  # below `changed` of a series


@pytest.fixture(scope="module")
def code() -> recorded.Found:
    return recorded.of_code(ROOT)


def test_every_act_and_what_it_is_about_has_words(code: recorded.Found) -> None:
    assert len(code.acts) > 170
    assert code.patterns == set(PUT_TOGETHER)
    made = {pattern.replace("*", second) for pattern, seconds in PUT_TOGETHER.items() for second in seconds}
    assert sorted((code.acts | made) - set(words.ACTS)) == []
    assert sorted(code.things ^ set(details.THINGS)) == []


def test_every_detail_has_words_or_is_left_out_on_purpose(code: recorded.Found) -> None:
    assert {place.partition(":")[0].removeprefix("volunteer.") for place in code.unread} == set(ONE_BY_ONE)
    names = code.details | IN_LISTS | set().union(*ONE_BY_ONE.values())
    assert len(names) > 110
    assert sorted(name for name in names if not details.is_known(name)) == []


WAYS_TO_WRITE = """
from volunteer.audit import service as audit
NAMED = "named"
def straight(x):
    audit.record(actor_id=1, act="a" if x else "b", kind="person", id=1, one=1, before={"two": 1}, after=3)
def one(row, act, **details):
    audit.record(actor_id=1, act=act, kind=row, id=1, **details)
def other(flag, *, act=NAMED):
    more = {"three": 1} | ({"four": 1} if flag else {})
    more |= {"five": 1}
    more["six"] = 1
    one("team", act, seven=1, **more)
def calls(state):
    other(True)
    one("wish", "by_position")
    one("wish", f"wish_{state}", **shortly())
    audit.record_all([{"actor_id": 1, "act": "many", "kind": "area", "id": 1, "details": {"eight": 1}}])
def shortly():
    return {"nine": 1}
"""


def test_the_search_follows_each_way_of_writing_an_entry() -> None:
    found = recorded.Reader({"module": WAYS_TO_WRITE}).read()
    assert found.acts == {"a", "b", "named", "by_position", "many"}
    assert (found.patterns, found.things) == ({"wish_*"}, {"person", "team", "wish", "area"})
    numbers = {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}
    assert found.details == numbers | {"before", "after"}
    assert found.unread == set()


def test_what_cannot_be_read_is_reported() -> None:
    """The control: an act and details from nowhere, and names that the page does not know."""
    source = (
        "def f(x):\n audit.record(actor_id=1, act=x.act, kind='person', id=1, **{n: 1 for n in x}, riddle=1)"
    )
    found = recorded.Reader({"module": source}).read()
    assert found.unread == {"module.f: x.act", "module.f: {n: 1 for n in x}"}
    assert not details.is_known("riddle")
    assert "riddle" in found.details


def entry(act: str = "person_moved", about: tuple[str, int] = ("order", 7), **given: Any) -> Any:
    return SimpleNamespace(act=act, actor_id=None, object_kind=about[0], object_id=about[1], details=given)


def lines(one: Any) -> list[tuple[str, str]]:
    return saying.lines(one, saying.read_names([one]))


def test_an_act_of_long_ago_keeps_its_name() -> None:
    assert words.of("gone_since") == "gone_since"


@pytest.mark.usefixtures("app")
class TestLines:
    def test_ids_are_said_as_whom_they_mean(self) -> None:
        area, team = make.community(name="桃源社区"), make.team(name="晨光队")
        someone = make.person(area, name="袁桂英")
        moved = entry(before={"area": area.id}, after={"area": None}, person=someone.id, successor=team.id)
        assert lines(moved) == [
            ("社区", "桃源社区 → –"),
            ("居民", f"{someone.number} 袁*"),
            ("接替的队伍", "晨光队"),
        ]
        about = entry(about=("person", someone.id))
        assert saying.thing(about, saying.read_names([about])) == f"居民 {someone.number} 袁*"

    def test_a_role_is_said_with_its_scope(self) -> None:
        area = make.community(name="桃源社区")
        granted = entry(scope_kind="area", scope_id=area.id, before={}, after={"role": COUNTER_CLERK})
        assert lines(granted) == [("范围", "桃源社区"), ("角色", "– → 兑换点值班员")]

    def test_codes_amounts_days_and_marks_are_words(self) -> None:
        assert lines(entry(way="in_person", minutes=90, until="2026-12-01", late=False, told=3)) == [
            ("临时取消", "否"),
            ("时长", "1 小时 30 分"),
            ("通知的人数", "3"),
            ("到什么时候", "2026年12月1日"),
            ("方式", "当面口头同意"),
        ]

    def test_what_has_no_words_is_left_out(self) -> None:
        assert lines(entry(card=12, way="carrier_pigeon", reason="", riddle=1)) == []
        assert saying.thing(entry(about=("riddle", 1)), saying.read_names([])) == ""

    def test_reasons_are_codes_or_what_was_written(self) -> None:
        assert lines(entry(reason="counter")) == [("原因", "本人在柜台办事，要核对")]
        assert lines(entry(reason="搬家")) == [("原因", "搬家")]

    def test_values_without_names_are_said_by_their_act(self) -> None:
        assert lines(entry("wish_publish", before="collected", after="published")) == [
            ("状态", "待核实 → 等人认领")
        ]
        assert lines(entry("position_changed", before=3, after=5)) == [("名额", "3 → 5")]
        moved = entry("occurrence_changed", before=["x", "y", "河边", 8], after=["x", "y", "广场", 9])
        assert ("地点", "河边 → 广场") in lines(moved)
        assert ("名额", "8 → 9") in lines(moved)
        series = entry("series_changed", changed={"title": ["大扫除", "清洁日"]})
        assert lines(series) == [("名称", "大扫除 → 清洁日")]
