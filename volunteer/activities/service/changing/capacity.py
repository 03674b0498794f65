"""More or fewer places on one date, and positions that close on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from volunteer.activities import policy
from volunteer.activities.models import CANCELLED, Occurrence, OccurrencePosition, Series
from volunteer.activities.planning import refusals as series_refusals
from volunteer.activities.service.signing import waiting
from volunteer.activities.signing import refusals
from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.people.identity import Actor
from volunteer.teams.models import Team

MOST = 100_000


def change_capacity(
    *, actor: Actor, occurrence_id: int, capacity: int, positions: Mapping[int, int] | None = None
) -> int:
    """Set the places of a date (and of its positions, by id); returns how many were offered to the line.

    Never fewer than are taken or kept for somebody: refused with that number. Nobody who is
    signed up or waits is touched.
    """
    occurrence = _managed(actor, occurrence_id)
    before = {"capacity": occurrence.capacity}
    _set(occurrence, capacity)
    _mark_edited(occurrence)
    for position_id, wanted in sorted((positions or {}).items()):
        post = _post(occurrence_id, position_id)
        before[f"position {position_id}"] = post.capacity
        _set(post, wanted)
    db.session.flush()
    after = {"capacity": capacity} | {f"position {id_}": n for id_, n in (positions or {}).items()}
    _record(actor, occurrence_id, act="capacity_changed", before=before, after=after)
    return waiting.fill(occurrence_id)


def close_position(*, actor: Actor, occurrence_id: int, position_id: int) -> int:
    """Nobody else gets this position on this date; who holds it keeps it, and offers stand.

    Whoever waits for it is told and keeps the place in line; returns how many.
    """
    _managed(actor, occurrence_id)
    _post(occurrence_id, position_id).is_open = False
    db.session.flush()
    _record(actor, occurrence_id, act="position_closed_on", position=position_id)
    return waiting.tell_of_closed_position(occurrence_id, position_id)


def open_position(*, actor: Actor, occurrence_id: int, position_id: int) -> int:
    """It takes people again, first those in line; returns how many were offered a place."""
    _managed(actor, occurrence_id)
    _post(occurrence_id, position_id).is_open = True
    db.session.flush()
    _record(actor, occurrence_id, act="position_opened_on", position=position_id)
    return waiting.fill(occurrence_id)


def _managed(actor: Actor, occurrence_id: int) -> Occurrence:
    """The occurrence, locked, for who may manage it."""
    statement = (
        sa.select(Occurrence, Team.path, Area.path)
        .join(Series, Series.id == Occurrence.series_id)
        .join(Team, Team.id == Series.team_id)
        .join(Area, Area.id == Series.area_id)
        .where(Occurrence.id == occurrence_id)
        .with_for_update(of=Occurrence, key_share=True)
        .execution_options(populate_existing=True)
    )
    row = db.session.execute(statement).first()
    if row is None or not policy.may_manage(actor, team_path=row[1], area_path=row[2]):
        raise NotFound
    occurrence: Occurrence = row[0]
    if occurrence.state == CANCELLED:
        raise refusals.Cancelled
    if occurrence.recorded_at is not None:
        raise series_refusals.AlreadyRecorded
    return occurrence


def _post(occurrence_id: int, position_id: int) -> OccurrencePosition:
    row = db.session.get(OccurrencePosition, (occurrence_id, position_id), populate_existing=True)
    if row is None:
        raise NotFound
    return row


def _set(row: Occurrence | OccurrencePosition, capacity: int) -> None:
    least = max(row.taken + row.held, 1 if isinstance(row, Occurrence) else 0)
    if capacity < least:
        raise series_refusals.CapacityTooLow(least=least)
    if capacity > MOST:
        raise series_refusals.CapacityTooHigh(most=MOST)
    row.capacity = capacity


def _mark_edited(occurrence: Occurrence) -> None:
    """From now on the series' own capacity does not overwrite it."""
    fields = [field for field in occurrence.edited.split(",") if field]
    if "capacity" not in fields:
        occurrence.edited = ",".join([*fields, "capacity"])


def _record(actor: Actor, occurrence_id: int, *, act: str, **details: Any) -> None:
    audit.record(actor_id=actor.id, act=act, kind="occurrence", id=occurrence_id, **details)
