"""For `check-books`: the shop's figures against the books they come from."""

from __future__ import annotations

import sqlalchemy as sa

from volunteer.core.database import db
from volunteer.ledger.models import Transfer
from volunteer.points.models import HELD, Item, Order, StockMovement


def stock_check() -> list[str]:
    """Faults of the stock, in words: each item's two figures are the sums of its movements,
    and what is held is what its live orders hold."""
    return [_movement_fault(row) for row in _movement_rows()] + [_held_fault(row) for row in _held_rows()]


def order_check() -> tuple[int, list[str]]:
    """How many orders there are, and the faults of their transfers, in words."""
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Order)) or 0
    hold, end = sa.orm.aliased(Transfer), sa.orm.aliased(Transfer)
    total = Order.price_points * Order.quantity
    statement = (
        sa.select(Order.number)
        .join(hold, hold.id == Order.hold_transfer_id)
        .outerjoin(end, end.id == Order.end_transfer_id)
        .where(
            sa.or_(
                hold.amount != total,
                sa.and_(Order.state == HELD, Order.end_transfer_id.is_not(None)),
                sa.and_(Order.state != HELD, sa.func.coalesce(end.amount, 0) != total),
                end.debit_account_id != hold.credit_account_id,
                sa.and_(
                    Order.state.in_(("expired", "cancelled")),
                    end.credit_account_id != hold.debit_account_id,
                ),
            )
        )
        .order_by(Order.id)
    )
    return count, [f"order {number}: its state and its transfers differ" for number in db.session.scalars(statement)]


def _movement_rows() -> list[sa.Row[tuple[str, int, int, int, int]]]:
    available = sa.func.coalesce(sa.func.sum(StockMovement.available_change), 0)
    held = sa.func.coalesce(sa.func.sum(StockMovement.held_change), 0)
    statement = (
        sa.select(
            Item.code, Item.available, Item.held, available.label("available_sum"), held.label("held_sum")
        )
        .outerjoin(StockMovement, StockMovement.item_id == Item.id)
        .group_by(Item.id, Item.code, Item.available, Item.held)
        .having(sa.or_(available != Item.available, held != Item.held))
        .order_by(Item.id)
    )
    return list(db.session.execute(statement))


def _movement_fault(row: sa.Row[tuple[str, int, int, int, int]]) -> str:
    return (
        f"item {row.code}: {row.available} available and {row.held} held, "
        f"but its movements give {row.available_sum} and {row.held_sum}"
    )


def _held_rows() -> list[sa.Row[tuple[str, int, int]]]:
    ordered = sa.func.coalesce(sa.func.sum(Order.quantity), 0)
    statement = (
        sa.select(Item.code, Item.held, ordered.label("ordered"))
        .outerjoin(Order, sa.and_(Order.item_id == Item.id, Order.state == HELD))
        .group_by(Item.id, Item.code, Item.held)
        .having(ordered != Item.held)
        .order_by(Item.id)
    )
    return list(db.session.execute(statement))


def _held_fault(row: sa.Row[tuple[str, int, int]]) -> str:
    return f"item {row.code}: {row.held} held, but its live orders hold {row.ordered}"
