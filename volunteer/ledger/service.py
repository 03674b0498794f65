"""What can be done with the books: open an account, move, reverse, ask a balance.

A caller that will spend locks first (`lock`), then looks (`balance`), then
moves. Issuing accounts are never locked: one hot row would halve the rate.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core import clock
from volunteer.core.database import db, insert, is_sqlite
from volunteer.core.errors import Refused
from volunteer.ledger.models import Account, Transfer

_TRANSFERS: Any = Transfer.__table__

ISSUE = "issue"
MAIN = "main"
HELD = "held"
OWED = "owed"
SPENT = "spent"
SYSTEM = "system"
PERSON = "person"
# Kinds of transfers between two accounts of what turned out to be one owner: nothing was earned or spent.
MERGE, UNMERGE, FETCH = "merge", "unmerge", "fetch"
BETWEEN_OWN = (MERGE, UNMERGE, FETCH)


_ACCOUNT: Any = Account.__table__
# Built once: every batch and every order looks for accounts several times.
_FIND = sa.select(_ACCOUNT.c.owner_id, _ACCOUNT.c.id).where(
    _ACCOUNT.c.book == sa.bindparam("book"),
    _ACCOUNT.c.owner_kind == sa.bindparam("owner_kind"),
    _ACCOUNT.c.purpose == sa.bindparam("purpose"),
    _ACCOUNT.c.owner_id.in_(sa.bindparam("owner_ids", expanding=True)),
)


class KeyUsedDifferently(Exception):
    """The same key with other contents: our own mistake, never a person's."""


class AlreadyReversed(Refused):
    sentence = _l("这一笔已经冲正过，不能再冲正一次。")


@dataclass(frozen=True)
class Movement:
    """A transfer to be made; `key` guards against making it twice."""

    book: str
    debit: int
    credit: int
    amount: int
    kind: str
    key: str
    operation: str
    happened_at: dt.datetime
    memo: str = ""
    reverses_id: int | None = None


def account(*, book: str, owner_kind: str, owner_id: int, purpose: str = MAIN) -> int:
    """The id of an owner's account, opened at first use."""
    return accounts(book=book, owner_kind=owner_kind, owner_ids=[owner_id], purpose=purpose)[owner_id]


def accounts(*, book: str, owner_kind: str, owner_ids: Iterable[int], purpose: str = MAIN) -> dict[int, int]:
    """Owner id → account id, missing ones opened; two statements whatever the number of owners."""
    wanted = sorted(set(owner_ids))
    found = _find(book, owner_kind, wanted, purpose)
    missing = [owner_id for owner_id in wanted if owner_id not in found]
    if missing:
        floor = None if purpose in {ISSUE, OWED} else 0
        common = {"book": book, "owner_kind": owner_kind, "purpose": purpose, "floor": floor}
        rows = [{**common, "owner_id": owner_id} for owner_id in missing]
        db.session.execute(insert(Account).on_conflict_do_nothing(), rows)
        found |= _find(book, owner_kind, missing, purpose)
    return found


def _find(book: str, owner_kind: str, owner_ids: Sequence[int], purpose: str) -> dict[int, int]:
    found: dict[int, int] = {}
    for start in range(0, len(owner_ids), 500):
        values = {"book": book, "owner_kind": owner_kind, "purpose": purpose}
        rows = db.session.execute(_FIND, values | {"owner_ids": owner_ids[start : start + 500]})
        found |= {row.owner_id: row.id for row in rows}
    return found


def lock(account_ids: Iterable[int]) -> None:
    """Lock accounts in the order of their ids, so that two spenders never wait for each other."""
    ids = sorted(set(account_ids))
    if ids and not is_sqlite():
        db.session.execute(
            sa.select(Account.id).where(Account.id.in_(ids)).order_by(Account.id).with_for_update()
        ).all()


