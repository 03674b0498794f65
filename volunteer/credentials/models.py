"""What a person has learnt, is qualified for and was commended for (R016, R017)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import Id, Model, reference

TRAINING, QUALIFICATION, COMMENDATION = "training", "qualification", "commendation"


class Credential(Model):
    """One training, qualification or commendation; withdrawn with a reason, never deleted."""

    __tablename__ = "credential"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('training', 'qualification', 'commendation')", name="kind"),
        sa.CheckConstraint("learning_minutes BETWEEN 1 AND 600000", name="learning_minutes"),
        sa.CheckConstraint("expires_on >= happened_on", name="expiry"),
        sa.Index("ix_credential_person", "person_id", "kind", "name"),
        sa.Index("ix_credential_name", "kind", "name", "id"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = reference("person.id")
    kind: Mapped[str] = mapped_column(sa.String(15))
    name: Mapped[str] = mapped_column(sa.String(80))
    content: Mapped[str] = mapped_column(sa.String(500), default="")
    unit: Mapped[str] = mapped_column(sa.String(120))  # who organised, certified or commended
    learning_minutes: Mapped[int | None]
    happened_on: Mapped[dt.date]
    expires_on: Mapped[dt.date | None]
    proof_id: Mapped[int | None] = reference("stored_file.id", optional=True)
    recorded_at: Mapped[dt.datetime]
    recorded_by_id: Mapped[int] = reference("person.id")
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_by_id: Mapped[int | None] = reference("person.id", optional=True)
    withdrawn_reason: Mapped[str | None] = mapped_column(sa.String(300))
