"""Reads a year's plan as people paste it: single days, ranges, or the State Council's notice itself.

Understood are lines such as `2027-02-05 放假 春节`, `2027-02-14 上班`,
`2027-10-01 至 2027-10-07 放假 国庆节` and
`二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月14日（周日）上班。`
A date without a year is one of the page's year, without a month one of the month before it.
`与周末连休` takes in the weekend beside. Days of another year that a line names besides those
of the page's year come back apart; the date under a notice and its number are no days.
What is not understood comes back with what is wrong with it; nothing is left out silently.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.workdays.rules import HOLIDAY, WORKDAY, Day, is_weekend, stretches

LONGEST_NAME = 40
LONGEST_RANGE = 31

_ASIDE = re.compile(r"[（(【\[][^）)】\]]*[）)】\]]|〔\d{4}〕\s*\d+\s*号")
_DATE = re.compile(
    r"(?<!\d)(?:"
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?(?!\d)"
    r"|(?:(?P<m2>\d{1,2})\s*月\s*)?(?P<d2>\d{1,2})\s*[日号]"
    r")"
)
_TO = re.compile(r"\s*(?:至|到|—+|–|~|～|-)\s*")
_BRIDGED = "与周末连休"
_NUMBERING = re.compile(r"^\s*(?:[一二三四五六七八九十]+|\d{1,2})\s*[、.．)）]\s*")
_OFF, _WORKED = ("放假", "补休", "休息", "调休"), ("上班", "工作日", "补班")
_NOT_A_NAME = re.compile(
    r"(?:放假|调休|补休|休息|上班|补班|工作日|与周末连休|连休|不|共?\d+天|[，,、。；;：:\s])+"
)

NO_KIND = _l("看不出这一天是放假还是上班，请写上“放假”或“上班”。")
NO_SUCH_DAY = _l("没有这个日期，请核对。")
OTHER_YEAR = _l("这一天不在这一年里。别的年份请到那一年的页面填写。")
BACKWARDS = _l("后面的日期比前面的早，或者隔得太久，请核对。")
NOT_A_WEEKEND = _l("这一天不是周六、周日，本来就上班，不用写。")
BOTH_KINDS = _l("同一天前面写了放假又写上班，请只留一样。")
NO_DATE = _l("没有看到日期。")
NAME_TOO_LONG = _l("名称太长了，最多 40 个字。")


@dataclass(frozen=True)
class Problem:
    """A line that cannot be taken as it is, and why; `number` counts from 1."""

    number: int
    line: str
    sentence: Any


@dataclass(frozen=True)
class Plan:
    """`unused` are lines without any day, such as the words around a notice: shown, and no fault.

    `elsewhere` are days of other years in lines of this one: '2026年12月31日至2027年1月2日放假'.
    """

    days: tuple[Day, ...]
    problems: tuple[Problem, ...] = ()
    unused: tuple[Problem, ...] = ()
    elsewhere: tuple[Day, ...] = ()


class _Wrong(Exception):
    def __init__(self, sentence: Any) -> None:
        self.sentence = sentence


def read(text: str, year: int) -> Plan:
    """All days of the text, with the lines that are wrong; the same day twice of one kind is one day."""
    days: dict[dt.date, Day] = {}
    problems: list[Problem] = []
    unused: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = list(_days_of(line, year))
            if found and all(day.day.year != year for day in found):
                raise _Wrong(OTHER_YEAR)
            for day in found:
                if days.get(day.day, day).kind != day.kind:
                    raise _Wrong(BOTH_KINDS)
        except _Wrong as wrong:
            problems.append(Problem(number, line.strip(), wrong.sentence))
            continue
        if not found:
            unused.append(Problem(number, line.strip(), NO_DATE))
        for day in found:
            days.setdefault(day.day, day)
    own = tuple(sorted(day for day in days.values() if day.day.year == year))
    elsewhere = tuple(sorted(day for day in days.values() if day.day.year != year))
    return Plan(own, tuple(problems), tuple(unused), elsewhere)


def write(days: tuple[Day, ...]) -> str:
    """The days as lines that `read` takes back."""
    lines = []
    for stretch in stretches(days):
        when = f"{stretch.first}" if stretch.first == stretch.last else f"{stretch.first} 至 {stretch.last}"
        word = "放假" if stretch.kind == HOLIDAY else "上班"
        lines.append(f"{when} {word} {stretch.name}".strip())
    return "\n".join(lines)


def _days_of(line: str, year: int) -> Iterator[Day]:
    plain = _ASIDE.sub("", line)
    heading, rest = _heading(plain)
    for sentence in re.split(r"[。；;]", rest):
        spans = _spans(sentence, year)
        if not spans or _is_signature(sentence, spans, year):
            continue
        kind = _kind(sentence)
        if _BRIDGED in sentence:
            spans = [_with_weekend(first, last) for first, last in spans]
        name = heading or _name(sentence)
        if len(name) > LONGEST_NAME:
            raise _Wrong(NAME_TOO_LONG)
        for first, last in spans:
            yield from _one_by_one(first, last, kind, name)


def _heading(line: str) -> tuple[str, str]:
    """`二、春节：…` is about 春节; the name stands before the first date, or there is none."""
    before, colon, after = re.sub(r"[:：]", "：", _NUMBERING.sub("", line), count=1).partition("：")
    if not colon or _DATE.search(before):
        return "", line
    return before.strip(), after


def _spans(sentence: str, year: int) -> list[tuple[dt.date, dt.date]]:
    """First and last day of each range in the sentence; a single day is both."""
    spans: list[tuple[dt.date, dt.date]] = []
    month: int | None = None
    end = None
    for match in _DATE.finditer(sentence):
        day = _date(match, year, month)
        month = day.month
        joined = end is not None and _TO.fullmatch(sentence[end : match.start()])
        if joined and spans:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
        end = match.end()
    for first, last in spans:
        if not first <= last or (last - first).days >= LONGEST_RANGE:
            raise _Wrong(BACKWARDS)
    return spans


def _date(match: re.Match[str], year: int, month: int | None) -> dt.date:
    parts = match.groupdict()
    wanted_month = parts["m"] or parts["m2"] or month
    try:
        day = dt.date(int(parts["y"] or year), int(wanted_month or 0), int(parts["d"] or parts["d2"]))
    except ValueError as error:
        raise _Wrong(NO_SUCH_DAY) from error
    return day


def _is_signature(sentence: str, spans: list[tuple[dt.date, dt.date]], year: int) -> bool:
    """The day on which a notice was given out: one of another year, of which nothing is said."""
    is_said = any(word in sentence for word in (*_OFF, *_WORKED))
    return not is_said and all(first.year != year for first, _last in spans)


def _with_weekend(first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    """From the Saturday before a Monday, to the Sunday after a Friday."""
    before = 2 if first.weekday() == 0 else 1 if first.weekday() == 6 else 0
    after = 2 if last.weekday() == 4 else 1 if last.weekday() == 5 else 0
    return first - dt.timedelta(days=before), last + dt.timedelta(days=after)


def _kind(sentence: str) -> str:
    is_off, is_worked = (any(word in sentence for word in words) for words in (_OFF, _WORKED))
    if is_worked and "放假" not in sentence:  # “调休上班” is work
        return WORKDAY
    if is_off and not is_worked:
        return HOLIDAY
    raise _Wrong(NO_KIND)


def _name(sentence: str) -> str:
    """What is left when dates and kind are taken away."""
    left = _NOT_A_NAME.sub(" ", _TO.sub(" ", _DATE.sub(" ", sentence)))
    return " ".join(_NUMBERING.sub("", left).split())


def _one_by_one(first: dt.date, last: dt.date, kind: str, name: str) -> Iterator[Day]:
    day = first
    while day <= last:
        if kind == WORKDAY and not is_weekend(day):
            raise _Wrong(NOT_A_WEEKEND)
        yield Day(day, kind, name)
        day += dt.timedelta(days=1)
