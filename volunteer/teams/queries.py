"""Lists of teams, members and requests."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from volunteer.areas.models import Area
from volunteer.areas.rules import community_path
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.people.models import ACCEPT, ACTIVE, COMMUNITY_STAFF, DEPUTY, LEADER, Grant, Person
from volunteer.people.naming import Names
from volunteer.people.rules import age_on
from volunteer.teams import rules, tree
from volunteer.teams.models import MEMBER, REQUESTED, Membership, Team
from volunteer.workdays import queries as workdays

PAGE = 30


@dataclass(frozen=True)
class Line:
    """A team as a list shows it; `state` is the reader's own, `cursor` is where the next page begins.

    `indent` counts the teams above it in the tree that stand above it in the list.
    """

    team: Team
    area: Area
    member_count: int
    state: str | None
    cursor: str
    indent: int = 0


@dataclass(frozen=True)
class Request:
    """Somebody who wants to join, as the leader sees it."""

    membership: Membership
    name: str
    number: str
    masked_phone: str
    area: Area
    age: int
    answer_by_on: dt.date
    is_overdue: bool


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


def rights_of(person_id: int, team_id: int, role: str) -> set[str] | None:
    """The rights that go with the role over this team; None without the role."""
    rights = db.session.scalar(
        sa.select(Grant.rights).where(
            Grant.person_id == person_id,
            Grant.role == role,
            Grant.scope_kind == "team",
            Grant.scope_id == team_id,
        )
    )
    return None if rights is None else set(rights.split())


_IS_OPEN = sa.exists().where(Person.id == Grant.person_id, Person.status == ACTIVE)


def deciders(team: Team) -> list[int]:
    """Who is told of a request: those who may accept, of the team or else of the nearest team above.

    Where there is nobody, staff of the community. Disabled accounts read nothing and count for nobody.
    """
    ids = rules.path_ids(team.path)
    statement = sa.select(Grant.scope_id, Grant.person_id).where(
        _IS_OPEN,
        Grant.scope_kind == "team",
        Grant.scope_id.in_(ids),
        Grant.role.in_((LEADER, DEPUTY)),
        Grant.rights.contains(ACCEPT),
    )
    by_team: dict[int, set[int]] = {}
    for team_id, person_id in db.session.execute(statement):
        by_team.setdefault(team_id, set()).add(person_id)
    nearest = next((id for id in reversed(ids) if id in by_team), None)
    return sorted(by_team[nearest]) if nearest is not None else _staff_of(team.area_id)


def _staff_of(area_id: int) -> list[int]:
    path = db.session.get_one(Area, area_id).path
    statement = sa.select(Grant.person_id).join(Area, Area.id == Grant.scope_id)
    statement = statement.where(
        _IS_OPEN,
        Grant.scope_kind == "area",
        Grant.role == COMMUNITY_STAFF,
        sa.literal(path).startswith(Area.path),
    )
    return sorted(set(db.session.scalars(statement)))


def leader_names(team_id: int) -> list[str]:
    """Names of the leaders, not the deputies; pages mask them."""
    statement = (
        sa.select(Person.name)
        .join(Grant, Grant.person_id == Person.id)
        .where(
            Grant.scope_kind == "team",
            Grant.scope_id == team_id,
            Grant.role == LEADER,
            Person.status == ACTIVE,
        )
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
    """Open teams, those of the own community first, each above the teams below it in the tree.

    One more than `limit` when there is a next page.
    """
    own = community_path(area_path) if area_path else "-"
    around = sa.literal(own).startswith(Area.path)  # the sub-district's own teams
    nearness = sa.case((Area.path.startswith(own), 0), (around, 1), else_=2)
    place = (nearness, tree.top_id(), tree.in_order(Team.path))
    statement = (
        sa.select(Team, Area, tree.member_count_of_team(), Membership.state, nearness.label("nearness"))
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
        .order_by(*place, Team.id)
        .limit(limit + 1)
    )
    if within is not None:
        statement = statement.where(Area.path.startswith(within))
    if (last := _last(after)) is not None:
        rank, path = last
        top = rules.path_ids(path)[0]
        statement = statement.where(sa.tuple_(*place) > sa.tuple_(rank, top, tree.in_order(sa.literal(path))))
    rows = db.session.execute(statement).all()
    indents = _indents([(row.nearness, row.Team.path) for row in rows])
    return [
        Line(team, area, members, state, f"{rank}.{team.id}", indent)
        for (team, area, members, state, rank), indent in zip(rows, indents, strict=True)
    ]


def _indents(places: list[tuple[int, str]]) -> list[int]:
    """Within each of the three ranks by itself: a team is never indented under one of another rank."""
    found: list[int] = []
    for rank in (0, 1, 2):
        found += rules.indents([path for at, path in places if at == rank])
    return found


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


def requests(
    team_id: int, *, confirm_days: int, names: Names | None = None, limit: int = 100
) -> list[Request]:
    """Open requests, the longest waiting first, each with the day by which it should be answered (R010).

    Whose account waits for a guardian is not asked about meanwhile.
    """
    statement = (
        sa.select(Membership, Person.name, Person.number, Person.phone, Person.born_on, Area)
        .join(Person, Person.id == Membership.person_id)
        .join(Area, Area.id == Person.area_id)
        .where(Membership.team_id == team_id, Membership.state == REQUESTED, Person.status == ACTIVE)
        .order_by(Membership.requested_at, Membership.id)
        .limit(limit)
    )
    today = clock.today()
    rows = db.session.execute(statement).all()
    terms = workdays.terms((clock.local(row.Membership.requested_at).date() for row in rows), confirm_days)
    found = []
    for membership, name, number, phone, born_on, area in rows:
        until = terms[clock.local(membership.requested_at).date()]
        masked = formats.masked_phone(phone)
        age = age_on(born_on, today)
        name = names.of(name, born_on) if names else name
        found.append(Request(membership, name, number, masked, area, age, until, until < today))
    return found


def answer_by_of(person_id: int, team_id: int, *, confirm_days: int) -> dt.date | None:
    """By when the person's own open request should be answered."""
    requested_at = db.session.scalar(
        sa.select(Membership.requested_at).where(
            Membership.team_id == team_id,
            Membership.person_id == person_id,
            Membership.state == REQUESTED,
        )
    )
    if requested_at is None:
        return None
    return workdays.working_days_after(clock.local(requested_at).date(), confirm_days)


def _last(after: str | None) -> tuple[int, str] | None:
    """'1.25' as the rank 1 and the path of team 25; what is not a cursor begins at the beginning."""
    rank, _, text = (after or "").partition(".")
    if rank not in {"0", "1", "2"} or not (text.isascii() and text.isdigit() and len(text) <= 18):
        return None
    path = db.session.scalar(sa.select(Team.path).where(Team.id == int(text)))
    return (int(rank), path) if path else None
