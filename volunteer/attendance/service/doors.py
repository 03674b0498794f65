"""Open the door of a date: its secret and its six digits; find the date by the digits; say where the door is."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.activities import details
from volunteer.activities.models import UNDECIDED, Occurrence, Series
from volunteer.areas.models import Area
from volunteer.attendance import policy, queries, refusals, standing
from volunteer.attendance.models import Door
from volunteer.audit import service as audit
from volunteer.core import clock, crypto
from volunteer.core.database import COUNT_ROWS, db, insert_if_new
from volunteer.core.errors import NotFound
from volunteer.people.identity import Actor

DIGITS = 6
_TRIES = 20


def open_door(*, actor: Actor, occurrence_id: int) -> None:
    """Make the date's codes; the second time they stay as they are, so that the paper on the door stays good."""
    row = date_to_lead(actor, occurrence_id)
    if (refusal := standing.refusal_for_good(row)) is not None:
        raise refusal
    values = {
        "occurrence_id": occurrence_id,
        "secret": crypto.token(),
        "code": _unused_code(),
        "made_at": clock.now(),
        "made_by_id": actor.id,
    }
    made: Any = db.session.execute(insert_if_new(Door), values, execution_options=COUNT_ROWS)
    if made.rowcount == 1:
        audit.record(actor_id=actor.id, act="door_opened", kind="occurrence", id=occurrence_id)


def place_door(*, actor: Actor, occurrence_id: int, place: tuple[float, float] | None) -> None:
    """Where the door is, from the leader's own phone, encrypted; None forgets it."""
    date_to_lead(actor, occurrence_id)
    door = queries.door(occurrence_id)
    if door is None:
        raise NotFound
    door.latitude = None if place is None else f"{place[0]:.5f}"
    door.longitude = None if place is None else f"{place[1]:.5f}"
    act = "door_place_forgotten" if place is None else "door_placed"
    audit.record(actor_id=actor.id, act=act, kind="occurrence", id=occurrence_id)


def date_of_code(*, actor: Actor, code: str) -> int:
    """The date whose door says these digits now: one of the person's own, else one of the own sub-district.

    Every open door is compared in constant time. Two doors of strangers with the
    same digits are none: the QR code tells them apart.
    """
    doors = queries.doors_open(clock.now())
    same = {door.occurrence_id for door in doors if crypto.same(door.code, code)}
    own = same & {date.id for date in queries.open_dates(actor.id, clock.now())}
    found = own or _within(same, actor)
    if len(found) != 1:
        raise refusals.WrongCode
    return found.pop()


def _within(occurrence_ids: set[int], actor: Actor) -> set[int]:
    if not occurrence_ids:
        return set()
    root = "/".join(actor.area_path.split("/")[:2]) + "/"
    statement = (
        sa.select(Occurrence.id)
        .join(Series, Series.id == Occurrence.series_id)
        .join(Area, Area.id == Series.area_id)
        .where(Occurrence.id.in_(occurrence_ids), Area.path.startswith(root))
    )
    return set(db.session.scalars(statement))


def _unused_code() -> str:
    """Six digits that no other door has; among a million the last try may repeat one."""
    code = crypto.digits(DIGITS)
    for _try in range(_TRIES):
        taken = db.session.scalar(sa.select(sa.exists().where(Door.code == code)))
        if not taken:
            return code
        code = crypto.digits(DIGITS)
    return code


def date_to_lead(actor: Actor, occurrence_id: int) -> Any:
    """The date for who calls its roll; for everybody else it has no such page."""
    row = details.occurrence(occurrence_id)
    if row.state == UNDECIDED or not policy.may_take_attendance(actor, row):
        raise NotFound
    return row
