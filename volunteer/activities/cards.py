"""The rows of the list in the reader's words.

Every string is made here once, so that the template only writes them down:
fifty rows are shown on the most visited page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from volunteer.activities import rules
from volunteer.activities.rules import Availability
from volunteer.activities.standing import label
from volunteer.core import clock, formats
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext


@dataclass(slots=True)
class Card:
    """One occurrence of the list. `may_sign_up` shows the button, `why` says why there is none."""

    id: int
    title: str
    issue: str
    month: str
    day: int
    weekday: str
    when: str
    place: str
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


def cards(rows: Iterable[Any], *, reader: Reader, now: dt.datetime) -> list[Card]:
    """Rows of `queries.upcoming` as the reader is to see them."""
    words = _Words(clock.local(now).date())
    mine = {taken.id for taken in reader.taken}
    return [_card(row, reader, mine, now, words) for row in rows]


def _card(row: Any, reader: Reader, mine: set[int], now: dt.datetime, words: _Words) -> Card:
    starts = clock.local(row.starts_at)
    on = starts.date()
    found = rules.availability(
        now=now,
        starts_at=row.starts_at,
        starts_on=on,
        state=rules.FREE,
        places_left=row.places_left,
        minimum_age=row.minimum_age,
        born_on=reader.born_on,
        members_only=row.members_only and reader.is_signed_in,
        is_member=row.team_id in reader.team_ids,
        is_signed_up=row.id in mine,
        team=label(row.team_name, row.team_name_en),
        overlapping=_overlapping(row, reader.taken),
    )
    month, day, weekday = formats.leaf(on)
    tag, tag_kind = words.tag(found, row)
    hours = f"{starts.hour}:{starts.minute:02d}–{formats.time(row.ends_at)}"
    near = words.near.get(on)
    return Card(
        id=row.id,
        title=label(row.title, row.title_en),
        issue=words.issue % {"number": row.issue_number} if row.is_repeating else "",
        month=month,
        day=day,
        weekday=weekday,
        when=f"{near} {hours}" if near else hours,
        place=row.place,
        tag=tag,
        tag_kind=tag_kind,
        why="" if found.refusal is None or found.state == rules.MINE else found.refusal.message,
        may_sign_up=found.is_free,
        is_mine=found.state == rules.MINE,
    )


def _overlapping(row: Any, taken: Sequence[Any]) -> str | None:
    """The title of what the reader does at that time elsewhere."""
    for other in taken:
        if other.starts_at < row.ends_at and other.ends_at > row.starts_at and other.id != row.id:
            return label(other.title, other.title_en)
    return None


class _Words:
    """What is said on many rows, translated once."""

    def __init__(self, today: dt.date) -> None:
        self.issue = _("第 %(number)s 期")
        self.near = {today: _("今天"), today + dt.timedelta(days=1): _("明天")}
        self.tags = tags()

    def tag(self, found: Availability, row: Any) -> tuple[str, str]:
        if found.is_free:
            return places_left(row.places_left), "hot" if row.places_left <= FEW else "good"
        return self.tags[found.state]


FEW = 3  # places: from here on the tag is warm


def places_left(count: int) -> str:
    return ngettext("还有 %(count)s 个名额", "还有 %(count)s 个名额", count) % {"count": formats.number(count)}


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
