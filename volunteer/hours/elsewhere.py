"""What people of a list are credited with at other dates at the same time, in the whole installation (R025).

One statement for a whole list, one more where check-ins have to say when it was.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import Occurrence, Series
from volunteer.activities.rules import LONGEST_OCCURRENCE
from volunteer.areas.models import Area
from volunteer.attendance.models import CheckIn
from volunteer.core import formats, i18n
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import pgettext
from volunteer.hours import policy, spans
from volunteer.hours.extension import MOST_MINUTES
from volunteer.hours.models import Batch, ServiceRecord
from volunteer.hours.planned import Planned
from volunteer.hours.spans import Attended, Span
from volunteer.ledger.models import Transfer
from volunteer.people.identity import Actor
from volunteer.teams.models import Team

_EVER = (dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC))
# No date with an hour takes longer, so what shares a minute began within this time: the index on the start is enough.
_LONGEST = LONGEST_OCCURRENCE + dt.timedelta(minutes=MOST_MINUTES)
# Built once: putting a statement together costs more here than running it.
_RECORDED = (
    sa.select(
        ServiceRecord.person_id,
        ServiceRecord.occurrence_id,
        ServiceRecord.attendance,
        ServiceRecord.off_minutes,
        Occurrence.starts_at,
        Occurrence.ends_at,
        Batch.id.label("batch_id"),
        Batch.extra_minutes,
        Transfer.amount.label("minutes"),
        Series.title,
        Series.title_en,
        Team.path.label("team_path"),
        Area.path.label("area_path"),
    )
    .join(Batch, Batch.id == ServiceRecord.batch_id)
    .join(Transfer, Transfer.id == ServiceRecord.hours_transfer_id)
    .join(Occurrence, Occurrence.id == ServiceRecord.occurrence_id)
    .join(Series, Series.id == Occurrence.series_id)
    .join(Team, Team.id == Series.team_id)
    .join(Area, Area.id == Team.area_id)
    .where(
        ServiceRecord.person_id.in_(sa.bindparam("person_ids", expanding=True)),
        ServiceRecord.occurrence_id != sa.bindparam("but"),
        Batch.reversed_at.is_(None),
        Occurrence.is_flexible.is_(False),
        Occurrence.starts_at > sa.bindparam("since"),
        Occurrence.starts_at < sa.bindparam("until"),
        Occurrence.ends_at > sa.bindparam("ends_after"),
    )
    .order_by(Occurrence.starts_at, ServiceRecord.id)
)


@dataclass(frozen=True, slots=True)
class Taken:
    """Minutes of this date's time that are credited at another; `title` only for who may see that roll call."""

    spans: Sequence[Span]
    title: str = ""
    batch_id: int | None = None

    @property
    def when(self) -> str:
        return said(self.spans)

    @property
    def words(self) -> str:
        if self.title:
            return _("%(when)s已经在“%(title)s”记过时长。", when=self.when, title=self.title)
        return _("%(when)s已经在别的活动记过时长。", when=self.when)


@dataclass(frozen=True, slots=True)
class _Row:
    """A record with when its minutes were."""

    row: Any
    attended: Attended
    pairs: list[tuple[dt.datetime, dt.datetime | None]] = field(default_factory=list)


def taken(
    plan: Planned, person_ids: Collection[int], actor: Actor | None = None
) -> Mapping[int, list[Taken]]:
    """Person → what lies within the time of this date, and no more than that is told of it.

    A task without an hour is done whenever there is time: it shares no minute with anything.
    """
    if plan.is_flexible or not person_ids:
        return {}
    found: dict[int, list[Taken]] = defaultdict(list)
    for one in _recorded(plan, person_ids):
        within = spans.shared(one.attended.spans(one.pairs), [(plan.starts_at, plan.latest)])
        if within:
            found[one.row.person_id].append(_taken(one.row, within, actor))
    return found


def said(found: Iterable[Span]) -> str:
    """'14:00–15:30、16:00–16:20'."""
    return pgettext("list separator", "、").join(formats.hours(begin, end) for begin, end in found)


def _taken(row: Any, within: Sequence[Span], actor: Actor | None) -> Taken:
    if actor is None or not policy.may_see_batch(actor, team_path=row.team_path, area_path=row.area_path):
        return Taken(within)
    return Taken(within, i18n.label(row.title, row.title_en), row.batch_id)


def at_once(one_id: int, other_id: int) -> list[tuple[Sequence[Span], str, str]]:
    """Where two people were both credited for the same time at two dates: when, and the two titles."""
    rows = _read([one_id, other_id], but=0, since=_EVER[0], until=_EVER[1])
    mine, theirs = (
        [(one.row, one.attended.spans(one.pairs)) for one in rows if one.row.person_id == id_]
        for id_ in (one_id, other_id)
    )
    begins = [other.starts_at for other, _spans in theirs]
    return [
        (twice, i18n.label(row.title, row.title_en), i18n.label(other.title, other.title_en))
        for row, one_spans in mine
        for other, other_spans in theirs[
            bisect_right(begins, row.starts_at - _LONGEST) : bisect_left(begins, row.starts_at + _LONGEST)
        ]
        if row.occurrence_id != other.occurrence_id and (twice := spans.shared(one_spans, other_spans))
    ]


def _recorded(plan: Planned, person_ids: Collection[int]) -> list[_Row]:
    return _read(person_ids, but=plan.id, since=plan.starts_at, until=plan.latest)


def _read(person_ids: Collection[int], *, but: int, since: dt.datetime, until: dt.datetime) -> list[_Row]:
    values = {
        "person_ids": sorted(person_ids),
        "but": but,
        "since": since - _LONGEST,
        "until": until,
        "ends_after": since - dt.timedelta(minutes=MOST_MINUTES),
    }
    rows = [_Row(row, _attended(row)) for row in db.session.execute(_RECORDED, values)]
    _add_pairs([one for one in rows if one.attended.is_by_check_in])
    return rows


def _attended(row: Any) -> Attended:
    latest = row.ends_at + dt.timedelta(minutes=row.extra_minutes)
    return Attended(row.starts_at, latest, row.attendance, row.off_minutes, int(row.minutes))


def _add_pairs(rows: Sequence[_Row]) -> None:
    if not rows:
        return
    by_key = {(one.row.occurrence_id, one.row.person_id): one for one in rows}
    statement = sa.select(CheckIn.occurrence_id, CheckIn.person_id, CheckIn.came_at, CheckIn.left_at).where(
        CheckIn.occurrence_id.in_({occurrence_id for occurrence_id, _person_id in by_key}),
        CheckIn.person_id.in_({person_id for _occurrence_id, person_id in by_key}),
        CheckIn.void_at.is_(None),
    )
    for row in db.session.execute(statement):
        if (row.occurrence_id, row.person_id) in by_key:
            by_key[row.occurrence_id, row.person_id].pairs.append((row.came_at, row.left_at))
