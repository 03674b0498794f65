"""Doors and presence (R029-R033)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "door",
        sa.Column("occurrence_id", BigInt, nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", BigInt, nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_door_made_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_door_occurrence_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("occurrence_id", name=op.f("pk_door")),
    )
    op.create_table(
        "check_in",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("occurrence_id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("came_at", sa.DateTime(), nullable=False),
        sa.Column("came_way", sa.String(length=10), nullable=False),
        sa.Column("came_by_id", BigInt, nullable=False),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.Column("left_way", sa.String(length=10), nullable=True),
        sa.Column("left_by_id", BigInt, nullable=True),
        sa.Column("distance_metres", sa.Integer(), nullable=True),
        sa.Column("device", sa.String(length=40), nullable=True),
        sa.Column("key", sa.String(length=40), nullable=True),
        sa.Column("void_at", sa.DateTime(), nullable=True),
        sa.Column("void_by_id", BigInt, nullable=True),
        sa.CheckConstraint("left_at >= came_at", name=op.f("ck_check_in_order")),
        sa.ForeignKeyConstraint(
            ["came_by_id"], ["person.id"], name=op.f("fk_check_in_came_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["left_by_id"], ["person.id"], name=op.f("fk_check_in_left_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_check_in_occurrence_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_check_in_person_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["void_by_id"], ["person.id"], name=op.f("fk_check_in_void_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
        sa.UniqueConstraint("key", name="uq_check_in_key"),
    )
    op.create_index("ix_check_in_occurrence", "check_in", ["occurrence_id", "person_id", "id"], unique=False)
    op.create_index("ix_check_in_person", "check_in", ["person_id", "came_at"], unique=False)
    op.create_index(
        "uq_check_in_open",
        "check_in",
        ["occurrence_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL AND void_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL AND void_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("check_in")
    op.drop_table("door")
