"""End a series before its time: from a day on it has no dates any more."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from volunteer.activities import managed
from volunteer.activities.models import CANCELLED, ENDED, Occurrence, Series
from volunteer.activities.planning import refusals
from volunteer.activities.service.changing import cancelling, laying, regular_ends, telling
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import Stale
from volunteer.people.identity import Actor

_DAY = dt.timedelta(days=1)


def rehearse_end(*, actor: Actor, series_id: int, on: dt.date) -> tuple[Series, list[Occurrence]]:
    """The dates from that day on that would be cancelled."""
    series = managed.locked_live_series(actor, series_id)
    if on < clock.today():
        raise refusals.EndsInThePast
    now, rows = clock.now(), laying.rows_of(series_id)
    begins = clock.start_of(on)
    return series, [
        row
        for row in rows
        if laying.is_open(row, now) and not laying.is_gone(row) and row.starts_at >= begins
    ]


def shown(dates: list[Occurrence]) -> str:
    """What a preview showed of these dates: which, and how many people."""
    return f"{len(dates)}:{sum(row.taken for row in dates)}:{max((row.id for row in dates), default=0)}"


def end_series(*, actor: Actor, series_id: int, on: dt.date, reason: str, said: str | None = None) -> int:
    """Let a series end on the day before `on`; whoever is signed up later is told once. Returns how many people.

    A standing sign-up ends with it and gets a message of its own.

    Dates edited by hand go too: the series is over. `said` is what the preview showed.
    """
    series, dates = rehearse_end(actor=actor, series_id=series_id, on=on)
    if said is not None and said != shown(dates):
        raise Stale
    reason = cancelling.cleaned(reason)
    series.ends_on = min(on - _DAY, series.ends_on or on)  # a second, later end brings nothing back
    known = {person_id for _id, person_id in telling.people_of([row.id for row in dates])}
    told = cancelling.cancel(
        [(row, series) for row in dates], reason=reason, key=f"end:{series_id}:{series.version}"
    )
    told += regular_ends.tell_all(series, reason=reason, but=known)
    if not _has_coming(series_id):
        series.state = ENDED
    db.session.flush()
    audit.record(
        actor_id=actor.id,
        act="series_ended",
        kind="series",
        id=series_id,
        on=str(on),
        dates=len(dates),
        told=told,
    )
    return told


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
