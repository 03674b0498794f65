"""What the books gave out and took in."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.core import formats
from volunteer.core.i18n import gettext as _
from volunteer.ledger import service as ledger
from volunteer.ledger.models import POINTS, Account, Transfer
from volunteer.points.models import COLLECTED, Item, Order
from volunteer.reports.figures import Line, Query, Rows
from volunteer.reports.sources.community import by_community, name


def _issued(book: str) -> Query:
    """What the book gave out, less what was taken back, by account."""
    parts = []
    for issue, other, sign in (
        (Transfer.debit_account_id, Transfer.credit_account_id, 1),
        (Transfer.credit_account_id, Transfer.debit_account_id, -1),
    ):
        parts.append(
            sa.select(other.label("account_id"), (sign * Transfer.amount).label("amount"))
            .join(Account, Account.id == issue)
            .where(Account.book == book, Account.purpose == ledger.ISSUE)
        )
    legs = sa.union_all(*parts).subquery()
    return sa.select(legs.c.account_id, legs.c.amount)


def issued_total(book: str) -> Query:
    return sa.select(sa.func.coalesce(sa.func.sum(_issued(book).subquery().c.amount), 0))


def issued_by_community(book: str, show_amount: Any = formats.number) -> Rows:
    legs = _issued(book).subquery()
    people = (
        sa.select(Account.owner_id.label("person_id"), legs.c.amount)
        .join(Account, Account.id == legs.c.account_id)
        .where(Account.owner_kind == ledger.PERSON)
    )
    rows = by_community(people)
    return Rows(rows.query, lambda row: Line(row.id, name(row), amount=show_amount(int(row.amount))))


SPENT = (
    sa.select(Transfer.id, Transfer.amount)
    .join(Account, Account.id == Transfer.credit_account_id)
    .where(Account.book == POINTS, Account.purpose == ledger.SPENT)
)


def spent_by_item() -> Rows:
    spent = SPENT.subquery()
    query = (
        sa.select(
            Item.id,
            Item.name,
            Item.name_en,
            sa.func.sum(Order.quantity).label("pieces"),
            sa.func.sum(spent.c.amount).label("amount"),
        )
        .join(Order, Order.item_id == Item.id)
        .join(spent, spent.c.id == Order.end_transfer_id)
        .where(Order.state == COLLECTED)
        .group_by(Item.id, Item.name, Item.name_en)
    )

    def show(row: Any) -> Line:
        pieces = _("取走 %(count)s 份", count=formats.number(int(row.pieces)))
        return Line(row.id, name(row), pieces, amount=formats.number(int(row.amount)))

    return Rows(query, show)
