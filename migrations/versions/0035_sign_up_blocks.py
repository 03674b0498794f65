"""Who may not sign up for now (R027)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sign_up_block",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("cause", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("blocked_at", sa.DateTime(), nullable=False),
        sa.Column("blocked_by_id", BigInt, nullable=True),
        sa.Column("lifted_at", sa.DateTime(), nullable=True),
        sa.Column("lifted_by_id", BigInt, nullable=True),
        sa.Column("lifted_reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint("cause IN ('no_shows', 'staff')", name=op.f("ck_sign_up_block_cause")),
        sa.ForeignKeyConstraint(
            ["blocked_by_id"], ["person.id"], name=op.f("fk_sign_up_block_blocked_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"], ["person.id"], name=op.f("fk_sign_up_block_lifted_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_up_block_person_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up_block")),
    )
    op.create_index(
        "uq_sign_up_block_live",
        "sign_up_block",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("sign_up_block")
