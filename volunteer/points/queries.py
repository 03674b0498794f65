"""What the pages of the shop show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.areas.models import Area
from volunteer.core import i18n
from volunteer.core.database import db
from volunteer.ledger import service as ledger
from volunteer.ledger.models import POINTS, Account, Transfer
from volunteer.people.models import Person
from volunteer.points import policy, rules
from volunteer.points.models import HELD, Item, Order

PAGE = 30


@dataclass(frozen=True)
class Offer:
    """An item as one person sees it."""

    item: Item
    place: str
    lacking: int
    most: int

    @property
    def is_sold_out(self) -> bool:
        return self.item.available == 0

    @property
    def is_affordable(self) -> bool:
        return self.most > 0


@dataclass(frozen=True)
class Slip:
    """An order with what stands beside it on a page."""

    order: Order
    item: Item
    person_name: str
    person_number: str
    home_path: str
    area_path: str
    place: str

    @property
    def total(self) -> int:
        return rules.total(self.order.price_points, self.order.quantity)

    @property
    def is_waiting(self) -> bool:
        return self.order.state == HELD

    def is_too_early(self, now: dt.datetime) -> bool:
        """Ordered by another without the PIN, and the 24 hours are not over."""
        return self.is_waiting and self.order.collect_from is not None and now < self.order.collect_from


def points_of(person_id: int) -> int:
    """What a person can spend, in one statement and without opening an account."""
    account = (
        sa.select(Account.id)
        .where(
            Account.book == POINTS,
            Account.owner_kind == ledger.PERSON,
            Account.owner_id == person_id,
            Account.purpose == ledger.MAIN,
        )
        .scalar_subquery()
    )
    credits, debits = (
        sa.select(sa.func.coalesce(sa.func.sum(Transfer.amount), 0)).where(leg == account).scalar_subquery()
        for leg in (Transfer.credit_account_id, Transfer.debit_account_id)
    )
    return int(db.session.scalar(sa.select(credits - debits)) or 0)


def offers(actor: Any, balance: int) -> list[Offer]:
    """What the person can redeem: offered in the areas above and below their own, what is there first."""
    rows = db.session.execute(
        sa.select(Item, Area.name, Area.name_en)
        .join(Area, Area.id == Item.area_id)
        .where(Item.offered, _of_tree(actor.area_path))
        .order_by(Item.available == 0, Item.price_points, Item.id)
        .limit(200)
    )
    return [
        Offer(
            item=item,
            place=i18n.label(name, name_en),
            lacking=rules.lacking(item.price_points, balance),
            most=rules.most_pieces(item.price_points, balance=balance, available=item.available),
        )
        for item, name, name_en in rows
    ]


def slip(order_id: int) -> Slip | None:
    row = db.session.execute(_SLIP.where(Order.id == order_id)).first()
    return None if row is None else _slip(row)


def orders_of(person_id: int, *, before: int | None = None) -> list[Slip]:
    """A person's orders, newest first, one more than a page holds."""
    statement = _SLIP.where(Order.person_id == person_id).order_by(Order.id.desc()).limit(PAGE + 1)
    if before is not None:
        statement = statement.where(Order.id < before)
    return [_slip(row) for row in db.session.execute(statement)]


def waiting(actor: Any, *, after: int | None = None, person_id: int | None = None) -> list[Slip]:
    """Orders to be collected at the actor's counters, oldest first, one more than a page holds."""
    statement = (
        _SLIP.where(Order.state == HELD, _within(actor.scope_paths(*policy.COUNTER)))
        .order_by(Order.id)
        .limit(PAGE + 1)
    )
    if after is not None:
        statement = statement.where(Order.id > after)
    if person_id is not None:
        statement = statement.where(Order.person_id == person_id)
    return [_slip(row) for row in db.session.execute(statement)]


def kept_items(actor: Any) -> list[tuple[Item, str]]:
    """The items whose stock the actor keeps, with their place."""
    rows = db.session.execute(
        sa.select(Item, Area.name, Area.name_en)
        .join(Area, Area.id == Item.area_id)
        .where(_within(actor.scope_paths(*policy.KEEPERS)))
        .order_by(Item.offered.desc(), Area.path, Item.id)
        .limit(500)
    )
    return [(item, i18n.label(name, name_en)) for item, name, name_en in rows]


def kept_areas(actor: Any) -> list[Area]:
    """Where the actor may add items: the sub-district's and communities' counters."""
    return list(
        db.session.scalars(
            sa.select(Area)
            .where(_within(actor.scope_paths(*policy.KEEPERS)), Area.level != "grid")
            .order_by(Area.path, Area.id)
        )
    )


_home = sa.orm.aliased(Area)
_SLIP = (
    sa.select(
        Order,
        Item,
        Person.name,
        Person.number,
        _home.path.label("home_path"),
        Area.path,
        Area.name.label("place"),
        Area.name_en,
    )
    .join(Item, Item.id == Order.item_id)
    .join(Person, Person.id == Order.person_id)
    .join(Area, Area.id == Order.area_id)
    .join(_home, _home.id == Person.area_id)
)


def _slip(row: Any) -> Slip:
    return Slip(
        order=row.Order,
        item=row.Item,
        person_name=row.name,
        person_number=row.number,
        home_path=row.home_path,
        area_path=row.path,
        place=i18n.label(row.place, row.name_en),
    )


def _of_tree(area_path: str) -> sa.ColumnElement[bool]:
    return sa.or_(
        Area.path.in_(rules.tree_paths(area_path)), Area.path.startswith(area_path, autoescape=True)
    )


def _within(paths: tuple[str, ...]) -> sa.ColumnElement[bool]:
    """Areas below one of the paths; none when there is no path."""
    return sa.or_(sa.false(), *(Area.path.startswith(path, autoescape=True) for path in paths))
