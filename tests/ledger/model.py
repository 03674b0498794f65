"""The model: balances as numbers, history as a list. No database, no SQL."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from volunteer.ledger import service

Owner = tuple[str, int, str]


@dataclass
class Entry:
    """A transfer as the model remembers it."""

    id: int
    key: str
    book: str
    debit: Owner
    credit: Owner
    amount: int
    kind: str
    reversed: bool = False
    reversal: bool = False


@dataclass
class Order:
    """Points set aside, as an order does it."""

    number: int
    person: int
    amount: int
    waiting: bool = True


class Books:
    """The model: balances as numbers, history as a list. No database, no SQL."""

    def __init__(self) -> None:
        self.balance: dict[tuple[str, Owner], int] = defaultdict(int)
        self.accounts: set[tuple[str, Owner]] = set()
        self.entries: list[Entry] = []

    def open(self, book: str, owner: Owner) -> None:
        self.accounts.add((book, owner))

    def move(self, entry: Entry) -> None:
        self.open(entry.book, entry.debit)
        self.open(entry.book, entry.credit)
        self.balance[entry.book, entry.debit] -= entry.amount
        self.balance[entry.book, entry.credit] += entry.amount
        self.entries.append(entry)

    def owed(self, book: str, owner: Owner) -> Owner:
        return (owner[0], owner[1], service.OWED)


def person(number: int, purpose: str = service.MAIN) -> Owner:
    return (service.PERSON, number, purpose)


ISSUE: Owner = (service.SYSTEM, 0, service.ISSUE)
SPENT: Owner = (service.SYSTEM, 0, service.SPENT)
BOUNDLESS = {service.ISSUE, service.OWED}
