"""Pictures of activities."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "activity_photo",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("series_id", BigInt, nullable=False),
        sa.Column("occurrence_id", BigInt, nullable=True),
        sa.Column("file_id", BigInt, nullable=False),
        sa.Column("caption", sa.String(length=120), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by_id", BigInt, nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_activity_photo_added_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_activity_photo_file_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
            name=op.f("fk_activity_photo_occurrence_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_activity_photo_series_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_photo")),
    )
    op.create_index("ix_activity_photo_series", "activity_photo", ["series_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("activity_photo")
