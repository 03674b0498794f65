"""More or fewer places on one date, and positions that close on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from volunteer.activities import managed
from volunteer.activities.changing.editing import CAPACITY, with_own
from volunteer.activities.models import Occurrence, OccurrencePosition
from volunteer.activities.planning import refusals as series_refusals
from volunteer.activities.planning.plans import MOST_PLACES
from volunteer.activities.service.changing import cancelling
from volunteer.activities.service.signing import waiting
from volunteer.audit import service as audit
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.people.identity import Actor


def change_capacity(
    *, actor: Actor, occurrence_id: int, capacity: int, positions: Mapping[int, int] | None = None
) -> int:
    """Set the places of a date (and of its positions, by id); returns how many were offered to the line."""
    set_capacity(actor=actor, occurrence_id=occurrence_id, capacity=capacity, positions=positions)
    return waiting.fill(occurrence_id)


def set_capacity(
    *, actor: Actor, occurrence_id: int, capacity: int, positions: Mapping[int, int] | None = None
) -> None:
    """The same for who has more to change and to tell before the line is asked (`waiting.fill`).

    Never fewer than are taken or kept for somebody: refused with that number. Nobody who is
    signed up or waits is touched.
    """
    occurrence = _locked(actor, occurrence_id)
    before = {"capacity": occurrence.capacity}
    _set(occurrence, capacity)
    occurrence.edited = with_own(occurrence.edited, CAPACITY)  # that of the series does not overwrite it
    for position_id, wanted in sorted((positions or {}).items()):
        post = _post(occurrence_id, position_id)
        before[f"position {position_id}"] = post.capacity
        _set(post, wanted)
    db.session.flush()
    after = {"capacity": capacity} | {f"position {id_}": n for id_, n in (positions or {}).items()}
    _record(actor, occurrence_id, act="capacity_changed", before=before, after=after)


def close_position(*, actor: Actor, occurrence_id: int, position_id: int) -> int:
    """Nobody else gets this position on this date; who holds it keeps it, and offers stand.

    Whoever waits for it is told and keeps the place in line; returns how many.
    """
    _locked(actor, occurrence_id)
    _post(occurrence_id, position_id).is_open = False
    db.session.flush()
    _record(actor, occurrence_id, act="position_closed_on", position=position_id)
    return waiting.tell_of_closed_position(occurrence_id, position_id)


def open_position(*, actor: Actor, occurrence_id: int, position_id: int) -> int:
    """It takes people again, first those in line; returns how many were offered a place."""
    _locked(actor, occurrence_id)
    _post(occurrence_id, position_id).is_open = True
    db.session.flush()
    _record(actor, occurrence_id, act="position_opened_on", position=position_id)
    return waiting.fill(occurrence_id)


def _locked(actor: Actor, occurrence_id: int) -> Occurrence:
    """The occurrence, locked, for who may manage it, while it can still be changed."""
    occurrence, _series = managed.locked_date(actor, occurrence_id)
    cancelling.refuse_settled(occurrence)
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
    if capacity > MOST_PLACES:
        raise series_refusals.CapacityTooHigh(most=MOST_PLACES)
    row.capacity = capacity


def _record(actor: Actor, occurrence_id: int, *, act: str, **details: Any) -> None:
    audit.record(actor_id=actor.id, act=act, kind="occurrence", id=occurrence_id, **details)
