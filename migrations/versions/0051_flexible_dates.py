"""Tasks of these days that have begun are found without reading all that is past."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
_WHERE = sa.text("is_flexible IS TRUE")


def upgrade() -> None:
    where = sa.text("is_flexible IS 1") if op.get_bind().dialect.name == "sqlite" else _WHERE
    op.create_index(
        "ix_occurrence_flexible",
        "occurrence",
        ["starts_at", "id"],
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    op.drop_index("ix_occurrence_flexible", "occurrence")
