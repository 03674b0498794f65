"""Templates that staff and leaders keep from a series, and put away again."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import managed, policy
from volunteer.activities.models import MenuItem
from volunteer.activities.planning import menu
from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.people.identity import Actor

LONGEST_NAME = 80
MOST = 100  # of one area: a menu is read, not searched


class NameNeeded(Refused):
    sentence = _l("请给模板起个名字，最多 %(longest)s 个字。")
    status = 422
    field = "name"


class TooManyTemplates(Refused):
    sentence = _l("这里已经有 %(most)s 个模板了，请先收起几个不用的。")
    status = 422
    field = "name"


def keep_as_template(*, actor: Actor, series_id: int, name: str) -> MenuItem:
    """Keep how a series is set up, for everybody who publishes in its area; not its people and dates."""
    series = managed.locked_series(actor, series_id)
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise NameNeeded(longest=LONGEST_NAME)
    of_area = (MenuItem.area_id == series.area_id, MenuItem.archived_at.is_(None))
    count = db.session.scalar(sa.select(sa.func.count()).select_from(MenuItem).where(*of_area)) or 0
    if count >= MOST:
        raise TooManyTemplates(most=MOST)
    row = MenuItem(
        area_id=series.area_id,
        name=name,
        plan=menu.fields_of(series),
        created_at=clock.now(),
        created_by_id=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(actor_id=actor.id, act="template_kept", kind="menu_item", id=row.id, series=series_id)
    return row


def archive_template(*, actor: Actor, item_id: int) -> None:
    """Put a template away; whoever made it, or staff of its area. The second time changes nothing."""
    row = db.session.execute(
        sa.select(MenuItem, Area.path).join(Area, Area.id == MenuItem.area_id).where(MenuItem.id == item_id)
    ).first()
    if row is None:
        raise NotFound
    if not policy.may_archive_template(actor, made_by_id=row.MenuItem.created_by_id, area_path=row.path):
        raise NotFound
    if row.MenuItem.archived_at is None:
        row.MenuItem.archived_at = clock.now()
        db.session.flush()
        audit.record(actor_id=actor.id, act="template_archived", kind="menu_item", id=item_id)
