"""Hours of one date wait for approval once: of several proposals the newest, the others were replaced by it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"

_WAITS = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.execute(
        "UPDATE proposal SET state = 'refused', answered_at = proposed_at WHERE state = 'waiting' AND id < "
        "(SELECT max(other.id) FROM proposal other"
        " WHERE other.occurrence_id = proposal.occurrence_id AND other.state = 'waiting')"
    )
    op.create_index(
        "uq_proposal_waiting",
        "proposal",
        ["occurrence_id"],
        unique=True,
        sqlite_where=_WAITS,
        postgresql_where=_WAITS,
    )


def downgrade() -> None:
    op.drop_index("uq_proposal_waiting", "proposal")
