"""Who takes part: sign-ups, the waiting list, standing sign-ups, stand-ins, and who may not for now."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import Id, Model, Secret, reference

SIGNED_UP, WITHDRAWN = "signed_up", "withdrawn"
BY_SELF, BY_OTHER, BY_OFFER, BY_REGULAR, BY_STAND_IN, BY_SWAP = (
    "self", "other", "offer", "regular", "stand_in", "swap",
)  # fmt: skip
ASKED, AGREED = "asked", "agreed"
WAITING, OFFERED, ACCEPTED, DECLINED, LAPSED, LEFT = (
    "waiting", "offered", "accepted", "declined", "lapsed", "left",
)  # fmt: skip
RUNNING, PAUSED, STOPPED = "running", "paused", "stopped"
STAND_IN, SWAP = "stand_in", "swap"
OPEN = "open"
NO_SHOWS, BY_STAFF = "no_shows", "staff"


class SignUp(Model):
    """A place taken by a person. Withdrawn ones stay as history."""

    __tablename__ = "sign_up"
    __table_args__ = (
        sa.CheckConstraint("state IN ('signed_up', 'withdrawn')", name="state"),
        sa.Index(
            "uq_sign_up_live",
            "occurrence_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("state = 'signed_up'"),
            postgresql_where=sa.text("state = 'signed_up'"),
        ),
        sa.CheckConstraint("places BETWEEN 1 AND 20", name="places"),
        sa.CheckConstraint("partner_state IN ('asked', 'agreed')", name="partner_state"),
        sa.Index("ix_sign_up_person", "person_id", "state", "occurrence_id"),
        sa.Index(
            "ix_sign_up_partner",
            "partner_id",
            sqlite_where=sa.text("partner_id IS NOT NULL"),
            postgresql_where=sa.text("partner_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_sign_up_left",
            "occurrence_id",
            sqlite_where=sa.text("state = 'withdrawn'"),
            postgresql_where=sa.text("state = 'withdrawn'"),
        ),
    )

    id: Mapped[Id]
    occurrence_id: Mapped[int] = reference("occurrence.id")
    person_id: Mapped[int] = reference("person.id")
    position_id: Mapped[int | None] = reference("position.id", optional=True)
    places: Mapped[int] = mapped_column(default=1)  # the person and the companions
    way: Mapped[str] = mapped_column(sa.String(10), default=BY_SELF)
    partner_id: Mapped[int | None] = reference("person.id", optional=True)  # either of the two comes
    partner_state: Mapped[str | None] = mapped_column(sa.String(6))
    override_reason: Mapped[str | None] = mapped_column(
        sa.String(300)
    )  # why past the day's limit or the rest
    state: Mapped[str] = mapped_column(sa.String(10), default=SIGNED_UP)
    signed_up_at: Mapped[dt.datetime]
    signed_up_by_id: Mapped[int] = reference("person.id")
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_late: Mapped[bool] = mapped_column(default=False)  # R026
    given_back: Mapped[bool] = mapped_column(default=False)  # by a pause: no answer to the date
    reason: Mapped[str | None] = mapped_column(sa.String(300))


class Companion(Model):
    """Somebody who comes along with a sign-up and takes a place; earns no hours."""

    __tablename__ = "companion"

    id: Mapped[Id]
    sign_up_id: Mapped[int] = reference("sign_up.id", index=True)
    name: Mapped[str] = mapped_column(Secret)
    is_child: Mapped[bool] = mapped_column(default=False)


class EndedPair(Model):
    """A person shared a place until then: their own calendar has to strike the date out (R066)."""

    __tablename__ = "ended_pair"
    __table_args__ = (sa.Index("ix_ended_pair_person", "person_id", "occurrence_id"),)

    id: Mapped[Id]
    occurrence_id: Mapped[int] = reference("occurrence.id", index=True)
    person_id: Mapped[int] = reference("person.id")
    ended_at: Mapped[dt.datetime]


class Waiting(Model):
    """A person on the waiting list of a date (and of one position, if it has any), in the order of the id.

    A place is offered with a clock: `waiting` → `offered` → `accepted`, `declined` or
    `lapsed`; `left` is who went away by himself. Nobody is moved up silently.
    """

    __tablename__ = "waiting"
    __table_args__ = (
        sa.CheckConstraint(
            "state IN ('waiting', 'offered', 'accepted', 'declined', 'lapsed', 'left')", name="state"
        ),
        sa.Index(
            "uq_waiting_live",
            "occurrence_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'offered')"),
            postgresql_where=sa.text("state IN ('waiting', 'offered')"),
        ),
        sa.Index("ix_waiting_line", "occurrence_id", "state", "id"),
        sa.Index("ix_waiting_person", "person_id", "state"),
        sa.Index("ix_waiting_clock", "state", "offer_until"),
    )

    id: Mapped[Id]
    occurrence_id: Mapped[int] = reference("occurrence.id")
    position_id: Mapped[int | None] = reference("position.id", optional=True)
    person_id: Mapped[int] = reference("person.id")
    joined_at: Mapped[dt.datetime]
    joined_by_id: Mapped[int] = reference("person.id")
    state: Mapped[str] = mapped_column(sa.String(10), default=WAITING)
    offered_at: Mapped[dt.datetime | None]
    offer_until: Mapped[dt.datetime | None]
    passed_at: Mapped[
        dt.datetime | None
    ]  # could not take a place when it was the turn; keeps the place in line
    ended_at: Mapped[dt.datetime | None]


class Regular(Model):
    """A standing sign-up (固定报名): every date of the series, or those of some weekdays, is this person's."""

    __tablename__ = "regular"
    __table_args__ = (
        sa.CheckConstraint("state IN ('running', 'paused', 'stopped')", name="state"),
        sa.Index(
            "uq_regular_live",
            "series_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("state IN ('running', 'paused')"),
            postgresql_where=sa.text("state IN ('running', 'paused')"),
        ),
        sa.Index("ix_regular_person", "person_id", "state"),
    )

    id: Mapped[Id]
    series_id: Mapped[int] = reference("series.id")
    person_id: Mapped[int] = reference("person.id")
    position_id: Mapped[int | None] = reference("position.id", optional=True)
    weekdays: Mapped[str] = mapped_column(sa.String(20), default="")  # 'TU,TH'; empty: every date
    shift: Mapped[int | None]  # none: the first
    state: Mapped[str] = mapped_column(sa.String(10), default=RUNNING)
    paused_until: Mapped[dt.date | None]
    asked_at: Mapped[dt.datetime | None]  # paused by a changed hour or post, until answered
    begun_at: Mapped[dt.datetime]
    begun_by_id: Mapped[int] = reference("person.id")
    stopped_at: Mapped[dt.datetime | None]


