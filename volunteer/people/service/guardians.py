"""Guardians of children, and registrations that wait for one (R007, R008, R010, R011)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock, crypto, formats
from volunteer.core.database import COUNT_ROWS, db
from volunteer.core.errors import NotFound, Refused
from volunteer.outbox import service as outbox
from volunteer.people import finding, messages, phones, policy, rules, sessions
from volunteer.people.identity import Actor
from volunteer.people.models import (
    ACTIVE,
    CLOSED,
    DISABLED,
    WAITING,
    Consent,
    Guardian,
    Person,
    RegistrationReceipt,
)
from volunteer.people.service import access, consents
from volunteer.people.service.consents import Agreed
from volunteer.workdays import queries as workdays

CONFIRMED, REJECTED = "confirmed", "rejected"
_GUARDIANS: Any = Guardian.__table__
_CONSENTS: Any = Consent.__table__
_RECEIPTS: Any = RegistrationReceipt.__table__
LONGEST_REASON = 300


class NotAMinor(Refused):
    sentence = _l("这位居民已经满 18 周岁，不需要监护人。")


class NoGuardian(Refused):
    sentence = _l("现在没有监护人的同意，不用收回。")


class OwnWard(Refused):
    """Nobody confirms an own entry (R150)."""

    sentence = _l("您就是这位监护人，请让另一位工作人员来登记。")
    field = "guardian_phone"


class NotWaiting(Refused):
    sentence = _l("这份登记已经有人办好了。")


class ReasonNeeded(Refused):
    """R011."""

    sentence = _l("请写一句为什么退回，家长会看到。")
    status = 422
    field = "reason"


@dataclass(frozen=True)
class GuardianConsent:
    """Who agreed for a child, in presence of staff."""

    name: str
    relation: str
    phone: str


@dataclass(frozen=True)
class Progress:
    """What the holder of a receipt may know: how far the registration is, and nothing about anybody."""

    state: str
    area: Area
    received_at: dt.datetime
    confirm_by_on: dt.date
    reason: str | None

    @property
    def is_overdue(self) -> bool:
        return self.state == WAITING and clock.today() > self.confirm_by_on


def record_guardian(
    *, actor: Actor, person_id: int, guardian: GuardianConsent, way: str, consent_on: dt.date | None = None
) -> bool:
    """Write down (or replace) who agreed for a minor; whether a waiting child has become active by it.

    The consent of an earlier guardian ends; the earlier row stays as history.
    """
    person = of_area(actor, person_id)
    if not access.may_settle(actor, person):
        raise access.ApprovalNeeded
    today = clock.today()
    if not rules.is_minor(person.born_on, today):
        raise NotAMinor
    check(guardian, actor=actor)
    agreed = consents.agreed(rules.counter_way(way), actor.id, rules.consent_date(consent_on or today, today))
    replaced = _end_consents(person_id)
    write([(person_id, guardian, agreed)], recorded_by=actor.id)
    audit.record(
        actor_id=actor.id,
        act="guardian_recorded",
        kind="person",
        id=person_id,
        way=way,
        after={
            "name": formats.masked_name(guardian.name),
            "phone": formats.masked_phone(phones.normalise(guardian.phone)),
            "relation": guardian.relation,
        },
        replaced=replaced,
    )
    return _activate(actor, person)


def withdraw_guardian(*, actor: Actor, person_id: int) -> None:
    """The guardian takes the consent back: no sign-up any more (R008), and below 14 the account waits again (R007)."""
    person = of_area(actor, person_id)
    access.refuse_closed(actor, person)
    if not _end_consents(person_id):
        raise NoGuardian
    before = person.status
    if before == ACTIVE and rules.needs_guardian(person.born_on, clock.today()):
        person.status = WAITING
        sessions.end_all(person_id)
    db.session.flush()
    audit.record(
        actor_id=actor.id,
        act="guardian_withdrew",
        kind="person",
        id=person_id,
        before={"status": before},
        after={"status": person.status},
    )


def reject(*, actor: Actor, person_id: int, reason: str) -> None:
    """Send a waiting registration back with a reason, which the applicant sees on the receipt's page (R011).

    Phone, password and look-up keys go at once, so that the family can register anew.
    """
    person = of_area(actor, person_id)
    if person.status != WAITING:
        raise NotWaiting
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise ReasonNeeded
    person.status = CLOSED
    person.phone = person.phone_hash = person.password_hash = None
    db.session.flush()
    finding.forget_keys(person_id)
    _decide(person, REJECTED, actor.id, reason.strip())
    audit.record(actor_id=actor.id, act="registration_rejected", kind="person", id=person_id)


def progress(token: str) -> Progress:
    """How far the registration of a receipt is; an unknown token is not found."""
    row = db.session.execute(
        sa.select(RegistrationReceipt, Area)
        .join(Area, Area.id == RegistrationReceipt.area_id)
        .where(RegistrationReceipt.token_hash == receipt_hash(token))
    ).first()
    if row is None:
        raise NotFound
    receipt: RegistrationReceipt = row.RegistrationReceipt
    return Progress(
        receipt.state, row.Area, receipt.received_at, confirm_by(receipt.received_at), receipt.reason
    )


def confirm_by(received_at: dt.datetime) -> dt.date:
    """R010: the last day in time, CONFIRM_DAYS working days after the day of registration."""
    return confirm_by_each([received_at])[received_at]


def confirm_by_each(received_at: Iterable[dt.datetime]) -> dict[dt.datetime, dt.date]:
    """The same for many at once, in one statement."""
    days = {moment: clock.local(moment).date() for moment in received_at}
    terms = workdays.terms(days.values(), current_app.config["CONFIRM_DAYS"])
    return {moment: terms[day] for moment, day in days.items()}


def check(guardian: GuardianConsent, *, actor: Actor) -> None:
    """Refuse what cannot be a guardian, and one's own consent for an own ward."""
    rules.name(guardian.name)
    rules.relation(guardian.relation)
    phone = phones.normalise(guardian.phone)
    own = db.session.scalar(sa.select(Person.phone_hash).where(Person.id == actor.id))
    if own == phones.phone_hash(phone):
        raise OwnWard


