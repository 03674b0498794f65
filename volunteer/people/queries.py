"""Looking people up by what is typed: number, phone, the last four digits, or name."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.areas import queries as areas
from volunteer.areas.models import Area
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.people import finding, merged, phones, rules
from volunteer.people.models import (
    ACTIVE,
    MERGED,
    STAFF_ROLES,
    WAITING,
    Consent,
    Grant,
    Guardian,
    Person,
    PersonLookUp,
    PersonSkill,
    PersonSlot,
    RegistrationReceipt,
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
    Area.path,
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
    """Active people who match what was typed, for a roll call or a counter; newest first.

    `area_paths` keeps the search within subtrees; `exact` wants the whole name
    instead of its beginning, for those who may not browse.
    """
    text = text.strip()
    if not text:
        return []
    paths = [area.path for area in areas.roots()] if area_paths is None else area_paths
    statement = _matching(text, paths, exact=exact).where(Person.status == ACTIVE)
    found = _found(statement.limit(limit))
    if not found and (number := _number_today(text)):
        return find(number, area_paths=paths, limit=limit)
    return found


def directory(
    *, area_paths: Sequence[str], text: str = "", before: int | None = None, limit: int = PAGE
) -> list[Found]:
    """People within the subtrees, newest first, one row more than `limit` when there is a next page.

    Every search is a look-up by equality in an index that is in the list's order
    already, so that it takes as long over 300,000 people as over 3,000.
    """
    statement = _matching(text.strip(), area_paths).limit(limit + 1)
    if before is not None:
        statement = statement.where(Person.id < before)
    return _found(statement)


def _matching(text: str, area_paths: Sequence[str], *, exact: bool = False) -> Any:
    """Who is found by what was typed, within the subtrees, newest first; everybody by nothing."""
    if text and not finding.spelling(text):  # signs alone
        return _FOUND.where(sa.false())
    within = Person.area_id.in_(areas.ids_within(area_paths))
    if number := rules.as_volunteer_number(text):
        return _FOUND.where(Person.number == number, within).order_by(Person.id.desc())
    if phone := phones.normalised_or_none(text):
        return _FOUND.where(Person.phone_hash == phones.phone_hash(phone), within).order_by(Person.id.desc())
    if exact and not _TAIL.match(text):
        same = Person.name_hash == finding.name_hash(text)
        return _FOUND.where(same, within).order_by(Person.id.desc())
    key = finding.tail_key if _TAIL.match(text) else finding.name_key
    return _by_keys([key(finding.area_ids(path)[-1], text) for path in _outermost(area_paths)])


def _by_keys(keys: list[str]) -> Any:
    if len(keys) == 1:
        joined = _FOUND.join(PersonLookUp, PersonLookUp.person_id == Person.id)
        return joined.where(PersonLookUp.hash == keys[0]).order_by(PersonLookUp.person_id.desc())
    found: Any = sa.select(PersonLookUp.person_id).where(PersonLookUp.hash.in_(keys))
    return _FOUND.where(Person.id.in_(found)).order_by(Person.id.desc())


def _outermost(area_paths: Sequence[str]) -> list[str]:
    """The subtrees without those that lie within another of them."""
    kept: list[str] = []
    for path in sorted(set(filter(None, area_paths))):
        if not any(path.startswith(outer) for outer in kept):
            kept.append(path)
    return kept


def has_phone(person_id: int) -> bool:
    """Whether a phone of their own opens the account."""
    return db.session.scalar(sa.select(Person.phone_hash).where(Person.id == person_id)) is not None


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
    columns = sa.select(Person.id, Person.password_hash, Person.status, Person.merged_into_id)
    row = db.session.execute(columns.where(condition)).first()
    while row is not None and row.status == MERGED:  # an old number leads to the record that stayed
        row = db.session.execute(columns.where(Person.id == row.merged_into_id)).first()
    return Credentials(row.id, row.password_hash, row.status == ACTIVE) if row else None


def _number_today(text: str) -> str | None:
    """Of the record that stayed, by the number of one that was merged away."""
    number = rules.as_volunteer_number(text)
    gone = db.session.scalar(sa.select(Person).where(Person.number == number)) if number else None
    stays = merged.kept(gone) if gone is not None else None
    return stays.number if stays is not None else None


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


guardian_agrees = sa.and_(Consent.kind == rules.GUARDIAN, Consent.withdrawn_at.is_(None))


def has_guardian(person_id: int) -> bool:
    """Whether a guardian's consent is recorded and stands (R007, R008); name and phone come with it."""
    statement = sa.select(Consent.id).where(Consent.person_id == person_id, guardian_agrees)
    return db.session.scalar(statement.limit(1)) is not None


