"""Check orders against the books, and stock against its movements."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.core.checks import Check
from volunteer.core.database import db
from volunteer.ledger import continuing
from volunteer.ledger.models import POINTS, Account, Transfer
from volunteer.points.models import CANCELLED, COLLECTED, EXPIRED, HELD, Item, Order, StockMovement

_SHOWN = 20


def check() -> Check:
    """Each order held its price; what is held in points and goods is just what open orders say."""
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Order)) or 0
    return Check({"orders": int(count)}, [*_wrong_holds(), *_wrong_ends(), *_held_points(), *stock_check()])


def _wrong_holds() -> list[str]:
    statement = (
        sa.select(Order.id)
        .join(Transfer, Transfer.id == Order.hold_transfer_id)
        .where(sa.or_(Transfer.amount != Order.price_points * Order.quantity, Transfer.book != POINTS))
        .order_by(Order.id)
        .limit(_SHOWN)
    )
    return [f"order {id_} held another amount than its price" for id_ in db.session.scalars(statement)]


def _wrong_ends() -> list[str]:
    """What was held is spent or given back, between the same accounts or those in which they continue."""
    end = sa.orm.aliased(Transfer)
    statement = (
        sa.select(
            Order.id,
            Order.state,
            Transfer.amount,
            Transfer.debit_account_id.label("main"),
            Transfer.credit_account_id.label("held"),
            end.amount.label("end_amount"),
            end.debit_account_id.label("end_from"),
            end.credit_account_id.label("end_to"),
        )
        .join(Transfer, Transfer.id == Order.hold_transfer_id)
        .outerjoin(end, end.id == Order.end_transfer_id)
        .where(
            sa.or_(
                sa.and_(Order.state == HELD, end.id.is_not(None)),
                sa.and_(Order.state != HELD, end.id.is_(None)),
                end.amount != Transfer.amount,
                end.debit_account_id != Transfer.credit_account_id,
                sa.and_(Order.state == COLLECTED, end.credit_account_id == Transfer.debit_account_id),
                sa.and_(
                    Order.state.in_((EXPIRED, CANCELLED)), end.credit_account_id != Transfer.debit_account_id
                ),
            )
        )
        .order_by(Order.id)
    )
    rows = db.session.execute(statement).all()
    roots = continuing.Roots() if rows else None
    faults = [
        f"order {row.id} did not end as it says"
        for row in rows
        if roots is None or not _ended_rightly(row, roots)
    ]
    return faults[:_SHOWN]


def _ended_rightly(row: Any, roots: continuing.Roots) -> bool:
    """For an order of a record that was merged before it ended."""
    if row.state == HELD or row.end_amount != row.amount:
        return False
    went_back = roots.of(row.end_to) == roots.of(row.main)
    return roots.of(row.end_from) == roots.of(row.held) and went_back == (row.state != COLLECTED)


def _held_points() -> list[str]:
    """The holding accounts together hold just the price of all open orders."""
    account_ids = sa.select(Account.id).where(Account.book == POINTS, Account.purpose == "held")
    inward: Any = sa.select(sa.func.coalesce(sa.func.sum(Transfer.amount), 0)).where(
        Transfer.credit_account_id.in_(account_ids)
    )
    outward: Any = sa.select(sa.func.coalesce(sa.func.sum(Transfer.amount), 0)).where(
        Transfer.debit_account_id.in_(account_ids)
    )
    open_orders: Any = sa.select(sa.func.coalesce(sa.func.sum(Order.price_points * Order.quantity), 0)).where(
        Order.state == HELD
    )
    held = int(db.session.scalar(inward) or 0) - int(db.session.scalar(outward) or 0)
    wanted = int(db.session.scalar(open_orders) or 0)
    return [] if held == wanted else [f"{held} points are held, open orders need {wanted}"]


def stock_check() -> list[str]:
    """Each item's two figures are the sums of its movements, and what is held is held for open orders."""
    moved = _by_item(
        StockMovement.item_id,
        available=sa.func.sum(StockMovement.available_change),
        held=sa.func.sum(StockMovement.held_change),
    )
    ordered = _by_item(Order.item_id, Order.state == HELD, held=sa.func.sum(Order.quantity))
    moved_available, moved_held = sa.func.coalesce(moved.c.available, 0), sa.func.coalesce(moved.c.held, 0)
    ordered_held = sa.func.coalesce(ordered.c.held, 0)
    statement = (
        sa.select(Item.code, Item.available, Item.held, moved_available, moved_held, ordered_held)
        .outerjoin(moved, moved.c.item_id == Item.id)
        .outerjoin(ordered, ordered.c.item_id == Item.id)
        .where(sa.or_(Item.available != moved_available, Item.held != moved_held, Item.held != ordered_held))
        .order_by(Item.id)
        .limit(_SHOWN)
    )
    return [
        f"item {code}: {available} available and {held} held, but its movements give {moved_in} and "
        f"{moved_aside}, its open orders {aside}"
        for code, available, held, moved_in, moved_aside, aside in db.session.execute(statement)
    ]


def _by_item(item_id: Any, *conditions: Any, **sums: Any) -> Any:
    columns = [total.label(name) for name, total in sums.items()]
    return sa.select(item_id.label("item_id"), *columns).where(*conditions).group_by(item_id).subquery()
