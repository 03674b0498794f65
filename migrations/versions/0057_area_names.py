"""Two areas below one parent do not bear one name; of those that do, the later one gets its code beside it."""

from __future__ import annotations

from alembic import op

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    op.execute(
        """
        UPDATE area SET name = substr(name, 1, 39) || ' ' || code
        WHERE EXISTS (
            SELECT 1 FROM area AS earlier
            WHERE earlier.id < area.id AND earlier.name = area.name
              AND earlier.parent_id = area.parent_id
        )
        """
    )
    op.create_index("uq_area_name", "area", ["parent_id", "name"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_area_name", "area")
