"""Wishes, claims, follow-ups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "wish",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("area_id", BigInt, nullable=False),
        sa.Column("wisher_id", BigInt, nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("public_text", sa.String(length=300), nullable=False),
        sa.Column("wisher_words", sa.String(length=60), nullable=False),
        sa.Column("price_yuan", sa.Integer(), nullable=True),
        sa.Column("wanted_skill", sa.String(length=20), nullable=True),
        sa.Column("wanted_weekday", sa.Integer(), nullable=True),
        sa.Column("wanted_part", sa.String(length=10), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("private_note", sa.Text(), nullable=False),
        sa.Column("consent_version", sa.String(length=20), nullable=False),
        sa.Column("consent_at", sa.DateTime(), nullable=False),
        sa.Column("consent_by", sa.String(length=10), nullable=False),
        sa.Column("collected_at", sa.DateTime(), nullable=False),
        sa.Column("collected_by_id", BigInt, nullable=False),
        sa.Column("verified_at", sa.DateTime(), nullable=True),
        sa.Column("verified_by_id", BigInt, nullable=True),
        sa.Column("verified_how", sa.String(length=200), nullable=True),
        sa.Column("decision_reason", sa.String(length=300), nullable=True),
        sa.Column("fulfilled_on", sa.Date(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('goods', 'service', 'company')", name=op.f("ck_wish_kind")),
        sa.CheckConstraint(
            "state IN ('collected', 'refused', 'referred', 'published', 'claimed', 'fulfilled', "
            "'confirmed', 'closed', 'taken_down')",
            name=op.f("ck_wish_state"),
        ),
        sa.CheckConstraint("price_yuan BETWEEN 0 AND 100000", name=op.f("ck_wish_price")),
        sa.CheckConstraint("consent_by IN ('wisher', 'guardian')", name=op.f("ck_wish_consent_by")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_wish_area_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["collected_by_id"],
            ["person.id"],
            name=op.f("fk_wish_collected_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["verified_by_id"],
            ["person.id"],
            name=op.f("fk_wish_verified_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["wisher_id"],
            ["person.id"],
            name=op.f("fk_wish_wisher_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
        sa.UniqueConstraint("number", name="uq_wish_number"),
    )
    op.create_index("ix_wish_area", "wish", ["area_id", "state", "id"], unique=False)
    op.create_index("ix_wish_state", "wish", ["state", "id"], unique=False)
    op.create_index(op.f("ix_wish_wisher_id"), "wish", ["wisher_id"], unique=False)
    op.create_table(
        "claim",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("wish_id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("claimed_at", sa.DateTime(), nullable=False),
        sa.Column("claimed_by_id", BigInt, nullable=False),
        sa.Column("contact_by", sa.DateTime(), nullable=False),
        sa.Column("contacted_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("fulfilled_note", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "state IN ('active', 'fulfilled', 'cancelled', 'revoked')",
            name=op.f("ck_claim_state"),
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"],
            ["person.id"],
            name=op.f("fk_claim_claimed_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_claim_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["wish_id"], ["wish.id"], name=op.f("fk_claim_wish_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index("ix_claim_person", "claim", ["person_id", "state", "id"], unique=False)
    op.create_index(
        "ix_claim_overdue",
        "claim",
        ["state", "contacted_at", "contact_by", "id"],
        unique=False,
    )
    op.create_index(
        "uq_claim_live",
        "claim",
        ["wish_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('active', 'fulfilled')"),
        postgresql_where=sa.text("state IN ('active', 'fulfilled')"),
    )
    op.create_table(
        "follow_up",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("wish_id", BigInt, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("done_by_id", BigInt, nullable=True),
        sa.Column("result", sa.String(length=10), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.CheckConstraint("result IN ('satisfied', 'problem')", name=op.f("ck_follow_up_result")),
        sa.ForeignKeyConstraint(
            ["done_by_id"],
            ["person.id"],
            name=op.f("fk_follow_up_done_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["wish_id"],
            ["wish.id"],
            name=op.f("fk_follow_up_wish_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    op.create_index("ix_follow_up_due", "follow_up", ["done_at", "due_on", "id"], unique=False)
    op.create_index(op.f("ix_follow_up_wish_id"), "follow_up", ["wish_id"], unique=False)


def downgrade() -> None:
    op.drop_table("follow_up")
    op.drop_table("claim")
    op.drop_table("wish")
