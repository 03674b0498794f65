"""Items, orders, stock movements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "item",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("area_id", BigInt, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=True),
        sa.Column("price_points", sa.Integer(), nullable=False),
        sa.Column("available", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.CheckConstraint("available >= 0 AND held >= 0", name=op.f("ck_item_stock")),
        sa.CheckConstraint("price_points BETWEEN 1 AND 1000000", name=op.f("ck_item_price")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_item_area_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("code", name="uq_item_code"),
    )
    op.create_index("ix_item_area", "item", ["area_id", "id"], unique=False)
    op.create_table(
        "redemption",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("item_id", BigInt, nullable=False),
        sa.Column("area_id", BigInt, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price_points", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.String(length=40), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.String(length=40), nullable=False),
        sa.Column("placed_at", sa.DateTime(), nullable=False),
        sa.Column("placed_by_id", BigInt, nullable=False),
        sa.Column("collect_until", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("handed_over_by_id", BigInt, nullable=True),
        sa.Column("hold_transfer_id", BigInt, nullable=False),
        sa.Column("end_transfer_id", BigInt, nullable=True),
        sa.CheckConstraint(
            "state IN ('held', 'collected', 'expired', 'cancelled')",
            name=op.f("ck_redemption_state"),
        ),
        sa.CheckConstraint("quantity BETWEEN 1 AND 100", name=op.f("ck_redemption_quantity")),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["area.id"],
            name=op.f("fk_redemption_area_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["end_transfer_id"],
            ["transfer.id"],
            name=op.f("fk_redemption_end_transfer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["handed_over_by_id"],
            ["person.id"],
            name=op.f("fk_redemption_handed_over_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["hold_transfer_id"],
            ["transfer.id"],
            name=op.f("fk_redemption_hold_transfer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["item.id"],
            name=op.f("fk_redemption_item_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_redemption_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["placed_by_id"],
            ["person.id"],
            name=op.f("fk_redemption_placed_by_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemption")),
        sa.UniqueConstraint("number", name="uq_redemption_number"),
    )
    op.create_index(
        "ix_redemption_due",
        "redemption",
        ["state", "collect_until", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_redemption_item_id"), "redemption", ["item_id"], unique=False)
    op.create_index("ix_redemption_person", "redemption", ["person_id", "id"], unique=False)
    op.create_index("ix_redemption_token", "redemption", ["token_hash"], unique=False)
    op.create_index("ix_redemption_code", "redemption", ["code_hash", "id"], unique=False)
    op.create_index(
        "uq_redemption_code_live",
        "redemption",
        ["code_hash"],
        unique=True,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_table(
        "stock_movement",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("item_id", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("available_change", sa.Integer(), nullable=False),
        sa.Column("held_change", sa.Integer(), nullable=False),
        sa.Column("order_id", BigInt, nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("moved_at", sa.DateTime(), nullable=False),
        sa.Column("moved_by_id", BigInt, nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["item.id"],
            name=op.f("fk_stock_movement_item_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["moved_by_id"],
            ["person.id"],
            name=op.f("fk_stock_movement_moved_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["redemption.id"],
            name=op.f("fk_stock_movement_order_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
    )
    op.create_index("ix_stock_movement_item", "stock_movement", ["item_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("stock_movement")
    op.drop_table("redemption")
    op.drop_table("item")
