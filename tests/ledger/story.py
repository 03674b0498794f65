"""One random story of the books, told to the service and to the model, compared after every step.

After each step every balance in the database must be the model's and each book
must sum to zero; at the end of a story the books' own check runs.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.ledger.model import BOUNDLESS, ISSUE, SPENT, Entry, Order, Owner, person
from tests.ledger.telling import Telling
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.ledger import seals, service
from volunteer.ledger.models import HOURS, POINTS, Seal, Transfer

PEOPLE = (1, 2, 3)
AMOUNTS = st.integers(1, 60)
WHICH = st.integers(0, 999)  # any earlier thing, by its number modulo how many there are
PERSON = st.sampled_from(PEOPLE)
BOOK = st.sampled_from((HOURS, POINTS))


class Story(Telling):
    """What people do to the books, in any order."""

    @initialize()
    def somebody_has_something(self) -> None:
        self.tick("begin")
        for number in PEOPLE:
            self.move(POINTS, ISSUE, person(number), 40, "earned")

    @rule(book=BOOK, number=PERSON)
    def open_an_account(self, book: str, number: int) -> None:
        self.tick("open")
        assert self.open(book, person(number)) == self.account(book, person(number))

    @rule(book=BOOK, number=PERSON, amount=AMOUNTS)
    def earn(self, book: str, number: int, amount: int) -> None:
        """Earned points first pay back what is owed."""
        self.tick("earn")
        self.move(book, ISSUE, person(number), amount, "earned")
        if book == POINTS:
            self._settle([number])

    @rule(numbers=st.lists(PERSON, min_size=1, max_size=3, unique=True), amount=AMOUNTS)
    def earn_as_a_batch(self, numbers: list[int], amount: int) -> None:
        """A roll call: several people's transfers in one call, ids in the order asked for."""
        self.tick("batch")
        base = self.key("batch")
        with clock.fixed(self.now):
            asked = [
                self.movement(HOURS, ISSUE, person(number), amount + number, "service", f"{base}:{number}")
                for number in numbers
            ]
            ids = service.move_all(asked, recorded_by=7)
        for number, id_ in zip(numbers, ids, strict=True):
            entry = Entry(id_, f"{base}:{number}", HOURS, ISSUE, person(number), amount + number, "service")
            self.books.move(entry)

    @rule(which=WHICH)
    def send_the_same_again(self, which: int) -> None:
        self.tick("same key")
        entry = self.again(which)
        same = self.movement(entry.book, entry.debit, entry.credit, entry.amount, entry.kind, entry.key)
        assert service.move(same, recorded_by=None) == entry.id

    @rule(which=WHICH, more=st.integers(1, 5), what=st.sampled_from(("amount", "kind", "accounts")))
    def send_something_else_under_an_old_key(self, which: int, more: int, what: str) -> None:
        self.tick("other contents")
        entry = self.again(which)
        debit, credit, amount, kind = entry.debit, entry.credit, entry.amount, entry.kind
        if what == "amount":
            amount += more
        elif what == "kind":
            kind += "!"
        else:
            debit, credit = credit, debit
        other = self.movement(entry.book, debit, credit, amount, kind, entry.key)
        with pytest.raises(service.KeyUsedDifferently):
            service.move(other, recorded_by=None)

    @rule(
        book=BOOK,
        number=PERSON,
        more=st.integers(1, 9),
        purpose=st.sampled_from((service.MAIN, service.HELD)),
    )
    def spend_more_than_there_is(self, book: str, number: int, more: int, purpose: str) -> None:
        """Even who forgets to look is refused by the database, and nothing is left behind."""
        self.tick("overspend")
        owner = person(number, purpose)
        too_much = self.have(book, owner) + more
        asked = self.movement(book, owner, ISSUE, too_much, "spend", self.key("spend"))
        with pytest.raises(sa.exc.IntegrityError, match="overdraft"), db.session.begin_nested():
            service.move(asked, recorded_by=None)

    @rule(number=PERSON, percent=st.integers(1, 100))
    def hold(self, number: int, percent: int) -> None:
        """Lock, look, write: an order sets points aside."""
        amount = self.have(POINTS, person(number)) * percent // 100
        if amount == 0:
            return
        self.tick("hold")
        order = Order(len(self.orders) + 1, number, amount)
        self.orders.append(order)
        self.move(
            POINTS,
            person(number),
            person(number, service.HELD),
            amount,
            "order_hold",
            f"order:{order.number}:hold",
        )

    def _end(self, which: int, to: Owner | None, word: str) -> None:
        waiting = [order for order in self.orders if order.waiting]
        order = waiting[which % len(waiting)]
        held = person(order.person, service.HELD)
        if self.have(POINTS, held) < order.amount:  # its hold was reversed: nothing is there to be moved
            return
        self.tick(word)
        order.waiting = False
        key = f"order:{order.number}:{word}"
        self.move(POINTS, held, to or person(order.person), order.amount, f"order_{word}", key)

    def _is_waiting(self) -> bool:
        return any(order.waiting for order in self.orders)

    @precondition(_is_waiting)
    @rule(which=WHICH)
    def release(self, which: int) -> None:
        self._end(which, None, "return")

    @precondition(_is_waiting)
    @rule(which=WHICH)
    def settle(self, which: int) -> None:
        self._end(which, SPENT, "settle")

    def _free(self) -> list[Entry]:
        return [entry for entry in self.books.entries if not entry.reversal and not entry.reversed]

    @precondition(_free)
    @rule(which=st.lists(WHICH, min_size=1, max_size=3))
    def reverse(self, which: list[int]) -> None:
        """One to three transfers in one operation; what is missing is lent."""
        self.tick("reverse")
        free = self._free()
        chosen = sorted({free[number % len(free)].id: free[number % len(free)] for number in which}.items())
        operation = self.key("operation")
        with clock.fixed(self.now):
            ids = service.reverse(
                [id_ for id_, _entry in chosen], operation=operation, memo="why", recorded_by=7
            )
        self._lend([entry for _id, entry in chosen], operation)
        for (original_id, entry), id_ in zip(chosen, ids, strict=True):
            entry.reversed = True
            self.books.move(
                Entry(
                    id_, f"reverse:{original_id}", entry.book, entry.credit, entry.debit, entry.amount,
                    "reversal", reversal=True,
                )
            )  # fmt: skip

    def _lend(self, originals: list[Entry], operation: str) -> None:
        """The model's own idea of lending: whoever would fall below zero is lent the difference."""
        need: Counter[tuple[str, Owner]] = Counter()
        for entry in originals:
            need[entry.book, entry.credit] += entry.amount
        for (book, owner), amount in need.items():
            missing = amount - self.books.balance[book, owner]
            if missing > 0 and owner[2] not in BOUNDLESS:
                account = self.account(book, owner)
                self._remember(
                    f"owe:{operation}:{account}", book, self.books.owed(book, owner), owner, missing, "owe"
                )

    def _remember(self, key: str, book: str, debit: Owner, credit: Owner, amount: int, kind: str) -> None:
        """A transfer that the service made by itself: it must be there, as the model expects it."""
        row = db.session.execute(sa.select(Transfer.id, Transfer.amount).where(Transfer.key == key)).one()
        assert row.amount == amount
        self.books.move(Entry(row.id, key, book, debit, credit, amount, kind))

    def _has_reversed(self) -> bool:
        return any(entry.reversed for entry in self.books.entries)

    @precondition(_has_reversed)
    @rule(which=WHICH)
    def reverse_a_second_time(self, which: int) -> None:
        """Alone or together with one that is free: refused as a whole."""
        self.tick("reverse twice")
        done = [entry for entry in self.books.entries if entry.reversed]
        free = self._free()
        ids = [done[which % len(done)].id]
        if free and which % 2:
            ids.append(free[which % len(free)].id)
        with pytest.raises(service.AlreadyReversed), db.session.begin_nested():
            service.reverse(ids, operation=self.key("again"), memo="", recorded_by=None)

    @rule(numbers=st.lists(PERSON, min_size=1, max_size=3, unique=True), book=BOOK)
    def settle_what_is_owed(self, numbers: list[int], book: str) -> None:
        self.tick("settle owed")
        self._settle(numbers, book)

    def _settle(self, numbers: list[int], book: str = POINTS) -> None:
        operation = self.key("settle")
        with clock.fixed(self.now):
            service.settle_owed(book=book, owner_ids=numbers, operation=operation, recorded_by=None)
        for number in numbers:
            main, owed = person(number), person(number, service.OWED)
            amount = min(-self.books.balance[book, owed], self.books.balance[book, main])
            if -self.books.balance[book, owed] > 0:
                self.books.open(book, main)
            if amount > 0:
                self._remember(f"repay:{operation}:{number}", book, main, owed, amount, "repay")

    @rule(hours=st.integers(1, 30))
    def time_passes_and_days_are_sealed(self, hours: int) -> None:
        self.tick("seal")
        self.now += dt.timedelta(hours=hours)
        before = self._seals()
        with clock.fixed(self.now):
            made = seals.seal_days()
            assert seals.seal_days() == 0
        assert self._seals() == before + made

    def _seals(self) -> int:
        return int(db.session.scalar(sa.select(sa.func.count()).select_from(Seal)) or 0)
