"""What leaders type after a roll call on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer.core import i18n
from volunteer.core.i18n import gettext
from volunteer.hours import exceptions
from volunteer.hours.exceptions import Deviation, parse
from volunteer.hours.rules import ATTENDANCES

KNOWN = [*(str(row) for row in range(1, 16)), "V90000012"]


@pytest.fixture(scope="module", autouse=True)
def speaking(application: Any) -> Iterator[None]:
    """Refusals are sentences, and sentences have a language."""
    with application.test_request_context():
        yield


def read(text: str) -> dict[str, tuple[str, int]]:
    """The marks of a text in which everything is understood."""
    parsed = parse(text, known=KNOWN, most_minutes=120)
    assert parsed.problems == []
    return {code: (mark.attendance, mark.minutes) for code, mark in parsed.marks.items()}


WHOLE = {
    "3": ("absent", 0),
    "7": ("absent", 0),
    "5": ("left_early", 30),
    "9": ("late", 15),
    "12": ("excused", 0),
}


@pytest.mark.parametrize(
    "text",
    [
        "3 7 缺席; 5 早走 30; 9 迟到 15; 12 请假",
        "３，７缺席；５早走３０；９迟到１５；１２请假",
        "3、7没来。5早退30分钟。9晚到15分。12请了假",
        "3和7没到\n5 提前离开 半小时\n9 迟到 一刻钟\n12 请假",
        "第3、7号缺席，5号早走30，9号迟到15，12号请假",
        "3 7 absent; 5 left early 30 min; 9 late 15; 12 excused",
        "3 and 7 no-show 5 early 30 9 late 15 12 leave",
        "12 请假 9 迟到 15 5 早走 30 3 7 缺席",
    ],
)
def test_the_same_is_said_in_many_ways(text):
    assert read(text) == WHOLE


@pytest.mark.parametrize(
    "text", ["3-6 缺席", "3—6缺席", "3～6 没来", "3到6 缺席", "3至6缺席", "3 to 6 absent"]
)
def test_ranges(text):
    assert sorted(read(text)) == ["3", "4", "5", "6"]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("半小时", 30), ("1小时", 60), ("1小时30分", 90), ("一刻钟", 15), ("45 分钟", 45), ("２０", 20)],
)
def test_minutes(text, minutes):
    assert read(f"5 早走 {text}") == {"5": ("left_early", minutes)}


def test_a_walk_in_is_named_by_number():
    assert read("v90000012 迟到 15") == {"V90000012": ("late", 15)}


@pytest.mark.parametrize("text", ["", "  ", "；；", "\n"])
def test_nothing_typed_means_no_exception(text):
    assert read(text) == {}


@pytest.mark.parametrize(
    ("text", "piece", "message"),
    [
        ("3 7", "3 7", "后面请写：缺席、请假、迟到还是早走"),
        ("缺席", "缺席", "前面请写是第几行"),
        ("99 缺席", "99", "表上没有 99。"),
        ("13900000000 缺席", "13900000000", "表上没有 13900000000。没报名就来的人，请先写在下面"),
        ("V90000030 缺席", "V90000030", "表上没有 V90000030。没报名就来的人，请先写在下面"),
        ("3 缺席；3 请假", "3", "3 写了两次"),
        ("3-5 缺席；4 请假", "4", "4 写了两次"),
        ("5 早走", "早走", "多少分钟"),
        ("5 早走；9 迟到 15", "早走", "多少分钟"),
        ("5 迟到 0", "0", "1 到 120 之间"),
        ("5 迟到 121", "121", "1 到 120 之间"),
        ("7-3 缺席", "7-3", "从小写到大"),
        ("五号 没来", "五", "看不懂“五”"),
        ("3 缺席 请假", "请假", "两个说法"),
        ("3 缺席 20 分钟", "20 分钟", "后面请写"),
        ("3 🙈 缺席", "🙈", "看不懂"),
    ],
)
def test_what_is_not_understood_is_pointed_at(text, piece, message):
    problems = parse(text, known=KNOWN, most_minutes=120).problems
    assert len(problems) == 1
    assert text[problems[0].start : problems[0].end] == piece
    assert message in problems[0].message


def test_one_mistake_does_not_hide_the_next_nor_what_is_right():
    parsed = parse("3 缺席；五 缺席；5 早走；7 请假", known=KNOWN, most_minutes=120)
    assert [problem.start for problem in parsed.problems] == [5, 12]
    assert sorted(parsed.marks) == ["3", "7"]


def test_a_text_without_end_is_refused():
    parsed = parse("3 " * 2000, known=KNOWN, most_minutes=120)
    assert parsed.marks == {}
    assert "太长" in parsed.problems[0].message


_pieces = st.sampled_from(
    [
        *(word for words in exceptions.WORDS.values() for word in words),
        *(str(row) for row in range(20)), "３", "-", "到", "至", "；", ";", "，", ",", "、", " ", "\n", "。",
        "30", "半小时", "小时", "分钟", "V90000012", "v1234567", "第", "号", "İ", "ß", "🙈", "x", "٣", "²",
    ]
)  # fmt: skip


@given(
    st.one_of(
        st.lists(_pieces, max_size=40).map("".join), st.lists(_pieces, max_size=40).map(" ".join), st.text()
    )
)
def test_whatever_is_typed_it_neither_breaks_nor_marks_a_row_twice(text):
    """Each code at most once, only codes that exist, minutes only in bounds, every problem inside the text."""
    seen = set()

    class Once(dict):  # type: ignore[type-arg]
        def __setitem__(self, code: str, mark: Deviation) -> None:
            assert code not in seen
            seen.add(code)
            super().__setitem__(code, mark)

    parsed = exceptions.Parsed(marks=Once())
    reader = exceptions._Reader(text, set(KNOWN), 120, {})
    reader.parsed = parsed
    for clause in exceptions._clauses(list(exceptions._tokens(text))):
        reader.read(clause)
    assert set(parsed.marks) <= set(KNOWN)
    for mark in parsed.marks.values():
        assert mark.attendance in ATTENDANCES
        assert (1 <= mark.minutes <= 120) == (mark.attendance in ("late", "left_early"))
    for problem in parsed.problems:
        assert 0 <= problem.start < problem.end <= len(text)
        assert problem.message


@given(st.permutations(["3 缺席", "5 早走 30", "9 迟到 15", "12 请假", "V90000012 缺席"]))
def test_the_order_of_the_sentences_does_not_matter(parts):
    assert read("；".join(parts)) == read("3 缺席 5 早走 30 9 迟到 15 12 请假 V90000012 缺席")


@pytest.mark.parametrize("language", ["zh_Hans", "zh_Hant", "en"])
def test_the_example_as_it_is_printed_is_understood(language: str) -> None:
    with i18n.speaking(language):
        printed = gettext("3 7 缺席；5 早走 30；9 迟到 15；12 请假")
    assert read(printed) == WHOLE


@pytest.mark.parametrize("word", [word for words in exceptions.WORDS.values() for word in words])
def test_every_word_is_understood_in_traditional_characters(word: str) -> None:
    converter = pytest.importorskip("opencc").OpenCC("s2tw")
    written = converter.convert(word)
    more = " 30" if "30" in str(read_or_ask(word)) else ""
    assert read(f"3 {written}{more}") == read(f"3 {word}{more}")


def read_or_ask(word: str) -> str:
    """What is asked about a word without minutes; nothing of most."""
    return " ".join(problem.message for problem in parse(f"3 {word}", known=KNOWN, most_minutes=120).problems)


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("第3號與第7號遲到15分鐘", 15),
        ("3、7遲到 1 個小時", 60),
        ("3與7遲到半個小時", 30),
        ("3 7 遲到一刻鐘", 15),
        ("3 7 晚到15分鍾", 15),
    ],
)
def test_units_and_signs_in_traditional_characters(written: str, minutes: int) -> None:
    assert read(written) == {"3": ("late", minutes), "7": ("late", minutes)}


def test_places_in_traditional_text_stay_where_they_are() -> None:
    text = "3 遲到 15；5 請假去了"
    (problem,) = parse(text, known=KNOWN, most_minutes=120).problems
    assert text[problem.start : problem.end] == "去"
