"""The dates of a series, with the places of each."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import Id, Model, reference

PUBLISHED, CANCELLED, UNDECIDED = "published", "cancelled", "undecided"
ASKS_HOLIDAY, ASKS_MAKEUP = "holiday", "makeup"


class Occurrence(Model):
    """One date and shift of a series.

    The day of the rule and the shift name it, however its time is edited, so it is not made a second time;
    only an edit of the rule itself gives it another day.
    Places are taken by sign-ups (`taken`, companions included) or kept for somebody of
    the waiting list who has been offered one (`held`).
    """

    __tablename__ = "occurrence"
    __table_args__ = (
        sa.UniqueConstraint("series_id", "original_on", "shift", name="uq_occurrence_original"),
        sa.CheckConstraint("taken >= 0 AND held >= 0 AND taken + held <= capacity", name="places"),
        sa.CheckConstraint("ends_at > starts_at", name="times"),
        sa.CheckConstraint("state IN ('published', 'cancelled', 'undecided')", name="state"),
        sa.Index("ix_occurrence_starts", "starts_at", "id"),
        sa.Index("ix_occurrence_series", "series_id", "starts_at"),
        sa.Index(
            "ix_occurrence_asks",
            "asks",
            sqlite_where=sa.text("asks IS NOT NULL"),
            postgresql_where=sa.text("asks IS NOT NULL"),
        ),
        sa.Index(
            "ix_occurrence_flexible",
            "starts_at",
            "id",
            sqlite_where=sa.text("is_flexible IS 1"),
            postgresql_where=sa.text("is_flexible IS TRUE"),
        ),
    )

    id: Mapped[Id]
    series_id: Mapped[int] = reference("series.id")
    original_on: Mapped[dt.date]
    shift: Mapped[int] = mapped_column(default=0)
    issue_number: Mapped[int]  # 第n期, never reused (R061)
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    place: Mapped[str] = mapped_column(sa.String(200))
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    is_flexible: Mapped[bool] = mapped_column(default=False)  # any time between start and end
    opens_at: Mapped[dt.datetime | None]  # sign-up opens
    newcomers_until: Mapped[dt.datetime | None]  # until then only who never came before
    closes_at: Mapped[dt.datetime | None]
    note: Mapped[str | None] = mapped_column(sa.String(500))  # words for this date alone
    edited: Mapped[str] = mapped_column(sa.String(100), default="")  # fields of its own: 'starts_at,place'
    asks: Mapped[str | None] = mapped_column(sa.String(10))  # 'holiday' or 'makeup': somebody has to decide
    sequence: Mapped[int] = mapped_column(default=0)  # RFC 5545 3.8.7.4, one more at each change
    published_at: Mapped[dt.datetime | None]
    changed_at: Mapped[dt.datetime | None]
    regulars_at: Mapped[dt.datetime | None]  # standing sign-ups have been made
    state: Mapped[str] = mapped_column(sa.String(10), default=PUBLISHED)
    cancelled_reason: Mapped[str | None] = mapped_column(sa.String(300))
    recorded_at: Mapped[dt.datetime | None]  # hours were recorded; NULL again after a reversal


# `signing.availability.deadline` as a column: until then one may sign up and off.
DEADLINE: sa.ColumnElement[dt.datetime] = sa.case(
    (Occurrence.is_flexible, Occurrence.ends_at), else_=Occurrence.starts_at
)


class OccurrencePosition(Model):
    """The places of one position on one date; their sum need not be the date's capacity, which holds as well."""

    __tablename__ = "occurrence_position"
    __table_args__ = (
        sa.CheckConstraint("taken >= 0 AND held >= 0 AND taken + held <= capacity", name="places"),
    )

    occurrence_id: Mapped[int] = reference("occurrence.id", primary_key=True)
    position_id: Mapped[int] = reference("position.id", primary_key=True, index=True)
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    is_open: Mapped[bool] = mapped_column(default=True)


class Insurance(Model):
    """The accident insurance of one person at a dangerous date (R021, Regulations art. 17)."""

    __tablename__ = "insurance"
    __table_args__ = (sa.UniqueConstraint("occurrence_id", "person_id", name="uq_insurance_person"),)

    id: Mapped[Id]
    occurrence_id: Mapped[int] = reference("occurrence.id")
    person_id: Mapped[int] = reference("person.id", index=True)
    insurer: Mapped[str] = mapped_column(sa.String(80))
    policy_number: Mapped[str] = mapped_column(sa.String(80))
    recorded_at: Mapped[dt.datetime]
    recorded_by_id: Mapped[int] = reference("person.id")
