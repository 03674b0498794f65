"""Who waits for a guardian is asked for every minute: an index of those alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"

_WAITING = sa.text("status = 'waiting'")


def upgrade() -> None:
    op.create_index(
        "ix_person_waiting", "person", ["born_on"], sqlite_where=_WAITING, postgresql_where=_WAITING
    )


def downgrade() -> None:
    op.drop_index("ix_person_waiting", "person")
