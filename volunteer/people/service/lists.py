"""Registering a whole list at once: an import, a recruitment meeting, a demonstration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core.database import db
from volunteer.people import finding, numbers, rules, sessions
from volunteer.people.models import Consent, Person, PersonSkill, PersonSlot
from volunteer.people.service import consents, guardians
from volunteer.people.service.registration import (
    SERIES,
    DocumentRegistered,
    NewPerson,
    PhoneRegistered,
    row_of,
)

CHUNK = 500


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
    people = [row_of(person) for person in rows]
    _refuse_repeated(Person.phone_hash, people, PhoneRegistered)
    _refuse_repeated(Person.document_hash, people, DocumentRegistered)
    shared = {
        "password_hash": sessions.hash_password(password) if password else password_hash,
        "registered_by_id": recorded_by,
    }
    first = numbers.take(SERIES, len(people))
    for place, (person, new) in enumerate(zip(people, rows, strict=True)):
        person |= shared | {"number": rules.volunteer_number(first + place)}
        is_verified = new.is_verified and bool(person["document"])
        person["verified_at"] = person["registered_at"] if is_verified else None
        person["verified_by_id"] = recorded_by if is_verified else None
    _execute_many(Person, people)
    ids = _ids_from(first, len(people))
    _write_what_belongs_to_them(ids, rows, people, consent_way, recorded_by)
    audit.record(actor_id=recorded_by, act="people_imported", kind="person", count=len(ids), first_id=ids[0])
    return ids


def _write_what_belongs_to_them(
    ids: list[int],
    rows: Sequence[NewPerson],
    people: list[dict[str, Any]],
    way: str,
    recorded_by: int | None,
) -> None:
    """Look-up keys, consents, guardians, skills and free time."""
    paths = {area.id: area.path for area in db.session.scalars(sa.select(Area))}
    finding.write_keys(
        (id, person["name"], person["phone"], paths[person["area_id"]])
        for id, person in zip(ids, people, strict=True)
    )
    agreed = [
        row.agreed or consents.Agreed(rules.NOTICE_VERSION, person["registered_at"], way, recorded_by)
        for row, person in zip(rows, people, strict=True)
    ]
    pairs = list(zip(ids, rows, agreed, strict=True))
    _execute_many(Consent, [consents.row(id, rules.PRIVACY, given) for id, _row, given in pairs])
    wards = [(id, row.guardian, given) for id, row, given in pairs if row.guardian is not None]
    if wards:
        guardians.write(wards, recorded_by=recorded_by or ids[0])
    skills = [(id, code) for id, row, _given in pairs for code in rules.skills(list(row.skills))]
    slots = [(id, slot) for id, row, _given in pairs for slot in rules.slots(list(row.slots))]
    _execute_many(PersonSkill, [{"person_id": id, "skill": code} for id, code in skills])
    _execute_many(PersonSlot, [{"person_id": id, "weekday": day, "part": part} for id, (day, part) in slots])


def _refuse_repeated(column: Any, people: list[dict[str, Any]], refusal: type[Exception]) -> None:
    """Within the list, or with somebody registered."""
    hashes = [person[column.key] for person in people if person[column.key]]
    if len(set(hashes)) != len(hashes):
        raise refusal
    for start in range(0, len(hashes), CHUNK):
        some = hashes[start : start + CHUNK]
        if db.session.scalar(sa.select(Person.id).where(column.in_(some)).limit(1)) is not None:
            raise refusal


def _ids_from(first: int, count: int) -> list[int]:
    last = rules.volunteer_number(first + count - 1)
    between = Person.number.between(rules.volunteer_number(first), last)
    return list(db.session.scalars(sa.select(Person.id).where(between).order_by(Person.number)))


def _execute_many(model: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), CHUNK):
        db.session.execute(sa.insert(model.__table__), rows[start : start + CHUNK])
