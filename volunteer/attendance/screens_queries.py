"""Lists for the page on which staff put up screens."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import PUBLISHED, Occurrence, Series
from volunteer.areas.models import Area
from volunteer.areas.queries import ids_within
from volunteer.attendance import refusals
from volunteer.attendance.models import WallScreen
from volunteer.core import inputs
from volunteer.core.database import db
from volunteer.core.errors import Refused

MOST_PLACES = 300
MOST_SCREENS = 200
_LARGEST_ID = 10**18 - 1


def screens(paths: tuple[str, ...]) -> list[Any]:
    """Those that work, the latest first."""
    statement = (
        sa.select(WallScreen, Area)
        .join(Area, Area.id == WallScreen.area_id)
        .where(WallScreen.area_id.in_(ids_within(paths)), WallScreen.revoked_at.is_(None))
        .order_by(WallScreen.id.desc())
        .limit(MOST_SCREENS)
    )
    return list(db.session.execute(statement))


def places(paths: tuple[str, ...], now: dt.datetime) -> list[tuple[str, str]]:
    """Places of coming dates, as choices: '12|社区广场'."""
    statement = (
        sa.select(Area, Occurrence.place)
        .join(Series, Series.area_id == Area.id)
        .join(Occurrence, Occurrence.series_id == Series.id)
        .where(
            Occurrence.ends_at > now,
            Occurrence.state == PUBLISHED,
            Occurrence.is_flexible.is_(False),
            Area.id.in_(ids_within(paths)),
        )
        .distinct()
        .order_by(Area.id, Occurrence.place)
        .limit(MOST_PLACES)
    )
    return [
        (f"{row.Area.id}|{row.place}", f"{row.place} · {row.Area.label}")
        for row in db.session.execute(statement)
    ]


def chosen(value: str) -> tuple[int, str]:
    """(area, place) of a choice; refused in words when it is none."""
    number, _bar, place = value.partition("|")
    try:
        return inputs.whole_number(number, least=1, most=_LARGEST_ID), inputs.clean(place, longest=200)
    except Refused as refusal:
        raise refusals.NoSuchPlace from refusal
