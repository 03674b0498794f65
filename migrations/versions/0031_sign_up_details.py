"""The post, companions and partner of a sign-up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "companion",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("sign_up_id", BigInt, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_child", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sign_up_id"], ["sign_up.id"], name=op.f("fk_companion_sign_up_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companion")),
    )
    op.create_index(op.f("ix_companion_sign_up_id"), "companion", ["sign_up_id"], unique=False)
    with op.batch_alter_table("sign_up") as batch:
        batch.add_column(sa.Column("position_id", BigInt, nullable=True))
        batch.add_column(sa.Column("places", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("way", sa.String(length=10), nullable=False, server_default="self"))
        batch.add_column(sa.Column("partner_id", BigInt, nullable=True))
        batch.add_column(sa.Column("partner_state", sa.String(length=6), nullable=True))
        batch.add_column(sa.Column("override_reason", sa.String(length=300), nullable=True))
        batch.create_foreign_key(
            op.f("fk_sign_up_position_id"), "position", ["position_id"], ["id"], ondelete="RESTRICT"
        )
        batch.create_foreign_key(
            op.f("fk_sign_up_partner_id"), "person", ["partner_id"], ["id"], ondelete="RESTRICT"
        )
        batch.create_check_constraint(op.f("ck_sign_up_places"), "places BETWEEN 1 AND 20")
        batch.create_check_constraint(
            op.f("ck_sign_up_partner_state"), "partner_state IN ('asked', 'agreed')"
        )
    op.create_index(
        "ix_sign_up_partner",
        "sign_up",
        ["partner_id"],
        unique=False,
        sqlite_where=sa.text("partner_id IS NOT NULL"),
        postgresql_where=sa.text("partner_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_sign_up_partner", "sign_up")
    with op.batch_alter_table("sign_up") as batch:
        batch.drop_constraint(op.f("ck_sign_up_places"), type_="check")
        batch.drop_constraint(op.f("ck_sign_up_partner_state"), type_="check")
        batch.drop_constraint(op.f("fk_sign_up_position_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_sign_up_partner_id"), type_="foreignkey")
        batch.drop_column("position_id")
        batch.drop_column("places")
        batch.drop_column("way")
        batch.drop_column("partner_id")
        batch.drop_column("partner_state")
        batch.drop_column("override_reason")
    op.drop_table("companion")
