"""Pick-up codes: the digits that are typed and the token in the picture, drawn with the order."""

from __future__ import annotations

from typing import Any

from volunteer.core import crypto
from volunteer.core.database import db, insert
from volunteer.points import rules
from volunteer.points.models import Order

_ORDER: Any = Order.__table__
_TRIES = 5


def insert_order(**values: Any) -> int:
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
