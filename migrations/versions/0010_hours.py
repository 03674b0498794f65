"""Earning rules, roll-call batches, service records, certificates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "earning_rule",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("points_per_hour", sa.Integer(), nullable=False),
        sa.Column("most_minutes_per_activity", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "most_minutes_per_activity BETWEEN 0 AND 1440",
            name=op.f("ck_earning_rule_most_minutes"),
        ),
        sa.CheckConstraint(
            "points_per_hour BETWEEN 0 AND 1000",
            name=op.f("ck_earning_rule_points_per_hour"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earning_rule")),
    )
    op.create_table(
        "batch",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("occurrence_id", BigInt, nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", BigInt, nullable=False),
        sa.Column("reversed_at", sa.DateTime(), nullable=True),
        sa.Column("reversed_by_id", BigInt, nullable=True),
        sa.Column("reversed_reason", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
            name=op.f("fk_batch_occurrence_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["person.id"],
            name=op.f("fk_batch_recorded_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["reversed_by_id"],
            ["person.id"],
            name=op.f("fk_batch_reversed_by_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_index(
        "uq_batch_live",
        "batch",
        ["occurrence_id"],
        unique=True,
        sqlite_where=sa.text("reversed_at IS NULL"),
        postgresql_where=sa.text("reversed_at IS NULL"),
    )
    op.create_table(
        "service_record",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("batch_id", BigInt, nullable=False),
        sa.Column("occurrence_id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("sign_up_id", BigInt, nullable=True),
        sa.Column("attendance", sa.String(length=10), nullable=False),
        sa.Column("off_minutes", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("rule_id", BigInt, nullable=True),
        sa.Column("hours_transfer_id", BigInt, nullable=True),
        sa.Column("points_transfer_id", BigInt, nullable=True),
        sa.CheckConstraint(
            "attendance IN ('present', 'late', 'left_early', 'excused', 'absent')",
            name=op.f("ck_service_record_attendance"),
        ),
        sa.CheckConstraint(
            "source IN ('auto', 'leader', 'back_filled', 'imported', 'granted')",
            name=op.f("ck_service_record_source"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batch.id"],
            name=op.f("fk_service_record_batch_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["hours_transfer_id"],
            ["transfer.id"],
            name=op.f("fk_service_record_hours_transfer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
            name=op.f("fk_service_record_occurrence_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_service_record_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["points_transfer_id"],
            ["transfer.id"],
            name=op.f("fk_service_record_points_transfer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["earning_rule.id"],
            name=op.f("fk_service_record_rule_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sign_up_id"],
            ["sign_up.id"],
            name=op.f("fk_service_record_sign_up_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_record")),
        sa.UniqueConstraint("batch_id", "person_id", name="uq_service_record_batch"),
        sa.UniqueConstraint("hours_transfer_id", name="uq_service_record_hours"),
        sa.UniqueConstraint("points_transfer_id", name="uq_service_record_points"),
    )
    op.create_index(
        op.f("ix_service_record_occurrence_id"),
        "service_record",
        ["occurrence_id"],
        unique=False,
    )
    op.create_index("ix_service_record_person", "service_record", ["person_id", "id"], unique=False)
    op.create_table(
        "certificate",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("check_code", sa.String(length=16), nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("area_id", BigInt, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("certified_minutes", sa.Integer(), nullable=False),
        sa.Column("record_count", sa.Integer(), nullable=False),
        sa.Column("seal_digest", sa.String(length=64), nullable=True),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["area.id"],
            name=op.f("fk_certificate_area_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_certificate_person_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("check_code", name="uq_certificate_check_code"),
        sa.UniqueConstraint("number", name="uq_certificate_number"),
    )
    op.create_index("ix_certificate_person", "certificate", ["person_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("certificate")
    op.drop_table("service_record")
    op.drop_table("batch")
    op.drop_table("earning_rule")
