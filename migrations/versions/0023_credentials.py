"""Trainings, qualifications and commendations, and series that ask for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "credential",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("content", sa.String(length=500), nullable=False),
        sa.Column("unit", sa.String(length=120), nullable=False),
        sa.Column("learning_minutes", sa.Integer(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("is_from_outside", sa.Boolean(), nullable=False),
        sa.Column("proof_id", BigInt, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", BigInt, nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", BigInt, nullable=True),
        sa.Column("refused_reason", sa.String(length=300), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_by_id", BigInt, nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "kind IN ('training', 'qualification', 'commendation')", name=op.f("ck_credential_kind")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'valid', 'refused', 'withdrawn')", name=op.f("ck_credential_state")
        ),
        sa.CheckConstraint("expires_on >= happened_on", name=op.f("ck_credential_expiry")),
        sa.CheckConstraint(
            "learning_minutes BETWEEN 1 AND 600000", name=op.f("ck_credential_learning_minutes")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_credential_decided_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_credential_person_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proof_id"], ["stored_file.id"], name=op.f("fk_credential_proof_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_credential_recorded_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"],
            ["person.id"],
            name=op.f("fk_credential_withdrawn_by_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
    )
    op.create_index("ix_credential_expires", "credential", ["expires_on", "id"], unique=False)
    op.create_index("ix_credential_state", "credential", ["state", "id"], unique=False)
    op.create_index(
        "uq_credential_live",
        "credential",
        ["person_id", "kind", "name", "happened_on"],
        unique=True,
        sqlite_where=sa.text("state IN ('waiting', 'valid')"),
        postgresql_where=sa.text("state IN ('waiting', 'valid')"),
    )
    op.create_index("ix_credential_name", "credential", ["kind", "name", "id"], unique=False)
    op.create_index("ix_credential_person", "credential", ["person_id", "kind", "name"], unique=False)
    op.create_table(
        "series_requirement",
        sa.Column("series_id", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.CheckConstraint("kind IN ('training', 'qualification')", name=op.f("ck_series_requirement_kind")),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_series_requirement_series_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("series_id", "kind", "name", name=op.f("pk_series_requirement")),
    )
    op.add_column(
        "series", sa.Column("has_requirements", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("series", "has_requirements")
    op.drop_table("series_requirement")
    op.drop_table("credential")
