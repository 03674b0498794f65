"""A person lets somebody act in the own name, and takes it back."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from volunteer.acting import endings, messages, refusals, rules
from volunteer.acting.models import Delegation
from volunteer.acting.service.receipts import leave_receipt
from volunteer.acting.service.served import lock, lock_served
from volunteer.audit import service as audit
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.outbox import service as outbox
from volunteer.people import queries as people
from volunteer.people.identity import Actor
from volunteer.people.models import Person
from volunteer.people.rules import SELF, counter_way
from volunteer.people.service import locking


def name_helper(*, actor: Actor, who: str, relation: str, rights: Sequence[str]) -> Delegation:
    """Give somebody chosen rights over the own affairs; naming the same one again replaces the rights.

    The helper need not accept, but is told at once and may decline at any time.
    """
    person = lock(actor.id)
    if not rules.is_adult(person.born_on, clock.today()):
        raise refusals.TooYoungToAsk
    helper = _helper(who, person)
    given = _give(person, helper, relation, rights, way=SELF, recorded_by_id=None)
    _record("helper_named", actor, given)
    return given


def record_helper(
    *, actor: Actor, person_id: int, who: str, relation: str, rights: Sequence[str], way: str
) -> Delegation:
    """The same at the counter, with the way of consent and the operator; never in one's own favour (R150)."""
    person = lock_served(actor, person_id)
    helper = _helper(who, person)
    if helper.id == actor.id:
        raise refusals.OwnEntry
    given = _give(person, helper, relation, rights, way=counter_way(way), recorded_by_id=actor.id)
    _record("helper_recorded", actor, given, way=given.way)
    _receipt(messages.HELPER_RECORDED, actor, given, helper)
    return given


def end(*, actor: Actor, delegation_id: int) -> int:
    """Ended by the person, declined by the helper, or taken out at the counter; the second time does nothing.

    Returns how much of what the helper had begun ended with it; who declines leaves that to the person.
    """
    given = _locked(actor, delegation_id)
    if given.ended_at is not None:
        return 0
    given.ended_at, given.ended_by_id = clock.now(), actor.id
    db.session.flush()
    _record("helper_ended", actor, given)
    if actor.id == given.helper_id:
        _tell(messages.HELPER_DECLINED, to=given.person_id, about=given.helper_id, given=given)
        return 0
    _tell(messages.HELPER_ENDED, to=given.helper_id, about=given.person_id, given=given)
    _receipt(messages.HELPER_REMOVED, actor, given, db.session.get_one(Person, given.helper_id))
    return endings.end_all(person_id=given.person_id, helper_id=given.helper_id, by=actor.id)


def _helper(who: str, person: Person) -> Person:
    """By number or whole phone. Whoever cannot be asked is answered like somebody unknown."""
    found = people.credentials(who)
    helper = db.session.get(Person, found.person_id) if found and found.is_active else None
    if helper is None or helper.id == person.id or not rules.is_adult(helper.born_on, clock.today()):
        raise refusals.NoSuchHelper
    return helper


def _give(
    person: Person,
    helper: Person,
    relation: str,
    rights: Sequence[str],
    *,
    way: str,
    recorded_by_id: int | None,
) -> Delegation:
    chosen = rules.rights(rights)
    if not chosen:
        raise refusals.NoRight
    _end_earlier(person.id, helper.id, recorded_by_id or person.id)
    if _live_count(person.id) >= rules.MOST_HELPERS:
        raise refusals.TooManyHelpers(most=rules.MOST_HELPERS)
    given = Delegation(
        person_id=person.id,
        helper_id=helper.id,
        may_sign_up=rules.SIGN_UP in chosen,
        may_wish=rules.WISH in chosen,
        may_redeem=rules.REDEEM in chosen,
        relation=rules.relation(relation),
        way=way,
        given_at=clock.now(),
        recorded_by_id=recorded_by_id,
    )
    db.session.add(given)
    db.session.flush()
    if not given.may_redeem:
        endings.end_all(person_id=person.id, helper_id=helper.id, by=recorded_by_id or person.id)
    _tell(messages.HELPER_NAMED, to=helper.id, about=person.id, given=given)
    return given


def _end_earlier(person_id: int, helper_id: int, by: int) -> None:
    db.session.execute(
        sa.update(Delegation)
        .where(
            Delegation.person_id == person_id,
            Delegation.helper_id == helper_id,
            Delegation.ended_at.is_(None),
        )
        .values(ended_at=clock.now(), ended_by_id=by)
    )


def _live_count(person_id: int) -> int:
    live = sa.select(sa.func.count()).where(Delegation.person_id == person_id, Delegation.ended_at.is_(None))
    return db.session.scalar(live) or 0


def _locked(actor: Actor, delegation_id: int) -> Delegation:
    """For both of them, and for staff who may serve the person: who is locked first, as when naming a helper."""
    found = db.session.get(Delegation, delegation_id)
    if found is None:
        raise NotFound
    person_id = found.person_id
    if actor.id in {person_id, found.helper_id}:
        locking.lock(person_id, key_share=True)
    else:
        lock_served(actor, person_id)
    statement = sa.select(Delegation).where(Delegation.id == delegation_id).with_for_update()
    given = db.session.scalars(statement.execution_options(populate_existing=True)).first()
    if given is None or given.person_id != person_id:  # merged meanwhile
        raise NotFound
    return given


def _record(act: str, actor: Actor, given: Delegation, **more: str) -> None:
    rights = {
        rules.SIGN_UP: given.may_sign_up,
        rules.WISH: given.may_wish,
        rules.REDEEM: given.may_redeem,
    }
    audit.record(
        actor_id=actor.id,
        act=act,
        kind="person",
        id=given.person_id,
        helper=given.helper_id,
        rights=[right for right, is_given in rights.items() if is_given],
        relation=given.relation,
        **more,
    )


def _receipt(act: str, actor: Actor, given: Delegation, helper: Person) -> None:
    leave_receipt(
        actor=actor,
        person_id=given.person_id,
        act=act,
        kind="delegation",
        object_id=given.id,
        helper=formats.masked_name(helper.name),
        helper_number=helper.number,
    )


def _tell(kind: str, *, to: int, about: int, given: Delegation) -> None:
    other = db.session.get_one(Person, about)
    payload = {"who": formats.masked_name(other.name), "who_number": other.number}
    outbox.tell(outbox.Note(key=f"{kind}:{given.id}", kind=kind, person_id=to, payload=payload))
