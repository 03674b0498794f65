"""The audit log. Rows are never changed or deleted (triggers); a seal closes a run of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import BigInt, Id, Model


class AuditEntry(Model):
    """One act: who, when, what, on which thing, before and after, from where (R148)."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.Index("ix_audit_entry_object", "object_kind", "object_id", "id"),
        sa.Index("ix_audit_entry_actor", "actor_id", "id"),
        sa.Index("ix_audit_entry_happened", "happened_at", "id"),
    )

    id: Mapped[Id]
    happened_at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = mapped_column(BigInt)
    act: Mapped[str] = mapped_column(sa.String(50))
    object_kind: Mapped[str] = mapped_column(sa.String(30))
    object_id: Mapped[int | None] = mapped_column(BigInt)
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    origin: Mapped[str] = mapped_column(sa.String(60))


class AuditSeal(Model):
    """A digest over the entries up to `last_id`, chained to the seal before."""

    __tablename__ = "audit_seal"
    __table_args__ = (sa.UniqueConstraint("last_id", name="uq_audit_seal_last_id"),)

    id: Mapped[Id]
    first_id: Mapped[int] = mapped_column(BigInt)
    last_id: Mapped[int] = mapped_column(BigInt)
    entry_count: Mapped[int] = mapped_column(BigInt)
    digest: Mapped[str] = mapped_column(sa.String(64))
    previous_digest: Mapped[str] = mapped_column(sa.String(64))
    sealed_at: Mapped[dt.datetime]
