"""The lease that keeps a second scheduler idle, and what ran in which night."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import Model


class Lease(Model):
    """Who runs the jobs, and until when unless renewed."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    owner: Mapped[str] = mapped_column(sa.String(80))
    until: Mapped[dt.datetime]


class NightlyRun(Model):
    """One job of one night: begun, and done when it has an end."""

    __tablename__ = "nightly_run"

    kind: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    began_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    fault_count: Mapped[int]
