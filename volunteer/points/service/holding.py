"""The points of an order: held on an account of their own until it ends, then moved on (R106)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core.errors import Refused
from volunteer.ledger import service as ledger
from volunteer.ledger.models import POINTS
from volunteer.points import rules


class NotEnoughPoints(Refused):
    sentence = _l("积分不够：需要 %(needed)s 分，您有 %(available)s 分，还差 %(lacking)s 分。")


def is_account(account: Any, person_id: Any, purpose: str) -> Any:
    """The condition for a person's account for points; the person may be a column."""
    return sa.and_(
        account.book == POINTS,
        account.owner_kind == ledger.PERSON,
        account.owner_id == person_id,
        account.purpose == purpose,
    )


def accounts(item: Any, person_id: int, total: int) -> tuple[int, int]:
    """The person's main and held account, as they were read with the item; opened where they are missing.

    Refused when the points, looked at under the lock, are too few.
    """
    main = item.main_account_id or _open(person_id, ledger.MAIN)
    held = item.held_account_id or _open(person_id, ledger.HELD)
    ledger.lock([main])
    balance = ledger.balance(main)
    if balance < total:
        raise NotEnoughPoints(needed=total, available=balance, lacking=rules.lacking(total, balance))
    return main, held


def _open(person_id: int, purpose: str) -> int:
    return ledger.account(book=POINTS, owner_kind=ledger.PERSON, owner_id=person_id, purpose=purpose)


def hold(number: str, total: int, *, main: int, held: int, now: dt.datetime, by: int | None) -> int:
    """Hold the price of the order with this number."""
    return _move(number, total, "order_hold", "hold", debit=main, credit=held, now=now, by=by)


def move_on(order: Any, *, to: int, kind: str, key: str, now: dt.datetime, by: int | None) -> int:
    """Move what the order held to where it belongs now; the key lets it happen once."""
    held = order.held_account_id
    ledger.lock([held])
    return _move(order.number, order.amount, kind, key, debit=held, credit=to, now=now, by=by)


def _move(
    number: str,
    amount: int,
    kind: str,
    key: str,
    *,
    debit: int,
    credit: int,
    now: dt.datetime,
    by: int | None,
) -> int:
    operation = f"order:{number}"
    movement = ledger.Movement(
        book=POINTS,
        debit=debit,
        credit=credit,
        amount=amount,
        kind=kind,
        key=f"{operation}:{key}",
        operation=operation,
        happened_at=now,
    )
    return ledger.move(movement, recorded_by=by)
