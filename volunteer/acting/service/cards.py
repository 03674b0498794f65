"""The elder's card: a printed QR with a random token, and the PIN that goes with it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from volunteer.acting import messages, queries, refusals
from volunteer.acting.models import Card
from volunteer.acting.service.receipts import leave_receipt
from volunteer.acting.service.served import lock, lock_served
from volunteer.audit import service as audit
from volunteer.core import clock, crypto
from volunteer.core.database import db
from volunteer.people import pins
from volunteer.people import queries as people
from volunteer.people.identity import Actor
from volunteer.people.models import Person, SignInSession
from volunteer.people.service.helped import refuse_own_helper
from volunteer.people.sessions import CARD


@dataclass(frozen=True)
class NewPin:
    """Made and hashed before the transaction that writes it; `digits` are shown once and kept nowhere."""

    digits: str
    hash: str


def make_pin() -> NewPin:
    """Slow on purpose: call it outside of a write transaction."""
    digits = pins.new_pin()
    return NewPin(digits, pins.hash_pin(digits))


def issue_card(*, actor: Actor, person_id: int, pin: NewPin) -> bool:
    """A new card; the one before ends. Says whether `pin` was put in force, for who had none."""
    person = _cardholder(actor, person_id)
    _end_live(person_id)
    token = crypto.token()
    card = Card(
        person_id=person_id,
        token=token,
        token_hash=queries.token_hash(token),
        issued_at=clock.now(),
        issued_by_id=actor.id,
    )
    db.session.add(card)
    is_first = person.pin_hash is None
    if is_first:
        person.pin_hash = pin.hash
    db.session.flush()
    audit.record(
        actor_id=actor.id, act="card_issued", kind="person", id=person_id, card=card.id, new_pin=is_first
    )
    _receipt(messages.CARD_ISSUED, actor, person_id, card.id)
    return is_first


def print_card(*, actor: Actor, person_id: int) -> None:
    """Once more on paper, with the whole name: written down, like each full view (R142)."""
    _cardholder(actor, person_id)
    card = queries.card_of(person_id)
    if card is None:
        raise refusals.NoCard
    audit.record(actor_id=actor.id, act="card_printed", kind="person", id=person_id, card=card.id)


def end_card(*, actor: Actor, person_id: int) -> None:
    """A lost card opens nothing any more, at once; what it had opened closes."""
    lock_served(actor, person_id)
    card = queries.card_of(person_id)
    if card is None:
        raise refusals.NoCard
    _end_live(person_id)
    audit.record(actor_id=actor.id, act="card_ended", kind="person", id=person_id, card=card.id)
    _receipt(messages.CARD_ENDED, actor, person_id, card.id)


def set_pin(*, actor: Actor, person_id: int, pin: NewPin) -> None:
    """Another PIN, for oneself or at the counter; pages opened with the one before close."""
    person = lock(person_id) if actor.id == person_id else lock_served(actor, person_id)
    refuse_own_helper(actor, person_id)
    person.pin_hash = pin.hash
    db.session.flush()
    pins.unlock(person_id)
    end_card_sessions(person_id)
    audit.record(actor_id=actor.id, act="pin_made", kind="person", id=person_id)
    _receipt(messages.PIN_MADE, actor, person_id, None)


def end_card_sessions(person_id: int) -> None:
    db.session.execute(
        sa.delete(SignInSession).where(SignInSession.person_id == person_id, SignInSession.way == CARD)
    )


def _cardholder(actor: Actor, person_id: int) -> Person:
    person = lock_served(actor, person_id)
    refuse_own_helper(actor, person_id)
    if people.has_staff_role(person_id):
        raise refusals.StaffHaveNoCard
    return person


def _end_live(person_id: int) -> None:
    live = sa.update(Card).where(Card.person_id == person_id, Card.ended_at.is_(None))
    db.session.execute(live.values(ended_at=clock.now()))
    end_card_sessions(person_id)


def _receipt(act: str, actor: Actor, person_id: int, card_id: int | None) -> None:
    leave_receipt(actor=actor, person_id=person_id, act=act, kind="card", object_id=card_id)
