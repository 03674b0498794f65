"""Looking people up by what is typed: number, phone, the last four digits, or name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.areas import queries as areas
from volunteer.areas.models import Area
from volunteer.core import formats
from volunteer.core.database import db
from volunteer.people import phones, rules
from volunteer.people.models import (
    ACTIVE,
    STAFF_ROLES,
    Grant,
    Guardian,
    Person,
    PersonSkill,
    PersonSlot,
    SignInSession,
)

PAGE = 50
_TAIL = re.compile(r"[0-9]{4}\Z", re.ASCII)
_FOUND = sa.select(
    Person.id,
    Person.number,
    Person.name,
    Person.phone,
    Person.status,
    Person.registered_at,
    Person.area_id,
    Area.name.label("area_name"),
    Area.name_en.label("area_name_en"),
).join(Area, Area.id == Person.area_id)


@dataclass(frozen=True)
class Found:
    """A person as a list shows one: masked (R142)."""

    id: int
    number: str
    masked_name: str
    masked_phone: str
    area: Area
    status: str
    registered_at: Any


@dataclass(frozen=True)
class Credentials:
    person_id: int
    password_hash: str | None
    is_active: bool


def find(
    text: str, *, area_paths: Sequence[str] | None = None, exact: bool = False, limit: int = 20
) -> list[Found]:
    """Active people who match what was typed, for a roll call or a counter.

    `area_paths` keeps the search within subtrees; `exact` wants the whole name
    instead of its beginning, for those who may not browse.
    """
    condition = matching(text, exact=exact)
    if condition is None:
        return []
    statement = _FOUND.where(condition, Person.status == ACTIVE).order_by(Person.name, Person.id).limit(limit)
    return _found(statement, area_paths)


def directory(
    *, area_paths: Sequence[str], text: str = "", before: int | None = None, limit: int = PAGE
) -> list[Found]:
    """People within the subtrees, newest first, one row more than `limit` when there is a next page."""
    statement = _FOUND.order_by(Person.id.desc()).limit(limit + 1)
    if text:
        condition = matching(text)
        statement = statement.where(sa.false() if condition is None else condition)
    if before is not None:
        statement = statement.where(Person.id < before)
    return _found(statement, area_paths)


def matching(text: str, *, exact: bool = False) -> sa.ColumnElement[bool] | None:
    """The condition for what was typed; None when nothing was."""
    text = text.strip()
    if not text:
        return None
    if _TAIL.match(text):
        return Person.phone_tail_hash == phones.phone_tail_hash(text)
    number = rules.as_volunteer_number(text)
    if number is not None:
        return Person.number == number
    phone = phones.normalised_or_none(text)
    if phone is not None:
        return Person.phone_hash == phones.phone_hash(phone)
    return Person.name == text if exact else Person.name.startswith(text, autoescape=True)


def account_key(text: str) -> str:
    """One spelling for the many ways to type the same account, for counting attempts."""
    return rules.as_volunteer_number(text) or phones.normalised_or_none(text) or text.strip().casefold()


def credentials(account: str) -> Credentials | None:
    """Of the account with this phone or volunteer number."""
    number = rules.as_volunteer_number(account)
    phone = None if number else phones.normalised_or_none(account)
    if number is None and phone is None:
        return None
    condition = Person.number == number if number else Person.phone_hash == phones.phone_hash(phone or "")
    row = db.session.execute(
        sa.select(Person.id, Person.password_hash, Person.status).where(condition)
    ).first()
    return Credentials(row.id, row.password_hash, row.status == ACTIVE) if row else None


def password_hash_of(person_id: int) -> str | None:
    return db.session.scalar(sa.select(Person.password_hash).where(Person.id == person_id))


def skills_of(person_id: int) -> list[str]:
    statement = (
        sa.select(PersonSkill.skill).where(PersonSkill.person_id == person_id).order_by(PersonSkill.skill)
    )
    return list(db.session.scalars(statement))


def slots_of(person_id: int) -> list[tuple[int, str]]:
    statement = (
        sa.select(PersonSlot.weekday, PersonSlot.part)
        .where(PersonSlot.person_id == person_id)
        .order_by(PersonSlot.weekday, PersonSlot.part)
    )
    return [(row.weekday, row.part) for row in db.session.execute(statement)]


def session_count(person_id: int) -> int:
    statement = sa.select(sa.func.count()).select_from(SignInSession)
    return db.session.scalar(statement.where(SignInSession.person_id == person_id)) or 0


def has_staff_role(person_id: int) -> bool:
    statement = sa.select(Grant.id).where(Grant.person_id == person_id, Grant.role.in_(STAFF_ROLES))
    return db.session.scalar(statement.limit(1)) is not None


def has_guardian(person_id: int) -> bool:
    """Whether a guardian's name, phone and consent are recorded (R007, R008)."""
    return db.session.scalar(sa.select(Guardian.id).where(Guardian.ward_id == person_id).limit(1)) is not None


def _found(statement: Any, area_paths: Sequence[str] | None) -> list[Found]:
    if area_paths is not None:
        statement = statement.where(Person.area_id.in_(areas.ids_within(area_paths)))
    return [
        Found(
            id=row.id,
            number=row.number,
            masked_name=formats.masked_name(row.name),
            masked_phone=formats.masked_phone(row.phone),
            area=Area(id=row.area_id, name=row.area_name, name_en=row.area_name_en),
            status=row.status,
            registered_at=row.registered_at,
        )
        for row in db.session.execute(statement)
    ]
