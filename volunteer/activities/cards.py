"""The rows of the list in the reader's words.

What the reader may do is worked out for each row; how the row is written down is a remembered piece
(`core/pieces.py`): fifty rows are shown on the most visited page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from volunteer.activities import rules
from volunteer.activities.models import PUBLISHED
from volunteer.activities.queries import Upcoming
from volunteer.activities.rules import Availability
from volunteer.activities.standing import label
from volunteer.core import clock, formats, i18n, pieces
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext

FEW = 3  # places: from here on the tag is warm


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom the list is made; nobody in particular has no birthday."""

    is_signed_in: bool = False
    born_on: dt.date | None = None
    has_guardian: bool = True  # of who needs one
    taken: Sequence[Any] = ()
    untrained: Mapping[int, str] = field(
        default_factory=dict
    )  # by occurrence, what the reader lacks, in words


def cards(rows: Sequence[Upcoming], *, reader: Reader, now: dt.datetime) -> Markup:
    """Rows of `queries.upcoming` as the reader is to see them; empty when there are none."""
    write = pieces.writer("activities/cards.html", "card")
    today, language = clock.local(now).date(), i18n.current()
    tomorrow, day_after = (clock.start_of(today + dt.timedelta(days=ahead)) for ahead in (1, 2))
    said_today, said_tomorrow = _("今天"), _("明天")
    mine = {taken.id for taken in reader.taken}
    written = []
    for row in rows:
        found = _standing(row, reader, mine, now, today)
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
                _action(found, reader),
            )
        )
    return Markup("".join(written))


def _standing(
    row: Upcoming, reader: Reader, mine: set[int], now: dt.datetime, today: dt.date
) -> Availability:
    return rules.availability(
        now=now,
        starts_at=row.starts_at,
        # Only the age needs the day, and to work it out fifty times is dear.
        starts_on=clock.local(row.starts_at).date() if row.minimum_age else today,
        state=PUBLISHED,
        places_left=row.places_left,
        minimum_age=row.minimum_age,
        born_on=reader.born_on,
        members_only=row.members_only,
        is_member=row.is_member,
        is_signed_up=row.id in mine,
        team=label(row.team_name, row.team_name_en) if row.team_name else "",
        overlapping=_overlapping(row, reader.taken) if reader.taken else None,
        today=today,
        is_dangerous=row.is_dangerous,
        has_guardian=reader.has_guardian,
        untrained=reader.untrained.get(row.id, "") if row.asking_series_id else "",
    )


def _overlapping(row: Upcoming, taken: Sequence[Any]) -> str | None:
    """The title of what the reader does at that time elsewhere."""
    for other in taken:
        if other.starts_at < row.ends_at and other.ends_at > row.starts_at and other.id != row.id:
            return label(other.title, other.title_en)
    return None


def _action(found: Availability, reader: Reader) -> str:
    """What stands below a row that is not refused."""
    if found.state == rules.MINE:
        return "look"
    return "sign_up" if reader.is_signed_in else "sign_in"


@lru_cache(maxsize=1000)
def _tag(language: str, state: str, left: int) -> tuple[str, str]:
    """The short word on a row and the kind of its tag. Remembered: most rows of a list have the same few."""
    if state == rules.FREE:
        return places_left(left), "hot" if left <= FEW else "good"
    return {
        rules.FULL: (_("名额已满"), "warn"),
        rules.MINE: (_("您已报名"), "info"),
        rules.OVERLAPS: (_("时间冲突"), "warn"),
        rules.MEMBERS_ONLY: (_("仅限队员"), "plain"),
        rules.TOO_YOUNG: (_("年龄不到"), "plain"),
        rules.NEEDS_GUARDIAN: (_("要监护人同意"), "warn"),
        rules.NEEDS_TRAINING: (_("要先培训"), "plain"),
        rules.BEGUN: (_("已经开始"), "plain"),
        rules.GONE: (_("已取消"), "fault"),
    }[state]


def places_left(count: int) -> str:
    return ngettext("还有 %(count)s 个名额", "还有 %(count)s 个名额", count) % {
        "count": formats.number(count)
    }
