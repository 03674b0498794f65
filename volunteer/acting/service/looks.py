"""Large type and three big buttons: switched on for somebody, who need not find the switch."""

from __future__ import annotations

from volunteer.acting import messages, queries
from volunteer.acting.service.receipts import leave_receipt
from volunteer.acting.service.served import lock, lock_served
from volunteer.audit import service as audit
from volunteer.core.database import db
from volunteer.people.identity import Actor


def set_type_size(*, actor: Actor, person_id: int, is_large: bool) -> None:
    """By any of the person's helpers, or at the counter; as it is already, nothing happens."""
    is_helper = any(ward.person_id == person_id for ward in queries.wards(actor.id))
    person = lock(person_id) if is_helper else lock_served(actor, person_id)
    if person.elder_mode == is_large:
        return
    person.elder_mode = is_large
    db.session.flush()
    audit.record(actor_id=actor.id, act="type_size_set", kind="person", id=person_id, large=is_large)
    leave_receipt(
        actor=actor,
        person_id=person_id,
        act=messages.LARGE_TYPE if is_large else messages.USUAL_TYPE,
        kind="person",
        object_id=person_id,
    )
