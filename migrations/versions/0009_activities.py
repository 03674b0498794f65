"""Series, occurrences, sign-ups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("team_id", BigInt, nullable=False),
        sa.Column("area_id", BigInt, nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=True),
        sa.Column("content", sa.String(length=2000), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("risk_statement", sa.String(length=500), nullable=False),
        sa.Column("person_in_charge_id", BigInt, nullable=False),
        sa.Column("recurrence", sa.String(length=500), nullable=True),
        sa.Column("lunar", sa.String(length=10), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("start_time", sa.Time(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("minimum_age", sa.Integer(), nullable=False),
        sa.Column("members_only", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("renewed_until", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'ended')", name=op.f("ck_series_state")),
        sa.CheckConstraint("capacity BETWEEN 1 AND 100000", name=op.f("ck_series_capacity")),
        sa.CheckConstraint("duration_minutes BETWEEN 1 AND 1440", name=op.f("ck_series_duration")),
        sa.CheckConstraint("minimum_age BETWEEN 0 AND 120", name=op.f("ck_series_minimum_age")),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["area.id"],
            name=op.f("fk_series_area_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_in_charge_id"],
            ["person.id"],
            name=op.f("fk_series_person_in_charge_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["team.id"],
            name=op.f("fk_series_team_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("code", name="uq_series_code"),
    )
    op.create_index("ix_series_team", "series", ["team_id", "id"], unique=False)
    op.create_table(
        "occurrence",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("series_id", BigInt, nullable=False),
        sa.Column("original_on", sa.Date(), nullable=False),
        sa.Column("issue_number", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("cancelled_reason", sa.String(length=300), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("state IN ('published', 'cancelled')", name=op.f("ck_occurrence_state")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_occurrence_times")),
        sa.CheckConstraint("taken >= 0 AND taken <= capacity", name=op.f("ck_occurrence_places")),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["series.id"],
            name=op.f("fk_occurrence_series_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint("series_id", "original_on", name="uq_occurrence_original"),
    )
    op.create_index("ix_occurrence_series", "occurrence", ["series_id", "starts_at"], unique=False)
    op.create_index("ix_occurrence_starts", "occurrence", ["starts_at", "id"], unique=False)
    op.create_table(
        "sign_up",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("occurrence_id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("signed_up_at", sa.DateTime(), nullable=False),
        sa.Column("signed_up_by_id", BigInt, nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_late", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint("state IN ('signed_up', 'withdrawn')", name=op.f("ck_sign_up_state")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
            name=op.f("fk_sign_up_occurrence_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_sign_up_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["signed_up_by_id"],
            ["person.id"],
            name=op.f("fk_sign_up_signed_up_by_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up")),
    )
    op.create_index(
        "ix_sign_up_person",
        "sign_up",
        ["person_id", "state", "occurrence_id"],
        unique=False,
    )
    op.create_index(
        "uq_sign_up_live",
        "sign_up",
        ["occurrence_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("state = 'signed_up'"),
        postgresql_where=sa.text("state = 'signed_up'"),
    )


def downgrade() -> None:
    op.drop_table("sign_up")
    op.drop_table("occurrence")
    op.drop_table("series")
