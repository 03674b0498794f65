"""Counting places, of a date and of one of its positions: the database has the last word.

Each is a conditional update: with two at the last place, one of them finds nothing
to update. Called under the occurrence's lock. A date with more people than its series
has places by now has one place less with each that is given back.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.activities.changing.editing import CAPACITY
from volunteer.activities.models import PUBLISHED, Occurrence, OccurrencePosition, Series
from volunteer.activities.signing import refusals
from volunteer.core import clock
from volunteer.core.database import UTC, BigInt, db

_date: Any = Occurrence.__table__
_post: Any = OccurrencePosition.__table__
_count = sa.bindparam("count", type_=sa.Integer)


def _of_date(*conditions: Any, **values: Any) -> Any:
    this = _date.c.id == sa.bindparam("occurrence", type_=BigInt)
    return sa.update(_date).where(this, *conditions).values(**values)


def _of_post(*conditions: Any, **values: Any) -> Any:
    this = sa.and_(
        _post.c.occurrence_id == sa.bindparam("occurrence", type_=BigInt),
        _post.c.position_id == sa.bindparam("position", type_=BigInt),
    )
    return sa.update(_post).where(this, *conditions).values(**values)


def _fits(table: Any) -> Any:
    return table.c.taken + table.c.held + _count <= table.c.capacity


def _left(remain: Any) -> Any:
    """The places of a date of which so many remain taken or held, unless they are its own, or it has begun."""
    room: Any = sa.select(Series.capacity).where(Series.id == _date.c.series_id).scalar_subquery()
    follows = sa.and_(
        room < _date.c.capacity,
        _date.c.edited.not_like(f"%{CAPACITY}%"),
        _date.c.starts_at > sa.bindparam("now", callable_=clock.now, type_=UTC()),
    )
    return sa.case((sa.and_(follows, room < remain), remain), (follows, room), else_=_date.c.capacity)


_occupied = _date.c.taken + _date.c.held
_TAKE = _of_date(_fits(_date), _date.c.state == PUBLISHED, taken=_date.c.taken + _count)
_TAKE_POST = _of_post(_fits(_post), _post.c.is_open.is_(True), taken=_post.c.taken + _count)
_FREE = _of_date(_date.c.taken >= _count, taken=_date.c.taken - _count, capacity=_left(_occupied - _count))
_FREE_POST = _of_post(_post.c.taken >= _count, taken=_post.c.taken - _count)
_HOLD = _of_date(_fits(_date), _date.c.state == PUBLISHED, held=_date.c.held + _count)
_HOLD_POST = _of_post(_fits(_post), _post.c.is_open.is_(True), held=_post.c.held + _count)
_RELEASE = _of_date(_date.c.held >= _count, held=_date.c.held - _count, capacity=_left(_occupied - _count))
_RELEASE_POST = _of_post(_post.c.held >= _count, held=_post.c.held - _count)
_USE = _of_date(
    _date.c.held >= _count,
    _date.c.state == PUBLISHED,
    held=_date.c.held - _count,
    taken=_date.c.taken + _count,
)
_OFFER_BACK = _of_date(
    _date.c.taken >= _count,
    _date.c.state == PUBLISHED,
    taken=_date.c.taken - _count,
    held=_date.c.held + 1,
    capacity=_left(_occupied - _count + 1),
)
_OFFER_BACK_POST = _of_post(_post.c.taken >= _count, taken=_post.c.taken - _count, held=_post.c.held + 1)
_USE_POST = _of_post(_post.c.held >= _count, held=_post.c.held - _count, taken=_post.c.taken + _count)


def take(occurrence_id: int, position_id: int | None, count: int = 1) -> None:
    """Places for a person and the companions; `Full` or `PositionFull` when there are not so many."""
    if not _count_down(_TAKE, occurrence_id, count):
        raise refusals.Full
    if position_id is not None and not _count_down(_TAKE_POST, occurrence_id, count, position_id):
        raise refusals.PositionFull


def free(occurrence_id: int, position_id: int | None, count: int = 1) -> None:
    """Places are given back; who frees them calls `waiting.fill`."""
    _must(_FREE, _FREE_POST, occurrence_id, position_id, count)


def offer_back(occurrence_id: int, position_id: int | None, count: int = 1) -> None:
    """Places are given back, and one of them is kept for the same person, also of a position that is closed."""
    _must(_OFFER_BACK, _OFFER_BACK_POST, occurrence_id, position_id, count)


def hold(occurrence_id: int, position_id: int | None) -> None:
    """Keep a place for somebody who is offered it."""
    _must(_HOLD, _HOLD_POST, occurrence_id, position_id, 1)


def release(occurrence_id: int, position_id: int | None) -> None:
    """The place was kept for nothing."""
    _must(_RELEASE, _RELEASE_POST, occurrence_id, position_id, 1)


def use(occurrence_id: int, position_id: int | None) -> None:
    """The place that was kept is taken."""
    _must(_USE, _USE_POST, occurrence_id, position_id, 1)


def _must(of_date: Any, of_post: Any, occurrence_id: int, position_id: int | None, count: int) -> None:
    """Under the lock these cannot fail, unless our own counts are wrong."""
    assert _count_down(of_date, occurrence_id, count), "the places of the date are counted wrongly"
    if position_id is not None:
        assert _count_down(of_post, occurrence_id, count, position_id), "so are those of the position"


def _count_down(statement: Any, occurrence_id: int, count: int, position_id: int | None = None) -> bool:
    values = {"occurrence": occurrence_id, "count": count}
    if position_id is not None:
        values["position"] = position_id
    result: Any = db.session.execute(statement, values)
    return bool(result.rowcount == 1)
