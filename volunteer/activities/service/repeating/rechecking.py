"""After the holiday table has changed: lay it over the dates that were made before (R054).

`series.calendar_mark` names the table that a series was last laid over, so that nothing
is done while none has changed. Dates without people are moved, left out or brought back
and audited; where people are signed up, somebody is asked and nothing happens by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from volunteer.activities.changing.editing import TIME
from volunteer.activities.models import (
    CANCELLED,
    KEEP,
    LIVE,
    OFFERED,
    PUBLISHED,
    WAITING,
    Occurrence,
    Series,
    Waiting,
)
from volunteer.activities.repeating.calendar_check import Coming, Verdict, verdicts
from volunteer.activities.repeating.placing import FARTHEST_DAYS, Placed, place
from volunteer.activities.repeating.recurrence import dates_between
from volunteer.activities.service.repeating import date_rows, generating
from volunteer.activities.signing import chains
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import constant, db
from volunteer.workdays import queries as workdays
from volunteer.workdays.rules import Calendar, Day

AT_ONCE = 500  # series in one round of the scheduler; the next round goes on
_DAY, _FARTHEST = dt.timedelta(days=1), dt.timedelta(days=FARTHEST_DAYS)
_minds = sa.or_(Series.on_holiday != constant(KEEP), Series.on_makeup != constant(KEEP))


def series_to_recheck() -> list[int]:
    """Live series that mind holidays and were last laid over another table; two statements."""
    mark = calendar_now().mark
    statement = (
        sa.select(Series.id)
        .where(Series.state == constant(LIVE), _minds, Series.made_until.is_not(None))
        .where(Series.calendar_mark.is_distinct_from(mark))
        .order_by(Series.id)
        .limit(AT_ONCE)
    )
    return list(db.session.scalars(statement))


def calendar_now() -> Calendar:
    """The table over all coming dates."""
    today = clock.today()
    return workdays.calendar(today - _FARTHEST, generating.horizon(today) + 2 * _FARTHEST)


def recheck(series_id: int) -> int:
    """Lay the table over the coming dates of a series; returns how many changed. The second time there are none."""
    chains.hold([series_id])
    series = db.session.scalars(
        sa.select(Series)
        .where(Series.id == series_id, Series.state == LIVE)
        .execution_options(populate_existing=True)
    ).first()
    if series is None:
        return 0
    rows = _coming(series_id)
    calendar = _reaching(rows)
    found = verdicts(_dates(rows), _placed(series, rows, calendar), calendar)
    by_id, gone = {row.id: row for row in rows}, {row.id for row in rows if row.state == CANCELLED}
    for verdict in found:
        _apply(verdict, by_id[verdict.id], series)
    db.session.flush()
    date_rows.match_positions([verdict.id for verdict in found if verdict.id in gone])
    made = _make_missing(series, calendar)
    series.calendar_mark = calendar.mark
    db.session.flush()
    return len(found) + made


def _coming(series_id: int) -> list[Occurrence]:
    """Dates that have not begun, locked; those that somebody cancelled are left out."""
    statement = (
        sa.select(Occurrence)
        .where(Occurrence.series_id == series_id, Occurrence.starts_at > clock.now())
        .where(sa.or_(Occurrence.state != CANCELLED, Occurrence.cancelled_reason.is_(None)))
        .order_by(Occurrence.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement))


def _reaching(rows: Sequence[Occurrence]) -> Calendar:
    """The table over the dates that are there, however far they reach."""
    today = clock.today()
    last = max([generating.horizon(today), *(row.original_on for row in rows)])
    return workdays.calendar(today - _FARTHEST, last + 2 * _FARTHEST)


def _dates(rows: Sequence[Occurrence]) -> list[Coming]:
    waiting = set(
        db.session.scalars(
            sa.select(Waiting.occurrence_id).where(
                Waiting.occurrence_id.in_([row.id for row in rows]), Waiting.state.in_((WAITING, OFFERED))
            )
        )
    )
    return [
        Coming(
            id=row.id,
            original_on=row.original_on,
            on=clock.local(row.starts_at).date(),
            state=row.state,
            asks=row.asks,
            has_people=bool(row.taken or row.held or row.id in waiting),
            is_own=TIME in row.edited.split(","),
        )
        for row in rows
    ]


def _placed(series: Series, rows: Sequence[Occurrence], calendar: Calendar) -> dict[dt.date, Placed]:
    """Each day of the rule with what the table makes of it now; days of the rule not made yet are kept free."""
    if not rows:
        return {}
    first = min(row.original_on for row in rows)
    last = max(row.original_on for row in rows) + _FARTHEST
    days = dates_between(generating.rule_of(series), first, last)
    free = {row.original_on for row in rows}
    taken = _other_days(series.id, {row.id for row in rows}, first - _FARTHEST)
    taken |= chains.days_of_others([series.id], first - _FARTHEST)[series.id]
    taken |= {clock.local(row.starts_at).date() for row in rows if TIME in row.edited.split(",")}
    found = place(
        days,
        calendar=calendar,
        on_holiday=series.on_holiday,
        on_makeup=series.on_makeup,
        taken=taken,
    )
    today = clock.today()
    return {day.original_on: _not_back(day, today) for day in found if day.original_on in free}


def _not_back(day: Placed, today: dt.date) -> Placed:
    """Nothing is moved to a day that is over: then it falls out."""
    return day if day.on is None or day.on > today else Placed(day.original_on, None)


def _other_days(series_id: int, but: Iterable[int], since: dt.date) -> set[dt.date]:
    """Days on which the series has other dates: begun ones, and those that somebody cancelled."""
    rows = db.session.execute(
        sa.select(Occurrence.id, Occurrence.starts_at).where(
            Occurrence.series_id == series_id, Occurrence.starts_at >= clock.start_of(since)
        )
    )
    but = set(but)
    return {clock.local(row.starts_at).date() for row in rows if row.id not in but}


def _apply(verdict: Verdict, row: Occurrence, series: Series) -> None:
    """Write it; whoever looks at a calendar of the public sees a new SEQUENCE (RFC 5545 3.8.7.4)."""
    before, now = (row.state, row.starts_at), clock.now()
    row.state, row.asks = verdict.state, verdict.asks
    if verdict.on is not None and verdict.on != clock.local(row.starts_at).date():
        for name, moment in generating.timing(series, on=verdict.on, shift=row.shift).items():
            setattr(row, name, moment)
    if row.state == PUBLISHED:
        row.published_at = row.published_at or now
    if (row.state, row.starts_at) != before:
        row.sequence += 1
        row.changed_at = now
    audit.record(
        actor_id=None,
        act="calendar_rechecked",
        kind="occurrence",
        id=row.id,
        deed=verdict.deed,
        on=verdict.on.isoformat() if verdict.on else None,
    )


def _make_missing(series: Series, calendar: Calendar) -> int:
    """Days that were left out when they were made and are held after all."""
    today = clock.today()
    if series.made_until is None or series.made_until < today:
        return 0
    last = min(series.made_until, generating.horizon(today), series.renewed_until)
    if not (dates := generating.missing_dates(series, calendar, today, last)):
        return 0
    return generating.add_dates(series=series, dates=dates)


def effect(year: int, days: Sequence[Day]) -> tuple[int, int]:
    """What entering these days would touch: coming dates on days that would be another kind, and how many have people.

    Only of series that mind holidays; two statements.
    """
    before = {day.day: day.kind for day in workdays.year(year).days}
    after = {day.day: day.kind for day in days}
    changed = [Day(day, "") for day in before.keys() | after.keys() if before.get(day) != after.get(day)]
    if not changed:
        return 0, 0
    row = db.session.execute(
        sa.select(
            sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((Occurrence.taken > 0, 1), else_=0)), 0)
        )
        .select_from(Occurrence)
        .join(Series, Series.id == Occurrence.series_id)
        .where(
            Series.state == LIVE,
            _minds,
            Occurrence.state != CANCELLED,
            Occurrence.starts_at > clock.now(),
            sa.or_(*_within(changed)),
        )
    ).one()
    return int(row[0]), int(row[1])


def _within(days: Sequence[Day]) -> list[Any]:
    """The moments of these days, as few ranges."""
    ordered = sorted(days)
    ranges: list[list[dt.date]] = []
    for day in ordered:
        if ranges and ranges[-1][1] + _DAY == day.day:
            ranges[-1][1] = day.day
        else:
            ranges.append([day.day, day.day])
    return [
        sa.and_(
            Occurrence.starts_at >= clock.start_of(first), Occurrence.starts_at < clock.start_of(last + _DAY)
        )
        for first, last in ranges
    ]
