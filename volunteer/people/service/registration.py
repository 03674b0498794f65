"""Registering: by oneself, at the counter, and many at once from a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db, insert
from volunteer.core.errors import NotAllowed, Refused
from volunteer.people import finding, numbers, passwords, phones, policy, rules, sessions
from volunteer.people.identity import Actor
from volunteer.people.models import Consent, Guardian, Person, PersonSkill, PersonSlot

SERIES = "volunteer"
CHUNK = 500


class PhoneNotUsable(Refused):
    """R004: the number is registered; to whom is not said, nor that it is."""

    sentence = _l("这个手机号不能用来注册；如果是您的号码，请直接登录，或到社区服务台办理。")
    field = "phone"


class PhoneRegistered(PhoneNotUsable):
    """The same for staff, who can look the number up."""

    sentence = _l("这个手机号已经登记过。请先在居民名单里按手机号找一找。")


class ConsentNeeded(Refused):
    sentence = _l("请先看一看我们怎样保护您的信息，并勾选同意。")
    status = 422
    field = "consent"


class UnknownArea(Refused):
    sentence = _l("请从列出的社区里选。")
    status = 422
    field = "area"


@dataclass(frozen=True)
class GuardianConsent:
    """Who agreed for a child, in presence of staff."""

    name: str
    relation: str
    phone: str


@dataclass(frozen=True)
class NewPerson:
    """One line of a list to register; the phone as people write it."""

    name: str
    born_on: dt.date
    area_id: int
    phone: str | None = None
    language: str = "zh_Hans"
    elder_mode: bool = False
    registered_at: dt.datetime | None = None
    skills: tuple[str, ...] = ()
    slots: tuple[tuple[int, str], ...] = ()


def register(
    *,
    name: str,
    phone: str,
    password: str,
    area_id: int,
    born_on: dt.date,
    has_consented: bool,
    language: str = "zh_Hans",
    elder_mode: bool = False,
    password_hash: str | None = None,
) -> Person:
    """Register oneself. `password_hash` saves hashing here, where a writer may be waiting.

    A phone that is registered is refused, without saying so (R004); a child is
    sent to the counter with a guardian (R007).
    """
    if not has_consented:
        raise ConsentNeeded
    if rules.needs_guardian(rules.birth_date(born_on, clock.today()), clock.today()):
        raise rules.GuardianNeeded
    passwords.check(password, name=name, phone=phones.normalise(phone), born_on=born_on)
    return register_one(
        NewPerson(name, born_on, area_id, phone, language, elder_mode),
        password_hash=password_hash or sessions.hash_password(password),
        way=rules.SELF,
        recorded_by=None,
    )


def register_by_staff(
    *,
    actor: Actor,
    name: str,
    born_on: dt.date,
    area_id: int,
    consent_way: str,
    phone: str | None = None,
    password: str | None = None,
    language: str = "zh_Hans",
    elder_mode: bool = False,
    guardian: GuardianConsent | None = None,
    password_hash: str | None = None,
) -> Person:
    """Register somebody at the counter (R018), with the way of consent and who recorded it (R006)."""
    area = db.session.get(Area, area_id)
    if area is None or not policy.may_register_in(actor, area.path):
        raise NotAllowed
    if rules.needs_guardian(rules.birth_date(born_on, clock.today()), clock.today()) and guardian is None:
        raise rules.GuardianNeeded
    if password:
        normalised = phones.normalise(phone) if phone else None
        passwords.check(password, name=name, phone=normalised, born_on=born_on)
        password_hash = password_hash or sessions.hash_password(password)
    person = register_one(
        NewPerson(name, born_on, area_id, phone, language, elder_mode),
        password_hash=password_hash if password else None,
        way=rules.counter_way(consent_way),
        recorded_by=actor.id,
    )
    if guardian is not None:
        _guardian(person.id, guardian, consent_way, actor.id)
    return person


def register_one(new: NewPerson, *, password_hash: str | None, way: str, recorded_by: int | None) -> Person:
    """One person with consent and audit; whether it may be is asked by the callers above.

    The unique hash decides between two who come with the same phone at once.
    """
    row = _row(new) | {"password_hash": password_hash, "registered_by_id": recorded_by}
    area = db.session.get(Area, new.area_id)
    if area is None:
        raise UnknownArea
    number = rules.volunteer_number(numbers.take(SERIES))
    statement = insert(Person).values(**row, number=number)
    person_id = db.session.scalar(
        statement.on_conflict_do_nothing(index_elements=["phone_hash"]).returning(Person.id)
    )
    if person_id is None:
        raise PhoneNotUsable if recorded_by is None else PhoneRegistered
    finding.write_keys([(person_id, row["name"], row["phone"], area.path)])
    _consent(person_id, rules.PRIVACY, way, recorded_by)
    audit.record(
        actor_id=recorded_by or person_id, act="person_registered", kind="person", id=person_id, way=way
    )
    return db.session.get_one(Person, person_id)


def register_many(
    rows: Sequence[NewPerson],
    *,
    recorded_by: int | None,
    password: str | None = None,
    password_hash: str | None = None,
    consent_way: str = rules.IMPORTED,
) -> list[int]:
    """Register a whole list, all or none; the ids come in its order.

    One `password` for all is meant for demonstrations; it is hashed once, or
    comes as `password_hash` for several lists.
    """
    if not rows:
        return []
    people = [_row(person) for person in rows]
    _refuse_repeated_phones([person["phone_hash"] for person in people if person["phone_hash"]])
    shared = {
        "password_hash": sessions.hash_password(password) if password else password_hash,
        "registered_by_id": recorded_by,
    }
    first = numbers.take(SERIES, len(people))
    for place, person in enumerate(people):
        person |= shared | {"number": rules.volunteer_number(first + place)}
    _execute_many(Person, people)
    ids = _ids_from(first, len(people))
    paths = {area.id: area.path for area in db.session.scalars(sa.select(Area))}
    finding.write_keys(
        (id, person["name"], person["phone"], paths[person["area_id"]])
        for id, person in zip(ids, people, strict=True)
    )
    _execute_many(
        Consent,
        [
            {
                "person_id": id,
                "kind": rules.PRIVACY,
                "notice_version": rules.NOTICE_VERSION,
                "given_at": person["registered_at"],
                "way": consent_way,
                "recorded_by_id": recorded_by,
            }
            for id, person in zip(ids, people, strict=True)
        ],
    )
    pairs = list(zip(ids, rows, strict=True))
    skills = [(id, code) for id, row in pairs for code in rules.skills(list(row.skills))]
    slots = [(id, slot) for id, row in pairs for slot in rules.slots(list(row.slots))]
    _execute_many(PersonSkill, [{"person_id": id, "skill": code} for id, code in skills])
    _execute_many(PersonSlot, [{"person_id": id, "weekday": day, "part": part} for id, (day, part) in slots])
    audit.record(actor_id=recorded_by, act="people_imported", kind="person", count=len(ids), first_id=ids[0])
    return ids


def _row(new: NewPerson) -> dict[str, Any]:
    phone = phones.normalise(new.phone) if new.phone else None
    return {
        "name": rules.name(new.name),
        "name_hash": finding.name_hash(new.name),
        "phone": phone,
        "phone_hash": phones.phone_hash(phone) if phone else None,
        "area_id": new.area_id,
        "born_on": rules.birth_date(new.born_on, clock.today()),
        "language": new.language,
        "elder_mode": new.elder_mode,
        "registered_at": new.registered_at or clock.now(),
    }


def _consent(person_id: int, kind: str, way: str, recorded_by: int | None) -> None:
    db.session.add(
        Consent(
            person_id=person_id,
            kind=kind,
            notice_version=rules.NOTICE_VERSION,
            given_at=clock.now(),
            way=way,
            recorded_by_id=recorded_by,
        )
    )
    db.session.flush()


def _guardian(person_id: int, guardian: GuardianConsent, way: str, recorded_by: int) -> None:
    db.session.add(
        Guardian(
            ward_id=person_id,
            name=rules.name(guardian.name),
            relation=rules.relation(guardian.relation),
            phone=phones.normalise(guardian.phone),
            recorded_at=clock.now(),
            recorded_by_id=recorded_by,
        )
    )
    _consent(person_id, rules.GUARDIAN, way, recorded_by)


def _refuse_repeated_phones(hashes: list[str]) -> None:
    if len(set(hashes)) != len(hashes):
        raise PhoneRegistered
    for start in range(0, len(hashes), CHUNK):
        some = hashes[start : start + CHUNK]
        if db.session.scalar(sa.select(Person.id).where(Person.phone_hash.in_(some)).limit(1)) is not None:
            raise PhoneRegistered


def _ids_from(first: int, count: int) -> list[int]:
    last = rules.volunteer_number(first + count - 1)
    between = Person.number.between(rules.volunteer_number(first), last)
    return list(db.session.scalars(sa.select(Person.id).where(between).order_by(Person.number)))


def _execute_many(model: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), CHUNK):
        db.session.execute(sa.insert(model.__table__), rows[start : start + CHUNK])
