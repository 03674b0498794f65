"""The counter: find an order by what the person shows, hand over once."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock, formats, throttle
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.ledger import service as ledger
from volunteer.ledger.models import POINTS, Account, Transfer
from volunteer.outbox import service as outbox
from volunteer.points import policy, rules
from volunteer.points.models import CANCELLED, COLLECTED, EXPIRED, HELD, Item, Order
from volunteer.points.service.ordering import hash_code, hash_token, is_account, move_stock, told

_ORDER: Any = Order.__table__
_ITEM: Any = Item.__table__
WRONG_CODES = 30  # to a clerk in a quarter of an hour


class CodeNotFound(NotFound):
    sentence = _l("没有找到这个取货码。请核对 8 位数字，或者重新扫一次。")


class AlreadyCollected(Refused):
    sentence = _l("这一单已经在 %(when)s 交付过了，不能再交付一次。")


class Returned(Refused):
    sentence = _l("这一单没有按时取走或者已经取消，积分已经退还，不能交付。")


class TooEarly(Refused):
    """Ordered by another without the person's PIN: the person has 24 hours to cancel."""

    sentence = _l("这一单是别人代办的，没有输入本人的六位密码，%(when)s 以后才能交付。")


class OwnOrder(Refused):
    sentence = _l("这是您自己的订单，请另一位同事来交付。")
    status = 403


class OwnErrand(OwnOrder):
    """Placed by the same clerk in another's name, without that person's PIN (R150)."""

    sentence = _l("这一单是您代办的，没有输入本人的六位密码，请另一位同事来交付。")


def find_by_code(*, actor: Any, text: str) -> int:
    """The id of the order whose pick-up code or QR token was typed or scanned.

    Only orders of areas where the actor may work the counter are found. Live
    orders come first; one that has ended is found as well, so that the second
    presentation can be answered with the time of the first. Wrong codes are
    counted for each clerk; after thirty in a quarter of an hour even right
    ones are refused. Call it outside of open work: a wrong code is counted at once.
    """
    if not policy.may_work_some_counter(actor):
        raise NotAllowed
    throttle.look("counter", str(actor.id), limit=WRONG_CODES)
    order_id = _look_up(actor, rules.as_typed(text))
    if order_id is None:
        throttle.count("counter", str(actor.id), limit=WRONG_CODES)
        raise CodeNotFound
    return order_id


def _look_up(actor: Any, typed: str) -> int | None:
    if rules.is_digits(typed):
        shown = Order.code_hash == hash_code(typed)
    elif len(typed) == rules.TOKEN_LETTERS:
        shown = Order.token_hash == hash_token(typed)
    else:
        return None
    rows = db.session.execute(
        sa.select(Order.id, Area.path)
        .join(Area, Area.id == Order.area_id)
        .where(shown)
        .order_by(sa.case((Order.state == HELD, 0), else_=1), Order.id.desc())
        .limit(20)
    )
    return next((row.id for row in rows if policy.may_work_counter(actor, row.path)), None)


def hand_over(*, actor: Any, order_id: int) -> None:
    """Give the goods out: the held points are spent and the stock leaves. Once, and never to oneself."""
    row = load(order_id)
    if row is None or not policy.may_work_counter(actor, row.path):
        raise NotFound
    if row.person_id == actor.id:
        raise OwnOrder
    if row.placed_by_id == actor.id and row.collect_from is not None:
        raise OwnErrand
    now = clock.now()
    if row.state == HELD and row.collect_from is not None and now < row.collect_from:
        raise TooEarly(when=formats.moment(row.collect_from))
    spent = ledger.account(book=POINTS, owner_kind=ledger.SYSTEM, owner_id=0, purpose=ledger.SPENT)
    end_order(order_id, COLLECTED, now=now, by=actor.id)
    change_item(row.item_id, available=0, held=-row.quantity)
    transfer_id = move_held(row, to=spent, kind="order_settled", key="settle", now=now, by=actor.id)
    keep_end(order_id, transfer_id)
    move_stock(
        row.item_id,
        "hand_over",
        available=0,
        held=-row.quantity,
        order_id=order_id,
        moved_by_id=actor.id,
        now=now,
    )
    audit.record(actor_id=actor.id, act="order_handed_over", kind="order", id=order_id)
    outbox.tell(ended_note(row, "order_collected"))


def load(order_id: int) -> Any:
    """What ending an order needs, in one statement.

    The held points stand on the account of whose order it is: of the record that stayed, if the one that
    ordered was merged into another since.
    """
    main, held = sa.orm.aliased(Account), sa.orm.aliased(Account)
    return db.session.execute(
        sa.select(
            Order.id,
            Order.number,
            Order.person_id,
            Order.item_id,
            Order.quantity,
            Order.state,
            Order.ended_at,
            Order.collect_from,
            Order.placed_by_id,
            Order.collect_until,
            Area.path,
            Item.name,
            Item.name_en,
            Transfer.amount,
            main.id.label("main_account_id"),
            held.id.label("held_account_id"),
        )
        .join(Item, Item.id == Order.item_id)
        .join(Area, Area.id == Order.area_id)
        .join(Transfer, Transfer.id == Order.hold_transfer_id)
        .join(main, is_account(main, Order.person_id, ledger.MAIN))
        .join(held, is_account(held, Order.person_id, ledger.HELD))
        .where(Order.id == order_id)
    ).first()


def end_order(order_id: int, state: str, *, now: Any, by: int | None) -> None:
    """Take the order from held to another state; only the first who tries succeeds."""
    handed_over_by = {"handed_over_by_id": by} if state == COLLECTED else {}
    result: Any = db.session.execute(
        sa.update(_ORDER)
        .where(_ORDER.c.id == order_id, _ORDER.c.state == HELD)
        .values(state=state, ended_at=now, **handed_over_by)
    )
    if result.rowcount == 1:
        return
    how = sa.select(_ORDER.c.state, _ORDER.c.ended_at).where(_ORDER.c.id == order_id)
    ended = db.session.execute(how).one()
    if ended.state == COLLECTED:
        raise AlreadyCollected(when=formats.moment(ended.ended_at))
    assert ended.state in {EXPIRED, CANCELLED}
    raise Returned


def change_item(item_id: int, *, available: int, held: int) -> None:
    db.session.execute(
        sa.update(_ITEM)
        .where(_ITEM.c.id == item_id)
        .values(available=_ITEM.c.available + available, held=_ITEM.c.held + held)
    )


def move_held(row: Any, *, to: int, kind: str, key: str, now: Any, by: int | None) -> int:
    """Move what the order held to where it belongs now; the key lets it happen once."""
    ledger.lock([row.held_account_id])
    return ledger.move(
        ledger.Movement(
            book=POINTS,
            debit=row.held_account_id,
            credit=to,
            amount=row.amount,
            kind=kind,
            key=f"order:{row.number}:{key}",
            operation=f"order:{row.number}",
            happened_at=now,
        ),
        recorded_by=by,
    )


def keep_end(order_id: int, transfer_id: int) -> None:
    db.session.execute(sa.update(_ORDER).where(_ORDER.c.id == order_id).values(end_transfer_id=transfer_id))


def ended_note(row: Any, kind: str) -> outbox.Note:
    return outbox.Note(
        key=f"order:{row.number}:ended",
        kind=kind,
        person_id=row.person_id,
        payload=told(number=row.number, order_id=row.id, item=row, quantity=row.quantity, points=row.amount),
    )
