"""Who may act for whom, receipts, cards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "delegation",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("helper_id", BigInt, nullable=False),
        sa.Column("may_sign_up", sa.Boolean(), nullable=False),
        sa.Column("may_wish", sa.Boolean(), nullable=False),
        sa.Column("may_redeem", sa.Boolean(), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", BigInt, nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by_id", BigInt, nullable=True),
        sa.CheckConstraint("person_id <> helper_id", name=op.f("ck_delegation_two_people")),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["person.id"], name=op.f("fk_delegation_ended_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["helper_id"], ["person.id"], name=op.f("fk_delegation_helper_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_delegation_person_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_delegation_recorded_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    op.create_index("ix_delegation_helper", "delegation", ["helper_id", "ended_at"], unique=False)
    op.create_index(
        "uq_delegation_live",
        "delegation",
        ["person_id", "helper_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "receipt",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("acted_by_id", BigInt, nullable=False),
        sa.Column("act", sa.String(length=30), nullable=False),
        sa.Column("object_kind", sa.String(length=30), nullable=False),
        sa.Column("object_id", BigInt, nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("by_pin", sa.Boolean(), nullable=False),
        sa.Column("acted_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["acted_by_id"], ["person.id"], name=op.f("fk_receipt_acted_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_receipt_person_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
    )
    op.create_index(op.f("ix_receipt_acted_by_id"), "receipt", ["acted_by_id"], unique=False)
    op.create_index("ix_receipt_person", "receipt", ["person_id", "id"], unique=False)
    op.create_table(
        "card",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.String(length=40), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("issued_by_id", BigInt, nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["person.id"], name=op.f("fk_card_issued_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_card_person_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("token_hash", name="uq_card_token_hash"),
    )
    op.create_index(op.f("ix_card_person_id"), "card", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("card")
    op.drop_table("receipt")
    op.drop_table("delegation")
