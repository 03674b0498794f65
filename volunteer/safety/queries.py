"""What a person signs in with, and what staff must know of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people.models import STAFF_ROLES, Grant
from volunteer.safety.models import Passkey, RecoveryCode, ResetToken, TotpSecret


@dataclass(frozen=True)
class Factors:
    """A person's second factors."""

    app_since: dt.datetime | None
    passkeys: tuple[Passkey, ...]
    codes_left: int

    @property
    def count(self) -> int:
        return len(self.passkeys) + (self.app_since is not None)


def factors(person_id: int) -> Factors:
    app = sa.select(TotpSecret.confirmed_at).where(
        TotpSecret.person_id == person_id, TotpSecret.secret.is_not(None)
    )
    passkeys = sa.select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)
    return Factors(
        app_since=db.session.scalar(app),
        passkeys=tuple(db.session.scalars(passkeys)),
        codes_left=codes_left(person_id),
    )


def codes_left(person_id: int) -> int:
    statement = sa.select(sa.func.count()).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(statement) or 0


def waiting_secret(person_id: int) -> str | None:
    """The secret that was offered and waits for its first code."""
    return db.session.scalar(sa.select(TotpSecret.next_secret).where(TotpSecret.person_id == person_id))


def staff_roles(person_id: int) -> list[tuple[str, str]]:
    """The person's staff roles with the paths of their areas."""
    statement = (
        sa.select(Grant.role, Area.path)
        .join(Area, sa.and_(Area.id == Grant.scope_id, Grant.scope_kind == "area"))
        .where(Grant.person_id == person_id, Grant.role.in_(STAFF_ROLES))
        .order_by(Grant.id)
    )
    return [(role, path) for role, path in db.session.execute(statement)]


def is_good_link(token_hash: str) -> bool:
    """Whether a link of a mail can still be used."""
    statement = sa.select(ResetToken.person_id).where(
        ResetToken.token_hash == token_hash,
        ResetToken.used_at.is_(None),
        ResetToken.expires_at > clock.now(),
        ResetToken.created_by_id.is_(None),
    )
    return db.session.scalar(statement) is not None
