"""Dates that are over and not done with: no hours yet, hours that others have to approve, nobody rated (R041).

Statements without an order, for the pages of leaders and for the desk; each narrows them down.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import NO_HOURS, PUBLISHED, Occurrence, Series
from volunteer.core import clock
from volunteer.core.database import constant
from volunteer.hours.models import ABSENT, EXCUSED, WAITING, Batch, Proposal, Rating, ServiceRecord
from volunteer.teams.models import Team

RATED_WITHIN = dt.timedelta(days=60)  # later nobody remembers who did what
IS_PROPOSED = sa.exists().where(Proposal.occurrence_id == Occurrence.id, Proposal.state == constant(WAITING))
_somebody_else_came = sa.exists().where(
    ServiceRecord.batch_id == Batch.id,
    ServiceRecord.person_id != Batch.recorded_by_id,
    ServiceRecord.attendance.not_in((ABSENT, EXCUSED)),
)
_is_rated = sa.exists().where(Rating.occurrence_id == Occurrence.id, Rating.person_id.is_not(None))


def unrecorded(*conditions: Any) -> Any:
    """With people signed up and no hours recorded; `is_proposed` where they wait for approval."""
    return _dates(IS_PROPOSED.label("is_proposed")).where(
        Occurrence.recorded_at.is_(None),
        Occurrence.taken > 0,
        Series.hours_kind != constant(NO_HOURS),
        Occurrence.ends_at <= clock.now(),
        *conditions,
    )


def unrated(*conditions: Any) -> Any:
    """Recorded, and of those who came nobody was rated (R048); one rating is enough, nobody has to judge all."""
    return (
        _dates()
        .join(Batch, sa.and_(Batch.occurrence_id == Occurrence.id, Batch.reversed_at.is_(None)))
        .where(
            Occurrence.recorded_at.is_not(None),
            Occurrence.starts_at >= clock.now() - RATED_WITHIN,
            _somebody_else_came,
            ~_is_rated,
            *conditions,
        )
    )


def _dates(*columns: Any) -> Any:
    return (
        sa.select(
            Occurrence.id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.taken,
            Series.team_id,
            Series.title,
            Series.title_en,
            Team.name.label("team"),
            *columns,
        )
        .join(Series, Series.id == Occurrence.series_id)
        .join(Team, Team.id == Series.team_id)
        .where(Occurrence.state == PUBLISHED)
    )
