"""What somebody has looked at and found in order, or set right."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import BigInt, Id, Model, reference


class SuspicionReview(Model):
    """A finding that was checked, with what came out; `subject_id` and `mark_id` name it (oversight/findings.py)."""

    __tablename__ = "suspicion_review"
    __table_args__ = (
        sa.UniqueConstraint("kind", "subject_id", "mark_id", name="uq_suspicion_review"),
        sa.Index("ix_suspicion_review_person", "person_id", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(sa.String(20))
    subject_id: Mapped[int] = mapped_column(BigInt)
    mark_id: Mapped[int] = mapped_column(BigInt)
    person_id: Mapped[int] = reference("person.id")  # whom it is about
    note: Mapped[str] = mapped_column(sa.String(300))
    reviewed_at: Mapped[dt.datetime]
    reviewed_by_id: Mapped[int] = reference("person.id")
