"""Screens on the wall."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "wall_screen",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("area_id", BigInt, nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", BigInt, nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_wall_screen_area_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_wall_screen_made_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wall_screen")),
        sa.UniqueConstraint("token_hash", name="uq_wall_screen_token_hash"),
    )
    op.create_index("ix_wall_screen_area", "wall_screen", ["area_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("wall_screen")
