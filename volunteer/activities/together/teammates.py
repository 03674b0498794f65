"""Members of one team do things for each other on the dates of their team."""

from __future__ import annotations

import datetime as dt
from collections import Counter
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


def labels(rows: Collection[Any]) -> list[tuple[int, str]]:
    """Rows with id, name and number as members choose among each other: the family name (R142).

    Where two are called alike, with the end of the number.
    """
    called = Counter(formats.masked_name(row.name) for row in rows)
    return [(row.id, _label(row, called)) for row in rows]


def _label(row: Any, called: Counter[str]) -> str:
    name = formats.masked_name(row.name)
    return f"{name} · {row.number[-4:]}" if called[name] > 1 else name


def known_as(name: str, born_on: dt.date | None) -> str:
    """Who asks teammates for something says who it is: whole, of children the family name alone."""
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
    """The members but one, by name, with the number; none of a team too large for a list."""
    statement = (
        sa.select(Person.id, Person.name, Person.number)
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
