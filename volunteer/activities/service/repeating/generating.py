"""Make the dates that the rules of series give, each once, some weeks ahead (R061, R062).

`series.made_until` says up to which day of the rule this has been done: the question
who is due costs one index, and a date that a holiday cancelled is not looked at again
until `missing_dates` is asked. An ended rule is done for ever (`EVER`). Whoever
changes a rule sets `made_until` to None: the next round looks again from today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import current_app

from volunteer.activities.models import LIVE, Occurrence, Series, SeriesShift
from volunteer.activities.planning import refusals
from volunteer.activities.repeating.placing import may_move
from volunteer.activities.repeating.recurrence import Rule, Shift
from volunteer.activities.service.repeating import date_rows, numbering
from volunteer.activities.service.repeating.due import EVER, LOOK_BACK, Due, NewDate, rule_of
from volunteer.activities.signing import chains
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.bulk import as_rows, day_text
from volunteer.core.database import BigInt, constant, db
from volunteer.workdays import queries as workdays
from volunteer.workdays.rules import Calendar

__all__ = [
    "NewDate",
    "add_dates",
    "extend",
    "horizon",
    "make_occurrences",
    "missing_dates",
    "rule_of",
    "series_to_extend",
    "shifts_of",
    "timing",
]

Existing = dict[int, list[tuple[dt.date, int, dt.datetime]]]

_TABLE: Any = Series.__table__
_OF_RULE = (
    *("recurrence", "lunar", "solar_term", "offset", "on_holiday", "on_makeup", "starts_on", "ends_on"),
    *("most_dates", "renewed_until", "made_until", "has_positions"),
)
_OF_TIMES = (
    *("start_time", "duration_minutes", "kind", "window_days"),
    *("opens_days", "opens_time", "newcomers_hours", "closes_hours"),
)
_COLUMNS = [_TABLE.c[name] for name in ("id", *_OF_RULE, *_OF_TIMES)]


def shifts_of(series_ids: Iterable[int]) -> dict[int, dict[int, Shift]]:
    """The further shifts of several series by number, in time order; without an entry it has none."""
    found: dict[int, dict[int, Shift]] = {}
    rows = db.session.execute(
        sa.select(SeriesShift)
        .where(SeriesShift.series_id.in_(series_ids))
        .order_by(SeriesShift.series_id, SeriesShift.start_time, SeriesShift.number)
    )
    for row in rows.scalars():
        found.setdefault(row.series_id, {})[row.number] = Shift(row.start_time, row.duration_minutes)
    return found


def whole_rule(series: Any, series_id: int, *, has_shifts: bool = True) -> Rule:
    """The rule of a series (or of a row with its columns) with all its shifts, as its words want it."""
    further = shifts_of([series_id]).get(series_id, {}) if has_shifts else {}
    rule = rule_of(series, further.values())
    return replace(rule, window_days=series.window_days)


def timing(
    series: Any, *, on: dt.date, shift: int = 0, published_at: dt.datetime | None = None
) -> dict[str, Any]:
    """starts_at, ends_at, opens_at, newcomers_until and closes_at of a local date; one statement for a shift."""
    further = shifts_of([series.id]).get(series.id, {}) if shift else {}
    return date_rows.times(series, on, further.get(shift), published_at or clock.now())


def series_to_extend(now: dt.datetime) -> list[int]:
    """Live series whose rule has not been followed up to the coming weeks; one indexed statement."""
    until = horizon(clock.local(now).date())
    behind = sa.and_(Series.made_until < until, Series.made_until < Series.renewed_until)
    return list(
        db.session.scalars(
            sa.select(Series.id)
            .where(Series.state == constant(LIVE), sa.or_(Series.made_until.is_(None), behind))
            .order_by(Series.id)
        )
    )


def horizon(today: dt.date) -> dt.date:
    """Up to this day occurrences are made ahead."""
    return today + dt.timedelta(weeks=current_app.config["WEEKS_AHEAD"])


def extend(series_ids: Sequence[int]) -> int:
    """Make the occurrences of the coming weeks, for some hundred series in a few statements.

    Returns how many are new; the second time there is nothing to do.
    """
    return _make(series_ids, until=horizon(clock.today()))


def make_occurrences(*, series: Series, until: dt.date, actor_id: int | None = None) -> int:
    """Make what the rule gives up to `until` and is not there yet; returns how many are new.

    Dates made once are never made again, whatever became of them; numbers go on where
    the last one stopped (R061). Nothing is planned in the past, nor beyond the day up
    to which the series was renewed (R062).
    """
    if series.state != LIVE:
        raise refusals.SeriesEnded
    db.session.flush()
    count = _make([series.id], until=until, actor_id=actor_id)
    db.session.refresh(series, ["made_until", "last_number", "calendar_mark"])
    return count


def missing_dates(series: Any, calendar: Calendar, first: dt.date, last: dt.date) -> list[NewDate]:
    """Coming dates that rule and policies give by this calendar and that have no row, whatever its state."""
    due = Due(series, shifts_of([series.id]).get(series.id, {}))
    _learn([due], first - LOOK_BACK)
    return due.new_dates(calendar, max(first, series.starts_on, clock.today() - LOOK_BACK), last)


def add_dates(*, series: Series, dates: Sequence[NewDate], actor_id: int | None = None) -> int:
    """Write such dates, with the next numbers, for a live series; `made_until` stays."""
    if series.state != LIVE:
        raise refusals.SeriesEnded
    db.session.flush()
    [due] = _locked([series.id])
    _write([(due, dates)], actor_id=actor_id)
    series.last_number = due.numbers.last
    db.session.flush()
    return len(dates)


def _make(series_ids: Sequence[int], *, until: dt.date, actor_id: int | None = None) -> int:
    today = clock.today()
    all_due = _locked(series_ids)
    if not all_due:
        return 0
    begins = [due.first(today) for due in all_due]
    first = min(begins)
    moves = any(may_move(due.series) for due in all_due)
    _learn(all_due, first - LOOK_BACK if moves else first)
    calendar = workdays.calendar(first - LOOK_BACK, max(first, until) + 2 * LOOK_BACK)
    made = []
    for due, begin in zip(all_due, begins, strict=True):
        last = min(until, due.series.renewed_until)
        dates = due.new_dates(calendar, begin, last)
        is_done = due.is_done(last, dates)
        made.append((due, dates, EVER if is_done else max(last, due.series.made_until or last)))
    new = [(due, dates) for due, dates, _until in made if dates]
    new.sort(key=lambda each: each[1][0].on)  # the parts of an activity get their numbers in time order
    count = _write(new, actor_id=actor_id)
    _note(made, calendar.mark)
    return count


def _locked(series_ids: Sequence[int]) -> list[Due]:
    """Live series, held with their numbers: two makers must not give the same one."""
    numbers = numbering.shared(series_ids)
    rows = db.session.execute(
        sa.select(*_COLUMNS)
        .where(Series.id.in_(series_ids), Series.state == constant(LIVE))
        .order_by(Series.id)
    ).all()
    shifts = shifts_of([row.id for row in rows])
    return [Due(row, shifts.get(row.id, {}), numbers=numbers[row.id]) for row in rows]


def _learn(all_due: Sequence[Due], since: dt.date) -> None:
    """Tell each what dates it has of days since then, and how many days in all where that matters.

    A day that may move has to know where the other parts of its activity have theirs.
    """
    existing = _existing([due.series.id for due in all_due], since)
    days_made = _days_made([due.series.id for due in all_due if due.series.most_dates])
    for due in all_due:
        due.learn(existing.get(due.series.id, ()), days_made.get(due.series.id, 0))
    # One part alone needs no question; whose parts were not looked at has none in `numbers`.
    movable = [due.series.id for due in all_due if len(due.numbers.parts) != 1 and may_move(due.series)]
    elsewhere = chains.days_of_others(movable, since) if movable else {}
    for due in all_due:
        due.elsewhere = elsewhere.get(due.series.id, set())


def _existing(series_ids: Sequence[int], since: dt.date) -> Existing:
    found: Existing = {}
    rows = db.session.execute(
        sa.select(Occurrence.series_id, Occurrence.original_on, Occurrence.shift, Occurrence.starts_at)
        .where(Occurrence.series_id.in_(series_ids), Occurrence.original_on >= since)
        .order_by(Occurrence.series_id, Occurrence.original_on, Occurrence.shift)
    )
    for series_id, original_on, shift, starts_at in rows:
        found.setdefault(series_id, []).append((original_on, shift, starts_at))
    return found


def _days_made(series_ids: Sequence[int]) -> dict[int, int]:
    """How many days of its rule each has had; cancelled ones count, they were planned."""
    if not series_ids:
        return {}
    rows = db.session.execute(
        sa.select(Occurrence.series_id, sa.func.count(sa.distinct(Occurrence.original_on)).label("days"))
        .where(Occurrence.series_id.in_(series_ids))
        .group_by(Occurrence.series_id)
    )
    return {row.series_id: row.days for row in rows}


def _write(made: Sequence[tuple[Due, Sequence[NewDate]]], *, actor_id: int | None) -> int:
    """Write the dates with the numbers that follow; the caller notes the last ones."""
    now = clock.now()
    rows = [row for due, dates in made for row in due.rows(dates, now)]
    if rows:
        date_rows.write(rows, [due.series.id for due, _dates in made if due.series.has_positions], now)
        numbering.note(due.numbers for due, _dates in made)
        one = made[0][0].series.id if len(made) == 1 else None  # the scheduler makes those of many at once
        audit.record(
            actor_id=actor_id,
            act="occurrences_made",
            kind="series",
            id=one,
            count=len(rows),
            **({} if one else {"series": len(made)}),
        )
    return len(rows)


def _note(made: Iterable[tuple[Due, Sequence[NewDate], dt.date]], mark: str) -> None:
    """The number given last, and up to where each series has its dates; one statement."""
    values = [[due.series.id, due.numbers.last, day_text(until)] for due, _dates, until in made]
    new = as_rows(values, {"id": BigInt, "last": sa.Integer(), "until": sa.Date()})
    laid_over = sa.func.coalesce(_TABLE.c.calendar_mark, mark)  # an older one stays for rechecking.py to see
    db.session.execute(
        sa.update(_TABLE)
        .where(_TABLE.c.id == new.c.id)
        .values(last_number=new.c.last, made_until=new.c.until, calendar_mark=laid_over)
    )
