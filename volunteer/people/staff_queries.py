"""Who holds which role over which area."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from volunteer.areas import queries as areas
from volunteer.areas.models import Area
from volunteer.core import formats
from volunteer.core.database import db
from volunteer.people import policy, words
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, STAFF_ROLES, Grant, Person

PAGE = 50
_GRANTER = aliased(Person)


@dataclass(frozen=True)
class Post:
    """One role of one person over one area; who holds it is masked."""

    id: int
    person_id: int
    number: str
    masked_name: str
    role_code: str
    role: str
    area: Area
    granted_at: dt.datetime
    granted_by: str
    is_active: bool
    has_second_factor: bool
    may_revoke: bool


def posts(actor: Actor, paths: Sequence[str], *, after: int | None = None) -> list[Post]:
    """Roles over the subtrees, the oldest first; one more than PAGE when there is a next page."""
    statement = _statement().where(areas.within(Area.path, paths))
    if after is not None:
        statement = statement.where(Grant.id > after)
    found = db.session.execute(statement.order_by(Grant.id).limit(PAGE + 1))
    return [_shown(actor, row) for row in found]


def post(actor: Actor, grant_id: int) -> Post | None:
    row = db.session.execute(_statement().where(Grant.id == grant_id)).first()
    return _shown(actor, row) if row else None


def roles_of(person_id: int) -> list[tuple[str, str]]:
    """The person's roles over areas, with the areas' paths."""
    statement = (
        sa.select(Grant.role, Area.path)
        .join(Area, Area.id == Grant.scope_id)
        .where(Grant.person_id == person_id, Grant.scope_kind == "area", Grant.role.in_(STAFF_ROLES))
        .order_by(Grant.id)
    )
    return [(row.role, row.path) for row in db.session.execute(statement)]


def _statement() -> Any:
    return (
        sa.select(Grant, Person, Area, _GRANTER.name, _GRANTER.number)
        .join(Person, Person.id == Grant.person_id)
        .join(Area, Area.id == Grant.scope_id)
        .outerjoin(_GRANTER, _GRANTER.id == Grant.granted_by_id)
        .where(Grant.scope_kind == "area", Grant.role.in_(STAFF_ROLES))
    )


def _shown(actor: Actor, row: Any) -> Post:
    grant, person, area, granter, granter_number = row
    return Post(
        id=grant.id,
        person_id=person.id,
        number=person.number,
        masked_name=formats.masked_name(person.name),
        role_code=grant.role,
        role=words.role(grant.role),
        area=area,
        granted_at=grant.granted_at,
        granted_by=words.colleague(granter, granter_number) if granter else "",
        is_active=person.status == ACTIVE,
        has_second_factor=person.has_second_factor,
        may_revoke=policy.may_grant(actor, grant.role, area.path, person.id),
    )