class StandIn(Model):
    """A request that somebody else takes a place: anybody who may, one person, or in return for a place of theirs."""

    __tablename__ = "stand_in"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('stand_in', 'swap')", name="kind"),
        sa.CheckConstraint("state IN ('open', 'accepted', 'declined', 'left', 'lapsed')", name="state"),
        sa.Index(
            "uq_stand_in_open",
            "sign_up_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index("ix_stand_in_asked", "asked_person_id", "state"),
    )

    id: Mapped[Id]
    sign_up_id: Mapped[int] = reference("sign_up.id")
    kind: Mapped[str] = mapped_column(sa.String(10), default=STAND_IN)
    asked_person_id: Mapped[int | None] = reference("person.id", optional=True)  # none: whoever may sign up
    their_sign_up_id: Mapped[int | None] = reference("sign_up.id", optional=True)  # of a swap
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    state: Mapped[str] = mapped_column(sa.String(10), default=OPEN)
    asked_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[int | None] = reference("person.id", optional=True)


class SignUpBlock(Model):
    """A person may not sign up until staff have decided (R027)."""

    __tablename__ = "sign_up_block"
    __table_args__ = (
        sa.CheckConstraint("cause IN ('no_shows', 'staff')", name="cause"),
        sa.Index(
            "uq_sign_up_block_live",
            "person_id",
            unique=True,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = reference("person.id")
    cause: Mapped[str] = mapped_column(sa.String(10))
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    blocked_at: Mapped[dt.datetime]
    blocked_by_id: Mapped[int | None] = reference("person.id", optional=True)  # none: the rule did
    lifted_at: Mapped[dt.datetime | None]
    lifted_by_id: Mapped[int | None] = reference("person.id", optional=True)
    lifted_reason: Mapped[str | None] = mapped_column(sa.String(300))


class CalendarFeed(Model):
    """The secret address under which a person's own shifts can be read as iCalendar (R066)."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        sa.UniqueConstraint("token_hash", name="uq_calendar_feed_token_hash"),
        sa.Index("ix_calendar_feed_person", "person_id", "id"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = reference("person.id")
    token_hash: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[dt.datetime]
    read_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]
