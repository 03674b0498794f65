"""Findings of the suspicion list that somebody has checked (R156)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "suspicion_review",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", BigInt, nullable=False),
        sa.Column("mark_id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(), nullable=False),
        sa.Column("reviewed_by_id", BigInt, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_suspicion_review_person_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"],
            ["person.id"],
            name=op.f("fk_suspicion_review_reviewed_by_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspicion_review")),
        sa.UniqueConstraint("kind", "subject_id", "mark_id", name="uq_suspicion_review"),
    )
    op.create_index("ix_suspicion_review_person", "suspicion_review", ["person_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("suspicion_review")
