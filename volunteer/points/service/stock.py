"""Items and goods coming in (R110)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.points import policy, rules
from volunteer.points.models import Item
from volunteer.points.service import shelf

_ITEM: Any = Item.__table__


class CodeTaken(Refused):
    sentence = _l("已经有别的物品用这个编码了，请换一个。")
    field = "code"


class TooMuchStock(Refused):
    sentence = _l("库存太多了：一样物品最多 %(most)s 份。")
    field = "quantity"


def add_item(
    *,
    actor: Any,
    area_id: int,
    code: str,
    name: str,
    price_points: int,
    name_en: str | None = None,
    quantity: int = 0,
) -> Item:
    """Put something on offer at the counter of an area, with what there is of it at the start."""
    path = db.session.scalar(sa.select(Area.path).where(Area.id == area_id))
    if path is None:
        raise NotFound
    if not policy.may_keep_stock(actor, path):
        raise NotAllowed
    if db.session.scalar(sa.select(Item.id).where(Item.code == code)) is not None:
        raise CodeTaken
    item = Item(area_id=area_id, code=code, name=name, name_en=name_en or None, price_points=price_points)
    db.session.add(item)
    db.session.flush()
    audit.record(
        actor_id=actor.id, act="item_added", kind="item", id=item.id, code=code, price_points=price_points
    )
    if quantity:
        stock_in(actor=actor, item_id=item.id, quantity=quantity)
    return item


def stock_in(*, actor: Any, item_id: int, quantity: int, note: str = "") -> None:
    """Goods came in: they can be ordered at once."""
    assert quantity > 0, "the form asks for at least one"
    item = own_item(actor, item_id)
    result: Any = db.session.execute(
        sa.update(_ITEM)
        .where(_ITEM.c.id == item_id, _ITEM.c.available + quantity <= rules.MOST_STOCK)
        .values(available=_ITEM.c.available + quantity)
    )
    if result.rowcount != 1:
        raise TooMuchStock(most=rules.MOST_STOCK)
    db.session.expire(item)
    now = clock.now()
    shelf.write_down(item_id, "in", available=quantity, held=0, note=note, moved_by_id=actor.id, now=now)
    audit.record(actor_id=actor.id, act="stock_in", kind="item", id=item_id, quantity=quantity)


def set_offered(*, actor: Any, item_id: int, offered: bool) -> None:
    """Show an item in the shop or take it out; orders already placed stay."""
    item = own_item(actor, item_id)
    if item.offered != offered:
        item.offered = offered
        db.session.flush()
        audit.record(actor_id=actor.id, act="item_offered", kind="item", id=item_id, offered=offered)


def own_item(actor: Any, item_id: int) -> Item:
    """The item, locked; another area's is not found."""
    row = db.session.execute(
        sa.select(Item, Area.path)
        .join(Area, Area.id == Item.area_id)
        .where(Item.id == item_id)
        .with_for_update(of=Item)
    ).first()
    if row is None or not policy.may_keep_stock(actor, row.path):
        raise NotFound
    item: Item = row.Item
    return item
