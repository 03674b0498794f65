"""Objections to records (R045)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "objection",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("occurrence_id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("record_id", BigInt, nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("raised_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", BigInt, nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.CheckConstraint("kind IN ('wrong', 'missing', 'no_show')", name=op.f("ck_objection_kind")),
        sa.CheckConstraint("state IN ('open', 'upheld', 'rejected')", name=op.f("ck_objection_state")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_objection_answered_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_objection_occurrence_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_objection_person_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["service_record.id"], name=op.f("fk_objection_record_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index("ix_objection_person", "objection", ["person_id", "id"], unique=False)
    op.create_index(op.f("ix_objection_record_id"), "objection", ["record_id"], unique=False)
    op.create_index("ix_objection_state", "objection", ["state", "id"], unique=False)
    op.create_index(
        "uq_objection_open",
        "objection",
        ["occurrence_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    op.drop_table("objection")
