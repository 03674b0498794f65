"""What a person has learnt, is qualified for and was commended for (R016, R017)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core import files  # noqa: F401 - the table that proofs are kept in
from volunteer.core.database import Id, Model, reference

TRAINING, QUALIFICATION, COMMENDATION = "training", "qualification", "commendation"
KINDS = (TRAINING, QUALIFICATION, COMMENDATION)
# Handed in by the person and not confirmed yet; counts; not confirmed; taken back with a reason.
WAITING, VALID, REFUSED, WITHDRAWN = "waiting", "valid", "refused", "withdrawn"


class Credential(Model):
    """One training, qualification or commendation; withdrawn with a reason, never deleted.

    Staff's and leaders' entries are valid at once; what a person hands in waits
    until somebody else has looked at the proof.
    """

    __tablename__ = "credential"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('training', 'qualification', 'commendation')", name="kind"),
        sa.CheckConstraint("state IN ('waiting', 'valid', 'refused', 'withdrawn')", name="state"),
        sa.CheckConstraint("learning_minutes BETWEEN 1 AND 600000", name="learning_minutes"),
        sa.CheckConstraint("expires_on >= happened_on", name="expiry"),
        sa.Index(
            "uq_credential_live",
            "person_id",
            "kind",
            "name",
            "happened_on",
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'valid')"),
            postgresql_where=sa.text("state IN ('waiting', 'valid')"),
        ),
        sa.Index("ix_credential_person", "person_id", "kind", "name"),
        sa.Index("ix_credential_name", "kind", "name", "id"),
        sa.Index("ix_credential_state", "state", "id"),
        sa.Index("ix_credential_expires", "expires_on", "id"),
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
    is_from_outside: Mapped[bool] = mapped_column(
        default=False
    )  # not by the sub-district: needs a proof (R017)
    proof_id: Mapped[int | None] = reference("stored_file.id", optional=True)
    state: Mapped[str] = mapped_column(sa.String(10), default=VALID)
    recorded_at: Mapped[dt.datetime]
    recorded_by_id: Mapped[int] = reference("person.id")
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = reference("person.id", optional=True)
    refused_reason: Mapped[str | None] = mapped_column(sa.String(300))
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_by_id: Mapped[int | None] = reference("person.id", optional=True)
    withdrawn_reason: Mapped[str | None] = mapped_column(sa.String(300))
