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
from volunteer.core import clock, crypto
from volunteer.core.database import db, insert
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.ledger import service as ledger
from volunteer.ledger.models import POINTS, Account
from volunteer.outbox import service as outbox
from volunteer.people import numbers, pins
from volunteer.people.models import ACTIVE, Person
from volunteer.people.sessions import CARD
from volunteer.points import policy, rules
from volunteer.points.models import HELD, Item, Order, StockMovement

_ORDER: Any = Order.__table__
_ITEM: Any = Item.__table__
_MOVEMENT: Any = StockMovement.__table__
_TRIES = 5


class SoldOut(Refused):
    sentence = _l("库存不够了，现在还有 %(available)s 份。请换一样，或者过几天再来看看。")


class NotOffered(Refused):
    sentence = _l("这样东西现在不兑换。请看看别的。")


class NotEnoughPoints(Refused):
    sentence = _l("积分不够：需要 %(needed)s 分，您有 %(available)s 分，还差 %(lacking)s 分。")


class PinNeeded(Refused):
    """A sign-in by card spends points only with the PIN, each time."""

    sentence = _l("用卡打开的页面，兑换时请再输一次六位密码。")
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
        raise SoldOut(available=item.available)
    total = rules.total(item.price_points, quantity)
    main, held = _look_at_points(item, buyer, total)
    now = clock.now()
    _set_aside(item, quantity)
    number = rules.order_number(clock.local(now).year, numbers.take("order"))
    transfer_id = ledger.move(
        ledger.Movement(
            book=POINTS,
            debit=main,
            credit=held,
            amount=total,
            kind="order_hold",
            key=f"order:{number}:hold",
            operation=f"order:{number}",
            happened_at=now,
        ),
        recorded_by=actor.id,
    )
    waits = buyer.id != actor.id and not has_pin
    begins = acting.collect_from(now) if waits else None
    until = rules.collect_until(begins or now, current_app.config["PICK_UP_HOURS"])
    order_id = _insert_order(
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
    move_stock(
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
    words = {
        **told(number=number, order_id=order_id, item=item, quantity=quantity, points=total),
        "until_at": until.isoformat(),
        "place": item.area_name,
        "place_en": item.area_name_en,
    }
    placed = Placed(order_id, number, total, until, begins)
    if buyer.id == actor.id:
        outbox.tell(outbox.Note(f"order:{number}:placed", "order_placed", buyer.id, words))
    else:
        _receipt(actor, buyer.id, placed, words)
    return placed


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


def move_stock(
    item_id: int,
    kind: str,
    *,
    available: int,
    held: int,
    now: dt.datetime,
    moved_by_id: int | None,
    order_id: int | None = None,
    note: str = "",
) -> None:
    """Write one line of the stock's own book (R110)."""
    row = {
        "item_id": item_id,
        "kind": kind,
        "available_change": available,
        "held_change": held,
        "order_id": order_id,
        "note": note,
        "moved_at": now,
        "moved_by_id": moved_by_id,
    }
    db.session.execute(sa.insert(_MOVEMENT).values(**row))


def told(*, number: str, order_id: int, item: Any, quantity: int, points: int) -> dict[str, Any]:
    """What every message about an order says."""
    return {
        "number": number,
        "order_id": order_id,
        "item": item.name,
        "item_en": item.name_en,
        "quantity": quantity,
        "points": points,
    }


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
        .outerjoin(main, is_account(main, buyer.id, ledger.MAIN))
        .outerjoin(held, is_account(held, buyer.id, ledger.HELD))
        .where(Item.id == item_id)
        .with_for_update(of=Item)
    )
    item = db.session.execute(statement).first()
    if item is None or not (item.path.startswith(buyer.area_path) or buyer.area_path.startswith(item.path)):
        raise NotFound
    return item


def is_account(account: Any, person_id: Any, purpose: str) -> Any:
    """The condition for a person's account for points; the person may be a column."""
    return sa.and_(
        account.book == POINTS,
        account.owner_kind == ledger.PERSON,
        account.owner_id == person_id,
        account.purpose == purpose,
    )


def _look_at_points(item: Any, buyer: _Buyer, total: int) -> tuple[int, int]:
    """The buyer's main and held account; refused when the points, looked at under the lock, are too few."""
    main = item.main_account_id or _open(buyer.id, ledger.MAIN)
    held = item.held_account_id or _open(buyer.id, ledger.HELD)
    ledger.lock([main])
    balance = ledger.balance(main)
    if balance < total:
        raise NotEnoughPoints(needed=total, available=balance, lacking=rules.lacking(total, balance))
    return main, held


def _open(person_id: int, purpose: str) -> int:
    return ledger.account(book=POINTS, owner_kind=ledger.PERSON, owner_id=person_id, purpose=purpose)


def _set_aside(item: Any, quantity: int) -> None:
    """The guard that holds even if somebody forgets the lock: only what is there can be set aside."""
    result: Any = db.session.execute(
        sa.update(_ITEM)
        .where(_ITEM.c.id == item.id, _ITEM.c.available >= quantity, _ITEM.c.offered.is_(True))
        .values(available=_ITEM.c.available - quantity, held=_ITEM.c.held + quantity)
    )
    if result.rowcount != 1:
        raise SoldOut(available=item.available)


def _insert_order(**values: Any) -> int:
    """Insert with a fresh code; a code that another live order has is drawn again."""
    for _try in range(_TRIES):
        code, token = crypto.digits(rules.CODE_DIGITS), crypto.letters(rules.TOKEN_LETTERS)
        row = {
            **values,
            "code": code,
            "code_hash": hash_code(code),
            "token": token,
            "token_hash": hash_token(token),
        }
        # Only the code's index may be the one that says no: the number was just taken from its series.
        statement = insert(_ORDER).values(**row).on_conflict_do_nothing().returning(_ORDER.c.id)
        order_id = db.session.execute(statement).scalar_one_or_none()
        if order_id is not None:
            return int(order_id)
    raise AssertionError("no free pick-up code")


def hash_code(code: str) -> str:
    return crypto.look_up_hash("order_code", code)


def hash_token(token: str) -> str:
    return crypto.look_up_hash("order_token", token)
