"""One person as staff see them: everything masked here, on the server (R142).

Slices above add their own lines (the teams, for example) with `add_part`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from volunteer.areas.models import GRID, Area
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.people import queries, rules, words
from volunteer.people.models import Consent, Grant, Person


@dataclass(frozen=True)
class Line:
    """One line of a part: what, a word beside it, and where it leads."""

    text: str
    note: str = ""
    href: str | None = None


@dataclass(frozen=True)
class Part:
    title: str
    lines: list[Line]
    nothing: str


PARTS: list[Callable[[int], Part | None]] = []


def add_part(part: Callable[[int], Part | None]) -> None:
    """Make a slice's lines about a person appear on the page (None: nothing); the second time changes nothing."""
    if part not in PARTS:
        PARTS.append(part)


@dataclass(frozen=True)
class Agreement:
    """A consent: to what, which words, when, how, written down by whom, taken back when."""

    kind: str
    version: str
    given_at: dt.datetime
    way: str
    operator: str
    withdrawn_at: dt.datetime | None


@dataclass(frozen=True)
class Sheet:
    id: int
    number: str
    masked_name: str
    masked_phone: str
    masked_document: str
    sex: str
    age: int
    place: str
    status: str
    status_text: str
    registered_at: dt.datetime
    registered_by: str
    has_address: bool
    has_school: bool
    has_email: bool
    has_password: bool
    verified_at: dt.datetime | None
    verified_by: str
    guardian: str
    consents: list[Agreement]
    roles: list[Line]
    parts: list[Part]
    session_count: int


def of(person: Person, area: Area) -> Sheet:
    """The sheet, in a number of statements that does not grow."""
    names = _operators({person.verified_by_id, person.registered_by_id})
    return Sheet(
        id=person.id,
        number=person.number,
        masked_name=formats.masked_name(person.name),
        masked_phone=formats.masked_phone(person.phone),
        masked_document=words.document(person),
        sex=words.sex(person.sex),
        age=rules.age_on(person.born_on, clock.today()),
        place=_place(area),
        status=person.status,
        status_text=words.status(person.status),
        registered_at=person.registered_at,
        registered_by=names.get(person.registered_by_id, ""),
        has_address=bool(person.address),
        has_school=bool(person.school),
        has_email=bool(person.email),
        has_password=bool(person.password_hash),
        verified_at=person.verified_at,
        verified_by=names.get(person.verified_by_id, ""),
        guardian=_guardian(person.id),
        consents=_consents(person.id),
        roles=_roles(person.id),
        parts=[found for part in PARTS if (found := part(person.id)) is not None],
        session_count=queries.session_count(person.id),
    )


def _place(area: Area) -> str:
    """A grid is named with its community."""
    community = db.session.get(Area, area.parent_id) if area.level == GRID else None
    return f"{community.label} · {area.label}" if community else area.label


def _operators(ids: set[int | None]) -> dict[int | None, str]:
    statement = sa.select(Person.id, Person.name, Person.number).where(Person.id.in_(ids - {None}))
    return {row.id: words.colleague(row.name, row.number) for row in db.session.execute(statement)}


def _guardian(person_id: int) -> str:
    """Whose consent stands, by relation alone."""
    guardian = queries.standing_guardian_of(person_id)
    return str(rules.RELATIONS.get(guardian.relation, guardian.relation)) if guardian else ""


def _consents(person_id: int) -> list[Agreement]:
    operator = aliased(Person)
    statement = (
        sa.select(Consent, operator.name, operator.number)
        .outerjoin(operator, operator.id == Consent.recorded_by_id)
        .where(Consent.person_id == person_id)
        .order_by(Consent.id.desc())
        .limit(50)
    )
    return [
        Agreement(
            kind=words.consent(consent.kind),
            version=consent.notice_version,
            given_at=consent.given_at,
            way=words.way(consent.way),
            operator=words.colleague(name, number) if name else "",
            withdrawn_at=consent.withdrawn_at,
        )
        for consent, name, number in db.session.execute(statement)
    ]


def _roles(person_id: int) -> list[Line]:
    statement: Any = (
        sa.select(Grant, Area)
        .join(Area, Area.id == Grant.scope_id)
        .where(Grant.person_id == person_id, Grant.scope_kind == "area")
        .order_by(Grant.id)
    )
    return [Line(words.role(grant.role), area.label) for grant, area in db.session.execute(statement)]
