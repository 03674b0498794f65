"""Wishes and claims. Whatever could tell who the wisher is, is encrypted and never on a public page."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import Id, Model, Secret, reference

GOODS, SERVICE, COMPANY = "goods", "service", "company"
KINDS = (GOODS, SERVICE, COMPANY)
COLLECTED, REFUSED, REFERRED, PUBLISHED = "collected", "refused", "referred", "published"
CLAIMED, FULFILLED, CONFIRMED, CLOSED, TAKEN_DOWN = (
    "claimed",
    "fulfilled",
    "confirmed",
    "closed",
    "taken_down",
)
STATES = (
    COLLECTED, REFUSED, REFERRED, PUBLISHED, CLAIMED, FULFILLED, CONFIRMED, CLOSED, TAKEN_DOWN,
)  # fmt: skip
WISHER, GUARDIAN = "wisher", "guardian"  # who agreed to the publication; a minor cannot (R116)
CLAIM_ACTIVE, CLAIM_FULFILLED, CLAIM_CANCELLED, CLAIM_REVOKED = "active", "fulfilled", "cancelled", "revoked"


class Wish(Model):
    """A micro-wish with its public text and, apart, what only its claimer and the staff in charge see."""

    __tablename__ = "wish"
    __table_args__ = (
        sa.UniqueConstraint("number", name="uq_wish_number"),
        sa.CheckConstraint("kind IN ('goods', 'service', 'company')", name="kind"),
        sa.CheckConstraint(
            "state IN ('collected', 'refused', 'referred', 'published', 'claimed', 'fulfilled', "
            "'confirmed', 'closed', 'taken_down')",
            name="state",
        ),
        sa.CheckConstraint("price_yuan BETWEEN 0 AND 100000", name="price"),
        sa.CheckConstraint("consent_by IN ('wisher', 'guardian')", name="consent_by"),
        sa.Index("ix_wish_area", "area_id", "state", "id"),
        sa.Index("ix_wish_state", "state", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(sa.String(12))
    area_id: Mapped[int] = reference("area.id")
    wisher_id: Mapped[int | None] = reference("person.id", optional=True, index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(12), default=COLLECTED)
    public_text: Mapped[str] = mapped_column(sa.String(300))
    wisher_words: Mapped[str] = mapped_column(sa.String(60), default="")  # 'an elder living alone', no more
    price_yuan: Mapped[int | None]
    wanted_skill: Mapped[str | None] = mapped_column(sa.String(20))
    wanted_weekday: Mapped[int | None]
    wanted_part: Mapped[str | None] = mapped_column(sa.String(10))
    contact_name: Mapped[str] = mapped_column(Secret)
    contact_phone: Mapped[str] = mapped_column(Secret)
    address: Mapped[str] = mapped_column(Secret)
    private_note: Mapped[str] = mapped_column(Secret)
    note_way: Mapped[str | None] = mapped_column(sa.String(20))  # of the consent to the note (R144)
    consent_version: Mapped[str] = mapped_column(sa.String(20))
    consent_at: Mapped[dt.datetime]
    consent_by: Mapped[str] = mapped_column(sa.String(10), default=WISHER)
    collected_at: Mapped[dt.datetime]
    collected_by_id: Mapped[int] = reference("person.id")
    verified_at: Mapped[dt.datetime | None]
    verified_by_id: Mapped[int | None] = reference("person.id", optional=True)
    verified_how: Mapped[str | None] = mapped_column(sa.String(200))
    decision_reason: Mapped[str | None] = mapped_column(sa.String(300))
    fulfilled_on: Mapped[dt.date | None]
    confirmed_at: Mapped[dt.datetime | None]
    contact_erased_at: Mapped[dt.datetime | None]  # contact data of a finished wish were forgotten (R154)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own protocol


class Claim(Model):
    """A volunteer's promise to fulfil a wish; at most one live claim for each wish (R122)."""

    __tablename__ = "claim"
    __table_args__ = (
        sa.CheckConstraint("state IN ('active', 'fulfilled', 'cancelled', 'revoked')", name="state"),
        sa.Index(
            "uq_claim_live",
            "wish_id",
            unique=True,
            sqlite_where=sa.text("state IN ('active', 'fulfilled')"),
            postgresql_where=sa.text("state IN ('active', 'fulfilled')"),
        ),
        sa.Index("ix_claim_person", "person_id", "state", "id"),
        sa.Index("ix_claim_overdue", "state", "contacted_at", "contact_by", "id"),
    )

    id: Mapped[Id]
    wish_id: Mapped[int] = reference("wish.id")
    person_id: Mapped[int] = reference("person.id")
    state: Mapped[str] = mapped_column(sa.String(10), default=CLAIM_ACTIVE)
    claimed_at: Mapped[dt.datetime]
    claimed_by_id: Mapped[int] = reference("person.id")
    contact_by: Mapped[dt.datetime]
    contacted_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    reason: Mapped[str | None] = mapped_column(sa.String(300))
    fulfilled_note: Mapped[str | None] = mapped_column(sa.String(500))


class FollowUp(Model):
    """A visit or call some days after a wish was fulfilled (R126)."""

    __tablename__ = "follow_up"
    __table_args__ = (
        sa.CheckConstraint("result IN ('satisfied', 'problem')", name="result"),
        sa.Index("ix_follow_up_due", "done_at", "due_on", "id"),
    )

    id: Mapped[Id]
    wish_id: Mapped[int] = reference("wish.id", index=True)
    due_on: Mapped[dt.date]
    done_at: Mapped[dt.datetime | None]
    done_by_id: Mapped[int | None] = reference("person.id", optional=True)
    result: Mapped[str | None] = mapped_column(sa.String(10))
    note: Mapped[str | None] = mapped_column(sa.String(500))
