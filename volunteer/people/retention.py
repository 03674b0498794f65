"""How long each kind of data is kept: what every slice declares about its own tables (R154).

Each kind has one condition that names the rows which are too old, so that a dry
run counts exactly what the real run changes. `privacy/retention.py` runs them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core import clock
from volunteer.outbox.models import Message
from volunteer.people import rules
from volunteer.people.models import Guardian, Person, RegistrationReceipt, SignInSession
from volunteer.people.service.receipts import REJECTED

TooOld = Callable[[dt.datetime], sa.ColumnElement[bool]]


@dataclass(frozen=True)
class Policy:
    """Rows for which `too_old(moment)` holds are deleted or emptied to the values given.

    With a `deed` they are people, handed to it one by one under their lock; `note` writes down what was changed.
    """

    kind: str
    setting: str  # the setting that says for how many days
    label: Any
    table: Any
    too_old: TooOld
    emptied: Callable[[dt.datetime], Mapping[str, Any]] | None = None
    deed: Callable[[int], None] | None = None
    note: Callable[[Sequence[int]], None] | None = None


POLICIES: dict[str, Policy] = {}


def register(policy: Policy) -> None:
    POLICIES[policy.kind] = policy


def _grown_up(before: dt.datetime) -> sa.ColumnElement[bool]:
    """Guardians of people whose eighteenth birthday lies so long back."""
    day = clock.local(before).date()
    born = dt.date(day.year - rules.ADULT_FROM, day.month, min(day.day, 28))
    return Guardian.ward_id.in_(sa.select(Person.id).where(Person.born_on <= born))


register(
    Policy(
        "messages",
        "KEEP_MESSAGES_DAYS",
        _l("消息"),
        Message.__table__,
        lambda before: Message.created_at < before,
    )
)
register(
    Policy(
        "sign_ins",
        "KEEP_SIGN_INS_DAYS",
        _l("登录记录"),
        SignInSession.__table__,
        lambda before: SignInSession.last_seen_at < before,
    )
)
register(
    Policy("guardians", "KEEP_GUARDIANS_DAYS", _l("已成年人的监护人信息"), Guardian.__table__, _grown_up)
)
register(
    Policy(
        "receipt_reasons",
        "KEEP_REJECTED_DAYS",
        _l("退回登记时写的原因"),
        RegistrationReceipt.__table__,
        lambda before: sa.and_(
            RegistrationReceipt.state == REJECTED,
            RegistrationReceipt.reason.is_not(None),
            RegistrationReceipt.decided_at < before,
        ),
        lambda now: {"reason": None},
    )
)
