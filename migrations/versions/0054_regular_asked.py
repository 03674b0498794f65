"""A standing sign-up that was stopped by a changed hour says since when it waits for an answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    with op.batch_alter_table("regular") as batch:
        batch.add_column(sa.Column("asked_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("regular") as batch:
        batch.drop_column("asked_at")
