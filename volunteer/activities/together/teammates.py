"""Members of one team do things for each other on the dates of their team."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.core.database import constant, db
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, Person
from volunteer.people.sessions import CARD
from volunteer.teams.models import MEMBER, Membership

MOST_SHOWN = 60  # in a longer list nobody looks for a name: the number is asked


def are_teammates(actor: Actor, person_id: int, team_id: int) -> bool:
    """Both are members of the team; who opened the pages by a card acts for nobody else."""
    if actor.way == CARD or person_id == actor.id:
        return False
    statement = (
        sa.select(sa.func.count())
        .select_from(Membership)
        .where(
            Membership.team_id == team_id,
            Membership.person_id.in_((actor.id, person_id)),
            Membership.state == constant(MEMBER),
        )
    )
    return db.session.scalar(statement) == 2


def is_member(person_id: int | None, team_id: int) -> bool:
    if person_id is None:
        return False
    statement = sa.select(Membership.id).where(
        Membership.team_id == team_id, Membership.person_id == person_id, Membership.state == constant(MEMBER)
    )
    return db.session.scalar(statement) is not None


def to_choose(team_id: int, *, but: int) -> list[Any]:
    """The members but one, in the order of joining, with name and number; none of a team too large for a list."""
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
    return rows if len(rows) <= MOST_SHOWN else []
