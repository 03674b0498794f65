"""The audit log and its seals, append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from volunteer.ledger import triggers

revision = "0005"
down_revision = "0004"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", BigInt, nullable=True),
        sa.Column("act", sa.String(length=50), nullable=False),
        sa.Column("object_kind", sa.String(length=30), nullable=False),
        sa.Column("object_id", BigInt, nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("origin", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_actor", "audit_entry", ["actor_id", "id"], unique=False)
    op.create_index(
        "ix_audit_entry_object",
        "audit_entry",
        ["object_kind", "object_id", "id"],
        unique=False,
    )
    op.create_table(
        "audit_seal",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("first_id", BigInt, nullable=False),
        sa.Column("last_id", BigInt, nullable=False),
        sa.Column("entry_count", BigInt, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous_digest", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("last_id", name="uq_audit_seal_last_id"),
    )

    dialect = op.get_bind().dialect.name
    for statement in triggers.append_only("audit_entry", (), dialect):
        op.execute(statement)
    for statement in triggers.append_only("audit_seal", ("last_id",), dialect):
        op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in triggers.drop_append_only("audit_entry", dialect):
        op.execute(statement)
    for statement in triggers.drop_append_only("audit_seal", dialect):
        op.execute(statement)
    op.drop_table("audit_seal")
    op.drop_table("audit_entry")
