"""A place that a pause gave back is no answer to its date: going on takes it again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    with op.batch_alter_table("sign_up") as batch:
        batch.add_column(sa.Column("given_back", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("sign_up") as batch:
        batch.drop_column("given_back")
