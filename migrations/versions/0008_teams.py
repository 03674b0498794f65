"""Teams and memberships."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "team",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("area_id", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=True),
        sa.Column("focus", sa.String(length=200), nullable=False),
        sa.Column("founded_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('volunteer', 'party_branch', 'unit', 'school')",
            name=op.f("ck_team_kind"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_team_area_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("code", name="uq_team_code"),
    )
    op.create_index("ix_team_area", "team", ["area_id", "id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("team_id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("requested_at", sa.DateTime(), nullable=False),
        sa.Column("joined_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", BigInt, nullable=True),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "state IN ('requested', 'member', 'refused', 'left')",
            name=op.f("ck_membership_state"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["person.id"],
            name=op.f("fk_membership_decided_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_membership_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["team.id"],
            name=op.f("fk_membership_team_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(
        "ix_membership_person",
        "membership",
        ["person_id", "state", "team_id"],
        unique=False,
    )
    op.create_index("ix_membership_team", "membership", ["team_id", "state", "id"], unique=False)
    op.create_index(
        "uq_membership_live",
        "membership",
        ["team_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('requested', 'member')"),
        postgresql_where=sa.text("state IN ('requested', 'member')"),
    )


def downgrade() -> None:
    op.drop_table("membership")
    op.drop_table("team")
