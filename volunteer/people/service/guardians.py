"""Guardians of children, and registrations that wait for one (R007, R008, R010, R011)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock, formats
from volunteer.core.database import COUNT_ROWS, db
from volunteer.core.errors import NotFound, Refused
from volunteer.outbox import service as outbox
from volunteer.people import messages, personal, phones, policy, queries, reasons, rules
from volunteer.people.identity import Actor
from volunteer.people.models import (
    ACTIVE,
    DISABLED,
    WAITING,
    Consent,
    Guardian,
    Person,
)
from volunteer.people.service import access, consents, receipts, unagreed
from volunteer.people.service.consents import Agreed

_GUARDIANS: Any = Guardian.__table__
_CONSENTS: Any = Consent.__table__
LONGEST_REASON = 300


class NotAMinor(Refused):
    sentence = _l("这位居民已经满 18 周岁，不需要监护人。")


class NoGuardian(Refused):
    sentence = _l("现在没有监护人的同意，不用收回。")


class OwnWard(Refused):
    """Nobody confirms an own entry (R150)."""

    sentence = _l("您就是这位监护人，请让另一位工作人员来登记。")
    field = "guardian_phone"


class WardsOwnPhone(Refused):
    """Staff could reach nobody but the child."""

    sentence = _l(
        "这是孩子登记的手机号，请填监护人自己的。共用一个手机的，孩子的手机号空着；已经登记的，先更正去掉。"
    )
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
    check(guardian, actor=actor, wards_phone=person.phone)
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
    was_let_in = unagreed.activate(person, by=actor.id)
    if not was_let_in and not replaced and person.status == ACTIVE:
        _tell(messages.GUARDIAN_RECORDED, person_id)
    return was_let_in


def withdraw_guardian(*, actor: Actor, person_id: int) -> None:
    """The guardian takes the consent back: no coming place any more (R008), and below 14 the account waits again."""
    person = of_area(actor, person_id)
    access.refuse_closed(actor, person)
    if not _end_consents(person_id):
        raise NoGuardian
    before = person.status
    unagreed.settle(person, by=actor.id)
    audit.record(
        actor_id=actor.id,
        act="guardian_withdrew",
        kind="person",
        id=person_id,
        before={"status": before},
        after={"status": person.status},
    )
    if rules.is_minor(person.born_on, clock.today()):
        _tell(messages.GUARDIAN_WITHDREW, person_id)


def _tell(kind: str, person_id: int) -> None:
    key = f"{kind}:{person_id}:{clock.now().isoformat()}"
    outbox.tell(outbox.Note(key=key, kind=kind, person_id=person_id))


def reject(*, actor: Actor, person_id: int, reason: str) -> None:
    """Send a waiting registration back with a reason, which the applicant sees on the receipt's page (R011).

    The record is erased at once, so that the family can register anew; what must be done before an account
    is closed must be done here too.
    """
    person = of_area(actor, person_id)
    if person.status != WAITING:
        raise NotWaiting
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise ReasonNeeded
    for refusal in personal.closing_refusals(person_id):
        raise refusal
    reason = reasons.without_names(reason.strip(), [person_id])  # while the names are known
    reasons.refuse_numbers(reason)
    personal.erase(person_id, by=actor.id)
    receipts.settle(person, receipts.REJECTED, actor.id, reason)
    audit.record(actor_id=actor.id, act="registration_rejected", kind="person", id=person_id)


def check(guardian: GuardianConsent, *, actor: Actor, wards_phone: str | None) -> None:
    """Refuse what cannot be a guardian, the child's own phone, and one's own consent for an own ward."""
    rules.name(guardian.name)
    rules.relation(guardian.relation)
    phone = phones.normalise(guardian.phone)
    if wards_phone and phones.normalise(wards_phone) == phone:
        raise WardsOwnPhone
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
        .where(Consent.person_id == person_id, queries.guardian_agrees)
        .values(withdrawn_at=clock.now()),
        execution_options=COUNT_ROWS,
    )
    return int(result.rowcount) > 0
