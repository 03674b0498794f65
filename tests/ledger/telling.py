"""What every story of the books needs: the model beside the database, and what must hold after each step."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any, ClassVar

import sqlalchemy as sa
from hypothesis.stateful import RuleBasedStateMachine, invariant

from tests.ledger.model import Books, Entry, Order, Owner
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.ledger import check, service
from volunteer.ledger.models import HOURS, POINTS, Transfer

START = dt.datetime(2026, 3, 1, 1, 0, tzinfo=dt.UTC)

_BALANCES = """
SELECT a.book, a.owner_kind, a.owner_id, a.purpose,
       COALESCE((SELECT SUM(amount) FROM transfer WHERE credit_account_id = a.id), 0)
     - COALESCE((SELECT SUM(amount) FROM transfer WHERE debit_account_id = a.id), 0)
FROM account a
"""


class Telling(RuleBasedStateMachine):
    """A story without its steps; nothing is kept once it is told."""

    steps: ClassVar[Counter[str]] = Counter()  # of all examples, to be printed and asserted

    def __init__(self) -> None:
        super().__init__()
        db.session.rollback()
        self.books = Books()
        self.ids: dict[tuple[str, Owner], int] = {}
        self.orders: list[Order] = []
        self.now = START
        self.next = 0

    def teardown(self) -> None:
        try:
            self._whole_check()
        finally:
            db.session.rollback()

    # What the steps share.

    def account(self, book: str, owner: Owner) -> int:
        if (book, owner) not in self.ids:
            self.ids[book, owner] = self.open(book, owner)
        return self.ids[book, owner]

    def open(self, book: str, owner: Owner) -> int:
        kind, number, purpose = owner
        self.books.open(book, owner)
        return service.account(book=book, owner_kind=kind, owner_id=number, purpose=purpose)

    def movement(self, book: str, debit: Owner, credit: Owner, amount: int, kind: str, key: str) -> Any:
        return service.Movement(
            book, self.account(book, debit), self.account(book, credit), amount, kind, key, key, self.now
        )

    def key(self, word: str) -> str:
        self.next += 1
        return f"{word}:{self.next}"

    def move(
        self, book: str, debit: Owner, credit: Owner, amount: int, kind: str, key: str | None = None
    ) -> None:
        key = key or self.key(kind)
        with clock.fixed(self.now):
            id_ = service.move(self.movement(book, debit, credit, amount, kind, key), recorded_by=None)
        assert id_ not in {entry.id for entry in self.books.entries}
        self.books.move(Entry(id_, key, book, debit, credit, amount, kind))

    def have(self, book: str, owner: Owner) -> int:
        """What the service says, after the lock; it must be what the model says."""
        account = self.account(book, owner)
        service.lock([account])
        have = service.balance(account)
        assert have == self.books.balance[book, owner]
        return have

    def again(self, which: int) -> Entry:
        return self.books.entries[which % len(self.books.entries)]

    def tick(self, name: str) -> None:
        type(self).steps[name] += 1
        self.now += dt.timedelta(minutes=7)

    # What must hold.

    @invariant()
    def every_balance_is_the_models(self) -> None:
        rows = db.session.connection().exec_driver_sql(_BALANCES)
        found = {(book, (kind, number, purpose)): int(have) for book, kind, number, purpose, have in rows}
        assert found.keys() == self.books.accounts
        assert found == {account: self.books.balance[account] for account in found}
        for book in (HOURS, POINTS):
            assert sum(have for (where, _owner), have in found.items() if where == book) == 0

    def _whole_check(self) -> None:
        result = check.check()
        assert result.faults == []
        assert result.counts["transfers"] == len(self.books.entries)
        assert result.counts["accounts"] == len(self.books.accounts)
        assert set(check.book_totals().values()) <= {0}
        stored = db.session.execute(
            sa.select(Transfer.id, Transfer.key, Transfer.amount, Transfer.kind).order_by(Transfer.id)
        )
        remembered = sorted((entry.id, entry.key, entry.amount, entry.kind) for entry in self.books.entries)
        assert [tuple(row) for row in stored] == remembered
