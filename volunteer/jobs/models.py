"""The lease that keeps a second scheduler idle."""

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
