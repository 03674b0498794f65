"""Looking at waiting lists: who is in one, who is before whom, and who could take what is free."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import (
    DEADLINE,
    OFFERED,
    PUBLISHED,
    WAITING,
    Occurrence,
    OccurrencePosition,
    Waiting,
)
from volunteer.core.database import constant, db

_waiting: Any = Waiting.__table__
_occurrence: Any = Occurrence.__table__
_post: Any = OccurrencePosition.__table__
# Everybody in a line with the date, and with the position that is waited for, if it is one.
_LINES: Any = _waiting.join(_occurrence, _occurrence.c.id == _waiting.c.occurrence_id).outerjoin(
    _post,
    sa.and_(_post.c.occurrence_id == _waiting.c.occurrence_id, _post.c.position_id == _waiting.c.position_id),
)


def _has_room(post: Any) -> Any:
    return sa.and_(post.c.is_open.is_(True), post.c.taken + post.c.held < post.c.capacity)


def somebody_waits(occurrence_id: Any, position_id: Any) -> Any:
    """SQL: somebody of the line could take a free place of this date (and position).

    Whoever waits for another position counts only while that one has room: the
    places of the whole date are then theirs first. Who was passed over does not count.
    """
    ahead = _waiting.alias("before")
    post = _post.alias("their_post")
    theirs = sa.exists().where(
        post.c.occurrence_id == ahead.c.occurrence_id,
        post.c.position_id == ahead.c.position_id,
        _has_room(post),
    )
    return sa.exists().where(
        ahead.c.occurrence_id == occurrence_id,
        ahead.c.state == constant(WAITING),
        ahead.c.passed_at.is_(None),
        sa.or_(
            ahead.c.position_id.is_(None),
            ahead.c.position_id == position_id,
            theirs.correlate(ahead),
        ),
    )


def ahead(occurrence_id: int, waiting_id: int, position_id: int | None) -> int:
    """How many wait before this one, for the same position."""
    table = _waiting.c
    statement = (
        sa.select(sa.func.count())
        .select_from(_waiting)
        .where(
            table.occurrence_id == occurrence_id,
            table.state == constant(WAITING),
            table.id < waiting_id,
            table.position_id.is_(None) if position_id is None else table.position_id == position_id,
        )
    )
    return int(db.session.scalar(statement) or 0)


def next_in_line(occurrence_id: int, after_id: int) -> Any | None:
    """The next after `after_id` for whom there is a place: on the date, and in the position if it is one."""
    statement = (
        sa.select(_waiting.c.id, _waiting.c.person_id, _waiting.c.position_id, _waiting.c.passed_at)
        .select_from(_LINES)
        .where(
            _waiting.c.occurrence_id == occurrence_id,
            _waiting.c.state == constant(WAITING),
            _waiting.c.id > after_id,
            _occurrence.c.state == constant(PUBLISHED),
            _occurrence.c.taken + _occurrence.c.held < _occurrence.c.capacity,
            sa.or_(_waiting.c.position_id.is_(None), _has_room(_post)),
        )
        .order_by(_waiting.c.id)
        .limit(1)
    )
    return db.session.execute(statement).first()


def due(now: dt.datetime, last_hour: dt.timedelta) -> list[int]:
    """Dates whose line has something to do: an offer has run out, or a place is free and somebody waits."""
    lapsed = sa.select(_waiting.c.occurrence_id).where(
        _waiting.c.state == constant(OFFERED), _waiting.c.offer_until <= now
    )
    free = (
        sa.select(_waiting.c.occurrence_id)
        .select_from(_LINES)
        .where(
            _waiting.c.state == constant(WAITING),
            _occurrence.c.state == constant(PUBLISHED),
            now + last_hour < DEADLINE,
            _occurrence.c.taken + _occurrence.c.held < _occurrence.c.capacity,
            sa.or_(_waiting.c.position_id.is_(None), _has_room(_post)),
        )
    )
    return sorted(set(db.session.scalars(sa.union(lapsed, free))))


def waiting_counts(occurrence_id: int) -> Mapping[int | None, int]:
    """How many wait, by position; None is without one."""
    statement = (
        sa.select(_waiting.c.position_id, sa.func.count())
        .where(_waiting.c.occurrence_id == occurrence_id, _waiting.c.state == constant(WAITING))
        .group_by(_waiting.c.position_id)
    )
    return {position_id: int(count) for position_id, count in db.session.execute(statement)}
