"""The audit log is looked through by time as well."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_index("ix_audit_entry_happened", "audit_entry", ["happened_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_audit_entry_happened", "audit_entry")
