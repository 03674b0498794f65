"""Make the dates that a series' rule gives, each once (R061)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import current_app

from volunteer.activities import recurrence, refusals
from volunteer.activities.models import LIVE, PUBLISHED, Occurrence, Series
from volunteer.activities.recurrence import Rule
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db, insert, is_sqlite


def rule_of(series: Any) -> Rule:
    """The rule of a series (or of a row with its columns), up to the day it was renewed to."""
    return Rule(
        starts_on=series.starts_on,
        start_time=series.start_time,
        duration_minutes=series.duration_minutes,
        rrule=series.recurrence,
        lunar=series.lunar,
        ends_on=series.renewed_until,
    )


def make_occurrences(*, series: Series, until: dt.date, actor_id: int | None = None) -> int:
    """Make what the rule gives up to `until` and is not there yet; returns how many are new.

    Dates made once are never made again, whatever became of them, and numbers go on
    where the last one stopped (R061).
    """
    if series.state != LIVE:
        raise refusals.SeriesEnded
    if not is_sqlite():  # two makers must not give the same number
        db.session.execute(sa.select(Series.id).where(Series.id == series.id).with_for_update(key_share=True))
    last_on, last_number = db.session.execute(
        sa.select(sa.func.max(Occurrence.original_on), sa.func.max(Occurrence.issue_number)).where(
            Occurrence.series_id == series.id
        )
    ).one()
    rule = rule_of(series)
    dates = _new_dates(rule, last_on, until)
    if not dates:
        return 0
    zone, length = clock.zone(), dt.timedelta(minutes=series.duration_minutes)
    rows = []
    for number, day in enumerate(dates, (last_number or 0) + 1):
        starts_at = recurrence.local_start(day, rule, zone)
        rows.append(
            {
                "series_id": series.id,
                "original_on": day,
                "issue_number": number,
                "starts_at": starts_at,
                "ends_at": starts_at + length,
                "place": series.place,
                "capacity": series.capacity,
                "taken": 0,
                "state": PUBLISHED,
            }
        )
    db.session.execute(insert(Occurrence).on_conflict_do_nothing(), rows)
    audit.record(actor_id=actor_id, act="occurrences_made", kind="series", id=series.id, count=len(rows))
    return len(rows)


def _new_dates(rule: Rule, last_on: dt.date | None, until: dt.date) -> list[dt.date]:
    first = rule.starts_on if last_on is None else last_on + dt.timedelta(days=1)
    return recurrence.dates_between(rule, first, until) if first <= until else []


def series_to_extend(now: dt.datetime) -> list[int]:
    """Live series whose rule gives dates in the coming weeks that are not made yet; one statement."""
    until = horizon(clock.local(now).date())
    last_on = (
        sa.select(sa.func.max(Occurrence.original_on))
        .where(Occurrence.series_id == Series.id)
        .correlate(Series)
        .scalar_subquery()
    )
    columns = (Series.starts_on, Series.start_time, Series.duration_minutes, Series.recurrence, Series.lunar)
    rows = db.session.execute(
        sa.select(Series.id, *columns, Series.renewed_until, last_on.label("last_on"))
        .where(Series.state == LIVE, sa.or_(Series.recurrence.is_not(None), Series.lunar.is_not(None)))
        .order_by(Series.id)
    )
    return [row.id for row in rows if _new_dates(rule_of(row), row.last_on, until)]


def extend(series_id: int) -> int:
    """Make the occurrences of the coming weeks; the second time there is nothing to do."""
    series = db.session.get_one(Series, series_id)
    return make_occurrences(series=series, until=horizon(clock.today()))


def horizon(today: dt.date) -> dt.date:
    """Up to this day occurrences are made ahead."""
    return today + dt.timedelta(weeks=current_app.config["WEEKS_AHEAD"])
