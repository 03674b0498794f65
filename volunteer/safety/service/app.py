"""The authenticator app: six digits that change every half minute (RFC 6238)."""

from __future__ import annotations

from typing import Any

import pyotp
import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core import clock, crypto
from volunteer.core.database import COUNT_ROWS, db
from volunteer.core.errors import Refused
from volunteer.safety import messages, rules
from volunteer.safety.models import TotpSecret
from volunteer.safety.service import factors, recovery

ISSUER = "Linli 邻里时间"


class WrongCode(Refused):
    """For a wrong, an old and a used code alike."""

    sentence = _l(
        "这个数不对，或者已经用过。验证器半分钟换一个数，请等下一个；用恢复码的，请看看有没有抄错。"
    )
    status = 422
    field = "one_time_code"


class NothingOffered(Refused):
    sentence = _l("请先点“开始”，再扫码。")


def offer(person_id: int) -> None:
    """Make a new secret that waits for its first code; one that is in use stays so until then."""
    factors.lock(person_id)
    secret = pyotp.random_base32()
    row = db.session.get(TotpSecret, person_id)
    if row is None:
        now = clock.now()
        db.session.add(TotpSecret(person_id=person_id, next_secret=secret, created_at=now, last_step=0))
    else:
        row.next_secret = secret
    db.session.flush()


def address(secret: str, account: str) -> str:
    """What the picture says to the app; `account` is the volunteer number."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER))


def accept(person_id: int, code: str, *, keep: str | None) -> list[str]:
    """A first code made with the offered secret puts it in force.

    Returns new recovery codes when it is the person's first factor. All sign-ins
    but `keep` end.
    """
    person = factors.lock(person_id)
    row = db.session.get(TotpSecret, person_id)
    if row is None or row.next_secret is None:
        raise NothingOffered
    step = _matching_step(row.next_secret, code)
    if step is None:
        raise WrongCode
    row.secret, row.next_secret, row.last_step, row.confirmed_at = row.next_secret, None, step, clock.now()
    db.session.flush()
    codes = [] if person.has_second_factor else recovery.make(person_id)
    factors.changed(
        person_id, by=person_id, act="second_factor_added", kind=messages.FACTOR_ADDED, keep=keep, way="app"
    )
    return codes


def use(person_id: int, code: str) -> None:
    """Take a code of the app, or a recovery code; each counts once."""
    plain = rules.plain(code)
    is_right = _use_totp(person_id, plain) if rules.is_totp(plain) else recovery.use(person_id, plain)
    if not is_right:
        raise WrongCode


def _use_totp(person_id: int, code: str) -> bool:
    secret = db.session.scalar(sa.select(TotpSecret.secret).where(TotpSecret.person_id == person_id))
    step = _matching_step(secret, code) if secret else None
    if step is None:
        return False
    result: Any = db.session.execute(  # pyotp does not stop a code from being used twice: this does
        sa.update(TotpSecret)
        .where(TotpSecret.person_id == person_id, TotpSecret.last_step < step)
        .values(last_step=step),
        execution_options=COUNT_ROWS,
    )
    return bool(result.rowcount == 1)


def _matching_step(secret: str, code: str) -> int | None:
    """The half minute whose code this is; all are compared, so that the time says nothing."""
    made = pyotp.TOTP(secret)
    plain = rules.plain(code)
    found = [step for step in rules.steps_around(clock.now()) if crypto.same(made.generate_otp(step), plain)]
    return found[-1] if found else None
