"""The tables of the books. Rows of `transfer` and `seal` are never changed or deleted (triggers)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import BigInt, Id, Model, reference

HOURS, CREDITS, POINTS = "hours", "credits", "points"
BOOKS = (HOURS, CREDITS, POINTS)


class Account(Model):
    """An owner's place in one book.

    A balance is credits minus debits. `floor` is the lowest balance that the
    database itself allows; NULL is for issuing accounts, from which
    everything comes and which alone may go below zero without bound. An
    account whose owner turned out to be another owner `continues_in` that
    one's: it is empty, and what is taken back from it comes from there.
    """

    __tablename__ = "account"
    __table_args__ = (
        sa.UniqueConstraint("book", "owner_kind", "owner_id", "purpose", name="uq_account_owner"),
        sa.UniqueConstraint("book", "id", name="uq_account_book"),
        sa.CheckConstraint("book IN ('hours', 'credits', 'points')", name="book"),
    )

    id: Mapped[Id]
    book: Mapped[str] = mapped_column(sa.String(10))
    owner_kind: Mapped[str] = mapped_column(sa.String(20))
    owner_id: Mapped[int] = mapped_column(BigInt)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    floor: Mapped[int | None] = mapped_column(BigInt)
    continues_in_id: Mapped[int | None] = mapped_column(BigInt)


class Transfer(Model):
    """A movement of minutes or points from the debit account to the credit account."""

    __tablename__ = "transfer"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["book", "debit_account_id"], ["account.book", "account.id"], name="fk_transfer_debit"
        ),
        sa.ForeignKeyConstraint(
            ["book", "credit_account_id"], ["account.book", "account.id"], name="fk_transfer_credit"
        ),
        sa.UniqueConstraint("key", name="uq_transfer_key"),
        sa.UniqueConstraint("reverses_id", name="uq_transfer_reverses"),
        sa.CheckConstraint("amount > 0 AND amount <= 1000000000000", name="amount"),
        sa.CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
        sa.Index("ix_transfer_debit", "debit_account_id", "id", "amount"),
        sa.Index("ix_transfer_credit", "credit_account_id", "id", "amount"),
        sa.Index("ix_transfer_recorded", "recorded_at"),
        sa.Index("ix_transfer_operation", "operation"),
    )

    id: Mapped[Id]
    book: Mapped[str] = mapped_column(sa.String(10))
    debit_account_id: Mapped[int] = mapped_column(BigInt)
    credit_account_id: Mapped[int] = mapped_column(BigInt)
    amount: Mapped[int] = mapped_column(BigInt)
    kind: Mapped[str] = mapped_column(sa.String(30))
    key: Mapped[str] = mapped_column(sa.String(80))
    operation: Mapped[str] = mapped_column(sa.String(60))
    reverses_id: Mapped[int | None] = reference("transfer.id", optional=True)
    happened_at: Mapped[dt.datetime]
    recorded_at: Mapped[dt.datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(BigInt)
    memo: Mapped[str] = mapped_column(sa.String(300), default="")


class Seal(Model):
    """A day of the books, closed: a digest over its transfers, chained to the day before."""

    __tablename__ = "seal"
    __table_args__ = (sa.UniqueConstraint("day", name="uq_seal_day"),)

    id: Mapped[Id]
    day: Mapped[dt.date]
    transfer_count: Mapped[int] = mapped_column(BigInt)
    digest: Mapped[str] = mapped_column(sa.String(64))
    previous_digest: Mapped[str] = mapped_column(sa.String(64))
    sealed_at: Mapped[dt.datetime]
