"""Cancel the dates of a whole day at once: a storm, heavy snow, an air warning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.activities import policy, rules
from volunteer.activities.changing import arrivals
from volunteer.activities.models import CANCELLED, Occurrence, Series
from volunteer.activities.service.changing import cancelling, telling
from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.people.identity import Actor
from volunteer.teams.models import Team

DONE, EARLIER, RECORDED, OVER, GOES_ON = "done", "earlier", "recorded", "over", "goes_on"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one date: cancelled now (and who is told), cancelled before, or why it was left alone."""

    row: Any
    state: str
    people: frozenset[int] = frozenset()

    @property
    def told(self) -> int:
        return len(self.people)


def of_day(actor: Actor, *, on: dt.date, area: Area | None = None) -> list[Any]:
    """The dates of a local day that the actor may cancel, in time order; one statement.

    A night is of both its days; what is done at any time is of its first.
    """
    starts, ends = clock.start_of(on), clock.start_of(on + dt.timedelta(days=1))
    is_night = sa.and_(Occurrence.is_flexible.is_(False), Occurrence.ends_at > starts)
    statement = (
        sa.select(
            Occurrence.id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.place,
            Occurrence.taken,
            Occurrence.state,
            Occurrence.recorded_at,
            Occurrence.is_flexible,
            Series.title,
            Series.title_en,
            Team.path.label("team_path"),
            Team.name.label("team_name"),
            Team.name_en.label("team_name_en"),
            Area.path.label("area_path"),
        )
        .join(Series, Series.id == Occurrence.series_id)
        .join(Team, Team.id == Series.team_id)
        .join(Area, Area.id == Series.area_id)
        .where(
            Occurrence.starts_at >= starts - rules.LONGEST_OCCURRENCE,
            Occurrence.starts_at < ends,
            sa.or_(Occurrence.starts_at >= starts, is_night),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    if area is not None:
        statement = statement.where(Area.path.startswith(area.path, autoescape=True))
    rows = db.session.execute(statement)
    return [row for row in rows if policy.may_manage(actor, team_path=row.team_path, area_path=row.area_path)]


def came_to(dates: Iterable[Any], now: dt.datetime) -> frozenset[int]:
    """Those that go on with people who came: their roll call ends them, nobody loses an hour."""
    return arrivals.among([date.id for date in dates if date.starts_at <= now < date.ends_at])


def why_not(row: Any, now: dt.datetime, came: Collection[int]) -> str | None:
    """Why a date is left alone, if it is; `came` are those of `came_to`."""
    if row.state == CANCELLED:
        return EARLIER
    if row.recorded_at is not None:
        return RECORDED
    if row.ends_at <= now:
        return OVER
    return GOES_ON if row.id in came else None


def cancel_day(*, actor: Actor, on: dt.date, occurrence_ids: Collection[int], reason: str) -> list[Result]:
    """Cancel these dates of a day, each person told once of all of them; the second time nothing happens.

    All of them or none: one date that the actor may not manage refuses the whole.
    What is over, recorded or cancelled already, or goes on with people who came, is left alone and said so.
    """
    reason = cancelling.cleaned(reason)
    known = {row.id: row for row in of_day(actor, on=on)}
    if not known.keys() >= set(occurrence_ids):
        raise NotFound
    now, dates = clock.now(), _locked(occurrence_ids)
    came = came_to((occurrence for occurrence, _series in dates), now)
    left = {date.id: state for date, _series in dates if (state := why_not(date, now, came))}
    going = [(date, series) for date, series in dates if date.id not in left]
    people = telling.by_date(telling.people_of([date.id for date, _series in going]))
    if going:
        first = going[0][0]
        cancelling.cancel(going, reason=reason, key=f"day:{on}:{first.id}:{first.sequence}")
    for date, _series in going:
        _record(actor, date.id, len(people.get(date.id, ())), on)
    results = [
        Result(known[date.id], left.get(date.id, DONE), frozenset(people.get(date.id, ())))
        for date, _series in dates
    ]
    return sorted(results, key=lambda result: (result.row.starts_at, result.row.id))


def _record(actor: Actor, occurrence_id: int, told: int, on: dt.date) -> None:
    audit.record(
        actor_id=actor.id,
        act="occurrence_cancelled",
        kind="occurrence",
        id=occurrence_id,
        told=told,
        whole_day=str(on),
    )


def _locked(occurrence_ids: Collection[int]) -> list[tuple[Occurrence, Series]]:
    statement = (
        sa.select(Occurrence, Series)
        .join(Series, Series.id == Occurrence.series_id)
        .where(Occurrence.id.in_(occurrence_ids))
        .order_by(Occurrence.id)
        .with_for_update(of=Occurrence, key_share=True)
        .execution_options(populate_existing=True)
    )
    return [(occurrence, series) for occurrence, series in db.session.execute(statement)]
