"""The rows of new dates: their times, and how they are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from volunteer.activities.models import (
    FLEXIBLE,
    PUBLISHED,
    UNDECIDED,
    Occurrence,
    OccurrencePosition,
    Position,
    Series,
)
from volunteer.activities.planning.plans import USUAL_OPENS_TIME
from volunteer.activities.repeating.recurrence import Shift
from volunteer.core import clock
from volunteer.core.bulk import Cell, as_rows, day_text, moment_text
from volunteer.core.database import UTC, BigInt, constant, db
from volunteer.core.formats import LAST_SECOND

if TYPE_CHECKING:
    from volunteer.activities.service.repeating.due import NewDate

_TABLE: Any = Occurrence.__table__


class Timing(NamedTuple):
    """What of a series and shift decides the moments of a date; equal ones give equal moments."""

    start_time: dt.time
    duration_minutes: int
    window_days: int | None  # of a flexible task
    opens_days: int | None
    opens_time: dt.time
    newcomers_hours: int
    closes_hours: int


def timing_of(series: Any, shift: Shift | None = None) -> Timing:
    """`shift` is a further one; without it the series' own time counts."""
    of = shift or series
    return Timing(
        of.start_time,
        of.duration_minutes,
        (series.window_days or 1) if series.kind == FLEXIBLE else None,
        series.opens_days,
        series.opens_time or USUAL_OPENS_TIME,
        series.newcomers_hours,
        series.closes_hours,
    )


def times(series: Any, on: dt.date, shift: Shift | None, published_at: dt.datetime) -> dict[str, Any]:
    """All moments of the date on that local day.

    Sign-up opens so many days before on the wall clock. The newcomers' hours begin when
    sign-up opens, at the earliest when the date is published. A flexible task may be
    done until the end of the last day of its window.
    """
    return dict(zip(_MOMENTS, _moments(timing_of(series, shift), on, published_at), strict=True))


def is_coming(series: Any, on: dt.date, shift: Shift | None, now: dt.datetime) -> bool:
    """Whether there is still something to sign up for: what people do in their own time may have begun."""
    starts_at, ends_at = _span(timing_of(series, shift), on)
    return (ends_at if series.kind == FLEXIBLE else starts_at) > now


def _moments(timing: Timing, on: dt.date, published_at: dt.datetime) -> list[dt.datetime | None]:
    starts_at, ends_at = _span(timing, on)
    opens_at = newcomers_until = closes_at = None
    if timing.opens_days is not None:
        opens_at = clock.at_local(on - dt.timedelta(days=timing.opens_days), timing.opens_time)
    if timing.newcomers_hours:
        begins_at = max(opens_at, published_at) if opens_at else published_at
        newcomers_until = begins_at + dt.timedelta(hours=timing.newcomers_hours)
    if timing.closes_hours:
        closes_at = starts_at - dt.timedelta(hours=timing.closes_hours)
    return [starts_at, ends_at, opens_at, newcomers_until, closes_at]


def _span(timing: Timing, on: dt.date) -> tuple[dt.datetime, dt.datetime]:
    starts_at = clock.at_local(on, timing.start_time)
    if timing.window_days is not None:
        return starts_at, clock.at_local(on + dt.timedelta(days=timing.window_days - 1), LAST_SECOND)
    return starts_at, starts_at + dt.timedelta(minutes=timing.duration_minutes)


def rows(
    series_id: int, timing: Timing, dates: Iterable[tuple[int, NewDate]], published_at: dt.datetime
) -> list[list[Cell]]:
    """What distinguishes each date, in the order of `_CELLS`; the rest stands in its series."""
    texts = _texts_by_day(timing, published_at, clock.zone())
    found = []
    for number, (original_on, on, shift, asks) in dates:
        if on not in texts:
            texts[on] = [moment_text(moment) for moment in _moments(timing, on, published_at)]
        found.append([series_id, day_text(original_on), shift, number, asks, *texts[on]])
    return found


@lru_cache(maxsize=256)
def _texts_by_day(
    timing: Timing, published_at: dt.datetime, zone: dt.tzinfo
) -> dict[dt.date, list[str | None]]:
    """To be filled: many series begin at nine on the same Saturday, and it is worked out once for all."""
    return {}


_MOMENTS = ("starts_at", "ends_at", "opens_at", "newcomers_until", "closes_at")
_CELLS: dict[str, Any] = {
    "series_id": BigInt,
    "original_on": sa.Date(),
    "shift": sa.Integer(),
    "issue_number": sa.Integer(),
    "asks": sa.String(10),
    **dict.fromkeys(_MOMENTS, UTC()),
}


def write(rows: Sequence[Sequence[Cell]], with_positions: Sequence[int], published_at: dt.datetime) -> None:
    """Write dates, and the places of the open positions of those series that have any.

    One about which somebody has to decide is not published yet.
    """
    before = db.session.scalar(sa.select(sa.func.max(Occurrence.id))) or 0 if with_positions else 0
    new = as_rows(rows, _CELLS)
    is_asking = new.c.asks.is_not(None)
    own = {
        "place": Series.place,
        "capacity": Series.capacity,
        "is_flexible": Series.kind == constant(FLEXIBLE),
        "state": sa.case((is_asking, constant(UNDECIDED)), else_=constant(PUBLISHED)),
        "published_at": sa.case((is_asking, None), else_=sa.literal(published_at, UTC())),
        **dict.fromkeys(("taken", "held", "sequence"), sa.literal_column("0")),
        "edited": sa.literal_column("''"),
    }
    found = sa.select(*new.c, *own.values()).join_from(new, Series, Series.id == new.c.series_id)
    db.session.execute(sa.insert(_TABLE).from_select([*_CELLS, *own], found, include_defaults=False))
    if with_positions:
        _write_positions(with_positions, before)


def _write_positions(series_ids: Sequence[int], after_id: int) -> None:
    """For the dates of these series, locked by the caller, that came after `after_id`."""
    _insert_positions(Occurrence.series_id.in_(series_ids), Occurrence.id > after_id)


def complete_positions(occurrence_ids: Sequence[int]) -> None:
    """Give these dates the open positions that they lack; their series is locked by the caller."""
    post = OccurrencePosition
    has_it = sa.exists().where(post.occurrence_id == Occurrence.id, post.position_id == Position.id)
    _insert_positions(Occurrence.id.in_(occurrence_ids), ~has_it)


def match_positions(occurrence_ids: Sequence[int]) -> None:
    """The same for dates that come back; and what their series has ended meanwhile takes nobody new here either."""
    if not occurrence_ids:
        return
    complete_positions(occurrence_ids)
    post, ended = OccurrencePosition, sa.select(Position.id).where(Position.closed_at.is_not(None))
    db.session.execute(
        sa.update(post)
        .where(post.occurrence_id.in_(occurrence_ids), post.is_open.is_(True), post.position_id.in_(ended))
        .values(is_open=False)
    )


def _insert_positions(*of_dates: Any) -> None:
    """All open positions of the series, with the quota that is for new dates."""
    posts = (
        sa.select(Occurrence.id, Position.id, Position.capacity, sa.literal(0), sa.literal(0), sa.true())
        .join(Position, Position.series_id == Occurrence.series_id)
        .where(Position.closed_at.is_(None), *of_dates)
    )
    names = ("occurrence_id", "position_id", "capacity", "taken", "held", "is_open")
    db.session.execute(sa.insert(OccurrencePosition).from_select(names, posts))
