"""Presence at a date: doors, coming and leaving, reports of flexible tasks, wall screens."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import Id, Model, Secret, reference

QR, DOOR, CODE, CARD, BY_LEADER, OFFLINE = "qr", "door", "code", "card", "leader", "offline"
WAYS = (QR, DOOR, CODE, CARD, BY_LEADER, OFFLINE)
REPORTED, CONFIRMED, REFUSED = "reported", "confirmed", "refused"


class Door(Model):
    """The secret of one date, from which the rotating and the printed QR are made, and its six-digit code."""

    __tablename__ = "door"

    occurrence_id: Mapped[int] = reference("occurrence.id", primary_key=True)
    secret: Mapped[str] = mapped_column(Secret)
    code: Mapped[str] = mapped_column(sa.String(6))
    made_at: Mapped[dt.datetime]
    made_by_id: Mapped[int] = reference("person.id")
    latitude: Mapped[str | None] = mapped_column(Secret)  # of the place, from the leader's phone, if he wants
    longitude: Mapped[str | None] = mapped_column(Secret)


class CheckIn(Model):
    """One coming and leaving of one person (R031); without leaving it waits for the leader (R033)."""

    __tablename__ = "check_in"
    __table_args__ = (
        sa.CheckConstraint("left_at >= came_at", name="order"),
        sa.UniqueConstraint("key", name="uq_check_in_key"),
        sa.Index(
            "uq_check_in_open",
            "occurrence_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("left_at IS NULL AND void_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL AND void_at IS NULL"),
        ),
        sa.Index("ix_check_in_occurrence", "occurrence_id", "person_id", "id"),
        sa.Index("ix_check_in_person", "person_id", "came_at"),
    )

    id: Mapped[Id]
    occurrence_id: Mapped[int] = reference("occurrence.id")
    person_id: Mapped[int] = reference("person.id")
    came_at: Mapped[dt.datetime]
    came_way: Mapped[str] = mapped_column(sa.String(10))
    came_by_id: Mapped[int] = reference("person.id")
    left_at: Mapped[dt.datetime | None]
    left_way: Mapped[str | None] = mapped_column(sa.String(10))
    left_by_id: Mapped[int | None] = reference("person.id", optional=True)
    distance_metres: Mapped[int | None]  # only with the person's consent to location; never the place itself
    device: Mapped[str | None] = mapped_column(sa.String(40))  # keyed hash: the same phone for many (R156)
    key: Mapped[str | None] = mapped_column(sa.String(40))  # of a mark made without network
    void_at: Mapped[dt.datetime | None]  # a slip of the finger, taken back
    void_by_id: Mapped[int | None] = reference("person.id", optional=True)


class TaskReport(Model):
    """What somebody did of a flexible task, waiting for the leader's yes."""

    __tablename__ = "task_report"
    __table_args__ = (
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
        sa.CheckConstraint("state IN ('reported', 'confirmed', 'refused')", name="state"),
        sa.Index("ix_task_report_occurrence", "occurrence_id", "state", "id"),
        sa.Index("ix_task_report_person", "person_id", "id"),
    )

    id: Mapped[Id]
    occurrence_id: Mapped[int] = reference("occurrence.id")
    person_id: Mapped[int] = reference("person.id")
    did_on: Mapped[dt.date]
    minutes: Mapped[int]
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    file_id: Mapped[int | None] = reference("stored_file.id", optional=True)
    reported_at: Mapped[dt.datetime]
    state: Mapped[str] = mapped_column(sa.String(10), default=REPORTED)
    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[int | None] = reference("person.id", optional=True)
    answer: Mapped[str | None] = mapped_column(sa.String(300))


class WallScreen(Model):
    """A screen on the wall of a place, opened by a secret address: who is here, who is missing."""

    __tablename__ = "wall_screen"
    __table_args__ = (
        sa.UniqueConstraint("token_hash", name="uq_wall_screen_token_hash"),
        sa.Index("ix_wall_screen_area", "area_id", "id"),
    )

    id: Mapped[Id]
    area_id: Mapped[int] = reference("area.id")
    place: Mapped[str] = mapped_column(sa.String(200))  # as the dates name it
    language: Mapped[str] = mapped_column(sa.String(10), default="zh_Hans")
    shows_code: Mapped[bool] = mapped_column(default=False)  # the code with which people check in
    token_hash: Mapped[str] = mapped_column(sa.String(64))
    made_at: Mapped[dt.datetime]
    made_by_id: Mapped[int] = reference("person.id")
    revoked_at: Mapped[dt.datetime | None]
