"""Check the books: what must hold at every commit, recomputed from the rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from volunteer.core.checks import Check
from volunteer.core.database import db
from volunteer.ledger import seals
from volunteer.ledger.models import Account, Transfer

_T: Any = Transfer.__table__
_A: Any = Account.__table__
SHOWN = 20


def check(*, sealed_since: dt.datetime | None = None) -> Check:
    """Accounts never below their floor, transfers well formed, reversals true mirrors, seals unbroken.

    With `sealed_since` only the seals made since then are computed anew: the one part that takes longer each year.
    """
    result = Check()
    result.counts["accounts"] = _count(_A)
    result.counts["transfers"] = _count(_T)
    result.faults += [*_overdrawn(), *_ill_formed(), *_untrue_mirrors(), *_mixed_books(), *_left_behind()]
    sealed, faults = seals.check(sealed_since)
    result.counts["seals"] = sealed
    result.faults += faults
    return result


def book_totals() -> dict[str, int]:
    """The sum of all balances of each book: always zero, by construction and checked all the same."""
    balance = _balances().subquery()
    statement = (
        sa.select(_A.c.book, sa.func.coalesce(sa.func.sum(balance.c.balance), 0))
        .join(balance, balance.c.account_id == _A.c.id)
        .group_by(_A.c.book)
    )
    return {book: int(total) for book, total in db.session.execute(statement)}


def _count(table: Any) -> int:
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


def _balances() -> Any:
    """Every moved account's balance in one pass over each leg."""
    credit = sa.select(_T.c.credit_account_id.label("account_id"), _T.c.amount.label("amount"))
    debit = sa.select(_T.c.debit_account_id.label("account_id"), (-_T.c.amount).label("amount"))
    legs = sa.union_all(credit, debit).subquery()
    return sa.select(legs.c.account_id, sa.func.sum(legs.c.amount).label("balance")).group_by(
        legs.c.account_id
    )


def _overdrawn() -> list[str]:
    balance = _balances().subquery()
    statement = (
        sa.select(_A.c.id, _A.c.book, balance.c.balance)
        .join(balance, balance.c.account_id == _A.c.id)
        .where(_A.c.floor.is_not(None), balance.c.balance < _A.c.floor)
        .order_by(_A.c.id)
        .limit(SHOWN)
    )
    return [f"account {id_} ({book}) stands at {have}" for id_, book, have in db.session.execute(statement)]


def _left_behind() -> list[str]:
    """An account that continues in another is empty, and of the same book and purpose."""
    after = _A.alias()
    balance = _balances().subquery()
    statement = (
        sa.select(_A.c.id)
        .join(after, after.c.id == _A.c.continues_in_id)
        .outerjoin(balance, balance.c.account_id == _A.c.id)
        .where(
            sa.or_(
                sa.func.coalesce(balance.c.balance, 0) != 0,
                after.c.book != _A.c.book,
                after.c.purpose != _A.c.purpose,
            )
        )
        .order_by(_A.c.id)
        .limit(SHOWN)
    )
    return [
        f"account {id_} continues in another but holds something" for id_ in db.session.scalars(statement)
    ]


def _ill_formed() -> list[str]:
    wrong = sa.or_(_T.c.amount <= 0, _T.c.debit_account_id == _T.c.credit_account_id)
    return _named(wrong, "moves nothing or to its own account")


def _mixed_books() -> list[str]:
    debit, credit = _A.alias(), _A.alias()
    statement = (
        sa.select(_T.c.id)
        .join(debit, debit.c.id == _T.c.debit_account_id)
        .join(credit, credit.c.id == _T.c.credit_account_id)
        .where(sa.or_(debit.c.book != _T.c.book, credit.c.book != _T.c.book))
        .order_by(_T.c.id)
        .limit(SHOWN)
    )
    return [f"transfer {id_} mixes books" for id_ in db.session.scalars(statement)]


def _untrue_mirrors() -> list[str]:
    """A reversal has its original's accounts exchanged and its amount, and is itself not reversed."""
    original = _T.alias()
    statement = (
        sa.select(_T.c.id)
        .join(original, original.c.id == _T.c.reverses_id)
        .where(
            sa.or_(
                _T.c.book != original.c.book,
                _T.c.amount != original.c.amount,
                _T.c.debit_account_id != original.c.credit_account_id,
                _T.c.credit_account_id != original.c.debit_account_id,
                original.c.reverses_id.is_not(None),
            )
        )
        .order_by(_T.c.id)
        .limit(SHOWN)
    )
    return [f"transfer {id_} is no true mirror of what it reverses" for id_ in db.session.scalars(statement)]


def _named(condition: Any, words: str) -> list[str]:
    statement = sa.select(_T.c.id).where(condition).order_by(_T.c.id).limit(SHOWN)
    return [f"transfer {id_} {words}" for id_ in db.session.scalars(statement)]
