"""The rows of the list in the reader's words.

Every string is made here once, so that the template only writes them down:
fifty rows are shown on the most visited page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import url_for

from volunteer.activities import rules
from volunteer.activities.models import PUBLISHED
from volunteer.activities.queries import Upcoming
from volunteer.activities.rules import Availability
from volunteer.core import clock, formats, i18n
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext


@dataclass(slots=True)
class Card:
    """One occurrence of the list. `may_sign_up` shows the button, `why` says why there is none."""

    id: int
    href: str
    title: str
    issue: str
    month: str
    day: int
    weekday: str
    when_and_where: str
    tag: str
    tag_kind: str
    why: str
    may_sign_up: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom the list is made; nobody in particular has neither birthday nor teams."""

    is_signed_in: bool = False
    born_on: dt.date | None = None
    team_ids: frozenset[int] = frozenset()
    taken: Sequence[Any] = ()


def cards(rows: Iterable[Upcoming], *, reader: Reader, now: dt.datetime) -> list[Card]:
    """Rows of `queries.upcoming` as the reader is to see them."""
    words = _Words(clock.local(now).date())
    mine = {taken.id for taken in reader.taken}
    return [_card(row, reader, mine, now, words) for row in rows]


def _card(row: Upcoming, reader: Reader, mine: set[int], now: dt.datetime, words: _Words) -> Card:
    starts = words.start(row.starts_at)
    found = rules.availability(
        now=now,
        starts_at=row.starts_at,
        starts_on=starts.on,
        state=PUBLISHED,
        places_left=row.places_left,
        minimum_age=row.minimum_age,
        born_on=reader.born_on,
        members_only=row.members_only,
        is_member=row.team_id in reader.team_ids,
        is_signed_up=row.id in mine,
        team=words.label(row.team_name, row.team_name_en) if row.members_only else "",
        overlapping=_overlapping(row, reader.taken, words) if reader.taken else None,
    )
    tag, tag_kind = words.tag(found, row.places_left)
    return Card(
        id=row.id,
        href=f"{words.address}{row.id}",
        title=words.label(row.title, row.title_en),
        issue=words.issue % {"number": row.issue_number} if row.is_repeating else "",
        month=starts.month,
        day=starts.day,
        weekday=starts.weekday,
        when_and_where=f"{starts.time}–{words.time(row.ends_at)} · {row.place}",
        tag=tag,
        tag_kind=tag_kind,
        why="" if found.refusal is None or found.state == rules.MINE else found.refusal.message,
        may_sign_up=found.is_free,
        is_mine=found.state == rules.MINE,
    )


def _overlapping(row: Upcoming, taken: Sequence[Any], words: _Words) -> str | None:
    """The title of what the reader does at that time elsewhere."""
    for other in taken:
        if other.starts_at < row.ends_at and other.ends_at > row.starts_at and other.id != row.id:
            return words.label(other.title, other.title_en)
    return None


class _Start(NamedTuple):
    on: dt.date
    month: str
    day: int
    weekday: str
    time: str


class _Words:
    """What is said on many rows, worked out once: activities of a community share days and hours."""

    def __init__(self, today: dt.date) -> None:
        # Building fifty addresses one by one would cost half a millisecond.
        self.address = url_for("activities.occurrence", occurrence_id=0).removesuffix("0")
        self.issue = _("第 %(number)s 期")
        self._is_english = i18n.current() == "en"
        self._near = {today: _("今天"), today + dt.timedelta(days=1): _("明天")}
        self._tags = tags()
        self._starts: dict[dt.datetime, _Start] = {}
        self._times: dict[dt.datetime, str] = {}
        self._places: dict[int, tuple[str, str]] = {}

    def label(self, text: str, english: str | None) -> str:
        return english if self._is_english and english else text

    def start(self, moment: dt.datetime) -> _Start:
        if (known := self._starts.get(moment)) is None:
            on = clock.local(moment).date()
            time = " ".join(filter(None, (self._near.get(on), self.time(moment))))
            known = self._starts[moment] = _Start(on, *formats.leaf(on), time)
        return known

    def time(self, moment: dt.datetime) -> str:
        if (known := self._times.get(moment)) is None:
            known = self._times[moment] = formats.time(moment)
        return known

    def tag(self, found: Availability, left: int) -> tuple[str, str]:
        if not found.is_free:
            return self._tags[found.state]
        if (known := self._places.get(left)) is None:
            known = self._places[left] = (places_left(left), "hot" if left <= FEW else "good")
        return known


FEW = 3  # places: from here on the tag is warm


def places_left(count: int) -> str:
    return ngettext("还有 %(count)s 个名额", "还有 %(count)s 个名额", count) % {
        "count": formats.number(count)
    }


def tags() -> dict[str, tuple[str, str]]:
    """The short word for each state but `free`, and the kind of its tag."""
    return {
        rules.FULL: (_("名额已满"), "warn"),
        rules.MINE: (_("您已报名"), "info"),
        rules.OVERLAPS: (_("时间冲突"), "warn"),
        rules.MEMBERS_ONLY: (_("仅限队员"), "plain"),
        rules.TOO_YOUNG: (_("年龄不到"), "plain"),
        rules.BEGUN: (_("已经开始"), "plain"),
        rules.GONE: (_("已取消"), "fault"),
    }
