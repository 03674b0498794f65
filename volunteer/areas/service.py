"""Areas are added from the top down and keep the path of ids from the root; names may change, codes not."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas import queries
from volunteer.areas.models import COMMUNITY, GRID, SUBDISTRICT, Area
from volunteer.audit import service as audit
from volunteer.core import crypto, inputs
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


class NameTaken(Refused):
    sentence = _l("这里已经有一个同名的了，请换一个名称。")
    field = "name"


class NotAName(Refused):
    sentence = _l("请填名称，最多 80 个字。")
    status = 422
    field = "name"


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
    name = _free_name(name, parent.id if parent else None)
    area = Area(
        parent_id=parent.id if parent else None, level=level, code=code, name=name, name_en=name_en, path=""
    )
    db.session.add(area)
    _flush()
    area.path = f"{parent.path if parent else '/'}{area.id}/"
    db.session.flush()
    audit.record(actor_id=actor_id, act="area_added", kind="area", id=area.id, code=code, level=level)
    return area


def rename(*, actor_id: int | None, area: Area, name: str, name_en: str | None = None) -> None:
    """Another name for the same area; what hangs below it stays. The same name again changes nothing."""
    before = {"name": area.name, "name_en": area.name_en}
    area.name = _free_name(name, area.parent_id, but=area.id)
    area.name_en = name_en
    after = {"name": area.name, "name_en": area.name_en}
    if before == after:
        return
    _flush()
    audit.record(actor_id=actor_id, act="area_renamed", kind="area", id=area.id, before=before, after=after)


def free_code(parent: Area) -> str:
    """A code for an area that has no official one: that of the parent and four letters."""
    return f"{parent.code[:35]}-{crypto.letters(4)}"


def _flush() -> None:
    """Of two who take one name or code at the same moment the index refuses the second."""
    try:
        db.session.flush()
    except sa.exc.IntegrityError as error:
        is_code = any(word in str(error.orig) for word in ("uq_area_code", "area.code"))
        raise (CodeTaken if is_code else NameTaken) from error


def _free_name(name: str, parent_id: int | None, *, but: int | None = None) -> str:
    """The name, cleaned; empty, too long or borne by a sibling is refused."""
    name = inputs.clean(name)
    if not 1 <= len(name) <= 80:
        raise NotAName
    same = sa.select(Area.id).where(Area.name == name, Area.parent_id.is_not_distinct_from(parent_id))
    if but is not None:
        same = same.where(Area.id != but)
    if db.session.scalar(same.limit(1)) is not None:
        raise NameTaken
    return name
