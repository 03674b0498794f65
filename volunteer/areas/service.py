"""Areas are added from the top down and keep the path of ids from the root."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.areas import queries
from volunteer.areas.models import COMMUNITY, GRID, SUBDISTRICT, Area
from volunteer.audit import service as audit
from volunteer.core.database import db
from volunteer.core.errors import Refused

_PARENT_OF = {SUBDISTRICT: None, COMMUNITY: SUBDISTRICT, GRID: COMMUNITY}


class WrongPlaceInTree(Refused):
    sentence = _l("街道在最上面，下面是社区，社区下面是网格。请重新选择上级。")
    status = 422
    field = "parent"


class CodeTaken(Refused):
    sentence = _l("这个代码已经有区域在用，请换一个。")
    field = "code"


def add(
    *,
    actor_id: int | None,
    code: str,
    level: str,
    name: str,
    name_en: str | None = None,
    parent: Area | None = None,
) -> Area:
    """Add an area below `parent`; a sub-district has none. The code is unique for ever."""
    if (parent.level if parent else None) != _PARENT_OF.get(level, ""):
        raise WrongPlaceInTree
    if queries.by_code(code) is not None:
        raise CodeTaken
    area = Area(
        parent_id=parent.id if parent else None, level=level, code=code, name=name, name_en=name_en, path=""
    )
    db.session.add(area)
    db.session.flush()
    area.path = f"{parent.path if parent else '/'}{area.id}/"
    db.session.flush()
    audit.record(actor_id=actor_id, act="area_added", kind="area", id=area.id, code=code, level=level)
    return area
