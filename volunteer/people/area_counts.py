"""How many people are registered in each area, those of its grids included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.areas.models import Area
from volunteer.core.database import db
from volunteer.people.models import ACTIVE, STAFF_ROLES, WAITING, Grant, Person


@dataclass(frozen=True)
class Branch:
    """An area of the tree; `depth` 0 is the sub-district."""

    area: Area
    depth: int
    people: int
    staff: int


def branches(areas: Sequence[Area]) -> list[Branch]:
    """The areas in the order of the tree (siblings as they were added), in two statements."""
    ids = [area.id for area in areas]
    people = _counted(
        sa.select(Person.area_id, sa.func.count())
        .where(Person.area_id.in_(ids), Person.status.in_((ACTIVE, WAITING)))
        .group_by(Person.area_id)
    )
    staff = _counted(
        sa.select(Grant.scope_id, sa.func.count(Grant.person_id.distinct()))
        .where(Grant.scope_kind == "area", Grant.scope_id.in_(ids), Grant.role.in_(STAFF_ROLES))
        .group_by(Grant.scope_id)
    )
    total = dict.fromkeys(ids, 0)
    for area in areas:
        for above in _steps(area):
            if above in total:
                total[above] += people.get(area.id, 0)
    return [
        Branch(area, len(_steps(area)) - 1, total[area.id], staff.get(area.id, 0))
        for area in sorted(areas, key=_steps)
    ]


def _steps(area: Area) -> list[int]:
    """'/1/5/22/' → [1, 5, 22]."""
    return [int(part) for part in area.path.split("/") if part]


def _counted(statement: Any) -> dict[int, int]:
    return {row[0]: row[1] for row in db.session.execute(statement)}
