"""What the holiday table means for one series: a plan that is not out yet, and dates that wait for a decision."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for

from volunteer.activities import parts, policy
from volunteer.activities.models import CANCELLED, KEEP, Occurrence
from volunteer.activities.service.repeating import generating
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.workdays import queries as workdays


@dataclass(frozen=True)
class Note:
    """`missing_year`: dates are made in it by the days of the law alone. `questions`: (id, day), each day once."""

    missing_year: int | None
    questions: list[tuple[int, dt.date]]


def note(series: Any) -> Note | None:
    """For the page of a series, for who leads it; None when the table is nothing to it."""
    if series.on_holiday == series.on_makeup == KEEP:
        return None
    today = clock.today()
    missing = workdays.calendar(today, generating.horizon(today)).missing_years
    return Note(min(missing, default=None), questions(series.id))


def questions(series_id: int) -> list[tuple[int, dt.date]]:
    statement = (
        sa.select(sa.func.min(Occurrence.id), sa.func.min(Occurrence.starts_at).label("starts_at"))
        .where(
            Occurrence.series_id == series_id,
            Occurrence.asks.is_not(None),
            Occurrence.state != CANCELLED,
            Occurrence.starts_at > clock.now(),
        )
        .group_by(Occurrence.original_on)
        .order_by(sa.func.min(Occurrence.starts_at))
    )
    return [(id_, clock.local(starts_at).date()) for id_, starts_at in db.session.execute(statement)]


def _link(asked: parts.Asked) -> parts.Link | None:
    """In the leader's list on the page of such a date."""
    row = asked.row
    if row.asks is None or row.state == CANCELLED or row.starts_at <= asked.now:
        return None
    if not policy.may_manage(asked.visitor, team_path=row.team_path, area_path=row.area_path):
        return None
    href = url_for("activities.decide", occurrence_id=row.id)
    return parts.Link(_("这一场办不办，等您决定"), href, is_due=True)


parts.add_link(_link, order=5, stages=(parts.WAITS, parts.TAKES_PLACE))
