"""Of a pair that ended a calendar that has its date must be able to strike it out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ended_pair",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("occurrence_id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
            name=op.f("fk_ended_pair_occurrence_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_ended_pair_person_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ended_pair")),
    )
    op.create_index(op.f("ix_ended_pair_occurrence_id"), "ended_pair", ["occurrence_id"], unique=False)
    op.create_index("ix_ended_pair_person", "ended_pair", ["person_id", "occurrence_id"], unique=False)


def downgrade() -> None:
    op.drop_table("ended_pair")
