"""Areas, people, teams: who is there."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import aliased

from volunteer.areas.models import GRID, Area
from volunteer.core import formats, i18n
from volunteer.people.models import ACTIVE, Person
from volunteer.reports.figures import Line, Query, Rows
from volunteer.teams.models import Membership, Team
from volunteer.teams.rules import KIND_LABELS, RECRUITMENT

_parent = aliased(Area)


def name(row: Any) -> str:
    return i18n.label(row.name, row.name_en)


def place(row: Any) -> str:
    return i18n.label(row.place or "", row.place_en)


def areas(level: str) -> Rows:
    query = (
        sa.select(
            Area.id, Area.name, Area.name_en, _parent.name.label("place"), _parent.name_en.label("place_en")
        )
        .outerjoin(_parent, _parent.id == Area.parent_id)
        .where(Area.level == level)
    )
    return Rows(query, lambda row: Line(row.id, name(row), place(row)))


def by_community(people: Query) -> Rows:
    """Groups of a query with `person_id` and `amount`; a grid counts for its community."""
    one = people.subquery()
    home, above, community = aliased(Area), aliased(Area), aliased(Area)
    query = (
        sa.select(community.id, community.name, community.name_en, sa.func.sum(one.c.amount).label("amount"))
        .select_from(one)
        .join(Person, Person.id == one.c.person_id)
        .join(home, home.id == Person.area_id)
        .outerjoin(above, sa.and_(above.id == home.parent_id, home.level == GRID))
        .join(community, community.id == sa.func.coalesce(above.id, home.id))
        .group_by(community.id, community.name, community.name_en)
    )
    return Rows(query, lambda row: Line(row.id, name(row), amount=formats.number(int(row.amount))))


def people(person_ids: Query) -> Rows:
    """Entries for staff: number and masked name."""
    query = (
        sa.select(
            Person.id, Person.number, Person.name, Area.name.label("place"), Area.name_en.label("place_en")
        )
        .join(Area, Area.id == Person.area_id)
        .where(Person.id.in_(person_ids))
    )
    return Rows(query, lambda row: Line(row.id, formats.masked_name(row.name), place(row), amount=row.number))


VOLUNTEERS = sa.select(Person.id.label("person_id"), sa.literal(1).label("amount")).where(
    Person.status == ACTIVE
)


def ids(people: Query) -> Query:
    return sa.select(people.subquery().c.person_id)


def open_teams() -> Rows:
    query = (
        sa.select(
            Team.id,
            Team.name,
            Team.name_en,
            Team.kind,
            Area.name.label("place"),
            Area.name_en.label("place_en"),
        )
        .join(Area, Area.id == Team.area_id)
        .where(Team.closed_at.is_(None))
    )

    def show(row: Any) -> Line:
        kind = str(KIND_LABELS[row.kind])
        return Line(row.id, name(row), f"{place(row)} · {kind}", href=url_for("teams.team", team_id=row.id))

    return Rows(query, show)


def recruited() -> Rows:
    query = (
        sa.select(Membership.id, Person.name, Person.number, Membership.joined_at)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.way == RECRUITMENT, Membership.joined_at.is_not(None))
    )

    def show(row: Any) -> Line:
        return Line(row.id, formats.masked_name(row.name), formats.moment(row.joined_at), amount=row.number)

    return Rows(query, show)


def recruited_by_team() -> Rows:
    query = (
        sa.select(Team.id, Team.name, Team.name_en, sa.func.count().label("amount"))
        .join(Membership, Membership.team_id == Team.id)
        .where(Membership.way == RECRUITMENT, Membership.joined_at.is_not(None))
        .group_by(Team.id, Team.name, Team.name_en)
    )

    def show(row: Any) -> Line:
        amount = formats.number(int(row.amount))
        return Line(row.id, name(row), amount=amount, href=url_for("teams.team", team_id=row.id))

    return Rows(query, show)
