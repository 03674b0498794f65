"""Printed lists with row codes; batches typed in from paper."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "roster",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("occurrence_id", BigInt, nullable=False),
        sa.Column("printed_at", sa.DateTime(), nullable=False),
        sa.Column("printed_by_id", BigInt, nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_roster_occurrence_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["printed_by_id"], ["person.id"], name=op.f("fk_roster_printed_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster")),
    )
    op.create_index("ix_roster_occurrence", "roster", ["occurrence_id", "id"], unique=False)
    op.create_table(
        "roster_row",
        sa.Column("roster_id", BigInt, nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_roster_row_person_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["roster.id"], name=op.f("fk_roster_row_roster_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("roster_id", "row", name=op.f("pk_roster_row")),
    )
    op.create_index(op.f("ix_roster_row_person_id"), "roster_row", ["person_id"], unique=False)
    with op.batch_alter_table("batch") as table:
        table.add_column(sa.Column("roster_id", BigInt, nullable=True))
        table.add_column(sa.Column("photo_id", BigInt, nullable=True))
        table.add_column(sa.Column("notice_until", sa.Date(), nullable=True))
        table.create_foreign_key(
            op.f("fk_batch_roster_id"), "roster", ["roster_id"], ["id"], ondelete="RESTRICT"
        )
        table.create_foreign_key(
            op.f("fk_batch_photo_id"), "stored_file", ["photo_id"], ["id"], ondelete="RESTRICT"
        )


def downgrade() -> None:
    with op.batch_alter_table("batch") as table:
        table.drop_constraint(op.f("fk_batch_roster_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_batch_photo_id"), type_="foreignkey")
        table.drop_column("roster_id")
        table.drop_column("photo_id")
        table.drop_column("notice_until")
    op.drop_table("roster_row")
    op.drop_table("roster")
