"""The tree of teams: what stands above and below, and the teams that somebody leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.areas.models import Area
from volunteer.areas.queries import within
from volunteer.core.database import BigInt, constant, db, is_sqlite
from volunteer.people.models import ACTIVE, Person
from volunteer.teams import rules
from volunteer.teams.models import MEMBER, REQUESTED, Membership, Team

PAGE = 30
MOST_BELOW = 100


def member_count_of_team() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .where(Membership.team_id == Team.id, Membership.state == constant(MEMBER))
        .correlate(Team)
        .scalar_subquery()
    )


def top_id() -> sa.ColumnElement[int]:
    """The id of the team at the top of the tree, out of the path: '/7/31/' is 7."""
    if is_sqlite():
        return sa.cast(sa.func.substr(Team.path, 2), BigInt)  # reads up to the slash
    return sa.cast(sa.func.split_part(Team.path, "/", 2), BigInt)


def in_order(path: Any) -> sa.ColumnElement[str]:
    """Compared by bytes: a language's own order would pass over the slashes."""
    return sa.collate(path, "BINARY" if is_sqlite() else "C")


def parent_of(team: Team) -> Team | None:
    return db.session.get(Team, team.parent_id) if team.parent_id is not None else None


def below(team: Team) -> list[tuple[Team, int]]:
    """The open teams directly below with their number of members."""
    statement = (
        sa.select(Team, member_count_of_team())
        .where(Team.parent_id == team.id, Team.closed_at.is_(None))
        .order_by(Team.id)
        .limit(MOST_BELOW)
    )
    return [(child, members) for child, members in db.session.execute(statement)]


def levels_below(path: str) -> int:
    """How many levels hang below a team; 0 when none."""
    paths = db.session.scalars(sa.select(Team.path).where(Team.path.startswith(path)))
    return max((rules.levels(found) for found in paths), default=rules.levels(path)) - rules.levels(path)


def possible_parents(area_paths: Sequence[str], *, but: Team | None = None) -> list[tuple[Team, Area]]:
    """Open teams under which a team of one of the areas' subtrees can stand, in the order of the tree."""
    covers = [
        sa.or_(Area.path.startswith(path), sa.literal(path).startswith(Area.path)) for path in area_paths
    ]
    statement = (
        sa.select(Team, Area)
        .join(Area, Area.id == Team.area_id)
        .where(Team.closed_at.is_(None), sa.or_(sa.false(), *covers))
        .order_by(top_id(), in_order(Team.path), Team.id)
    )
    if but is not None:
        statement = statement.where(sa.not_(Team.path.startswith(but.path)))
    return [(team, area) for team, area in db.session.execute(statement)]


def possible_successors(area_paths: Sequence[str], *, but: Team) -> list[tuple[Team, Area]]:
    """Open teams within the subtrees that can take over from a team, in the order of the tree."""
    statement = (
        sa.select(Team, Area)
        .join(Area, Area.id == Team.area_id)
        .where(
            Team.closed_at.is_(None),
            within(Area.path, area_paths),
            sa.not_(Team.path.startswith(but.path)),
        )
        .order_by(top_id(), in_order(Team.path), Team.id)
    )
    return [(team, area) for team, area in db.session.execute(statement)]


@dataclass(frozen=True)
class Led:
    """A team that one leads, by a role of its own or of one above it."""

    team: Team
    area: Area
    member_count: int
    request_count: int
    is_own: bool
    indent: int = 0


def led(team_ids: Sequence[int], *, after: str | None = None, limit: int = PAGE) -> list[Led]:
    """The open teams led through roles over `team_ids`: those and all below them, in the order of the tree.

    One more than `limit` when there is a next page, which begins after the path of the last one.
    """
    statement = (
        sa.select(
            Team,
            Area,
            sa.func.count(sa.case((Membership.state == MEMBER, 1))),
            sa.func.count(sa.case((sa.and_(Membership.state == REQUESTED, Person.status == ACTIVE), 1))),
        )
        .join(Area, Area.id == Team.area_id)
        .outerjoin(Membership, Membership.team_id == Team.id)
        .outerjoin(Person, Person.id == Membership.person_id)
        .where(_is_led(team_ids), Team.closed_at.is_(None))
        .group_by(Team.id, Area.id)
        .order_by(top_id(), in_order(Team.path), Team.id)
        .limit(limit + 1)
    )
    if after is not None and (ids := _as_path(after)):
        place = sa.tuple_(top_id(), in_order(Team.path))
        statement = statement.where(place > sa.tuple_(ids[0], in_order(sa.literal(after))))
    rows = db.session.execute(statement).all()
    indents = rules.indents([row.Team.path for row in rows])
    return [
        Led(team, area, members, waiting, team.id in team_ids, indent)
        for (team, area, members, waiting), indent in zip(rows, indents, strict=True)
    ]


def _is_led(team_ids: Sequence[int]) -> sa.ColumnElement[bool]:
    """The condition that a team is one of these or stands below one of them."""
    own = sa.select(Team.path).where(Team.id.in_(team_ids)).subquery()
    return sa.exists().where(Team.path.startswith(own.c.path))


def _as_path(text: str) -> list[int]:
    """The ids of something that looks like a path; of anything else none."""
    parts = text.strip("/").split("/")
    is_path = len(text) <= 200 and all(
        part.isascii() and part.isdigit() and len(part) <= 18 for part in parts
    )
    return [int(part) for part in parts] if is_path else []
