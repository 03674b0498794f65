"""Why a roll call went past the plan, and why a person's minutes differ from the check-ins (R032)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    with op.batch_alter_table("batch") as batch:
        batch.add_column(sa.Column("extra_minutes", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("extra_reason", sa.String(length=300), nullable=True))
    with op.batch_alter_table("service_record") as record:
        record.add_column(sa.Column("reason", sa.String(length=300), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("service_record") as record:
        record.drop_column("reason")
    with op.batch_alter_table("batch") as batch:
        batch.drop_column("extra_reason")
        batch.drop_column("extra_minutes")