def balance(account_id: int) -> int:
    """Credits minus debits, summed over the covering indexes of both legs."""
    return balances([account_id])[account_id]


def balances(account_ids: Iterable[int]) -> dict[int, int]:
    ids = sorted(set(account_ids))
    totals = dict.fromkeys(ids, 0)
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        credits, debits = _leg(Transfer.credit_account_id, 1, part), _leg(Transfer.debit_account_id, -1, part)
        rows: Any = db.session.execute(sa.union_all(credits, debits))
        for account_id, amount in rows:
            totals[account_id] += int(amount)
    return totals


def _leg(column: Any, sign: int, account_ids: Sequence[int]) -> Any:
    return (
        sa.select(column, sign * sa.func.sum(Transfer.amount)).where(column.in_(account_ids)).group_by(column)
    )


def move(movement: Movement, *, recorded_by: int | None) -> int:
    """Make one transfer and return its id; the second time with the same contents the first one's id."""
    return move_all([movement], recorded_by=recorded_by)[0]


def move_all(movements: Sequence[Movement], *, recorded_by: int | None) -> list[int]:
    """Make transfers in order and return their ids, or the earlier ids of those made before.

    An amount of zero or less, one account twice or two books in one transfer
    are our own mistakes. An overdraft is refused by the database's trigger;
    spenders lock and look first to refuse it in words.
    """
    earlier = _earlier(movements)
    now = clock.now()
    rows = [_row(movement, now, recorded_by) for movement in movements if movement.key not in earlier]
    if rows:
        statement = sa.insert(_TRANSFERS).returning(_TRANSFERS.c.id, _TRANSFERS.c.key)
        earlier |= {key: id_ for id_, key in db.session.execute(statement, rows)}
    return [earlier[movement.key] for movement in movements]


def _row(movement: Movement, now: dt.datetime, recorded_by: int | None) -> dict[str, Any]:
    assert movement.amount > 0, "a transfer moves something"
    assert movement.debit != movement.credit, "a transfer has two accounts"
    return {
        "book": movement.book,
        "debit_account_id": movement.debit,
        "credit_account_id": movement.credit,
        "amount": movement.amount,
        "kind": movement.kind,
        "key": movement.key,
        "operation": movement.operation,
        "reverses_id": movement.reverses_id,
        "happened_at": movement.happened_at,
        "recorded_at": now,
        "recorded_by_id": recorded_by,
        "memo": movement.memo[:300],
    }


def _earlier(movements: Sequence[Movement]) -> dict[str, int]:
    """Keys already used, with their transfers; the same key with other contents is an error."""
    found: dict[str, int] = {}
    by_key = {movement.key: movement for movement in movements}
    assert len(by_key) == len(movements), "a key stands once in a batch"
    keys = list(by_key)
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        for row in db.session.scalars(sa.select(Transfer).where(Transfer.key.in_(part))):
            movement = by_key[row.key]
            same = (row.book, row.debit_account_id, row.credit_account_id, row.amount, row.kind)
            if same != (movement.book, movement.debit, movement.credit, movement.amount, movement.kind):
                raise KeyUsedDifferently(row.key)
            found[row.key] = row.id
    return found


def reverse(transfer_ids: Sequence[int], *, operation: str, memo: str, recorded_by: int | None) -> list[int]:
    """Mirror transfers, each at most once ever; refused as a whole if one was reversed before.

    A person who has spent what is taken back keeps a balance of zero and owes
    the rest: it is lent from the person's own `owed` account (which may go
    below zero) and paid back by what is earned next (`settle_owed`).
    """
    originals = _originals(transfer_ids)
    lock([row.credit_account_id for row in originals])
    if _reversed_already(transfer_ids):
        raise AlreadyReversed
    now = clock.now()
    _lend_missing(originals, operation=operation, now=now, recorded_by=recorded_by)
    mirrors = [
        Movement(
            book=row.book,
            debit=row.credit_account_id,
            credit=row.debit_account_id,
            amount=row.amount,
            kind="reversal",
            key=f"reverse:{row.id}",
            operation=operation,
            happened_at=now,
            memo=memo,
            reverses_id=row.id,
        )
        for row in originals
    ]
    return move_all(mirrors, recorded_by=recorded_by)


