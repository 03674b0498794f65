"""Posts with quotas and requirements, skills among them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "position",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("series_id", BigInt, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("minimum_age", sa.Integer(), nullable=False),
        sa.Column("sex_needed", sa.String(length=6), nullable=True),
        sa.Column("minimum_minutes", sa.Integer(), nullable=False),
        sa.Column("members_only", sa.Boolean(), nullable=False),
        sa.Column("has_requirements", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("sex_needed IN ('female', 'male')", name=op.f("ck_position_sex_needed")),
        sa.CheckConstraint("capacity BETWEEN 1 AND 100000", name=op.f("ck_position_capacity")),
        sa.CheckConstraint("minimum_age BETWEEN 0 AND 120", name=op.f("ck_position_minimum_age")),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_position_series_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position")),
    )
    op.create_index("ix_position_series", "position", ["series_id", "id"], unique=False)
    op.create_table(
        "position_requirement",
        sa.Column("position_id", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "kind IN ('training', 'qualification', 'skill')", name=op.f("ck_position_requirement_kind")
        ),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["position.id"],
            name=op.f("fk_position_requirement_position_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("position_id", "kind", "name", name=op.f("pk_position_requirement")),
    )
    op.create_table(
        "occurrence_position",
        sa.Column("occurrence_id", BigInt, nullable=False),
        sa.Column("position_id", BigInt, nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "taken >= 0 AND held >= 0 AND taken + held <= capacity",
            name=op.f("ck_occurrence_position_places"),
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
            name=op.f("fk_occurrence_position_occurrence_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["position.id"],
            name=op.f("fk_occurrence_position_position_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("occurrence_id", "position_id", name=op.f("pk_occurrence_position")),
    )
    op.create_index(
        op.f("ix_occurrence_position_position_id"), "occurrence_position", ["position_id"], unique=False
    )
    with op.batch_alter_table("series_requirement") as batch:
        batch.drop_constraint(op.f("ck_series_requirement_kind"), type_="check")
        batch.create_check_constraint(
            op.f("ck_series_requirement_kind"), "kind IN ('training', 'qualification', 'skill')"
        )


def downgrade() -> None:
    op.execute("DELETE FROM series_requirement WHERE kind = 'skill'")
    with op.batch_alter_table("series_requirement") as batch:
        batch.drop_constraint(op.f("ck_series_requirement_kind"), type_="check")
        batch.create_check_constraint(
            op.f("ck_series_requirement_kind"), "kind IN ('training', 'qualification')"
        )
    op.drop_table("occurrence_position")
    op.drop_table("position_requirement")
    op.drop_table("position")
