"""Who may act for whom, what was done, and the cards that open the three big buttons."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import BigInt, Id, Model, Secret, reference


class Delegation(Model):
    """A person lets another act in the own name, each right by itself; ended, never deleted."""

    __tablename__ = "delegation"
    __table_args__ = (
        sa.CheckConstraint("person_id <> helper_id", name="two_people"),
        sa.Index(
            "uq_delegation_live",
            "person_id",
            "helper_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_delegation_helper", "helper_id", "ended_at"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = reference("person.id")
    helper_id: Mapped[int] = reference("person.id")
    may_sign_up: Mapped[bool] = mapped_column(default=False)
    may_wish: Mapped[bool] = mapped_column(default=False)
    may_redeem: Mapped[bool] = mapped_column(default=False)
    relation: Mapped[str] = mapped_column(sa.String(20))
    way: Mapped[str] = mapped_column(sa.String(20))
    given_at: Mapped[dt.datetime]
    recorded_by_id: Mapped[int | None] = reference("person.id", optional=True)
    ended_at: Mapped[dt.datetime | None]
    ended_by_id: Mapped[int | None] = reference("person.id", optional=True)


class Receipt(Model):
    """Something that another did in the person's name, for the person's own eyes."""

    __tablename__ = "receipt"
    __table_args__ = (sa.Index("ix_receipt_person", "person_id", "id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = reference("person.id")
    acted_by_id: Mapped[int] = reference("person.id", index=True)
    act: Mapped[str] = mapped_column(sa.String(30))
    object_kind: Mapped[str] = mapped_column(sa.String(30))
    object_id: Mapped[int | None] = mapped_column(BigInt)
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    by_pin: Mapped[bool] = mapped_column(default=False)
    acted_at: Mapped[dt.datetime]


class Card(Model):
    """A printed card; its QR holds a random token and nothing about the person."""

    __tablename__ = "card"
    __table_args__ = (sa.UniqueConstraint("token_hash", name="uq_card_token_hash"),)

    id: Mapped[Id]
    person_id: Mapped[int] = reference("person.id", index=True)
    token: Mapped[str] = mapped_column(Secret)
    token_hash: Mapped[str] = mapped_column(sa.String(40))
    issued_at: Mapped[dt.datetime]
    issued_by_id: Mapped[int] = reference("person.id")
    ended_at: Mapped[dt.datetime | None]
