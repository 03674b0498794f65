"""A date or a series for who may manage it; nobody else learns that there is such a page."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.activities import details, policy
from volunteer.activities.models import LIVE, Occurrence, Series
from volunteer.activities.planning.refusals import SeriesEnded
from volunteer.activities.policy import Visitor
from volunteer.activities.signing import chains
from volunteer.areas.models import Area
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.people.identity import Actor
from volunteer.teams.models import Team


def date(actor: Visitor, occurrence_id: int) -> Any:
    """A row of `details.occurrence`."""
    return _guarded(actor, details.occurrence(occurrence_id))


def series(actor: Visitor, series_id: int) -> Any:
    """A row of `details.series`."""
    return _guarded(actor, details.series(series_id))


def live_series(actor: Visitor, series_id: int) -> Any:
    """The same while it goes on: of what is over nothing is changed."""
    row = series(actor, series_id)
    if row.state != LIVE:
        raise SeriesEnded
    return row


def _guarded(actor: Visitor, row: Any) -> Any:
    if not policy.may_manage(actor, team_path=row.team_path, area_path=row.area_path):
        raise NotFound
    return row


def hold(series_id: int) -> None:
    """Lock the series with all parts of its activity, by id: new dates take numbers from what all have given.

    Before a form over what is settled is compared with it: nobody settles it otherwise meanwhile.
    """
    chains.hold([series_id])


def locked_date(actor: Actor, occurrence_id: int) -> tuple[Occurrence, Series]:
    """The occurrence, locked, with its series."""
    its_series = sa.select(Occurrence, Series).join(Series, Series.id == Occurrence.series_id)
    row = _locked(actor, its_series.where(Occurrence.id == occurrence_id), Occurrence)
    return row.Occurrence, row.Series


def locked_series(actor: Actor, series_id: int) -> Series:
    """The series, locked with the other parts of its activity."""
    hold(series_id)
    found: Series = _locked(actor, sa.select(Series).where(Series.id == series_id), Series).Series
    return found


def _locked(actor: Actor, statement: Any, of: Any) -> Any:
    """The one row of a statement that knows the series, with `of` locked."""
    found = db.session.execute(
        statement.add_columns(Team.path.label("team_path"), Area.path.label("area_path"))
        .join(Team, Team.id == Series.team_id)
        .join(Area, Area.id == Series.area_id)
        .with_for_update(of=of, key_share=True)
        .execution_options(populate_existing=True)
    )
    row = found.first()
    if row is None:
        raise NotFound
    return _guarded(actor, row)


def locked_live_series(actor: Actor, series_id: int) -> Series:
    """The same while it goes on."""
    found = locked_series(actor, series_id)
    if found.state != LIVE:
        raise SeriesEnded
    return found
