"""Lists of a team's members and of those who lead it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from volunteer.areas.models import Area
from volunteer.core import formats
from volunteer.core.database import db
from volunteer.people import finding, phones
from volunteer.people import rules as people_rules
from volunteer.people.models import RIGHTS, Grant, Person
from volunteer.people.naming import Names
from volunteer.teams.models import MEMBER, Membership

PAGE = 50


@dataclass(frozen=True)
class Member:
    """A member as who manages the team sees one; the phone is masked for everybody (R142)."""

    membership_id: int
    person_id: int
    name: str
    number: str
    masked_phone: str
    area: Area
    joined_at: dt.datetime | None


@dataclass(frozen=True)
class Leader:
    """Who leads, in which role, with which rights in the order of RIGHTS."""

    person_id: int
    name: str
    number: str
    role: str
    rights: Sequence[str]


def members(
    team_id: int,
    *,
    text: str = "",
    after: int | None = None,
    names: Names | None = None,
    limit: int = PAGE,
) -> list[Member]:
    """Members in the order in which they came, one more than `limit` when there is a next page.

    `text` is a volunteer number, a whole phone or part of a name.
    """
    statement = (
        sa.select(
            Membership.id,
            Membership.person_id,
            Person.name,
            Person.number,
            Person.phone,
            Person.born_on,
            Membership.joined_at,
            Area,
        )
        .join(Person, Person.id == Membership.person_id)
        .join(Area, Area.id == Person.area_id)
        .where(Membership.team_id == team_id, Membership.state == MEMBER)
        .order_by(Membership.id)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(Membership.id > after)
    if text:
        statement = statement.where(_matches(text, team_id))
    return [
        Member(
            membership_id=row.id,
            person_id=row.person_id,
            name=names.of(row.name, row.born_on) if names else row.name,
            number=row.number,
            masked_phone=formats.masked_phone(row.phone),
            area=row.Area,
            joined_at=row.joined_at,
        )
        for row in db.session.execute(statement)
    ]


def _matches(text: str, team_id: int) -> sa.ColumnElement[bool]:
    if number := people_rules.as_volunteer_number(text):
        return Person.number == number
    if phone := phones.normalised_or_none(text):
        return Person.phone_hash == phones.phone_hash(phone)
    return Person.id.in_(called(text, team_id))


def called(text: str, team_id: int) -> list[int]:
    """Members with the text in their names, compared here because the database holds them encrypted."""
    sought = finding.spelling(text)
    statement = (
        sa.select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.team_id == team_id, Membership.state == MEMBER)
    )
    rows = db.session.execute(statement) if sought else ()
    return [row.id for row in rows if sought in finding.spelling(row.name)]


def leaders(team_id: int, *, person_id: int | None = None, names: Names | None = None) -> list[Leader]:
    """Leaders before deputies, in the order in which they were appointed; only one person's roles when given."""
    statement = (
        sa.select(Grant, Person.name, Person.number, Person.born_on)
        .join(Person, Person.id == Grant.person_id)
        .where(Grant.scope_kind == "team", Grant.scope_id == team_id)
        .order_by(Grant.role.desc(), Grant.id)
    )
    if person_id is not None:
        statement = statement.where(Grant.person_id == person_id)
    return [
        Leader(
            person_id=grant.person_id,
            name=names.of(name, born_on) if names else name,
            number=number,
            role=grant.role,
            rights=[right for right in RIGHTS if right in grant.rights.split()],
        )
        for grant, name, number, born_on in db.session.execute(statement)
    ]


def member(team_id: int, person_id: int, names: Names) -> Member | None:
    """One member, for the page on which rights are given."""
    row = db.session.execute(
        sa.select(Membership.id, Membership.joined_at, Person, Area)
        .join(Person, Person.id == Membership.person_id)
        .join(Area, Area.id == Person.area_id)
        .where(Membership.team_id == team_id, Membership.person_id == person_id, Membership.state == MEMBER)
    ).first()
    if row is None:
        return None
    person = row.Person
    masked = formats.masked_phone(person.phone)
    name = names.of(person.name, person.born_on)
    return Member(row.id, person.id, name, person.number, masked, row.Area, row.joined_at)