def _originals(transfer_ids: Sequence[int]) -> list[Transfer]:
    statement = sa.select(Transfer).where(Transfer.id.in_(transfer_ids)).order_by(Transfer.id)
    rows = list(db.session.scalars(statement))
    assert len(rows) == len(set(transfer_ids)), "a transfer to be reversed exists"
    assert all(row.reverses_id is None for row in rows), "a reversal is not reversed"
    return rows


def _reversed_already(transfer_ids: Sequence[int]) -> bool:
    statement = sa.select(Transfer.id).where(Transfer.reverses_id.in_(transfer_ids)).limit(1)
    return db.session.scalar(statement) is not None


def _lend_missing(
    originals: Sequence[Transfer], *, operation: str, now: dt.datetime, recorded_by: int | None
) -> None:
    """Lend a person what the coming reversal would take below zero."""
    need: dict[int, int] = {}
    for row in originals:
        need[row.credit_account_id] = need.get(row.credit_account_id, 0) + row.amount
    available = balances(need)
    for account_id in sorted(need):
        missing = need[account_id] - available[account_id]
        if missing > 0:
            _lend(account_id, missing, operation=operation, now=now, recorded_by=recorded_by)


def _lend(
    account_id: int, missing: int, *, operation: str, now: dt.datetime, recorded_by: int | None
) -> None:
    poor = db.session.get_one(Account, account_id)
    if poor.floor is None:
        return  # an issuing account needs nothing lent
    if poor.continues_in_id is not None:
        _fetch_back(poor, missing, operation=operation, now=now, recorded_by=recorded_by)
        return
    owed = account(book=poor.book, owner_kind=poor.owner_kind, owner_id=poor.owner_id, purpose=OWED)
    key = f"owe:{operation}:{account_id}"
    move(Movement(poor.book, owed, account_id, missing, "owe", key, operation, now), recorded_by=recorded_by)


def _fetch_back(
    empty: Account, missing: int, *, operation: str, now: dt.datetime, recorded_by: int | None
) -> None:
    """What is taken back from an account that continues in another comes from there, lent if need be."""
    assert empty.continues_in_id is not None
    lock([empty.continues_in_id])
    lacking = missing - balance(empty.continues_in_id)
    if lacking > 0:
        _lend(empty.continues_in_id, lacking, operation=operation, now=now, recorded_by=recorded_by)
    key = f"fetch:{operation}:{empty.id}"
    fetched = Movement(empty.book, empty.continues_in_id, empty.id, missing, FETCH, key, operation, now)
    move(fetched, recorded_by=recorded_by)


def settle_owed(*, book: str, owner_ids: Iterable[int], operation: str, recorded_by: int | None) -> None:
    """Pay back what persons owe from what they have; call it after they earned something."""
    owed = _find(book, PERSON, sorted(set(owner_ids)), OWED)
    debts = {owner: -amount for owner, amount in _by_owner(owed).items() if amount < 0}
    if not debts:
        return
    main = accounts(book=book, owner_kind=PERSON, owner_ids=debts)
    lock(main.values())
    have = _by_owner(main)
    now = clock.now()
    movements = [
        Movement(
            book, main[owner], owed[owner], amount, "repay", f"repay:{operation}:{owner}", operation, now
        )
        for owner in sorted(debts)
        if (amount := min(debts[owner], have[owner])) > 0
    ]
    move_all(movements, recorded_by=recorded_by)


def _by_owner(accounts_of: dict[int, int]) -> dict[int, int]:
    totals = balances(accounts_of.values())
    return {owner: totals[account_id] for owner, account_id in accounts_of.items()}
