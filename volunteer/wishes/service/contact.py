"""How to reach the wisher: shown to few, and each look is written down (R120)."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.people.identity import Actor
from volunteer.wishes import noted, policy
from volunteer.wishes.models import CLAIM_ACTIVE, Claim, Wish
from volunteer.wishes.service import loading


@dataclass(frozen=True)
class Contact:
    name: str
    phone: str
    address: str
    note: str | None  # None: there is one, which may not be shown


def see_contact(*, actor: Actor, wish_id: int) -> Contact:
    """For the active claimer and the staff in charge; for everybody else there is nothing to see (404)."""
    statement = (
        sa.select(
            Wish.contact_name,
            Wish.contact_phone,
            Wish.address,
            Wish.private_note,
            Wish.wisher_id,
            Wish.note_way,
            Wish.consent_at,
            Area.path,
            Claim.person_id,
        )
        .join(Area, Area.id == Wish.area_id)
        .outerjoin(Claim, sa.and_(Claim.wish_id == Wish.id, Claim.state == CLAIM_ACTIVE))
        .where(Wish.id == wish_id)
    )
    row = db.session.execute(statement).first()
    if row is None or not policy.may_see_contact(actor, row.path, row.person_id):
        raise NotFound
    audit.record(actor_id=actor.id, act="wish_contact_seen", kind="wish", id=wish_id)
    is_shown = not row.private_note or noted.is_agreed(row.wisher_id, row.note_way, row.consent_at)
    note = row.private_note if is_shown else None
    return Contact(row.contact_name, row.contact_phone, row.address, note)


def take_back_note(*, actor: Actor, wish_id: int) -> None:
    """The wisher no longer agrees, or says so to staff: the words go. The second time changes nothing."""
    wish, area_path = loading.locked(wish_id)
    if not policy.may_take_back_note(actor, area_path, wish.wisher_id):
        raise NotFound
    if not wish.private_note:
        return
    by_wisher = policy.is_own(actor.id, wish.wisher_id)
    wish.private_note, wish.note_way = "", None
    db.session.flush()
    audit.record(actor_id=actor.id, act="wish_note_taken_back", kind="wish", id=wish_id, by_wisher=by_wisher)
