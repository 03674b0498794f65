"""Two owners turn out to be one: the accounts of one continue in the other's, and can be parted again.

Balances move by transfers; not one earlier row is touched. What is taken back later from an
account that continues elsewhere is fetched from there (`service.reverse`).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.ledger import service
from volunteer.ledger.models import Account, Transfer

_ACCOUNT: Any = Account.__table__


class SpentSince(Refused):
    sentence = _l("合并以后，账上的时长或积分已经用掉或者改过，拆不开了。请按普通更正来办理。")


def continue_in(*, gone_id: int, kept_id: int, operation: str, recorded_by: int | None) -> list[int]:
    """Move every balance of one person to the other, in all books; returns the accounts that continue now."""
    gone = accounts_of(gone_id)
    open_ = [account for account in gone if account.continues_in_id is None]
    pairs = [(account, _counterpart(account, kept_id)) for account in open_]
    service.lock([account.id for account, _other in pairs] + [other for _account, other in pairs])
    have = service.balances(account.id for account, _other in pairs)
    service.move_all(
        [
            _between(account, other, have[account.id], operation)
            for account, other in pairs
            if have[account.id]
        ],
        recorded_by=recorded_by,
    )
    for account, other in pairs:
        account.continues_in_id = other
    db.session.flush()
    return [account.id for account, _other in pairs]


def part(*, account_ids: list[int], operation: str, recorded_by: int | None) -> None:
    """Take `continue_in` back; refused when what was moved is not there any more, or was touched since."""
    statement = sa.select(Account).where(Account.id.in_(account_ids)).order_by(Account.id)
    gone = list(db.session.scalars(statement))
    kept = [account.continues_in_id for account in gone if account.continues_in_id is not None]
    service.lock([*account_ids, *kept])
    if _was_fetched(account_ids):
        raise SpentSince
    moved = _moved(operation)
    _refuse_spent(moved)
    for account in gone:
        account.continues_in_id = None
    db.session.flush()
    mirrors = [_mirror(row, operation) for row in moved]
    service.move_all(mirrors, recorded_by=recorded_by)


def accounts_of(person_id: int) -> list[Account]:
    statement = sa.select(Account).where(Account.owner_kind == service.PERSON, Account.owner_id == person_id)
    return list(db.session.scalars(statement.order_by(Account.id).execution_options(populate_existing=True)))


def balances_of(person_id: int) -> dict[tuple[str, str], int]:
    """(book, purpose) → balance of each account that does not continue elsewhere."""
    accounts = [account for account in accounts_of(person_id) if account.continues_in_id is None]
    have = service.balances(account.id for account in accounts)
    return {(account.book, account.purpose): have[account.id] for account in accounts}


class Roots:
    """Where each account that continues elsewhere ends up today; read once for a whole check."""

    def __init__(self) -> None:
        rows = db.session.execute(
            sa.select(_ACCOUNT.c.id, _ACCOUNT.c.continues_in_id).where(
                _ACCOUNT.c.continues_in_id.is_not(None)
            )
        )
        self._after = {row.id: row.continues_in_id for row in rows}

    def of(self, account_id: int) -> int:
        while account_id in self._after:
            account_id = self._after[account_id]
        return account_id


def _counterpart(account: Account, kept_id: int) -> int:
    return service.account(
        book=account.book, owner_kind=service.PERSON, owner_id=kept_id, purpose=account.purpose
    )


def _between(account: Account, other: int, amount: int, operation: str) -> service.Movement:
    """What is owed is a balance below zero: it moves the other way round."""
    debit, credit = (account.id, other) if amount > 0 else (other, account.id)
    key = f"{operation}:{account.book}:{account.purpose}"
    return service.Movement(
        account.book, debit, credit, abs(amount), service.MERGE, key, operation, clock.now()
    )


def _moved(operation: str) -> list[Transfer]:
    statement = sa.select(Transfer).where(Transfer.operation == operation, Transfer.kind == service.MERGE)
    return list(db.session.scalars(statement.order_by(Transfer.id)))


def _mirror(row: Transfer, operation: str) -> service.Movement:
    return service.Movement(
        book=row.book,
        debit=row.credit_account_id,
        credit=row.debit_account_id,
        amount=row.amount,
        kind=service.UNMERGE,
        key=f"reverse:{row.id}",
        operation=f"un{operation}",
        happened_at=clock.now(),
        reverses_id=row.id,
    )


def _was_fetched(account_ids: list[int]) -> bool:
    """Whether something was taken back from them, out of the other accounts, since they were emptied."""
    fetched = sa.select(Transfer.id).where(
        Transfer.credit_account_id.in_(account_ids), Transfer.kind == service.FETCH
    )
    return db.session.scalar(fetched.limit(1)) is not None


def _refuse_spent(moved: list[Transfer]) -> None:
    """What came must still be there: a balance to give back, a debt that was not paid meanwhile."""
    have = service.balances({id_ for row in moved for id_ in (row.credit_account_id, row.debit_account_id)})
    floors = {
        account.id: account.floor
        for account in db.session.scalars(sa.select(Account).where(Account.id.in_(have)))
    }
    for row in moved:
        giver = row.credit_account_id
        if floors[giver] is not None and have[giver] < row.amount:
            raise SpentSince
        if floors[giver] is None and have[row.debit_account_id] > -row.amount:
            raise SpentSince
