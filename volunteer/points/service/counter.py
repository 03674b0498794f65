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
from volunteer.ledger.models import POINTS
from volunteer.outbox import service as outbox
from volunteer.points import policy, rules
from volunteer.points.models import COLLECTED, HELD, Order
from volunteer.points.service import codes, ending, holding, shelf

WRONG_CODES = 30  # to a clerk in a quarter of an hour


class UnknownCode(Refused):
    sentence = _l("没有找到这个取货码。请核对 8 位数字，或者重新扫一次。")
    status = 404


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
        raise UnknownCode
    return order_id


def _look_up(actor: Any, typed: str) -> int | None:
    if rules.is_digits(typed):
        shown = Order.code_hash == codes.hash_code(typed)
    elif len(typed) == rules.TOKEN_LETTERS:
        shown = Order.token_hash == codes.hash_token(typed)
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
    row = ending.load(order_id)
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
    change = {"available": 0, "held": -row.quantity}
    ending.end_order(order_id, COLLECTED, now=now, by=actor.id)
    shelf.change(row.item_id, **change)
    transfer_id = holding.move_on(row, to=spent, kind="order_settled", key="settle", now=now, by=actor.id)
    ending.keep_transfer(order_id, transfer_id)
    shelf.write_down(row.item_id, "hand_over", **change, order_id=order_id, moved_by_id=actor.id, now=now)
    audit.record(actor_id=actor.id, act="order_handed_over", kind="order", id=order_id)
    outbox.tell(ending.note(row, "order_collected"))
