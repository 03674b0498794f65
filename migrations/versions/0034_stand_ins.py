"""Stand-ins and swaps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "stand_in",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("sign_up_id", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("asked_person_id", BigInt, nullable=True),
        sa.Column("their_sign_up_id", BigInt, nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", BigInt, nullable=True),
        sa.CheckConstraint("kind IN ('stand_in', 'swap')", name=op.f("ck_stand_in_kind")),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'left', 'lapsed')", name=op.f("ck_stand_in_state")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_stand_in_answered_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["asked_person_id"], ["person.id"], name=op.f("fk_stand_in_asked_person_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["sign_up_id"], ["sign_up.id"], name=op.f("fk_stand_in_sign_up_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["their_sign_up_id"],
            ["sign_up.id"],
            name=op.f("fk_stand_in_their_sign_up_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in")),
    )
    op.create_index("ix_stand_in_asked", "stand_in", ["asked_person_id", "state"], unique=False)
    op.create_index(
        "uq_stand_in_open",
        "stand_in",
        ["sign_up_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    op.drop_table("stand_in")
