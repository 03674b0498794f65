"""Items and orders. Stock is whole numbers that the database keeps from falling below zero."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core import i18n
from volunteer.core.database import Id, Model, Secret, reference

HELD, COLLECTED, EXPIRED, CANCELLED = "held", "collected", "expired", "cancelled"


class Item(Model):
    """Something to be redeemed at the counter of an area.

    `available` is what can still be ordered, `held` what is set aside for
    orders; both together are what stands on the shelf.
    """

    __tablename__ = "item"
    __table_args__ = (
        sa.UniqueConstraint("code", name="uq_item_code"),
        sa.CheckConstraint("price_points BETWEEN 1 AND 1000000", name="price"),
        sa.CheckConstraint("available >= 0 AND held >= 0", name="stock"),
        sa.Index("ix_item_area", "area_id", "id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(40))
    area_id: Mapped[int] = reference("area.id")
    name: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str | None] = mapped_column(sa.String(80))
    price_points: Mapped[int]
    available: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    offered: Mapped[bool] = mapped_column(default=True)

    @property
    def label(self) -> str:
        return i18n.label(self.name, self.name_en)


class StockMovement(Model):
    """Goods in, out, set aside and put back; their sums are the item's two figures (R110)."""

    __tablename__ = "stock_movement"
    __table_args__ = (sa.Index("ix_stock_movement_item", "item_id", "id"),)

    id: Mapped[Id]
    item_id: Mapped[int] = reference("item.id")
    kind: Mapped[str] = mapped_column(sa.String(12))  # in, hold, hand_over, put_back, count
    available_change: Mapped[int]
    held_change: Mapped[int]
    order_id: Mapped[int | None] = reference("redemption.id", optional=True)
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    moved_at: Mapped[dt.datetime]
    moved_by_id: Mapped[int | None] = reference("person.id", optional=True)


class Order(Model):
    """A redemption: points and stock are held at once; collected it settles, else both go back (R106)."""

    __tablename__ = "redemption"
    __table_args__ = (
        sa.UniqueConstraint("number", name="uq_redemption_number"),
        sa.CheckConstraint("state IN ('held', 'collected', 'expired', 'cancelled')", name="state"),
        sa.CheckConstraint("quantity BETWEEN 1 AND 100", name="quantity"),
        sa.Index(
            "uq_redemption_code_live",
            "code_hash",
            unique=True,
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        ),
        sa.Index("ix_redemption_person", "person_id", "id"),
        sa.Index("ix_redemption_due", "state", "collect_until", "id"),
        sa.Index("ix_redemption_token", "token_hash"),
        sa.Index("ix_redemption_code", "code_hash", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(sa.String(20))
    person_id: Mapped[int] = reference("person.id")
    item_id: Mapped[int] = reference("item.id", index=True)
    area_id: Mapped[int] = reference("area.id")
    quantity: Mapped[int]
    price_points: Mapped[int]  # copied: a later price does not change it (R113)
    state: Mapped[str] = mapped_column(sa.String(10), default=HELD)
    code: Mapped[str] = mapped_column(Secret)  # the digits, for the person's own eyes
    code_hash: Mapped[str] = mapped_column(sa.String(40))
    token: Mapped[str] = mapped_column(Secret)  # what the QR says
    token_hash: Mapped[str] = mapped_column(sa.String(40))
    placed_at: Mapped[dt.datetime]
    collect_from: Mapped[dt.datetime | None]  # ordered by another without the PIN: not handed over earlier
    placed_by_id: Mapped[int] = reference("person.id")
    collect_until: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    handed_over_by_id: Mapped[int | None] = reference("person.id", optional=True)
    hold_transfer_id: Mapped[int] = reference("transfer.id")
    end_transfer_id: Mapped[int | None] = reference("transfer.id", optional=True)
