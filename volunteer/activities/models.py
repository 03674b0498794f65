"""A series keeps a rule and makes occurrences; people sign up for an occurrence."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core import i18n
from volunteer.core.database import Id, Model, reference

PUBLISHED, CANCELLED = "published", "cancelled"
SIGNED_UP, WITHDRAWN = "signed_up", "withdrawn"
DRAFT, LIVE, ENDED = "draft", "live", "ended"


class Series(Model):
    """What is done, by whom, where and when it recurs. A single activity is a series without a rule."""

    __tablename__ = "series"
    __table_args__ = (
        sa.UniqueConstraint("code", name="uq_series_code"),
        sa.CheckConstraint("capacity BETWEEN 1 AND 100000", name="capacity"),
        sa.CheckConstraint("duration_minutes BETWEEN 1 AND 1440", name="duration"),
        sa.CheckConstraint("minimum_age BETWEEN 0 AND 120", name="minimum_age"),
        sa.CheckConstraint("state IN ('draft', 'live', 'ended')", name="state"),
        sa.Index("ix_series_team", "team_id", "id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(40))
    team_id: Mapped[int] = reference("team.id")
    area_id: Mapped[int] = reference("area.id")
    category: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(120))
    title_en: Mapped[str | None] = mapped_column(sa.String(160))
    content: Mapped[str] = mapped_column(sa.String(2000), default="")
    place: Mapped[str] = mapped_column(sa.String(200))
    risk_statement: Mapped[str] = mapped_column(sa.String(500), default="")
    person_in_charge_id: Mapped[int] = reference("person.id")
    recurrence: Mapped[str | None] = mapped_column(sa.String(500))  # RFC 5545 RRULE
    lunar: Mapped[str | None] = mapped_column(sa.String(10))  # '9-9', '12-last'
    starts_on: Mapped[dt.date]
    start_time: Mapped[dt.time]
    duration_minutes: Mapped[int]
    capacity: Mapped[int]
    minimum_age: Mapped[int] = mapped_column(default=0)
    members_only: Mapped[bool] = mapped_column(default=False)
    is_dangerous: Mapped[bool] = mapped_column(default=False)  # R009: nobody under 18, not even by staff
    has_requirements: Mapped[bool] = mapped_column(default=False)  # rows of series_requirement must be asked
    state: Mapped[str] = mapped_column(sa.String(10), default=LIVE)
    renewed_until: Mapped[dt.date]  # R062: at most a year ahead without renewal
    created_at: Mapped[dt.datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own protocol

    @property
    def label(self) -> str:
        """The title in the reader's language where there is one."""
        return (self.title_en or self.title) if i18n.current() == "en" else self.title


class SeriesRequirement(Model):
    """A training or qualification without which nobody signs up."""

    __tablename__ = "series_requirement"
    __table_args__ = (sa.CheckConstraint("kind IN ('training', 'qualification')", name="kind"),)

    series_id: Mapped[int] = reference("series.id", primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(15), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), primary_key=True)


class Occurrence(Model):
    """One date of a series. `original_on` never changes, so an edited date is not made a second time."""

    __tablename__ = "occurrence"
    __table_args__ = (
        sa.UniqueConstraint("series_id", "original_on", name="uq_occurrence_original"),
        sa.CheckConstraint("taken >= 0 AND taken <= capacity", name="places"),
        sa.CheckConstraint("ends_at > starts_at", name="times"),
        sa.CheckConstraint("state IN ('published', 'cancelled')", name="state"),
        sa.Index("ix_occurrence_starts", "starts_at", "id"),
        sa.Index("ix_occurrence_series", "series_id", "starts_at"),
    )

    id: Mapped[Id]
    series_id: Mapped[int] = reference("series.id")
    original_on: Mapped[dt.date]
    issue_number: Mapped[int]  # 第n期, never reused (R061)
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    place: Mapped[str] = mapped_column(sa.String(200))
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(sa.String(10), default=PUBLISHED)
    cancelled_reason: Mapped[str | None] = mapped_column(sa.String(300))
    recorded_at: Mapped[dt.datetime | None]  # hours were recorded; NULL again after a reversal


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
        sa.Index("ix_sign_up_person", "person_id", "state", "occurrence_id"),
    )

    id: Mapped[Id]
    occurrence_id: Mapped[int] = reference("occurrence.id")
    person_id: Mapped[int] = reference("person.id")
    state: Mapped[str] = mapped_column(sa.String(10), default=SIGNED_UP)
    signed_up_at: Mapped[dt.datetime]
    signed_up_by_id: Mapped[int] = reference("person.id")
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_late: Mapped[bool] = mapped_column(default=False)  # R026
    reason: Mapped[str | None] = mapped_column(sa.String(300))
