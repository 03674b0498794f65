"""Positions of a series: added, changed and closed after it was published.

Dates that are made keep the quota they have unless the leader asks for theirs as
well. A closed position takes nobody new; who holds it keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import differences, managed
from volunteer.activities.models import CANCELLED, DEADLINE, Occurrence, OccurrencePosition, Position, Series
from volunteer.activities.planning import fitting, plans, requirements
from volunteer.activities.planning.fitting import LIMITS, Limits, Misfit
from volunteer.activities.planning.plans import Post
from volunteer.activities.service.changing import capacity as places
from volunteer.activities.service.planning.series import write_position
from volunteer.activities.service.planning.sex_reasons import say_why
from volunteer.activities.service.repeating import date_rows
from volunteer.activities.service.signing import waiting
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.people.identity import Actor

_OWN_LIMITS = tuple(name for name in LIMITS if name != "is_dangerous")  # danger is the activity's


class AlreadyClosed(Refused):
    sentence = _l("这个岗位已经停招了。")


def add_position(*, actor: Actor, series_id: int, post: Post) -> Position:
    """One more position, on the coming dates too; who signed up without any stays so."""
    series = managed.locked_live_series(actor, series_id)
    open_names = {row.name for row in of_series(series_id) if row.closed_at is None}
    if post.name in open_names:
        raise plans.PositionTwice(name=post.name)
    if len(open_names) >= plans.MOST_POSITIONS:
        raise plans.TooManyPositions(most=plans.MOST_POSITIONS)
    for refusal in plans.about_post(post, capacity=series.capacity, is_dangerous=series.is_dangerous):
        raise refusal
    requirements.check(post.requirements)
    if post.sex_needed:
        say_why(series, post.sex_needed, post.sex_reason, post=post.name)
    row = write_position(series_id, post)
    date_rows.complete_positions([date.id for date in _coming(series_id)])
    _note_whether_any(series)
    audit.record(
        actor_id=actor.id,
        act="position_added",
        kind="series",
        id=series_id,
        position=row.id,
        places=post.capacity,
    )
    return row


def change_quota(*, actor: Actor, position_id: int, capacity: int, with_dates: bool = False) -> int:
    """Another quota for the dates to come, with `with_dates` for those already made as well.

    Returns on how many of these more people hold the position than it shall have; they are left as they are.
    """
    position, series = _open(actor, position_id)
    if capacity > series.capacity:
        raise plans.PositionTooLarge(name=position.label, places=series.capacity)
    before, position.capacity = position.capacity, capacity
    db.session.flush()
    left = _change_dates(actor, series.id, position_id, capacity) if with_dates else 0
    audit.record(
        actor_id=actor.id,
        act="position_changed",
        kind="series",
        id=series.id,
        position=position_id,
        before=before,
        after=capacity,
        with_dates=with_dates,
    )
    return left


def change_position_limits(
    *,
    actor: Actor,
    position_id: int,
    limits: Limits,
    wanted: Sequence[requirements.Requirement],
    sex_reason: str = "",
) -> list[Misfit]:
    """What it asks for from now on; gives who holds it and no longer fits. Nobody is dropped for it (R022)."""
    position, series = _open(actor, position_id)
    requirements.check(wanted)
    asked = Post(position.label, position.capacity, minimum_age=limits.minimum_age)
    for refusal in plans.about_post(asked, capacity=asked.capacity, is_dangerous=series.is_dangerous):
        raise refusal
    if limits.sex_needed and limits.sex_needed != position.sex_needed:
        say_why(series, limits.sex_needed, sex_reason, post=position.name)
    before = {name: getattr(position, name) for name in _OWN_LIMITS}
    after = {name: getattr(limits, name) for name in _OWN_LIMITS}
    for name, value in after.items():
        setattr(position, name, value)
    position.has_requirements = bool(wanted)
    db.session.flush()
    requirements.replace_of_position(position_id, wanted)
    misfits = fitting.of_position(series.id, position_id)
    audit.record(
        actor_id=actor.id,
        act="position_limits_changed",
        kind="series",
        id=series.id,
        position=position_id,
        **differences.split(differences.between(before, after)),
        asks=len(wanted),
        no_longer_fit=len(misfits),
    )
    return misfits


def end_position(*, actor: Actor, position_id: int) -> None:
    """Nobody new takes it and later dates do not have it; who holds it keeps it.

    With the last one whoever waits for a position waits for a place of the activity.
    """
    position, series = _open(actor, position_id)
    position.closed_at = clock.now()
    db.session.flush()
    _note_whether_any(series)
    if not series.has_positions:
        waiting.forget_positions([row.id for row in _coming(series.id)])
    for row in _coming(series.id, position_id):
        if row.is_open:
            places.close_position(actor=actor, occurrence_id=row.id, position_id=position_id)
    audit.record(actor_id=actor.id, act="position_closed", kind="series", id=series.id, position=position_id)


def of_series(series_id: int) -> list[Position]:
    """All positions of a series, closed ones last."""
    statement = sa.select(Position).where(Position.series_id == series_id)
    return list(db.session.scalars(statement.order_by(Position.closed_at.is_not(None), Position.id)))


def _open(actor: Actor, position_id: int) -> tuple[Position, Series]:
    position = db.session.get(Position, position_id)
    if position is None:
        raise NotFound
    series = managed.locked_live_series(actor, position.series_id)
    db.session.refresh(position)  # as it is under the lock of the series
    if position.closed_at is not None:
        raise AlreadyClosed
    return position, series


def _coming(series_id: int, position_id: int | None = None) -> Sequence[Any]:
    """Dates to sign up for, locked in the order of their ids; of a position those that have it."""
    statement = (
        sa.select(Occurrence.id, Occurrence.capacity, Occurrence.edited)
        .where(
            Occurrence.series_id == series_id,
            clock.now() < DEADLINE,
            Occurrence.state != CANCELLED,
            Occurrence.recorded_at.is_(None),
        )
        .order_by(Occurrence.id)
        .with_for_update(of=Occurrence, key_share=True)
    )
    if position_id is not None:
        statement = statement.add_columns(OccurrencePosition.is_open).join(
            OccurrencePosition,
            sa.and_(
                OccurrencePosition.occurrence_id == Occurrence.id,
                OccurrencePosition.position_id == position_id,
            ),
        )
    return db.session.execute(statement).all()


def _change_dates(actor: Actor, series_id: int, position_id: int, capacity: int) -> int:
    """As the date's own places stay what they are, it still follows the series in them."""
    left = 0
    for row in _coming(series_id, position_id):
        try:
            places.change_capacity(
                actor=actor,
                occurrence_id=row.id,
                capacity=row.capacity,
                positions={position_id: capacity},
            )
        except Refused:
            left += 1
        else:
            db.session.get_one(Occurrence, row.id).edited = row.edited
    db.session.flush()
    return left


def _note_whether_any(series: Series) -> None:
    """`has_positions` says whether a place is taken in a position: only while one of them is open."""
    is_open = sa.exists().where(Position.series_id == series.id, Position.closed_at.is_(None))
    series.has_positions = bool(db.session.scalar(sa.select(is_open)))
    db.session.flush()
