"""Lists of teams, members and requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from volunteer.areas.models import Area
from volunteer.areas.rules import community_path
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.people.models import COMMUNITY_STAFF, DEPUTY, LEADER, Grant, Person
from volunteer.people.rules import age_on
from volunteer.teams.models import MEMBER, REQUESTED, Membership, Team

PAGE = 30


@dataclass(frozen=True)
class Line:
    """A team as a list shows it; `state` is the reader's own, `cursor` is where the next page begins."""

    team: Team
    area: Area
    member_count: int
    state: str | None
    cursor: str


@dataclass(frozen=True)
class Request:
    """Somebody who wants to join, as the leader sees it."""

    membership: Membership
    name: str
    number: str
    masked_phone: str
    area: Area
    age: int


def by_code(code: str) -> Team | None:
    return db.session.scalars(sa.select(Team).where(Team.code == code)).first()


def state_of(person_id: int, team_id: int) -> str | None:
    """'requested', 'member', or None for neither."""
    statement = sa.select(Membership.state).where(
        Membership.team_id == team_id,
        Membership.person_id == person_id,
        Membership.state.in_((REQUESTED, MEMBER)),
    )
    return db.session.scalar(statement)


def roles_of(person_id: int, team_id: int) -> set[str]:
    statement = sa.select(Grant.role).where(
        Grant.person_id == person_id, Grant.scope_kind == "team", Grant.scope_id == team_id
    )
    return set(db.session.scalars(statement))


def member_team_ids(person_id: int) -> list[int]:
    """The teams that the person belongs to, for what is open to members only."""
    statement = sa.select(Membership.team_id).where(
        Membership.person_id == person_id, Membership.state == MEMBER
    )
    return list(db.session.scalars(statement.order_by(Membership.team_id)))


def leader_ids(team_id: int) -> list[int]:
    """Leaders and deputies."""
    statement = sa.select(Grant.person_id).where(
        Grant.scope_kind == "team", Grant.scope_id == team_id, Grant.role.in_((LEADER, DEPUTY))
    )
    return sorted(set(db.session.scalars(statement)))


def deciders(team: Team) -> list[int]:
    """Who is told of a request: the leaders; where there are none, staff of the community."""
    found = leader_ids(team.id)
    if found:
        return found
    path = db.session.get_one(Area, team.area_id).path
    statement = sa.select(Grant.person_id).join(Area, Area.id == Grant.scope_id)
    statement = statement.where(
        Grant.scope_kind == "area", Grant.role == COMMUNITY_STAFF, sa.literal(path).startswith(Area.path)
    )
    return sorted(set(db.session.scalars(statement)))


def leader_names(team_id: int) -> list[str]:
    """Names of the leaders, not the deputies; pages mask them."""
    statement = (
        sa.select(Person.name)
        .join(Grant, Grant.person_id == Person.id)
        .where(Grant.scope_kind == "team", Grant.scope_id == team_id, Grant.role == LEADER)
        .order_by(Person.id)
    )
    return list(db.session.scalars(statement))


def member_count(team_id: int) -> int:
    statement = sa.select(sa.func.count()).select_from(Membership)
    return db.session.scalar(statement.where(Membership.team_id == team_id, Membership.state == MEMBER)) or 0


def teams_near(
    *,
    area_path: str,
    person_id: int | None,
    within: str | None = None,
    after: str | None = None,
    limit: int = PAGE,
) -> list[Line]:
    """Open teams, those of the own community first, one more than `limit` when there is a next page."""
    own = community_path(area_path) if area_path else "-"
    around = sa.literal(own).startswith(Area.path)  # the sub-district's own teams
    nearness = sa.case((Area.path.startswith(own), 0), (around, 1), else_=2)
    count = (
        sa.select(sa.func.count())
        .where(Membership.team_id == Team.id, Membership.state == MEMBER)
        .correlate(Team)
        .scalar_subquery()
    )
    statement = (
        sa.select(Team, Area, count, Membership.state, nearness.label("nearness"))
        .join(Area, Area.id == Team.area_id)
        .outerjoin(
            Membership,
            sa.and_(
                Membership.team_id == Team.id,
                Membership.person_id == person_id,
                Membership.state.in_((REQUESTED, MEMBER)),
            ),
        )
        .where(Team.closed_at.is_(None))
        .order_by(nearness, Team.id)
        .limit(limit + 1)
    )
    if within is not None:
        statement = statement.where(Area.path.startswith(within))
    cursor = _cursor(after)
    if cursor is not None:
        rank, team_id = cursor
        statement = statement.where(sa.or_(nearness > rank, sa.and_(nearness == rank, Team.id > team_id)))
    return [
        Line(team, area, members, state, f"{rank}.{team.id}")
        for team, area, members, state, rank in db.session.execute(statement)
    ]


def led(team_ids: Sequence[int]) -> list[tuple[Team, int, int]]:
    """Teams with their number of members and of waiting requests."""
    statement = (
        sa.select(
            Team,
            sa.func.count(sa.case((Membership.state == MEMBER, 1))),
            sa.func.count(sa.case((Membership.state == REQUESTED, 1))),
        )
        .outerjoin(Membership, Membership.team_id == Team.id)
        .where(Team.id.in_(team_ids))
        .group_by(Team.id)
        .order_by(Team.id)
    )
    return [(team, members, waiting) for team, members, waiting in db.session.execute(statement)]


def of_person(person_id: int) -> list[tuple[Team, str]]:
    """The teams that the person belongs to or has asked to join."""
    statement = (
        sa.select(Team, Membership.state)
        .join(Membership, Membership.team_id == Team.id)
        .where(Membership.person_id == person_id, Membership.state.in_((REQUESTED, MEMBER)))
        .order_by(Membership.state, Team.id)
    )
    return [(team, state) for team, state in db.session.execute(statement)]


def is_of_team(membership_id: int, team_id: int) -> bool:
    statement = sa.select(Membership.id).where(Membership.id == membership_id, Membership.team_id == team_id)
    return db.session.scalar(statement) is not None


def requests(team_id: int, limit: int = 100) -> list[Request]:
    """Open requests, the longest waiting first."""
    statement = (
        sa.select(Membership, Person.name, Person.number, Person.phone, Person.born_on, Area)
        .join(Person, Person.id == Membership.person_id)
        .join(Area, Area.id == Person.area_id)
        .where(Membership.team_id == team_id, Membership.state == REQUESTED)
        .order_by(Membership.requested_at, Membership.id)
        .limit(limit)
    )
    today = clock.today()
    return [
        Request(membership, name, number, formats.masked_phone(phone), area, age_on(born_on, today))
        for membership, name, number, phone, born_on, area in db.session.execute(statement)
    ]


def _cursor(after: str | None) -> tuple[int, int] | None:
    """'1.25' as (1, 25); what is not a cursor begins at the beginning."""
    rank, _, team_id = (after or "").partition(".")
    if rank not in {"0", "1", "2"} or not (team_id.isascii() and team_id.isdigit() and len(team_id) <= 18):
        return None
    return int(rank), int(team_id)
