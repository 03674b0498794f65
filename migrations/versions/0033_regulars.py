"""Standing sign-ups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "regular",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("series_id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("position_id", BigInt, nullable=True),
        sa.Column("weekdays", sa.String(length=20), nullable=False),
        sa.Column("shift", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("begun_by_id", BigInt, nullable=False),
        sa.Column("stopped_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("state IN ('running', 'paused', 'stopped')", name=op.f("ck_regular_state")),
        sa.ForeignKeyConstraint(
            ["begun_by_id"], ["person.id"], name=op.f("fk_regular_begun_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_regular_person_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["position_id"], ["position.id"], name=op.f("fk_regular_position_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_regular_series_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regular")),
    )
    op.create_index("ix_regular_person", "regular", ["person_id", "state"], unique=False)
    op.create_index(
        "uq_regular_live",
        "regular",
        ["series_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('running', 'paused')"),
        postgresql_where=sa.text("state IN ('running', 'paused')"),
    )


def downgrade() -> None:
    op.drop_table("regular")
