"""One row per message and channel; its unique key is what keeps it from being sent twice."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import BigInt, Id, Model

INBOX, EMAIL = "inbox", "email"
PENDING, SENT, FAILED, EXPIRED, CANCELLED = "pending", "sent", "failed", "expired", "cancelled"


class Message(Model):
    """What is to be told to one person through one channel.

    The text is made at sending time, in the recipient's language, from `kind`
    and `payload` (plain values, no names or phones). A message of the inbox is
    there as soon as it is written; `read_at` says when it was seen.
    """

    __tablename__ = "message"
    __table_args__ = (
        sa.UniqueConstraint("key", name="uq_message_key"),
        sa.CheckConstraint("channel IN ('inbox', 'email')", name="channel"),
        sa.CheckConstraint("state IN ('pending', 'sent', 'failed', 'expired', 'cancelled')", name="state"),
        sa.Index("ix_message_due", "state", "not_before", "id"),
        sa.Index("ix_message_inbox", "person_id", "channel", "read_at", "id"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[str] = mapped_column(sa.String(40))
    person_id: Mapped[int] = mapped_column(BigInt)
    channel: Mapped[str] = mapped_column(sa.String(10))
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    state: Mapped[str] = mapped_column(sa.String(10))
    not_before: Mapped[dt.datetime]
    useful_until: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(sa.String(60))
    claimed_until: Mapped[dt.datetime | None]
    problem: Mapped[str | None] = mapped_column(sa.String(300))
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
    read_at: Mapped[dt.datetime | None]
