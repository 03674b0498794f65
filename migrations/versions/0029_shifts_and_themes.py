"""Several shifts a day, words of the month (R063)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "series_shift",
        sa.Column("series_id", BigInt, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start_time", sa.Time(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("duration_minutes BETWEEN 1 AND 1440", name=op.f("ck_series_shift_duration")),
        sa.CheckConstraint("number BETWEEN 1 AND 9", name=op.f("ck_series_shift_number")),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_series_shift_series_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("series_id", "number", name=op.f("pk_series_shift")),
    )
    op.create_table(
        "series_theme",
        sa.Column("series_id", BigInt, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=120), nullable=False),
        sa.Column("text_en", sa.String(length=160), nullable=True),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_series_theme_series_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("series_id", "month", name=op.f("pk_series_theme")),
    )


def downgrade() -> None:
    op.drop_table("series_theme")
    op.drop_table("series_shift")
