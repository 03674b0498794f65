"""The menu of activities: ready plans to start from, the built-in ones and those kept by staff and leaders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import MenuItem, Position, Series, SeriesShift
from volunteer.activities.over_midnight import end_of
from volunteer.activities.planning import requirements, who_form
from volunteer.activities.planning.ready_plans import READY
from volunteer.activities.repeating import repeats
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.database import db

_TIMES = ("starts_time", "ends_time", "opens_time")
_KEPT = (
    *("title", "title_en", "category", "content", "place", "risk_statement", "capacity", "kind"),
    *("window_days", "on_holiday", "on_makeup", "offset", "minimum_age", "sex_needed", "minimum_minutes"),
    *("members_only", "is_dangerous", "opens_days", "newcomers_hours", "closes_hours", "minimum_people"),
    *("warn_hours", "regular_places", "most_companions", "takes_pairs", "hours_kind", "counts_travel"),
    *("rest_minutes",),
)


def items(area_id: int) -> list[MenuItem]:
    """What is kept for an area and for those above it, the newest first."""
    path = db.session.scalar(sa.select(Area.path).where(Area.id == area_id)) or ""
    above = [int(part) for part in path.strip("/").split("/") if part]
    statement = sa.select(MenuItem).where(MenuItem.area_id.in_(above), MenuItem.archived_at.is_(None))
    return list(db.session.scalars(statement.order_by(MenuItem.id.desc())))


def started(wanted: Mapping[str, str], *, area_id: int) -> dict[str, Any]:
    """The fields of the form for what was chosen (`plan` or `item`); nothing where it is not there."""
    for plan in READY:
        if plan.key == wanted.get("plan"):
            return as_data(plan.filled(clock.today()))
    number = wanted.get("item", "")
    for item in items(area_id) if number.isdecimal() and number.isascii() else ():
        if str(item.id) == number:
            return as_data(item.plan)
    return {}


def asked_for(area_id: int) -> list[requirements.Requirement]:
    """What the templates of an area ask for: it can be chosen again, though nobody may hold it."""
    codes: set[str] = set()
    for item in items(area_id):
        plan: Any = item.plan
        for row in (plan, *(plan.get("positions") or ())):
            codes.update(_needs(row))
    return sorted(requirements.from_code(code) for code in codes)


def _needs(row: Mapping[str, Any]) -> list[str]:
    """Older templates hold but one thing of a position, as text."""
    needs = row.get("needs") or []
    return [needs] if isinstance(needs, str) else needs


def as_data(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept as text, as the form holds it."""
    shifts = [_with_times(row) for row in fields.get("shifts") or ()]
    posts = [{**row, "needs": _needs(row)} for row in fields.get("positions") or ()]
    return _with_times({**fields, "shifts": shifts, "positions": posts})


def _with_times(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: dt.time.fromisoformat(value) if name in _TIMES and value else value
        for name, value in row.items()
        if value is not None
    }


def fields_of(series: Series) -> dict[str, Any]:
    """A series as the form would be filled in for the next one, without its date and its people."""
    fields = {name: value for name in _KEPT if (value := getattr(series, name)) not in (None, "")}
    fields |= repeats.choice_of(series)
    fields |= dict(
        zip(("starts_time", "ends_time"), _span(series.start_time, series.duration_minutes), strict=True)
    )
    if series.opens_time is not None:
        fields["opens_time"] = series.opens_time.isoformat("minutes")
    if series.kind == "flexible":
        fields["usual_minutes"] = series.duration_minutes
    return {
        **fields,
        "shifts": _shifts(series.id),
        "positions": _positions(series.id),
        "needs": [one.code for one in requirements.of_series(series.id)],
    }


def _span(start: dt.time, minutes: int) -> tuple[str, str]:
    return start.isoformat("minutes"), end_of(start, minutes).isoformat("minutes")


def _shifts(series_id: int) -> list[dict[str, str]]:
    rows = db.session.scalars(
        sa.select(SeriesShift).where(SeriesShift.series_id == series_id).order_by(SeriesShift.number)
    )
    return [
        dict(zip(("starts_time", "ends_time"), _span(row.start_time, row.duration_minutes), strict=True))
        for row in rows
    ]


def _positions(series_id: int) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        sa.select(Position)
        .where(Position.series_id == series_id, Position.closed_at.is_(None))
        .order_by(Position.id)
    ).all()
    wanted = requirements.of_positions([row.id for row in rows])
    return [
        who_form.shown(row, wanted[row.id]) | {"name": row.name, "capacity": row.capacity} for row in rows
    ]
