"""Contact data of wishes that are over are forgotten after a while (R154); the public words stay."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.people.retention import Policy, register
from volunteer.wishes.models import Wish

_CONTACT = ("contact_name", "contact_phone", "address", "private_note")
OVER = ("closed", "refused", "referred", "taken_down")


def _over(before: dt.datetime) -> sa.ColumnElement[bool]:
    last_touched = sa.func.coalesce(Wish.confirmed_at, Wish.verified_at, Wish.collected_at)
    return sa.and_(Wish.state.in_(OVER), Wish.contact_erased_at.is_(None), last_touched < before)


register(
    Policy(
        "wish_contacts",
        "KEEP_WISH_CONTACTS_DAYS",
        _l("已了结心愿的联系方式"),
        Wish.__table__,
        _over,
        lambda now: dict.fromkeys(_CONTACT, "") | {"contact_erased_at": now},
    )
)
