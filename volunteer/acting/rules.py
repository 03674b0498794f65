"""Rights, relations and the shape of a card, on plain values."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.people.rules import UnknownChoice, is_minor

SIGN_UP, WISH, REDEEM = "sign_up", "wish", "redeem"
RIGHTS: dict[str, Any] = {
    SIGN_UP: _l("报名、取消报名"),
    WISH: _l("提心愿"),
    REDEEM: _l("用积分兑换东西"),
}
RELATIONS: dict[str, Any] = {
    "child": _l("子女"),
    "spouse": _l("配偶"),
    "neighbour": _l("邻居"),
    "grid_worker": _l("网格员"),
    "other": _l("其他"),
}
WAIT = dt.timedelta(hours=24)  # before what was redeemed without the person's PIN is handed over
MOST_HELPERS = 10
_TOKEN = r"[A-Za-z0-9_-]{22}"
_CARD = re.compile(rf"(?:\S*/card/)?({_TOKEN})/?\Z", re.ASCII)


def collect_from(now: dt.datetime) -> dt.datetime:
    """24 hours later, never less; on a full minute so that everybody reads the same."""
    later = now + WAIT
    return later if later == _minute(later) else _minute(later) + dt.timedelta(minutes=1)


def _minute(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0)


def card_token(text: str) -> str | None:
    """The token in what a scanner typed: the card's address or the token alone; anything else is None."""
    match = _CARD.match(text.strip())
    return match[1] if match else None


def rights(codes: Iterable[str]) -> list[str]:
    """In the order of RIGHTS, without repeats; unknown ones are refused."""
    wanted = set(codes)
    if wanted - set(RIGHTS):
        raise UnknownChoice
    return [code for code in RIGHTS if code in wanted]


def relation(code: str) -> str:
    if code not in RELATIONS:
        raise UnknownChoice
    return code


def is_adult(born_on: dt.date, today: dt.date) -> bool:
    return not is_minor(born_on, today)
