"""Members of one team do things for each other on the dates of their team."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from volunteer.activities.policy import Visitor
from volunteer.core import clock, formats
from volunteer.core.database import constant, db
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, Person
from volunteer.people.rules import is_minor
from volunteer.people.sessions import CARD
from volunteer.teams.models import MEMBER, Membership

MOST_SHOWN = 60  # in a longer list nobody looks for a name: the number is asked


def are_teammates(actor: Actor, person_id: int, team_id: int) -> bool:
    """Both are members of the team; who opened the pages by a card acts for nobody else."""
    return bool(among(actor, (person_id,), team_id))


def among(actor: Visitor, person_ids: Collection[int], team_id: int) -> set[int]:
    """Those of these people who are members of the team, for another member."""
    if actor.id is None or actor.way == CARD or not {*person_ids} - {actor.id}:
        return set()
    statement = sa.select(Membership.person_id).where(
        Membership.team_id == team_id,
        Membership.person_id.in_((actor.id, *person_ids)),
        Membership.state == constant(MEMBER),
    )
    members = set(db.session.scalars(statement))
    return members - {actor.id} if actor.id in members else set()


def name_of(row: Any) -> str:
    """The name of a row with name and birthday, as teammates know it."""
    return known_as(row.name, row.born_on)


def known_as(name: str, born_on: dt.date | None) -> str:
    """As people of one team know each other: whole, of children the family name alone."""
    is_child = born_on is not None and is_minor(born_on, clock.today())
    return formats.masked_name(name) if is_child else name


def is_member(person_id: int | None, team_id: int) -> bool:
    if person_id is None:
        return False
    statement = sa.select(Membership.id).where(
        Membership.team_id == team_id, Membership.person_id == person_id, Membership.state == constant(MEMBER)
    )
    return db.session.scalar(statement) is not None


def to_choose(team_id: int, *, but: int) -> list[Any]:
    """The members but one, by name, with birthday and number; none of a team too large for a list."""
    statement = (
        sa.select(Person.id, Person.name, Person.number, Person.born_on)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.team_id == team_id,
            Membership.state == constant(MEMBER),
            Person.id != but,
            Person.status == ACTIVE,
        )
        .order_by(Membership.id)
        .limit(MOST_SHOWN + 1)
    )
    rows = list(db.session.execute(statement))
    return sorted(rows, key=lambda row: row.name) if len(rows) <= MOST_SHOWN else []
