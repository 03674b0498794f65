"""End a series before its time: from a day on it has no dates any more."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.activities import managed
from volunteer.activities.changing.editing import digest
from volunteer.activities.models import CANCELLED, ENDED, Occurrence, Series
from volunteer.activities.planning import refusals
from volunteer.activities.service.changing import cancelling, laying, regular_ends, telling
from volunteer.activities.signing import chains
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import Stale
from volunteer.people.identity import Actor

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class End:
    """A series that ends, perhaps with the parts that come after it: the dates to be cancelled, whom it concerns."""

    parts: list[Series]
    dates: list[tuple[Occurrence, Series]]
    regulars: list[Any]

    @property
    def shown(self) -> str:
        """A digest of what a preview shows of it."""
        return digest((sorted((row.id, row.taken) for row, _ in self.dates), len(self.regulars)))


def rehearse_end(*, actor: Actor, series_id: int, on: dt.date, with_later: bool = False) -> End:
    """The dates from that day on that would be cancelled; the series first, then what follows it by its days."""
    later = [part.id for part in later_parts(managed.series(actor, series_id))]
    ids = [series_id, *(later if with_later else ())]
    held = {id_: managed.locked_live_series(actor, id_) for id_ in sorted(ids)}
    if on < clock.today():
        raise refusals.EndsInThePast
    parts = [held[id_] for id_ in ids]
    dates = [(row, part) for part in parts for row in _dates(part.id, on)]
    return End(parts, dates, regular_ends.concerned(ids, () if with_later else later))


def later_parts(series: Any) -> list[Any]:
    """The parts of the activity in which it goes on after this one (R060)."""
    return [part for part in chains.others(series.id) if part.starts_on > series.starts_on]


def _dates(series_id: int, on: dt.date) -> list[Occurrence]:
    now, begins = clock.now(), clock.start_of(on)
    return [
        row
        for row in laying.rows_of(series_id)
        if laying.is_open(row, now) and not laying.is_gone(row) and row.starts_at >= begins
    ]


def end_series(
    *,
    actor: Actor,
    series_id: int,
    on: dt.date,
    reason: str,
    with_later: bool = False,
    said: str | None = None,
) -> int:
    """Let a series end on the day before `on`; whoever is signed up later is told once. Returns how many people.

    A standing sign-up ends with it and gets a message of its own, unless it goes on in a part that follows;
    `with_later` ends these too. Dates edited by hand go too: the series is over. `said` is what the preview showed.
    """
    end = rehearse_end(actor=actor, series_id=series_id, on=on, with_later=with_later)
    if said is not None and said != end.shown:
        raise Stale
    reason = cancelling.cleaned(reason)
    for part in end.parts:
        part.ends_on = min(on - _DAY, part.ends_on or on)  # a second, later end brings nothing back
    known = {person_id for _id, person_id in telling.people_of([row.id for row, _part in end.dates])}
    told = cancelling.cancel(end.dates, reason=reason, key=f"end:{series_id}:{end.parts[0].version}")
    told += regular_ends.tell_all(end.parts, end.regulars, reason=reason, but=known)
    for part in end.parts:
        if not _has_coming(part.id):
            part.state = ENDED
        _record(actor, part, end, on=on, told=told)
    db.session.flush()
    return told


def _record(actor: Actor, part: Series, end: End, *, on: dt.date, told: int) -> None:
    dates = sum(series is part for _row, series in end.dates)
    audit.record(
        actor_id=actor.id, act="series_ended", kind="series", id=part.id, on=str(on), dates=dates, told=told
    )


def _has_coming(series_id: int) -> bool:
    """While dates are to come it lives on, so that a closing team still sees them; its rule gives no more."""
    now = clock.now()
    coming = sa.select(Occurrence).where(Occurrence.series_id == series_id, Occurrence.ends_at > now)
    return any(laying.is_open(row, now) for row in db.session.scalars(coming))


def cancelled_after(series_id: int, day: dt.date, *, until: dt.date | None, now: dt.datetime) -> int:
    """How many coming dates of the rule's days after that one somebody has cancelled."""
    statement = (
        sa.select(sa.func.count())
        .select_from(Occurrence)
        .where(
            Occurrence.series_id == series_id,
            Occurrence.original_on > day,
            Occurrence.starts_at > now,
            Occurrence.state == CANCELLED,
            Occurrence.cancelled_reason.is_not(None),
        )
    )
    within = Occurrence.original_on <= until if until else sa.true()
    return db.session.scalar(statement.where(within)) or 0