def had_guardian(person_id: int, day: dt.date) -> bool:
    """Whether a guardian's consent stands, or stood on that day."""
    statement = sa.select(Consent.id).where(
        Consent.person_id == person_id,
        Consent.kind == rules.GUARDIAN,
        sa.or_(Consent.withdrawn_at.is_(None), Consent.withdrawn_at >= clock.start_of(day)),
    )
    return db.session.scalar(statement.limit(1)) is not None


def with_guardian(person_ids: Sequence[int]) -> set[int]:
    """Those of the people for whom a guardian's consent stands."""
    statement = sa.select(Consent.person_id).where(Consent.person_id.in_(person_ids), guardian_agrees)
    return set(db.session.scalars(statement))


def guardian_of(person_id: int) -> Guardian | None:
    """Who was written down last."""
    statement = sa.select(Guardian).where(Guardian.ward_id == person_id).order_by(Guardian.id.desc())
    return db.session.scalars(statement.limit(1)).first()


def standing_guardian_of(person_id: int) -> Guardian | None:
    """Whose consent stands; who agreed before is history."""
    return guardian_of(person_id) if has_guardian(person_id) else None


def waiting(*, area_paths: Sequence[str], after: int | None = None, limit: int = PAGE) -> list[Found]:
    """Registrations that wait for a guardian, the oldest first, one more than `limit` when there is a next page."""
    statement = _FOUND.where(Person.status == WAITING, Person.area_id.in_(areas.ids_within(area_paths)))
    if after is not None:
        statement = statement.where(Person.id > after)
    return _found(statement.order_by(Person.id).limit(limit + 1))


def open_receipts(person_ids: Sequence[int]) -> dict[int, tuple[int, dt.datetime | None]]:
    """Of those who wait: the number of the receipt, and since when they wait again, if they do."""
    receipt = RegistrationReceipt
    statement = sa.select(receipt.person_id, sa.func.max(receipt.id), sa.func.max(receipt.decided_at)).where(
        receipt.person_id.in_(person_ids), receipt.state == WAITING
    )
    rows = db.session.execute(statement.group_by(receipt.person_id))
    return {person_id: (number, since) for person_id, number, since in rows if person_id is not None}


def waiting_ids(area_paths: Sequence[str], *, is_overdue: bool, since: dt.datetime) -> Any:
    """The query of those waiting; who waits since before `since` should have been confirmed by now (R010)."""
    again = sa.select(sa.func.max(RegistrationReceipt.decided_at)).where(
        RegistrationReceipt.person_id == Person.id, RegistrationReceipt.state == WAITING
    )
    in_time = sa.func.coalesce(again.scalar_subquery(), Person.registered_at) >= since
    within = Person.area_id.in_(areas.ids_within(area_paths))
    return sa.select(Person.id).where(
        Person.status == WAITING, within, sa.not_(in_time) if is_overdue else in_time
    )


def _found(statement: Any) -> list[Found]:
    return [
        Found(
            id=row.id,
            number=row.number,
            masked_name=formats.masked_name(row.name),
            masked_phone=formats.masked_phone(row.phone),
            area=Area(id=row.area_id, name=row.area_name, name_en=row.area_name_en, path=row.path),
            status=row.status,
            registered_at=row.registered_at,
        )
        for row in db.session.execute(statement)
    ]
