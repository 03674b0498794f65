"""Communities and grids are added and renamed by those who answer for the sub-district."""

from __future__ import annotations

from volunteer.areas import service as areas
from volunteer.areas.models import COMMUNITY, GRID, SUBDISTRICT, Area
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.people import policy
from volunteer.people.identity import Actor

BELOW = {SUBDISTRICT: COMMUNITY, COMMUNITY: GRID}


def add_area(*, actor: Actor, parent_id: int, name: str, name_en: str = "", code: str = "") -> Area:
    """Add a community below a sub-district, or a grid below a community; without a code it gets one."""
    parent = _within(actor, parent_id)
    if parent.level not in BELOW:
        raise areas.WrongPlaceInTree
    return areas.add(
        actor_id=actor.id,
        code=code or areas.free_code(parent),
        level=BELOW[parent.level],
        name=name,
        name_en=name_en or None,
        parent=parent,
    )


def rename_area(*, actor: Actor, area_id: int, name: str, name_en: str = "") -> None:
    areas.rename(actor_id=actor.id, area=_within(actor, area_id), name=name, name_en=name_en or None)


def _within(actor: Actor, area_id: int) -> Area:
    area = db.session.get(Area, area_id)
    if area is None or not policy.may_change_tree(actor, area.path):
        raise NotFound
    return area
