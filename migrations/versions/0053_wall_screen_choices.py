"""A screen on the wall speaks the language chosen for it, and shows the check-in code where its maker wants so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    with op.batch_alter_table("wall_screen") as batch:
        batch.add_column(sa.Column("language", sa.String(10), nullable=False, server_default="zh_Hans"))
        batch.add_column(sa.Column("shows_code", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("wall_screen") as batch:
        batch.alter_column("language", server_default=None)
        batch.alter_column("shows_code", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("wall_screen") as batch:
        batch.drop_column("shows_code")
        batch.drop_column("language")
