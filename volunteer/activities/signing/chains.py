"""A series with those it was split off from and those split off from it: one activity to whoever takes part (R060)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import Series

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
