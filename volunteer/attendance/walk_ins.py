"""Who comes without having signed up (今天来帮忙的).

By the door's code only whoever could have signed up, and only while a place is
free. A leader who scans the card decides the rest, but the rules for minors hold for
him as well (R008, R009). No place is taken: the coming itself puts the person on the
roll call.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import Occurrence
from volunteer.activities.signing import standing as activities
from volunteer.attendance import policy, queries, refusals
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.people.identity import Actor
from volunteer.people.queries import has_guardian
from volunteer.people.rules import is_minor


def refusal_of_minor(row: Any) -> Refused | None:
    """R009 at the door: it became dangerous after the person had taken a place."""
    return refusals.NotForMinors() if row.is_dangerous and _is_minor(row) else None


def refusal(actor: Actor, row: Any) -> Refused | None:
    """Why the person of this standing is not let in without a place; who calls the roll decides himself."""
    return _by_leader(row) if policy.may_take_attendance(actor, row) else _alone(row)


def _by_leader(row: Any) -> Refused | None:
    if not _is_minor(row):
        return None
    if row.is_dangerous:
        return refusals.TooDangerous(name=formats.masked_name(row.name))
    if not has_guardian(row.person_id):
        return refusals.NeedsGuardian(name=formats.masked_name(row.name))
    return None


def _is_minor(row: Any) -> bool:
    return is_minor(row.born_on, clock.local(row.starts_at).date())


def _alone(row: Any) -> Refused | None:
    """Could the person have signed up before the start, places and waiting list aside, and is there room now?"""
    before = min(clock.now(), row.starts_at - dt.timedelta(seconds=1))
    found = activities.load(occurrence_id=row.id, person_id=row.person_id)
    state = activities.availability(found, before, is_kept=True)
    if state.refusal is not None:
        return refusals.NotForWalkIns(reason=state.refusal.message)
    return None if free_places(row.id) > 0 else refusals.NoPlaceLeft()


def free_places(occurrence_id: int) -> int:
    """Places that neither a sign-up, an offer nor another walk-in has."""
    left = Occurrence.capacity - Occurrence.taken - Occurrence.held
    places = db.session.scalar(sa.select(left).where(Occurrence.id == occurrence_id)) or 0
    return int(places) - queries.walk_ins(occurrence_id)
