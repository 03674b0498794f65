"""Requests about the own data, erasures, merged records, and what the retention job did."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import BigInt, Id, Model, Secret, reference


class RightsRequest(Model):
    """Somebody asks staff to correct, delete or hand out data; a refusal needs a written reason (R147)."""

    __tablename__ = "rights_request"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('correct', 'delete', 'copy', 'other')", name="kind"),
        sa.CheckConstraint("state IN ('waiting', 'done', 'refused')", name="state"),
        sa.Index("ix_rights_request_waiting", "state", "due_on", "id"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = reference("person.id", index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    wanted: Mapped[str] = mapped_column(Secret)
    asked_at: Mapped[dt.datetime]
    due_on: Mapped[dt.date]
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting")
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = reference("person.id", optional=True)
    reason: Mapped[str | None] = mapped_column(sa.String(500))


class Erasure(Model):
    """That a person's data were erased, by id alone; applied again after a backup is restored."""

    __tablename__ = "erasure"

    person_id: Mapped[int] = reference("person.id", primary_key=True)
    erased_at: Mapped[dt.datetime]
    erased_by_id: Mapped[int | None] = reference("person.id", optional=True)
    journalled_at: Mapped[
        dt.datetime | None
    ]  # when the line reached the journal file outside of the database


class Merge(Model):
    """Two records of one person became one; `moved` says which rows, so that it can be undone for 30 days."""

    __tablename__ = "merge"

    id: Mapped[Id]
    kept_id: Mapped[int] = reference("person.id", index=True)
    gone_id: Mapped[int] = reference("person.id", index=True)
    merged_at: Mapped[dt.datetime]
    merged_by_id: Mapped[int] = reference("person.id")
    moved: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # ids alone
    undone_at: Mapped[dt.datetime | None]
    undone_by_id: Mapped[int | None] = reference("person.id", optional=True)


class DistinctPair(Model):
    """Staff said that two records which look alike are two people."""

    __tablename__ = "distinct_pair"
    __table_args__ = (sa.CheckConstraint("first_id < second_id", name="in_order"),)

    first_id: Mapped[int] = reference("person.id", primary_key=True)
    second_id: Mapped[int] = reference("person.id", primary_key=True)
    said_at: Mapped[dt.datetime]
    said_by_id: Mapped[int] = reference("person.id")


class RetentionRun(Model):
    """What the retention job deleted or anonymised of one kind of data (R154)."""

    __tablename__ = "retention_run"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(sa.String(40))
    before_at: Mapped[dt.datetime]
    ran_at: Mapped[dt.datetime]
    row_count: Mapped[int] = mapped_column(BigInt)
