"""Invitations to a team, intakes and their applications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "team_invitation",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("team_id", BigInt, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", BigInt, nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["person.id"],
            name=op.f("fk_team_invitation_created_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_team_invitation_team_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_invitation")),
        sa.UniqueConstraint("token_hash", name="uq_team_invitation_token_hash"),
    )
    op.create_index(op.f("ix_team_invitation_team_id"), "team_invitation", ["team_id"], unique=False)
    op.create_table(
        "intake",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("team_id", BigInt, nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("opened_by_id", BigInt, nullable=False),
        sa.Column("closes_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name=op.f("fk_intake_opened_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_intake_team_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
        sa.UniqueConstraint("token_hash", name="uq_intake_token_hash"),
    )
    op.create_index(op.f("ix_intake_team_id"), "intake", ["team_id"], unique=False)
    op.create_table(
        "application",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("intake_id", BigInt, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_hash", sa.String(length=40), nullable=True),
        sa.Column("form_hash", sa.String(length=40), nullable=True),
        sa.Column("sex", sa.String(length=6), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("area_id", BigInt, nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("skills", sa.String(length=300), nullable=False),
        sa.Column("guardian", sa.Text(), nullable=True),
        sa.Column("notice_version", sa.String(length=20), nullable=False),
        sa.Column("applied_at", sa.DateTime(), nullable=False),
        sa.Column("applied_by_id", BigInt, nullable=True),
        sa.Column("answer_by_on", sa.Date(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("receipt_hash", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", BigInt, nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("person_id", BigInt, nullable=True),
        sa.Column("is_new_person", sa.Boolean(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'accepted', 'refused')", name=op.f("ck_application_state")),
        sa.ForeignKeyConstraint(
            ["applied_by_id"], ["person.id"], name=op.f("fk_application_applied_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_application_area_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_application_decided_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intake.id"], name=op.f("fk_application_intake_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_application_person_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("receipt_hash", name="uq_application_receipt_hash"),
    )
    op.create_index(
        "uq_application_waiting_form",
        "application",
        ["intake_id", "form_hash"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_application_intake", "application", ["intake_id", "state", "id"], unique=False)
    op.create_index("ix_application_waiting", "application", ["state", "answer_by_on"], unique=False)
    op.create_index("ix_application_person", "application", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("application")
    op.drop_table("intake")
    op.drop_table("team_invitation")
