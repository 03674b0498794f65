"""The PIN of a person's card, and of spending points through a helper: six digits that the system makes.

Nobody chooses one, so nobody takes the year of birth. It is shown once, on paper; here lies only its hash.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core import crypto, throttle
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.transaction import reading, transaction
from volunteer.people import sessions
from volunteer.people.models import ACTIVE, Person

DIGITS = 6
ATTEMPTS = 5  # wrong ones for each person in a quarter of an hour: a million PINs take years
PURPOSE = "pin"
_FEWEST_DIFFERENT = 4


class WrongPin(Refused):
    """The same for somebody who has no PIN."""

    sentence = _l("六位密码不对，请再看一看密码条。忘了可以到社区服务台换一个。")
    status = 422
    field = "pin"


@dataclass(frozen=True)
class Checked:
    """Proof that this person's PIN was typed just now; only `check` makes one."""

    person_id: int


def new_pin() -> str:
    """Six random digits that are not among the first that somebody would try."""
    while True:
        pin = crypto.digits(DIGITS)
        if not is_trivial(pin):
            return pin


def is_trivial(pin: str) -> bool:
    """Few different digits (111111, 112233), a ladder (123456, 975319), a half that comes again or mirrored."""
    figures = [int(digit) for digit in pin]
    steps = {(later - earlier) % 10 for earlier, later in zip(figures, figures[1:], strict=False)}
    half = len(pin) // 2
    return (
        len(set(pin)) < _FEWEST_DIFFERENT or len(steps) == 1 or pin[half:] in {pin[:half], pin[:half][::-1]}
    )


def hash_pin(pin: str) -> str:
    """Slow on purpose: call it outside of a write transaction."""
    return sessions.hash_password(pin)


def as_typed(text: str) -> str:
    """The digits of what was typed: full-width ones become plain, spaces and dashes go."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text[:40]))


def unlock(person_id: int) -> None:
    """In the caller's transaction: with a new PIN the wrong ones before it count no more."""
    throttle.forget(PURPOSE, str(person_id))


def check(*, person_id: int, pin: str) -> Checked:
    """Compare slowly; call it outside of any open work, for it ends what is open.

    The attempt is counted, and committed, before the PIN is looked at; a right one is taken off again. After
    ATTEMPTS wrong ones even the right PIN is refused (429) until the quarter of an hour is over.
    """
    throttle.count(PURPOSE, str(person_id), limit=ATTEMPTS)
    with reading():
        stored = db.session.scalar(
            sa.select(Person.pin_hash).where(Person.id == person_id, Person.status == ACTIVE)
        )
    if not sessions.is_right_password(as_typed(pin), stored):
        raise WrongPin
    with transaction():
        throttle.take_back(PURPOSE, str(person_id))
    return Checked(person_id)
