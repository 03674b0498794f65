"""What staff entered of the State Council's plan; a year without rows is read from the library or the law."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import Model, reference

HOLIDAY, WORKDAY = "holiday", "workday"


class CalendarYear(Model):
    """A year whose days are kept here: staff have entered or corrected it. Its rows are then the whole truth."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_final: Mapped[bool] = mapped_column(default=True)  # the official plan, not only the days by law
    changed_at: Mapped[dt.datetime]
    changed_by_id: Mapped[int | None] = reference("person.id", optional=True)


class CalendarDay(Model):
    """A day off that is no ordinary weekend, or a weekend day that is worked (调休上班)."""

    __tablename__ = "calendar_day"
    __table_args__ = (sa.CheckConstraint("kind IN ('holiday', 'workday')", name="kind"),)

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    name: Mapped[str] = mapped_column(sa.String(40))
