"""Place an order: points and stock are held at once (R106, R107)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.acting import messages as acts
from volunteer.acting import rules as acting
from volunteer.acting.service import leave_receipt
from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.ledger import service as ledger
from volunteer.ledger.models import Account
from volunteer.outbox import service as outbox
from volunteer.people import numbers, pins
from volunteer.people.models import ACTIVE, Person
from volunteer.people.sessions import CARD
from volunteer.points import messages, policy, rules
from volunteer.points.models import HELD, Item
from volunteer.points.service import codes, holding, shelf


class NotOffered(Refused):
    sentence = _l("这样东西现在不兑换。请看看别的。")


class PinNeeded(Refused):
    """A sign-in by card spends points only with the PIN, each time."""

    sentence = _l("用邻里卡打开的页面，兑换时请再输一次六位密码。")
    status = 422
    field = "pin"


@dataclass(frozen=True)
class Placed:
    """An order that was just placed."""

    id: int
    number: str
    total: int
    collect_until: dt.datetime
    collect_from: dt.datetime | None = None


@dataclass(frozen=True)
class _Buyer:
    id: int
    area_path: str


def order(
    *,
    actor: Any,
    item_id: int,
    quantity: int = 1,
    person_id: int | None = None,
    pin: pins.Checked | None = None,
) -> Placed:
    """Hold stock and points for a person and give out a pick-up code.

    For oneself; for another by staff of their area and by whom they asked. Refused
    when the item is not of the person's area tree, not offered, sold out or too dear.
    The price is copied: a later one changes nothing (R113). What another orders
    without the person's PIN is not handed over before 24 hours have passed.
    """
    assert 1 <= quantity <= rules.MOST_PIECES, "the form asks for a possible quantity"
    buyer = _buyer(actor, person_id)
    has_pin = pin is not None and pin.person_id == buyer.id
    if actor.way == CARD and not has_pin:
        raise PinNeeded
    item = _lock_item(item_id, buyer)
    if not item.offered:
        raise NotOffered
    if item.available < quantity:
        raise shelf.SoldOut(available=item.available)
    total = rules.total(item.price_points, quantity)
    main, held = holding.accounts(item, buyer.id, total)
    now = clock.now()
    shelf.set_aside(item, quantity)
    number = rules.order_number(clock.local(now).year, numbers.take("order"))
    transfer_id = holding.hold(number, total, main=main, held=held, now=now, by=actor.id)
    waits = buyer.id != actor.id and not has_pin
    begins = acting.collect_from(now) if waits else None
    until = rules.collect_until(begins or now, current_app.config["PICK_UP_HOURS"])
    order_id = codes.insert_order(
        number=number,
        person_id=buyer.id,
        item_id=item_id,
        area_id=item.area_id,
        quantity=quantity,
        price_points=item.price_points,
        state=HELD,
        placed_at=now,
        placed_by_id=actor.id,
        collect_from=begins,
        collect_until=until,
        hold_transfer_id=transfer_id,
    )
    shelf.write_down(
        item_id, "hold", available=-quantity, held=quantity, order_id=order_id, moved_by_id=actor.id, now=now
    )
    audit.record(
        actor_id=actor.id,
        act="order_placed",
        kind="order",
        id=order_id,
        item_id=item_id,
        quantity=quantity,
        points=total,
        person=buyer.id,
        by_pin=has_pin,
    )
    placed = Placed(order_id, number, total, until, begins)
    _tell(actor, buyer.id, placed, item, quantity)
    return placed


def _tell(actor: Any, person_id: int, placed: Placed, item: Any, quantity: int) -> None:
    """The person; with a receipt when another ordered."""
    words = {
        **messages.about(
            number=placed.number, order_id=placed.id, item=item, quantity=quantity, points=placed.total
        ),
        "until_at": placed.collect_until.isoformat(),
        "place": item.area_name,
        "place_en": item.area_name_en,
    }
    if person_id == actor.id:
        outbox.tell(outbox.Note(f"order:{placed.number}:placed", "order_placed", person_id, words))
    else:
        _receipt(actor, person_id, placed, words)


def _receipt(actor: Any, person_id: int, placed: Placed, words: dict[str, Any]) -> None:
    """Tells the person who ordered, what, and until when it can be cancelled in peace."""
    if placed.collect_from is not None:
        words = words | {"from_at": placed.collect_from.isoformat()}
    leave_receipt(
        actor=actor,
        person_id=person_id,
        act=acts.ORDERED_TO_WAIT if placed.collect_from else acts.ORDERED_BY_PIN,
        kind="order",
        object_id=placed.id,
        by_pin=placed.collect_from is None,
        **words,
    )


def _buyer(actor: Any, person_id: int | None) -> _Buyer:
    if actor.id is None:
        raise NotAllowed
    if person_id is None or person_id == actor.id:
        return _Buyer(actor.id, actor.area_path)
    path = db.session.scalar(
        sa.select(Area.path)
        .join(Person, Person.area_id == Area.id)
        .where(Person.id == person_id, Person.status == ACTIVE)
    )
    if path is None or not policy.may_order_for(actor, person_id=person_id, person_area_path=path):
        raise NotFound
    return _Buyer(person_id, path)


def _lock_item(item_id: int, buyer: _Buyer) -> Any:
    """Lock the item and read with it, in one statement, its place and the buyer's accounts."""
    main, held = sa.orm.aliased(Account), sa.orm.aliased(Account)
    statement = (
        sa.select(
            Item.id,
            Item.name,
            Item.name_en,
            Item.area_id,
            Item.price_points,
            Item.available,
            Item.offered,
            Area.path,
            Area.name.label("area_name"),
            Area.name_en.label("area_name_en"),
            main.id.label("main_account_id"),
            held.id.label("held_account_id"),
        )
        .join(Area, Area.id == Item.area_id)
        .outerjoin(main, holding.is_account(main, buyer.id, ledger.MAIN))
        .outerjoin(held, holding.is_account(held, buyer.id, ledger.HELD))
        .where(Item.id == item_id)
        .with_for_update(of=Item)
    )
    item = db.session.execute(statement).first()
    if item is None or not (item.path.startswith(buyer.area_path) or buyer.area_path.startswith(item.path)):
        raise NotFound
    return item
