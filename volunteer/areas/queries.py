"""Looking areas up, and the condition 'lies within' for lists of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from volunteer.areas.models import COMMUNITY, GRID, Area
from volunteer.core.database import db


def by_code(code: str) -> Area | None:
    return db.session.scalars(sa.select(Area).where(Area.code == code)).first()


def children(parent: Area) -> list[Area]:
    """The areas directly below, in the order in which they were added."""
    return list(db.session.scalars(sa.select(Area).where(Area.parent_id == parent.id).order_by(Area.id)))


def communities(paths: Sequence[str] | None = None) -> list[Area]:
    """All communities, or those within one of the paths, in the order in which they were added."""
    statement = sa.select(Area).where(Area.level == COMMUNITY).order_by(Area.id)
    if paths is not None:
        statement = statement.where(within(Area.path, paths))
    return list(db.session.scalars(statement))


def homes(paths: Sequence[str]) -> list[Area]:
    """Where somebody may live for who works in these subtrees: the communities, and of a grid the grid itself."""
    own_grids = sa.and_(Area.level == GRID, Area.path.in_(paths))
    statement = sa.select(Area).where(
        sa.or_(sa.and_(Area.level == COMMUNITY, within(Area.path, paths)), own_grids)
    )
    return list(db.session.scalars(statement.order_by(Area.id)))


def with_counter(area: Area) -> Area:
    """Where somebody of the area goes: a grid has no counter, its community has."""
    return db.session.get_one(Area, area.parent_id) if area.level == GRID else area


def within_paths(paths: Iterable[str]) -> list[Area]:
    """Every area of the subtrees, parents before children."""
    return list(db.session.scalars(sa.select(Area).where(within(Area.path, paths)).order_by(Area.path)))


def roots() -> list[Area]:
    """The sub-districts."""
    return list(db.session.scalars(sa.select(Area).where(Area.parent_id.is_(None)).order_by(Area.id)))


def within(path_column: Any, paths: Iterable[str]) -> sa.ColumnElement[bool]:
    """The condition that a path lies in one of the subtrees; without any subtree nothing does."""
    return sa.or_(sa.false(), *(path_column.startswith(path) for path in paths if path))


def ids_within(paths: Iterable[str]) -> Any:
    """A subselect of the ids of all areas in the subtrees, for `Person.area_id.in_(…)`."""
    return sa.select(Area.id).where(within(Area.path, paths))
