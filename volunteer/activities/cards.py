"""What the reader of the list may do at each of its rows, and the short words for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from volunteer.activities.queries import Upcoming
from volunteer.activities.signing import availability as rules
from volunteer.activities.signing import states
from volunteer.activities.signing.availability import Availability
from volunteer.activities.signing.clashes import Other
from volunteer.activities.signing.limits import clash_of, is_long
from volunteer.activities.signing.refusals import NoPlace
from volunteer.core import clock, formats, i18n
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import label, ngettext

FEW = 3  # places: from here on the tag is warm
# Nothing the reader could do would change these: a list of what one can join goes without.
_OUT_OF_REACH = frozenset(
    {
        *(states.OVERLAPS, states.DAY_LIMIT, states.TOO_LITTLE_REST, states.MEMBERS_ONLY),
        *(states.TOO_YOUNG, states.TOO_DANGEROUS, states.WRONG_SEX, states.CLOSED, states.FULL_LATE),
    }
)
_DAY = dt.timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom the list is made; nobody in particular has no birthday."""

    is_signed_in: bool = False
    born_on: dt.date | None = None
    sex: str | None = None
    has_guardian: bool = True  # of who needs one
    is_blocked: bool = False
    minutes: int = 0  # of service so far, if any row asks
    taken: Sequence[Other] = ()
    longest_alone: dt.timedelta | None = None  # a longer date may be too much by itself
    mine: frozenset[int] = frozenset()  # occurrences with a place
    shared: frozenset[int] = frozenset()  # those with a place in the partner's name
    lines: Mapping[int, rules.Line] = field(default_factory=dict)  # by occurrence
    come: frozenset[int] = frozenset()  # series whose earlier dates the reader came to, if any row asks
    # By occurrence, what the reader lacks, in words: trainings and qualifications, and skills.
    untrained: Mapping[int, str] = field(default_factory=dict)
    unskilled: Mapping[int, str] = field(default_factory=dict)


class Seen(NamedTuple):
    """A row as the reader is to see it: its state in a short word, why not, and what can be done."""

    tag: str
    tag_kind: str
    why: str | None
    action: str


def seen(
    row: Upcoming,
    reader: Reader,
    *,
    now: dt.datetime,
    today: dt.date,
    language: str,
    only_joinable: bool = False,
) -> Seen | None:
    """Of a row of `queries.upcoming`; nothing where only what the reader can join is wanted and this is not."""
    found = _standing(row, reader, now, today)
    if only_joinable and found.state in _OUT_OF_REACH:
        return None
    tag, tag_kind = _tag(language, found.state, row.places_left)
    why = None if found.refusal is None or found.state == states.MINE else str(found.refusal.message)
    return Seen(tag, tag_kind, why, _action(found, row, reader))


def _standing(row: Upcoming, reader: Reader, now: dt.datetime, today: dt.date) -> Availability:
    # Only the age needs the day, and to work it out fifty times is dear.
    starts_on = clock.local(row.starts_at).date() if row.minimum_age else today
    id_ = row.id
    who = rules.Who(
        reader.born_on,
        reader.sex,
        row.is_member,
        id_ in reader.mine,
        id_ in reader.shared,
        reader.is_blocked,
        reader.has_guardian,
        row.series_id in reader.come,
        reader.minutes,
        reader.untrained.get(id_, "") if row.asking_series_id else "",
        reader.unskilled.get(id_, "") if row.asking_series_id else "",
        reader.lines.get(id_),
        _clash(row, reader) if reader.taken or reader.longest_alone else None,
        label(row.team_name, row.team_name_en) if row.team_name else "",
    )
    return rules.availability(row, who, now=now, starts_on=starts_on, today=today)


def _clash(row: Upcoming, reader: Reader) -> NoPlace | None:
    """With what the reader does at that time or on that day."""
    first, last, id_ = row.starts_at - _DAY, row.ends_at + _DAY, row.id
    near = [
        other
        for other in reader.taken
        if other.starts_at < last and other.ends_at > first and other.id != id_
    ]
    return clash_of(row, near, reader.born_on) if near or is_long(row, reader.longest_alone) else None


def _action(found: Availability, row: Upcoming, reader: Reader) -> str:
    """What stands below a row; of what is refused only a way on, where there is one."""
    state = found.state
    if state in (states.MINE, states.SHARED):
        return "look"
    if state == states.OFFERED:
        return "answer"
    if state == states.WAITING:
        return "line"
    if state == states.FULL and reader.is_signed_in:
        return "wait_for" if row.has_positions else "wait"
    if found.refusal is not None:
        return ""
    if not reader.is_signed_in:
        return "sign_in"
    return "choose" if row.has_positions else "sign_up"


_TAGS: dict[str, tuple[Callable[[], str], str]] = {
    states.FULL: (lambda: _("名额已满"), "warn"),
    states.FULL_LATE: (lambda: _("名额已满"), "warn"),
    states.POSITION_FULL: (lambda: _("名额已满"), "warn"),
    states.POSITION_CLOSED: (lambda: _("不再收人"), "plain"),
    states.TOO_FEW: (lambda: _("名额不够"), "warn"),
    states.MINE: (lambda: _("您已报名"), "info"),
    states.SHARED: (lambda: _("和搭档共用"), "info"),
    states.OFFERED: (lambda: _("有名额等您答复"), "hot"),
    states.WAITING: (lambda: _("排队中"), "info"),
    states.OVERLAPS: (lambda: _("时间冲突"), "warn"),
    states.DAY_LIMIT: (lambda: _("当天够多了"), "warn"),
    states.TOO_LITTLE_REST: (lambda: _("休息不够"), "warn"),
    states.MEMBERS_ONLY: (lambda: _("仅限队员"), "plain"),
    states.TOO_YOUNG: (lambda: _("年龄不到"), "plain"),
    states.TOO_DANGEROUS: (lambda: _("年龄不到"), "plain"),
    states.WRONG_SEX: (lambda: _("性别要求"), "plain"),
    states.NEEDS_GUARDIAN: (lambda: _("要监护人同意"), "warn"),
    states.NEEDS_TRAINING: (lambda: _("要先培训"), "plain"),
    states.NEEDS_SKILL: (lambda: _("要有特长"), "plain"),
    states.NEEDS_HOURS: (lambda: _("要先有时长"), "plain"),
    states.BLOCKED: (lambda: _("报名已暂停"), "fault"),
    states.NOT_OPEN: (lambda: _("还没开放"), "plain"),
    states.NEWCOMERS_FIRST: (lambda: _("新人优先"), "info"),
    states.CLOSED: (lambda: _("报名截止"), "plain"),
    states.BEGUN: (lambda: _("已经开始"), "plain"),
    states.OVER: (lambda: _("已经过期"), "plain"),
    states.UNDECIDED: (lambda: _("还没定"), "plain"),
    states.CANCELLED: (lambda: _("已取消"), "fault"),
}


@lru_cache(maxsize=1000)
def _tag(language: str, state: str, left: int) -> tuple[str, str]:
    """The short word on a row and the kind of its tag. Remembered: most rows of a list have the same few."""
    if state == states.FREE:
        return places_left(left), "hot" if left <= FEW else "good"
    say, kind = _TAGS[state]
    return say(), kind


def tag(state: str, left: int) -> tuple[str, str]:
    """The same for the page of a date."""
    return _tag(i18n.current(), state, left)


def places_left(count: int) -> str:
    return ngettext("还有 %(count)s 个名额", "还有 %(count)s 个名额", count) % {
        "count": formats.number(count)
    }
