"""The rows of the list in the reader's words.

What the reader may do is worked out for each row; how the row is written down is a remembered piece
(`core/pieces.py`): fifty rows are shown on the most visited page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from markupsafe import Markup

from volunteer.activities.queries import Upcoming
from volunteer.activities.signing import availability as rules
from volunteer.activities.signing.availability import Availability
from volunteer.activities.signing.standing import clash_of
from volunteer.core import clock, formats, i18n, pieces
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import label, ngettext

FEW = 3  # places: from here on the tag is warm
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
    taken: Sequence[rules.Other] = ()
    mine: frozenset[int] = frozenset()  # occurrences with a place
    lines: Mapping[int, rules.Line] = field(default_factory=dict)  # by occurrence
    come: frozenset[int] = frozenset()  # series whose earlier dates the reader came to, if any row asks
    # By occurrence, what the reader lacks, in words: trainings and qualifications, and skills.
    untrained: Mapping[int, str] = field(default_factory=dict)
    unskilled: Mapping[int, str] = field(default_factory=dict)


def cards(rows: Sequence[Upcoming], *, reader: Reader, now: dt.datetime) -> Markup:
    """Rows of `queries.upcoming` as the reader is to see them; empty when there are none."""
    write = pieces.writer("activities/cards.html", "card")
    today, language = clock.local(now).date(), i18n.current()
    tomorrow, day_after = (clock.start_of(today + dt.timedelta(days=ahead)) for ahead in (1, 2))
    said_today, said_tomorrow = _("今天"), _("明天")
    written = []
    for row in rows:
        found = _standing(row, reader, now, today)
        tag, tag_kind = _tag(language, found.state, row.places_left)
        written.append(
            write(
                row.id,
                (row.title_en or row.title) if language == "en" else row.title,
                row.issue_number if row.is_repeating else None,
                said_today
                if row.starts_at < tomorrow
                else said_tomorrow
                if row.starts_at < day_after
                else "",
                row.starts_at,
                row.ends_at,
                row.place,
                tag,
                tag_kind,
                None if found.refusal is None or found.state == rules.MINE else found.refusal.message,
                _action(found, row, reader),
            )
        )
    return Markup("".join(written))


def _standing(row: Upcoming, reader: Reader, now: dt.datetime, today: dt.date) -> Availability:
    # Only the age needs the day, and to work it out fifty times is dear.
    starts_on = clock.local(row.starts_at).date() if row.minimum_age else today
    id_ = row.id
    who = rules.Who(
        reader.born_on,
        reader.sex,
        row.is_member,
        id_ in reader.mine,
        reader.is_blocked,
        reader.has_guardian,
        row.series_id in reader.come,
        reader.minutes,
        reader.untrained.get(id_, "") if row.asking_series_id else "",
        reader.unskilled.get(id_, "") if row.asking_series_id else "",
        reader.lines.get(id_),
        _clash(row, reader) if reader.taken or reader.born_on else None,
        label(row.team_name, row.team_name_en) if row.team_name else "",
    )
    return rules.availability(row, who, now=now, starts_on=starts_on, today=today)


def _clash(row: Upcoming, reader: Reader) -> Refused | None:
    """With what the reader does at that time or on that day."""
    first, last, id_ = row.starts_at - _DAY, row.ends_at + _DAY, row.id
    near = [
        other
        for other in reader.taken
        if other.starts_at < last and other.ends_at > first and other.id != id_
    ]
    return clash_of(row, near, reader.born_on)


def _action(found: Availability, row: Upcoming, reader: Reader) -> str:
    """What stands below a row; of what is refused only a way on, where there is one."""
    state = found.state
    if state == rules.MINE:
        return "look"
    if state == rules.OFFERED:
        return "answer"
    if state == rules.WAITING:
        return "line"
    if state == rules.FULL and reader.is_signed_in:
        return "wait_for" if row.has_positions else "wait"
    if found.refusal is not None:
        return ""
    if not reader.is_signed_in:
        return "sign_in"
    return "choose" if row.has_positions else "sign_up"


_TAGS: dict[str, tuple[Callable[[], str], str]] = {
    rules.FULL: (lambda: _("名额已满"), "warn"),
    rules.FULL_LATE: (lambda: _("名额已满"), "warn"),
    rules.POSITION_FULL: (lambda: _("名额已满"), "warn"),
    rules.POSITION_CLOSED: (lambda: _("不再收人"), "plain"),
    rules.TOO_FEW: (lambda: _("名额不够"), "warn"),
    rules.MINE: (lambda: _("您已报名"), "info"),
    rules.OFFERED: (lambda: _("有名额等您答复"), "hot"),
    rules.WAITING: (lambda: _("排队中"), "info"),
    rules.OVERLAPS: (lambda: _("时间冲突"), "warn"),
    rules.DAY_LIMIT: (lambda: _("当天够多了"), "warn"),
    rules.TOO_LITTLE_REST: (lambda: _("休息不够"), "warn"),
    rules.MEMBERS_ONLY: (lambda: _("仅限队员"), "plain"),
    rules.TOO_YOUNG: (lambda: _("年龄不到"), "plain"),
    rules.TOO_DANGEROUS: (lambda: _("年龄不到"), "plain"),
    rules.WRONG_SEX: (lambda: _("性别要求"), "plain"),
    rules.NEEDS_GUARDIAN: (lambda: _("要监护人同意"), "warn"),
    rules.NEEDS_TRAINING: (lambda: _("要先培训"), "plain"),
    rules.NEEDS_SKILL: (lambda: _("要有特长"), "plain"),
    rules.NEEDS_HOURS: (lambda: _("要先有时长"), "plain"),
    rules.BLOCKED: (lambda: _("报名已暂停"), "fault"),
    rules.NOT_OPEN: (lambda: _("还没开放"), "plain"),
    rules.NEWCOMERS_FIRST: (lambda: _("新人优先"), "info"),
    rules.CLOSED: (lambda: _("报名截止"), "plain"),
    rules.BEGUN: (lambda: _("已经开始"), "plain"),
    rules.OVER: (lambda: _("已经过期"), "plain"),
    rules.UNDECIDED: (lambda: _("还没定"), "plain"),
    rules.CANCELLED: (lambda: _("已取消"), "fault"),
}


@lru_cache(maxsize=1000)
def _tag(language: str, state: str, left: int) -> tuple[str, str]:
    """The short word on a row and the kind of its tag. Remembered: most rows of a list have the same few."""
    if state == rules.FREE:
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
