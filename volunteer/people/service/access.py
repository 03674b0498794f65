"""A minor's record is opened only after somebody else agreed, and every opening leaves a row (条例 36)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock, mode
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.core.transaction import transaction
from volunteer.outbox import service as outbox
from volunteer.people import messages, policy, reasons, rules
from volunteer.people.identity import Actor
from volunteer.people.models import WAITING, Person, RecordAccess

ASKED, APPROVED, REFUSED = "asked", "approved", "refused"


class NotAMinor(Refused):
    sentence = _l("这位居民已经成年，直接打开就行，不用申请。")


class AlreadyAsked(Refused):
    sentence = _l("您已经申请过，正在等另一位工作人员答复。")


class AlreadyOpen(Refused):
    sentence = _l("您的申请已经同意，现在就可以打开。")


class AlreadyDecided(Refused):
    sentence = _l("这个申请已经有人答复了。")


class ApprovalNeeded(Refused):
    sentence = _l("未成年人的档案要先申请，由另一位工作人员同意后才能打开。请在他的页面上申请。")
    status = 403


def is_minor(person: Person) -> bool:
    """Under 18, to the day."""
    return rules.is_minor(person.born_on, clock.today())


def may_open(actor: Actor, person: Person) -> bool:
    """Whether the record stands open: an adult's, the own one, or a minor's with a living approval.

    It says nothing about scope: ask policy.may_see_record first.
    """
    return actor.id == person.id or not is_minor(person) or open_until(actor.id, person.id) is not None


def may_finish_registration(actor: Actor, person: Person) -> bool:
    """Besides whoever may open: the registrar who has just typed it all, to print the slip or add a guardian."""
    return has_just_registered(actor, person) or may_open(actor, person)


def has_just_registered(actor: Actor, person: Person) -> bool:
    """Whether the actor typed this record in at the counter, not long ago."""
    return person.registered_by_id == actor.id and person.registered_at > clock.now() - _lasting()


def refuse_closed(actor: Actor, person: Person) -> None:
    """For every deed on a minor's record: refused without approval."""
    if not may_open(actor, person):
        raise ApprovalNeeded


def may_settle(actor: Actor, person: Person) -> bool:
    """A registration that waits for its guardian is settled by any of the staff, who see its number alone."""
    return person.status == WAITING or may_finish_registration(actor, person)


def note_opening(actor: Actor, person: Person, *, page: str) -> None:
    """For every page that shows a minor's record: refused without approval, else a row in the log.

    A page that only reads writes the row in a transaction of its own, before it loads what it shows.
    """
    refuse_closed(actor, person)
    note(actor, person, page=page)


def note(actor: Actor, person: Person, *, page: str) -> None:
    """The row alone, for pages that ask another question than `may_open`."""
    if not is_minor(person) or actor.id == person.id:
        return
    person_id = person.id
    if mode.is_reading():
        with transaction():
            _note(actor, "minor_record_opened", person_id, page=page)
    else:
        _note(actor, "minor_record_opened", person_id, page=page)


def open_until(actor_id: int, person_id: int) -> dt.datetime | None:
    """Until when the actor's approval for this person lasts; None when there is none."""
    return db.session.scalar(
        sa.select(sa.func.max(RecordAccess.expires_at)).where(
            RecordAccess.person_id == person_id,
            RecordAccess.asked_by_id == actor_id,
            RecordAccess.state == APPROVED,
            RecordAccess.expires_at > clock.now(),
        )
    )


def closed_among(actor_id: int, minor_ids: Collection[int]) -> set[int]:
    """Those of these minors without a living approval for the actor."""
    if not minor_ids:
        return set()
    statement = sa.select(RecordAccess.person_id).where(
        RecordAccess.person_id.in_(minor_ids),
        RecordAccess.asked_by_id == actor_id,
        RecordAccess.state == APPROVED,
        RecordAccess.expires_at > clock.now(),
    )
    return set(minor_ids) - set(db.session.scalars(statement))


def is_waiting(actor_id: int, person_id: int) -> bool:
    statement = sa.select(RecordAccess.id).where(
        RecordAccess.person_id == person_id,
        RecordAccess.asked_by_id == actor_id,
        RecordAccess.state == ASKED,
    )
    return db.session.scalar(statement.limit(1)) is not None


def ask(*, actor: Actor, person_id: int, reason: str) -> RecordAccess:
    """Ask to open a minor's record; one open request of the same person is enough."""
    person = db.session.scalars(sa.select(Person).where(Person.id == person_id).with_for_update()).first()
    if person is None or not policy.may_see_record(actor, _path(person)):
        raise NotFound
    if not is_minor(person):
        raise NotAMinor
    if open_until(actor.id, person_id) is not None:
        raise AlreadyOpen
    if is_waiting(actor.id, person_id):
        raise AlreadyAsked
    reason = reasons.check(reason, about=[person_id])
    access = RecordAccess(person_id=person_id, asked_by_id=actor.id, reason=reason, asked_at=clock.now())
    db.session.add(access)
    db.session.flush()
    _note(actor, "record_access_asked", person_id, access=access.id, reason=access.reason)
    return access


def decide(*, actor: Actor, access_id: int, approve: bool) -> RecordAccess:
    """Approve for ACCESS_HOURS or refuse; the asker is told. The own request is nobody's to decide."""
    access = db.session.scalars(
        sa.select(RecordAccess).where(RecordAccess.id == access_id).with_for_update()
    ).first()
    person = db.session.get(Person, access.person_id) if access else None
    if access is None or person is None:
        raise NotFound
    if not policy.may_decide_access(
        actor, _path(person), asked_by_id=access.asked_by_id, person_id=access.person_id
    ):
        raise NotFound
    if access.state != ASKED:
        raise AlreadyDecided
    access.state = APPROVED if approve else REFUSED
    access.decided_by_id, access.decided_at = actor.id, clock.now()
    access.expires_at = clock.now() + _lasting() if approve else None
    db.session.flush()
    act = "record_access_approved" if approve else "record_access_refused"
    _note(actor, act, access.person_id, access=access.id, asked_by=access.asked_by_id)
    _tell(access, person.number)
    return access


def _tell(access: RecordAccess, number: str) -> None:
    payload = {"person_id": access.person_id, "number": number}
    if access.expires_at is not None:
        payload["until_at"] = access.expires_at.isoformat()
    kind = messages.ACCESS_APPROVED if access.state == APPROVED else messages.ACCESS_REFUSED
    outbox.tell(
        outbox.Note(
            key=f"access:{access.id}", kind=kind, person_id=access.asked_by_id, payload=payload, by_email=True
        )
    )


def _lasting() -> dt.timedelta:
    return dt.timedelta(hours=current_app.config["ACCESS_HOURS"])


def _path(person: Person) -> str:
    return db.session.get_one(Area, person.area_id).path


def _note(actor: Actor, act: str, person_id: int, **details: object) -> None:
    audit.record(actor_id=actor.id, act=act, kind="person", id=person_id, **details)
