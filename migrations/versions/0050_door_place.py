"""Where the door is, for whoever agreed that the distance to it is measured."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    with op.batch_alter_table("door") as batch:
        batch.add_column(sa.Column("latitude", sa.Text(), nullable=True))
        batch.add_column(sa.Column("longitude", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("door") as batch:
        batch.drop_column("longitude")
        batch.drop_column("latitude")
