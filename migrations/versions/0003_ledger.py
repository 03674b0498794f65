"""The three books: accounts, transfers, seals, with their triggers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from volunteer.ledger import triggers

revision = "0003"
down_revision = "0002"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("book", sa.String(length=10), nullable=False),
        sa.Column("owner_kind", sa.String(length=20), nullable=False),
        sa.Column("owner_id", BigInt, nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("floor", BigInt, nullable=True),
        sa.CheckConstraint("book IN ('hours', 'credits', 'points')", name=op.f("ck_account_book")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("book", "id", name="uq_account_book"),
        sa.UniqueConstraint("book", "owner_kind", "owner_id", "purpose", name="uq_account_owner"),
    )
    op.create_table(
        "transfer",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("book", sa.String(length=10), nullable=False),
        sa.Column("debit_account_id", BigInt, nullable=False),
        sa.Column("credit_account_id", BigInt, nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("operation", sa.String(length=60), nullable=False),
        sa.Column("reverses_id", BigInt, nullable=True),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", BigInt, nullable=True),
        sa.Column("memo", sa.String(length=300), nullable=False),
        sa.CheckConstraint("amount > 0 AND amount <= 1000000000000", name=op.f("ck_transfer_amount")),
        sa.CheckConstraint(
            "debit_account_id <> credit_account_id",
            name=op.f("ck_transfer_two_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["book", "credit_account_id"],
            ["account.book", "account.id"],
            name="fk_transfer_credit",
        ),
        sa.ForeignKeyConstraint(
            ["book", "debit_account_id"],
            ["account.book", "account.id"],
            name="fk_transfer_debit",
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["transfer.id"],
            name=op.f("fk_transfer_reverses_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("key", name="uq_transfer_key"),
        sa.UniqueConstraint("reverses_id", name="uq_transfer_reverses"),
    )
    op.create_index(
        "ix_transfer_credit",
        "transfer",
        ["credit_account_id", "id", "amount"],
        unique=False,
    )
    op.create_index(
        "ix_transfer_debit",
        "transfer",
        ["debit_account_id", "id", "amount"],
        unique=False,
    )
    op.create_index("ix_transfer_operation", "transfer", ["operation"], unique=False)
    op.create_index("ix_transfer_recorded", "transfer", ["recorded_at"], unique=False)
    op.create_table(
        "seal",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("transfer_count", BigInt, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous_digest", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
        sa.UniqueConstraint("day", name="uq_seal_day"),
    )

    dialect = op.get_bind().dialect.name
    for statement in triggers.append_only("transfer", ("key", "reverses_id"), dialect):
        op.execute(statement)
    for statement in triggers.append_only("seal", ("day",), dialect):
        op.execute(statement)
    for statement in triggers.no_overdraft(dialect):
        op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in triggers.drop_no_overdraft(dialect):
        op.execute(statement)
    for statement in triggers.drop_append_only("transfer", dialect):
        op.execute(statement)
    for statement in triggers.drop_append_only("seal", dialect):
        op.execute(statement)
    op.drop_table("seal")
    op.drop_table("transfer")
    op.drop_table("account")
