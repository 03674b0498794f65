"""Split a series: from one of its days on it goes on as another, with all that hangs on it (R060)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from volunteer.activities import rules
from volunteer.activities.models import (
    PAUSED,
    RUNNING,
    Occurrence,
    OccurrencePosition,
    Position,
    PositionRequirement,
    Regular,
    Series,
    SeriesRequirement,
    SeriesShift,
    SeriesTheme,
    SignUp,
    StaffingReceiver,
    Waiting,
)
from volunteer.activities.repeating import recurrence, rrule
from volunteer.activities.service.repeating import generating
from volunteer.core import clock, crypto
from volunteer.core.database import constant, db

_DAY = dt.timedelta(days=1)
_NOT_COPIED = frozenset({"id", "code", "version", "created_at", "follows_id"})


def begins_with(series: Series, on: dt.date) -> bool:
    """Whether the series has no date before that day: then there is nothing to split off."""
    earlier = sa.exists().where(Occurrence.series_id == series.id, Occurrence.original_on < on)
    return not db.session.scalar(sa.select(earlier))


def last_before(series: Series, on: dt.date) -> dt.date:
    """The last day of the rule before that day, of one that has such."""
    last = sa.select(sa.func.max(Occurrence.original_on)).where(
        Occurrence.series_id == series.id, Occurrence.original_on < on
    )
    return db.session.scalars(last).one()


def split(series: Series, *, on: dt.date) -> Series:
    """The series that follows from the day `on`; the old one, locked by the caller, ends the day before.

    What the rule gave for that day and later belongs to the new one, whenever it takes
    place. Numbers go on (R061), and so do standing sign-ups; a rule with a number of
    times keeps what is left of it.
    """
    follower = Series(**_copied(series), code=f"s-{crypto.letters(10).lower()}", created_at=clock.now())
    follower.follows_id = series.id
    follower.last_number = max(series.last_number, _highest_number(series.id))
    _shorten(series, follower, on)
    series.ends_on = on - _DAY
    db.session.add(follower)
    db.session.flush()
    for model in (SeriesRequirement, SeriesShift, SeriesTheme):
        _copy_rows(model, series.id, follower.id)
    _copy_rows(StaffingReceiver, series.id, follower.id, but=("id",))
    positions = _copy_positions(series.id, follower.id)
    _copy_regulars(series.id, follower.id, positions)
    _move_dates(series.id, follower.id, on, positions)
    return follower


def _copied(series: Series) -> dict[str, Any]:
    return {c.key: getattr(series, c.key) for c in Series.__table__.columns if c.key not in _NOT_COPIED}


def _highest_number(series_id: int) -> int:
    highest = sa.select(sa.func.max(Occurrence.issue_number)).where(Occurrence.series_id == series_id)
    return db.session.scalar(highest) or 0


def _shorten(series: Series, follower: Series, on: dt.date) -> None:
    """The new one begins on its own first day, and of a counted rule only the rest is left."""
    rule = generating.rule_of(series)
    following = recurrence.dates_between(rule, on, on + rules.LONGEST_AHEAD)
    follower.starts_on = following[0] if following else on
    if follower.most_dates is not None:
        had = sa.select(sa.func.count(sa.distinct(Occurrence.original_on))).where(
            Occurrence.series_id == series.id, Occurrence.original_on < on
        )
        follower.most_dates = max(1, follower.most_dates - (db.session.scalar(had) or 0))
    parts = rrule.parse(series.recurrence) if series.recurrence else None
    if parts is not None and parts.count is not None:
        before = len(recurrence.dates_between(rule, rule.starts_on, on - _DAY))
        follower.recurrence = rrule.as_text(replace(parts, count=max(1, parts.count - before)))


def _copy_rows(model: Any, of_id: int, to_id: int, but: tuple[str, ...] = ()) -> None:
    names = [c.key for c in model.__table__.columns if c.key not in ("series_id", *but)]
    columns = [getattr(model, name) for name in names]
    rows = db.session.execute(sa.select(*columns).where(model.series_id == of_id)).all()
    if rows:
        db.session.execute(
            sa.insert(model), [dict(zip(names, row, strict=True)) | {"series_id": to_id} for row in rows]
        )


def _copy_positions(of_id: int, to_id: int) -> dict[int, int]:
    """The old ids of the positions with the new ones; closed ones too, for who holds one of them."""
    found: dict[int, int] = {}
    statement = sa.select(Position).where(Position.series_id == of_id).order_by(Position.id)
    for position in db.session.scalars(statement).all():
        values = {c.key: getattr(position, c.key) for c in Position.__table__.columns if c.key != "id"}
        twin = Position(**values | {"series_id": to_id})
        db.session.add(twin)
        db.session.flush()
        found[position.id] = twin.id
    if found:
        needs = db.session.scalars(
            sa.select(PositionRequirement).where(PositionRequirement.position_id.in_(found))
        )
        rows = [{"position_id": found[n.position_id], "kind": n.kind, "name": n.name} for n in needs]
        if rows:
            db.session.execute(sa.insert(PositionRequirement), rows)
    return found


def _copy_regulars(of_id: int, to_id: int, positions: dict[int, int]) -> None:
    """Who comes regularly goes on; the old rows end when all dates before have been given out (`regular_ends`)."""
    live = Regular.state.in_((constant(RUNNING), constant(PAUSED)))
    rows = db.session.scalars(sa.select(Regular).where(Regular.series_id == of_id, live).order_by(Regular.id))
    for row in rows.all():
        values = {c.key: getattr(row, c.key) for c in Regular.__table__.columns if c.key != "id"}
        position_id = positions.get(row.position_id) if row.position_id else None
        db.session.add(Regular(**values | {"series_id": to_id, "position_id": position_id}))
    db.session.flush()


def _move_dates(of_id: int, to_id: int, on: dt.date, positions: dict[int, int]) -> None:
    moved = list(
        db.session.scalars(
            sa.select(Occurrence.id)
            .where(Occurrence.series_id == of_id, Occurrence.original_on >= on)
            .order_by(Occurrence.id)
            .with_for_update(key_share=True)
        )
    )
    quietly = {"synchronize_session": False}
    db.session.execute(
        sa.update(Occurrence)
        .where(Occurrence.id.in_(moved))
        .values(series_id=to_id)
        .execution_options(**quietly)
    )
    for old, new in positions.items():
        for model in (OccurrencePosition, SignUp, Waiting):
            db.session.execute(
                sa.update(model)
                .where(model.occurrence_id.in_(moved), model.position_id == old)
                .values(position_id=new)
                .execution_options(**quietly)
            )
    db.session.expire_all()
