"""What every finding is bounded by: a length of time, and the areas of whoever reads it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import Occurrence, Series
from volunteer.areas.queries import ids_within
from volunteer.core import clock
from volunteer.hours.models import Batch, ServiceRecord
from volunteer.ledger.models import Transfer
from volunteer.people.models import Person
from volunteer.teams.models import Team

YEAR = dt.timedelta(days=365)
HALF_YEAR = dt.timedelta(days=183)

Paths = tuple[str, ...]


def live(begins: dt.datetime) -> tuple[Any, ...]:
    return Batch.reversed_at.is_(None), Batch.recorded_at >= begins


def since(length: dt.timedelta) -> dt.datetime:
    return clock.now() - length


def records() -> Any:
    """Credited records with their batch, date and transfer; the columns are the caller's."""
    return (
        sa.select()
        .select_from(ServiceRecord)
        .join(Batch, Batch.id == ServiceRecord.batch_id)
        .join(Occurrence, Occurrence.id == Batch.occurrence_id)
        .join(Transfer, Transfer.id == ServiceRecord.hours_transfer_id)
    )


def lives_within(paths: Paths) -> Any:
    return Person.area_id.in_(ids_within(paths))


def was_within(paths: Paths) -> Any:
    """Of activities of teams in the areas."""
    teams = (
        sa.select(Series.id).join(Team, Team.id == Series.team_id).where(Team.area_id.in_(ids_within(paths)))
    )
    return Occurrence.series_id.in_(teams)
