"""Who left a date is found by the date: its page would read every sign-up there ever was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"


def upgrade() -> None:
    op.create_index(
        "ix_sign_up_left",
        "sign_up",
        ["occurrence_id"],
        sqlite_where=sa.text("state = 'withdrawn'"),
        postgresql_where=sa.text("state = 'withdrawn'"),
    )


def downgrade() -> None:
    op.drop_index("ix_sign_up_left", "sign_up")
