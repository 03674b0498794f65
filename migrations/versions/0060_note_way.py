"""How the separate consent to a wish's private note was given; notes from before have none and are not shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"


def upgrade() -> None:
    with op.batch_alter_table("wish") as batch:
        batch.add_column(sa.Column("note_way", sa.String(20), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("wish") as batch:
        batch.drop_column("note_way")
