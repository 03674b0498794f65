"""Who is told when too few have signed up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "staffing_receiver",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("series_id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_staffing_receiver_person_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_staffing_receiver_series_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staffing_receiver")),
        sa.UniqueConstraint("series_id", "person_id", name="uq_staffing_receiver"),
    )
    op.create_index(op.f("ix_staffing_receiver_person_id"), "staffing_receiver", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("staffing_receiver")
