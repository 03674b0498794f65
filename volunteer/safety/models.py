"""What proves a second time who signs in, and requests to set a new password."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import BigInt, Id, Model, Secret, reference


class TotpSecret(Model):
    """The secret shared with an authenticator app (RFC 6238).

    `next_secret` is offered until a first code made with it comes back; the old
    one holds until then. `last_step` stops a code from being used twice.
    """

    __tablename__ = "totp_secret"

    person_id: Mapped[int] = reference("person.id", primary_key=True)
    secret: Mapped[str | None] = mapped_column(Secret)
    next_secret: Mapped[str | None] = mapped_column(Secret)
    created_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]
    last_step: Mapped[int] = mapped_column(BigInt, default=0)


class RecoveryCode(Model):
    """One of ten codes on paper, each good once."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("person_id", "code_hash", name="uq_recovery_code"),)

    id: Mapped[Id]
    person_id: Mapped[int] = reference("person.id")
    code_hash: Mapped[str] = mapped_column(sa.String(40))
    created_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class Passkey(Model):
    """A WebAuthn credential of a phone, computer or security key."""

    __tablename__ = "passkey"
    __table_args__ = (sa.UniqueConstraint("credential_hash", name="uq_passkey_credential_hash"),)

    id: Mapped[Id]
    person_id: Mapped[int] = reference("person.id", index=True)
    credential_id: Mapped[str] = mapped_column(sa.Text)  # base64url
    credential_hash: Mapped[str] = mapped_column(sa.String(64))
    public_key: Mapped[str] = mapped_column(sa.Text)  # base64url of the COSE key
    sign_count: Mapped[int] = mapped_column(BigInt)
    name: Mapped[str] = mapped_column(sa.String(60))
    created_at: Mapped[dt.datetime]
    last_used_at: Mapped[dt.datetime | None]


class SpentChallenge(Model):
    """A WebAuthn challenge that was answered; kept for as long as it could be answered again."""

    __tablename__ = "spent_challenge"

    challenge_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    spent_at: Mapped[dt.datetime] = mapped_column(index=True)


class ResetRequest(Model):
    """Somebody asked to set a new password; written alike for known and unknown accounts, handled by a job."""

    __tablename__ = "reset_request"
    __table_args__ = (sa.Index("ix_reset_request_handled", "handled_at", "id"),)

    id: Mapped[Id]
    account: Mapped[str] = mapped_column(Secret)
    asked_at: Mapped[dt.datetime]
    handled_at: Mapped[dt.datetime | None]


class ResetToken(Model):
    """A link in a mail, or a code on a slip from the counter, with which a new password is set once."""

    __tablename__ = "reset_token"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[int] = reference("person.id", index=True)
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = reference("person.id", optional=True)
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
