"""Attendance that became hours. A record has no minutes of its own: they are its transfer's amount."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import Id, Model, reference

PRESENT, LATE, LEFT_EARLY, EXCUSED, ABSENT = "present", "late", "left_early", "excused", "absent"
ATTENDANCES = (PRESENT, LATE, LEFT_EARLY, EXCUSED, ABSENT)
SOURCES = ("auto", "leader", "back_filled", "imported", "granted")  # R037


class Batch(Model):
    """One roll call, recorded with one button, reversed as a whole with a reason.

    It keeps the team that recorded it, as it was called then: the series may go
    over to another team later (R015).
    """

    __tablename__ = "batch"
    __table_args__ = (
        sa.Index(
            "uq_batch_live",
            "occurrence_id",
            unique=True,
            sqlite_where=sa.text("reversed_at IS NULL"),
            postgresql_where=sa.text("reversed_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    occurrence_id: Mapped[int] = reference("occurrence.id")
    recorded_at: Mapped[dt.datetime]
    recorded_by_id: Mapped[int] = reference("person.id")
    team_id: Mapped[int | None] = reference("team.id", optional=True)
    team_name: Mapped[str | None] = mapped_column(sa.String(80))
    team_name_en: Mapped[str | None] = mapped_column(sa.String(120))
    roster_id: Mapped[int | None] = reference("roster.id", optional=True)  # typed in from paper
    photo_id: Mapped[int | None] = reference("stored_file.id", optional=True)  # of the signed sheet
    proposal_id: Mapped[int | None] = reference(
        "proposal.id", optional=True
    )  # approved before it was recorded
    extra_minutes: Mapped[int] = mapped_column(default=0)  # beyond the plan (R032); below zero: ended early
    extra_reason: Mapped[str | None] = mapped_column(sa.String(300))
    notice_until: Mapped[dt.date | None]  # last day of the public notice (R043); none: not shown
    reversed_at: Mapped[dt.datetime | None]
    reversed_by_id: Mapped[int | None] = reference("person.id", optional=True)
    reversed_reason: Mapped[str | None] = mapped_column(sa.String(300))


class ServiceRecord(Model):
    """One person at one occurrence: how they attended, and the transfers that carry minutes and points.

    `hours_transfer_id` is NULL when there was nothing to credit (excused,
    absent); `points_transfer_id` also when the minutes earned no whole point.
    """

    __tablename__ = "service_record"
    __table_args__ = (
        sa.CheckConstraint(
            "attendance IN ('present', 'late', 'left_early', 'excused', 'absent')", name="attendance"
        ),
        sa.CheckConstraint(
            "source IN ('auto', 'leader', 'back_filled', 'imported', 'granted')", name="source"
        ),
        sa.UniqueConstraint("batch_id", "person_id", name="uq_service_record_batch"),
        sa.UniqueConstraint("hours_transfer_id", name="uq_service_record_hours"),
        sa.UniqueConstraint("points_transfer_id", name="uq_service_record_points"),
        sa.Index("ix_service_record_person", "person_id", "id"),
    )

    id: Mapped[Id]
    batch_id: Mapped[int] = reference("batch.id")
    occurrence_id: Mapped[int] = reference("occurrence.id", index=True)
    person_id: Mapped[int] = reference("person.id")
    sign_up_id: Mapped[int | None] = reference("sign_up.id", optional=True)
    attendance: Mapped[str] = mapped_column(sa.String(10))
    off_minutes: Mapped[int] = mapped_column(default=0)  # how late, or how early they left
    source: Mapped[str] = mapped_column(sa.String(12))
    reason: Mapped[str | None] = mapped_column(sa.String(300))  # why not what the check-ins say
    rule_id: Mapped[int | None] = reference("earning_rule.id", optional=True)
    hours_transfer_id: Mapped[int | None] = reference("transfer.id", optional=True)
    points_transfer_id: Mapped[int | None] = reference("transfer.id", optional=True)


class EarningRule(Model):
    """How hours earn points, from a day on; old records keep the rule they were made by (R100)."""

    __tablename__ = "earning_rule"
    __table_args__ = (
        sa.CheckConstraint("points_per_hour BETWEEN 0 AND 1000", name="points_per_hour"),
        sa.CheckConstraint("most_minutes_per_activity BETWEEN 0 AND 1440", name="most_minutes"),
    )

    id: Mapped[Id]
    points_per_hour: Mapped[int]
    most_minutes_per_activity: Mapped[int] = mapped_column(default=0)  # R101; 0: no cap
    valid_from: Mapped[dt.date]
    valid_until: Mapped[dt.date | None]
    created_at: Mapped[dt.datetime]


class Certificate(Model):
    """A certificate as it was issued; the public check reads the books anew (R067–R072)."""

    __tablename__ = "certificate"
    __table_args__ = (
        sa.UniqueConstraint("number", name="uq_certificate_number"),
        sa.UniqueConstraint("check_code", name="uq_certificate_check_code"),
        sa.Index("ix_certificate_person", "person_id", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(sa.String(20))
    check_code: Mapped[str] = mapped_column(sa.String(16))
    person_id: Mapped[int] = reference("person.id")
    area_id: Mapped[int] = reference("area.id")
    from_on: Mapped[dt.date]
    until_on: Mapped[dt.date]
    certified_minutes: Mapped[int]
    record_count: Mapped[int]
    seal_digest: Mapped[str | None] = mapped_column(sa.String(64))
    issued_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    revoked_reason: Mapped[str | None] = mapped_column(sa.String(300))
