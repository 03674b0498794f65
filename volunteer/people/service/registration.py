"""Registering: by oneself on a phone, and at the counter. A whole list at once: lists.py."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock, crypto
from volunteer.core.database import db, insert
from volunteer.core.errors import NotAllowed, Refused
from volunteer.outbox import service as outbox
from volunteer.people import documents, finding, messages, numbers, passwords, phones, policy, rules, sessions
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, WAITING, Consent, Person, RegistrationReceipt
from volunteer.people.service import consents, guardians, receipts
from volunteer.people.service.guardians import GuardianConsent

SERIES = "volunteer"
_CONSENTS: Any = Consent.__table__
_RECEIPTS: Any = RegistrationReceipt.__table__


class PhoneRegistered(Refused):
    """R004: said to staff only, and not whose it is."""

    sentence = _l(
        "这个手机号已经登记过，不用再登记。请在居民名单里按手机号找；找不到的，可能登记在别的社区，请街道帮忙查。"
    )
    field = "phone"


class DocumentRegistered(Refused):
    """R004: said to staff only, and not whose it is."""

    sentence = _l(
        "这个证件已经登记过，不用再登记。请在居民名单里按姓名或编号找；找不到的，可能登记在别的社区，请街道帮忙查。"
    )
    field = "document"


class ConsentNeeded(Refused):
    sentence = _l("请先看一看我们怎样保护您的信息，并勾选同意。")
    status = 422
    field = "consent"


class UnknownArea(Refused):
    sentence = _l("请从列出的社区里选。")
    status = 422
    field = "area"


@dataclass(frozen=True)
class NewPerson:
    """Somebody to register; phone and document as people write them.

    `is_verified` says that the document was compared with the person (R002).
    A child below 14 without a guardian is written down, but waits (R007).
    """

    name: str
    born_on: dt.date
    area_id: int
    phone: str | None = None
    language: str = "zh_Hans"
    elder_mode: bool = False
    registered_at: dt.datetime | None = None
    skills: tuple[str, ...] = ()
    slots: tuple[tuple[int, str], ...] = ()
    sex: str | None = None
    document_kind: str | None = None
    document: str | None = None
    is_verified: bool = False
    address: str | None = None
    school: str | None = None
    guardian: GuardianConsent | None = None
    agreed: consents.Agreed | None = None  # given earlier on an own form; else the consent of the whole list


def register(
    *,
    name: str,
    phone: str | None,
    password: str,
    area_id: int,
    born_on: dt.date,
    has_consented: bool,
    sex: str | None = None,
    language: str = "zh_Hans",
    elder_mode: bool = False,
    password_hash: str | None = None,
) -> str | None:
    """Register oneself; gives the token of the receipt for a child below 14, who waits for a guardian (R007).

    Whether the phone was registered before is not told, by the answer or by the work it takes (R004):
    the new record of a known phone is undone, and its owner gets a message instead.
    `password_hash` saves hashing here, where a writer may be waiting.
    """
    if not has_consented:
        raise ConsentNeeded
    if not phone and not rules.needs_guardian(born_on, clock.today()):
        raise rules.PhoneNeeded
    normalised = phones.normalise(phone) if phone else None
    passwords.check(password, name=name, phone=normalised, born_on=born_on)
    new = NewPerson(name, born_on, area_id, phone, language, elder_mode, sex=sex)
    row = row_of(new) | {"password_hash": password_hash or sessions.hash_password(password)}
    area = _area(area_id)
    person_id, owner_id = _write_unless_known(row, area)
    _tell(person_id, owner_id, row["number"])
    if row["status"] != WAITING:
        return None
    return _receipt(person_id, area_id, row["registered_at"])


def _write_unless_known(row: dict[str, Any], area: Area) -> tuple[int | None, int | None]:
    """(id of the new person, None), or (None, id of the phone's owner): the same statements both times."""
    owner_id = _owner_of(row["phone_hash"])
    row["number"] = rules.volunteer_number(numbers.take(SERIES))  # a gap afterwards says nothing either
    point = db.session.begin_nested()
    agreed = consents.agreed(rules.SELF, None)
    person_id = _write(row if owner_id is None else row | {"phone_hash": None}, area, agreed)
    if person_id is None:  # somebody else registered the same phone at this moment
        owner_id = _owner_of(row["phone_hash"])
    if owner_id is None:
        point.commit()
        return person_id, None
    point.rollback()
    return None, owner_id


def _tell(person_id: int | None, owner_id: int | None, number: str) -> None:
    """Welcome the new person, or tell the phone's owner, at most once a day."""
    if person_id is not None:
        key, kind, payload = f"welcome:{person_id}", messages.WELCOME, {"number": number}
        act, who = "person_registered", person_id
    else:
        assert owner_id is not None, "one of the two was found"
        key, kind, payload = f"registered-again:{owner_id}:{clock.today()}", messages.REGISTERED_AGAIN, {}
        act, who = "registration_repeated", owner_id
    outbox.tell(outbox.Note(key=key, kind=kind, person_id=who, payload=payload))
    audit.record(actor_id=person_id, act=act, kind="person", id=who, way=rules.SELF)


def _receipt(person_id: int | None, area_id: int, received_at: dt.datetime) -> str:
    token = crypto.token()
    values = {
        "token_hash": receipts.receipt_hash(token),
        "area_id": area_id,
        "person_id": person_id,
        "received_at": received_at,
        "state": WAITING,
    }
    db.session.execute(sa.insert(_RECEIPTS), values)
    return token


def register_by_staff(
    *,
    actor: Actor,
    new: NewPerson,
    consent_way: str,
    consent_on: dt.date | None = None,
    password: str | None = None,
    password_hash: str | None = None,
    pin_hash: str | None = None,
) -> Person:
    """Register somebody at the counter (R018), with date and way of consent and who recorded it (R006).

    A document counts as compared with the person only when staff say so, not a leader.
    """
    area = db.session.get(Area, new.area_id)
    if area is None or not policy.may_register_in(actor, area.path):
        raise NotAllowed
    today = clock.today()
    if rules.needs_guardian(rules.birth_date(new.born_on, today), today) and new.guardian is None:
        raise rules.GuardianNeeded
    if new.guardian is not None:
        guardians.check(new.guardian, actor=actor, wards_phone=new.phone)
    if password:
        normalised = phones.normalise(new.phone) if new.phone else None
        passwords.check(password, name=new.name, phone=normalised, born_on=new.born_on)
        password_hash = password_hash or sessions.hash_password(password)
    return register_one(
        new,
        password_hash=password_hash if password else None,
        pin_hash=pin_hash,
        way=rules.counter_way(consent_way),
        consent_on=rules.consent_date(consent_on or today, today),
        recorded_by=actor.id,
        is_verified=new.is_verified and policy.may_check_identity(actor, 0, area.path),
    )


def register_one(
    new: NewPerson,
    *,
    password_hash: str | None,
    way: str,
    recorded_by: int | None,
    pin_hash: str | None = None,
    consent_on: dt.date | None = None,
    is_verified: bool = False,
) -> Person:
    """One person with consent, guardian and audit; whether it may be is asked by the callers.

    The unique hashes decide between two who come with the same phone or document at once.
    """
    row = row_of(new) | {"password_hash": password_hash, "pin_hash": pin_hash}
    row |= {"registered_by_id": recorded_by}
    if is_verified and row["document"]:
        row |= {"verified_at": clock.now(), "verified_by_id": recorded_by}
    area = _area(new.area_id)
    row["number"] = rules.volunteer_number(numbers.take(SERIES))
    agreed = new.agreed or consents.agreed(way, recorded_by, consent_on)
    person_id = _write(row, area, agreed)
    if person_id is None:
        raise PhoneRegistered if _owner_of(row["phone_hash"]) is not None else DocumentRegistered
    if new.guardian is not None:
        guardians.write([(person_id, new.guardian, agreed)], recorded_by=recorded_by or person_id)
    audit.record(
        actor_id=recorded_by or person_id,
        act="person_registered",
        kind="person",
        id=person_id,
        way=way,
        **_in_short(row, new),
    )
    return db.session.get_one(Person, person_id)


def _in_short(row: dict[str, Any], new: NewPerson) -> dict[str, Any]:
    """What was written down at the counter, without saying what it is."""
    facts = {
        "document": row["document_kind"],
        "verified": bool(row.get("verified_at")),
        "guardian": new.guardian is not None,
        "pin": bool(row["pin_hash"]),
    }
    return {name: value for name, value in facts.items() if value}


def _write(row: dict[str, Any], area: Area, agreed: consents.Agreed) -> int | None:
    """The person with look-up keys and consent; None when phone or document is somebody's already."""
    statement = insert(Person).values(**row).on_conflict_do_nothing().returning(Person.id)
    person_id = db.session.scalar(statement)
    if person_id is None:
        return None
    finding.write_keys([(person_id, row["name"], row["phone"], area.path)])
    db.session.execute(sa.insert(_CONSENTS), consents.row(person_id, rules.PRIVACY, agreed))
    return int(person_id)


def row_of(new: NewPerson) -> dict[str, Any]:
    """The columns of a new person, everything normalised and checked; who needs a guardian and has none waits."""
    phone = phones.normalise(new.phone) if new.phone else None
    born_on = rules.birth_date(new.born_on, clock.today())
    document = documents.read(new.document_kind or "", new.document) if new.document else None
    sex = documents.known_sex(new.sex) if new.sex else None
    if document is not None:
        sex = documents.agree(document, born_on=born_on, sex=sex)
    waits = rules.needs_guardian(born_on, clock.today()) and new.guardian is None
    return {
        "name": rules.name(new.name),
        "name_hash": finding.name_hash(new.name),
        "sex": sex,
        "phone": phone,
        "phone_hash": phones.phone_hash(phone) if phone else None,
        "address": new.address or None,
        "school": new.school or None,
        "document_kind": document.kind if document else None,
        "document": document.number if document else None,
        "document_hash": document.hash if document else None,
        "area_id": new.area_id,
        "born_on": born_on,
        "language": new.language,
        "elder_mode": new.elder_mode,
        "status": WAITING if waits else ACTIVE,
        "registered_at": new.registered_at or clock.now(),
    }


def _area(area_id: int) -> Area:
    area = db.session.get(Area, area_id)
    if area is None:
        raise UnknownArea
    return area


def _owner_of(phone_hash: str | None) -> int | None:
    if phone_hash is None:  # or everybody without a phone would own it
        return None
    return db.session.scalar(sa.select(Person.id).where(Person.phone_hash == phone_hash))
