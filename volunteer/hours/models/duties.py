"""Tables beside the books: printed rosters, hours that wait for approval, objections, ratings."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import Id, Model, reference

OVER_LIMIT, BACK_FILLED = "over_limit", "back_filled"
WAITING, APPROVED, REFUSED = "waiting", "approved", "refused"
WRONG, MISSING, NO_SHOW = "wrong", "missing", "no_show"
OPEN, UPHELD, REJECTED = "open", "upheld", "rejected"


class Roster(Model):
    """A printed list with row codes: who stands in which row stays as it was printed."""

    __tablename__ = "roster"
    __table_args__ = (sa.Index("ix_roster_occurrence", "occurrence_id", "id"),)

    id: Mapped[Id]
    occurrence_id: Mapped[int] = reference("occurrence.id")
    printed_at: Mapped[dt.datetime]
    printed_by_id: Mapped[int] = reference("person.id")


class RosterRow(Model):
    """One row of a printed list."""

    __tablename__ = "roster_row"

    roster_id: Mapped[int] = reference("roster.id", primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = reference("person.id", index=True)


class Proposal(Model):
    """Hours that others must approve first: above the day's limit (R036) or recorded late (R038, R039)."""

    __tablename__ = "proposal"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('over_limit', 'back_filled')", name="kind"),
        sa.CheckConstraint("state IN ('waiting', 'approved', 'refused')", name="state"),
        sa.CheckConstraint("approvals_needed BETWEEN 1 AND 2", name="approvals_needed"),
        sa.Index("ix_proposal_occurrence", "occurrence_id", "id"),
        sa.Index("ix_proposal_state", "state", "id"),
        sa.Index(
            "uq_proposal_waiting",
            "occurrence_id",
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )

    id: Mapped[Id]
    occurrence_id: Mapped[int] = reference("occurrence.id")
    kind: Mapped[str] = mapped_column(sa.String(12))
    marks: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # ids, attendance and minutes, no names
    reason: Mapped[str] = mapped_column(sa.String(300))
    evidence_id: Mapped[int | None] = reference("stored_file.id", optional=True)
    approvals_needed: Mapped[int] = mapped_column(default=1)
    proposed_at: Mapped[dt.datetime]
    proposed_by_id: Mapped[int] = reference("person.id")
    state: Mapped[str] = mapped_column(sa.String(10), default=WAITING)
    answered_at: Mapped[dt.datetime | None]
    answer: Mapped[str | None] = mapped_column(sa.String(300))


class Approval(Model):
    """One yes to a proposal, by somebody else than who proposed it and who gave the other one."""

    __tablename__ = "approval"

    proposal_id: Mapped[int] = reference("proposal.id", primary_key=True)
    approved_by_id: Mapped[int] = reference("person.id", primary_key=True, index=True)
    approved_at: Mapped[dt.datetime]


class Objection(Model):
    """A person says that a record is wrong or missing, or that a no-show was none (R045)."""

    __tablename__ = "objection"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('wrong', 'missing', 'no_show')", name="kind"),
        sa.CheckConstraint("state IN ('open', 'upheld', 'rejected')", name="state"),
        sa.Index("ix_objection_state", "state", "id"),
        sa.Index("ix_objection_person", "person_id", "id"),
        sa.Index(
            "uq_objection_open",
            "occurrence_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    id: Mapped[Id]
    occurrence_id: Mapped[int] = reference("occurrence.id")
    person_id: Mapped[int] = reference("person.id")
    record_id: Mapped[int | None] = reference("service_record.id", optional=True, index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    text: Mapped[str] = mapped_column(sa.String(500))
    raised_at: Mapped[dt.datetime]
    state: Mapped[str] = mapped_column(sa.String(10), default=OPEN)
    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[int | None] = reference("person.id", optional=True)
    answer: Mapped[str | None] = mapped_column(sa.String(500))


class Rating(Model):
    """One to five, by who was there: of the date by a participant, of a participant by the leader (R048)."""

    __tablename__ = "rating"
    __table_args__ = (
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        sa.Index(
            "uq_rating_of_date",
            "occurrence_id",
            "rated_by_id",
            unique=True,
            sqlite_where=sa.text("person_id IS NULL"),
            postgresql_where=sa.text("person_id IS NULL"),
        ),
        sa.Index(
            "uq_rating_of_person",
            "occurrence_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("person_id IS NOT NULL"),
            postgresql_where=sa.text("person_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    occurrence_id: Mapped[int] = reference("occurrence.id")
    person_id: Mapped[int | None] = reference("person.id", optional=True, index=True)  # none: the date itself
    stars: Mapped[int]
    words: Mapped[str] = mapped_column(sa.String(300), default="")
    rated_at: Mapped[dt.datetime]
    rated_by_id: Mapped[int] = reference("person.id", index=True)