def write(wards: Sequence[tuple[int, GuardianConsent, Agreed]], *, recorded_by: int) -> None:
    """Guardians with their consents; whether it may be is asked by the callers."""
    rows = [
        {
            "ward_id": ward_id,
            "name": rules.name(guardian.name),
            "relation": rules.relation(guardian.relation),
            "phone": phones.normalise(guardian.phone),
            "recorded_at": clock.now(),
            "recorded_by_id": recorded_by,
        }
        for ward_id, guardian, _agreed in wards
    ]
    db.session.execute(sa.insert(_GUARDIANS), rows)
    given = [consents.row(ward_id, rules.GUARDIAN, agreed) for ward_id, _guardian, agreed in wards]
    db.session.execute(sa.insert(_CONSENTS), given)


def receipt_hash(token: str) -> str:
    return crypto.look_up_hash("registration", token)


def of_area(actor: Actor, person_id: int) -> Person:
    """The person, locked, for staff of the area other than the person; nobody else learns that there is one."""
    statement = (
        sa.select(Person, Area.path)
        .join(Area, Area.id == Person.area_id)
        .where(Person.id == person_id, Person.status.in_((WAITING, ACTIVE, DISABLED)))
        .with_for_update(of=Person)
        .execution_options(populate_existing=True)
    )
    row = db.session.execute(statement).first()
    if row is None or not policy.may_check_identity(actor, person_id, row.path):
        raise NotFound
    return row.Person  # type: ignore[no-any-return]


def _end_consents(person_id: int) -> bool:
    """The consents of earlier guardians end now; whether there was one."""
    result: Any = db.session.execute(
        sa.update(Consent)
        .where(Consent.person_id == person_id, Consent.kind == rules.GUARDIAN, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=clock.now()),
        execution_options=COUNT_ROWS,
    )
    return int(result.rowcount) > 0


def _activate(actor: Actor, person: Person) -> bool:
    if person.status != WAITING:
        return False
    person.status = ACTIVE
    db.session.flush()
    _decide(person, CONFIRMED, actor.id)
    audit.record(actor_id=actor.id, act="registration_confirmed", kind="person", id=person.id)
    outbox.tell(
        outbox.Note(key=f"confirmed:{person.id}", kind=messages.REGISTRATION_CONFIRMED, person_id=person.id)
    )
    return True


def _decide(person: Person, state: str, actor_id: int, reason: str | None = None) -> None:
    """Close the receipt; who came with a list has none yet, and gets one to hold the reason."""
    values = {"state": state, "reason": reason, "decided_at": clock.now(), "decided_by_id": actor_id}
    of_person = RegistrationReceipt.person_id == person.id
    result: Any = db.session.execute(
        sa.update(RegistrationReceipt).where(of_person).values(**values), execution_options=COUNT_ROWS
    )
    if not result.rowcount:
        values |= {"person_id": person.id, "area_id": person.area_id, "received_at": person.registered_at}
        values |= {"token_hash": receipt_hash(crypto.token())}
        db.session.execute(sa.insert(_RECEIPTS), values)
