"""A series with those it was split off from and those split off from it: one activity to whoever takes part (R060)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import CANCELLED, LIVE, Occurrence, Series
from volunteer.core import clock
from volunteer.core.database import BigInt, constant, db

_series: Any = Series.__table__
_earlier, _later = _series.alias("earlier"), _series.alias("later")


def parts(which: Any) -> Any:
    """(asked, id): every part of the activities of those series, within the statement that asks.

    Up to the first of each, and down again to all that follow it.
    """
    up: Any = sa.select(_series.c.id.label("asked"), _series.c.id, _series.c.follows_id).where(which)
    up = up.cte("up", recursive=True)
    up = up.union_all(
        sa.select(up.c.asked, _earlier.c.id, _earlier.c.follows_id).where(_earlier.c.id == up.c.follows_id)
    )
    first = up.c.follows_id.is_(None)
    chain: Any = sa.select(up.c.asked, up.c.id).where(first).cte("chain", recursive=True)
    return chain.union_all(sa.select(chain.c.asked, _later.c.id).where(_later.c.follows_id == chain.c.id))


def hold(series_ids: Collection[int]) -> list[Any]:
    """(asked, id, follows_id, last_number) of every part of the activities, locked by id.

    Numbers are given for all parts at once: whoever locks one of them locks the others first.
    """
    found = parts(_series.c.id.in_(series_ids))
    return list(
        db.session.execute(
            sa.select(found.c.asked, Series.id, Series.follows_id, Series.last_number)
            .join(found, found.c.id == Series.id)
            .order_by(Series.id)
            .with_for_update(of=Series, key_share=True)
        )
    )


_series_id = sa.bindparam("series_id", type_=BigInt)
_of_one = parts(_series.c.id == _series_id)
IDS = sa.select(_of_one.c.id)  # every part of the activity of the series that is bound as `series_id`
_OTHERS = (
    sa.select(Series.id, Series.starts_on, Series.ends_on)
    .where(
        Series.id.in_(IDS),
        Series.id != _series_id,
        Series.state == constant(LIVE),
        sa.or_(Series.ends_on.is_(None), Series.ends_on >= sa.bindparam("today", type_=sa.Date())),
    )
    .order_by(Series.starts_on, Series.id)
)


def others(series_id: int) -> list[Any]:
    """The other parts that are not over, the earliest first."""
    return list(db.session.execute(_OTHERS, {"series_id": series_id, "today": clock.today()}))


def days_of_others(series_ids: Collection[int], since: dt.date) -> dict[int, set[dt.date]]:
    """For each of these the days from that one on on which another part has a date; one statement."""
    of = parts(_series.c.id.in_(series_ids))
    rows = db.session.execute(
        sa.select(of.c.asked, Occurrence.starts_at)
        .join(Occurrence, Occurrence.series_id == of.c.id)
        .where(of.c.asked != of.c.id, Occurrence.state != constant(CANCELLED))
        .where(Occurrence.starts_at >= clock.start_of(since))
    )
    found: dict[int, set[dt.date]] = defaultdict(set)
    for asked, starts_at in rows:
        found[asked].add(clock.local(starts_at).date())
    return found


def following(series_id: int, ends_on: dt.date | None) -> Any | None:
    """The part in which an activity goes on after the last day of this one; none where it ends, or has no end."""
    if ends_on is None:
        return None
    return next((part for part in others(series_id) if part.starts_on > ends_on), None)
