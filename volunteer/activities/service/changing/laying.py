"""Lay the dates of a series over its rule as it is stored now, and write what becomes of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from volunteer.activities import rules
from volunteer.activities.changing import editing
from volunteer.activities.changing.editing import TIME, Change, Dated, Look, Outcome, Target
from volunteer.activities.models import (
    CANCELLED,
    PUBLISHED,
    UNDECIDED,
    Occurrence,
    Series,
)
from volunteer.activities.repeating import placing
from volunteer.activities.service.changing import cancelling, telling
from volunteer.activities.service.changing.busy import busy_at
from volunteer.activities.service.changing.telling import News
from volunteer.activities.service.repeating import date_rows, generating
from volunteer.activities.service.signing import waiting
from volunteer.activities.signing import chains
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.outbox import service as outbox
from volunteer.workdays import queries as workdays

_REACH = dt.timedelta(days=placing.FARTHEST_DAYS)


def rows_of(series_id: int) -> list[Occurrence]:
    """All dates of a series, locked in the order of their ids."""
    statement = sa.select(Occurrence).where(Occurrence.series_id == series_id).order_by(Occurrence.id)
    locked = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    return list(db.session.scalars(locked))


def is_gone(row: Occurrence) -> bool:
    """An earlier edit left the date out, nobody having signed up: no person gave a reason."""
    return row.state == CANCELLED and row.cancelled_reason is None


def is_open(row: Occurrence, now: dt.datetime, *, is_once: bool = False) -> bool:
    """Whether an edit of the series may touch it: what has begun, or somebody cancelled, stays as it is.

    What happens once and may be done at any time is open until it ends: its last day may still be another.
    """
    closes_at = row.ends_at if is_once and row.is_flexible else row.starts_at
    if closes_at <= now or row.recorded_at is not None:
        return False
    return row.state != CANCELLED or is_gone(row)


def dated(rows: Sequence[Occurrence]) -> list[Dated]:
    """The rows as values, with how many people are on each; two statements."""
    ids = [row.id for row in rows]
    people, in_line = telling.by_date(telling.people_of(ids)), telling.by_date(telling.in_line_of(ids))
    return [
        Dated(
            id=row.id,
            number=row.issue_number,
            original_on=row.original_on,
            shift=row.shift,
            look=Look(row.starts_at, row.ends_at, row.place, row.capacity),
            taken=row.taken + row.held,
            people=len(people.get(row.id, ())),
            waiting=len(in_line.get(row.id, ())),
            who=frozenset((*people.get(row.id, ()), *in_line.get(row.id, ()))),
            own=frozenset(filter(None, row.edited.split(","))),
            is_gone=is_gone(row),
        )
        for row in rows
    ]


def targets(
    series: Series, *, first: dt.date, last: dt.date, others: Sequence[Occurrence] = ()
) -> list[Target]:
    """The coming days and shifts that the rule gives, without those that one of `others` has already."""
    now, occupied = clock.now(), {(row.original_on, row.shift) for row in others}
    further = generating.shifts_of([series.id]).get(series.id, {})
    known = _known(others, (0, *further), first)
    placed = placing.lay_out(
        generating.rule_of(series),
        calendar=workdays.calendar(first - _REACH, last + 2 * _REACH),
        first=first,
        last=last,
        taken={*known.values(), *chains.days_of_others([series.id], first - _REACH)[series.id]},
        but=known.keys(),
        made=len(known),
    )
    return [
        Target(
            day.original_on, shift, day.on, date_rows.times(series, day.on, further.get(shift), now), day.asks
        )
        for day in placed
        if day.on is not None
        for shift in (0, *further)
        if (day.original_on, shift) not in occupied
        and date_rows.is_coming(series, day.on, further.get(shift), now)
    ]


def _known(others: Sequence[Occurrence], shifts: Sequence[int], first: dt.date) -> dict[dt.date, dt.date]:
    """Days of the rule that need no laying: those before `first`, and those of which every shift is settled."""
    of_day: dict[dt.date, set[int]] = {}
    held: dict[dt.date, dt.date] = {}
    for row in others:
        of_day.setdefault(row.original_on, set()).add(row.shift)
        held[row.original_on] = clock.local(row.starts_at).date()
    return {day: held[day] for day, settled in of_day.items() if day < first or settled.issuperset(shifts)}


def home_of(series: Series, row: Occurrence) -> Target | None:
    """The day and time that the rule has for this date; None when there is none to come."""
    near = (row.original_on - 2 * _REACH, row.original_on + 2 * _REACH)
    others = sa.select(Occurrence).where(
        Occurrence.series_id == series.id, Occurrence.id != row.id, Occurrence.original_on.between(*near)
    )
    there = db.session.scalars(others.order_by(Occurrence.id)).all()
    found = targets(series, first=row.original_on, last=row.original_on, others=there)
    return next((target for target in found if target.key == (row.original_on, row.shift)), None)


def lay(series: Series, *, first: dt.date) -> Outcome:
    """What the rule as it is stored does to the coming dates from the day `first` on; writes nothing."""
    now, rows, is_once = clock.now(), rows_of(series.id), not rules.is_repeating(series)
    scope = [row for row in rows if is_open(row, now, is_once=is_once)]
    others = [row for row in rows if row not in scope]
    found = targets(series, first=first, last=last_day(series, scope), others=others)
    far = editing.FARTHEST_ONCE if is_once else editing.FARTHEST
    outcome = editing.lay(dated(scope), found, place=series.place, capacity=series.capacity, farthest=far)
    return with_busy(outcome, rows)


def last_day(series: Series, scope: Sequence[Occurrence]) -> dt.date:
    """Up to here dates have been made, or would be by now."""
    last = max([generating.horizon(clock.today()), series.starts_on, *(row.original_on for row in scope)])
    return min(last, series.renewed_until)


def with_busy(outcome: Outcome, rows: Sequence[Occurrence]) -> Outcome:
    """With those who hold, share or wait for a place and have something else at the new time of the date."""
    flexible = {row.id for row in rows if row.is_flexible}
    times: dict[int, tuple[dt.datetime, dt.datetime]] = {}
    for change in outcome.changes:
        look = change.moved_look or (change.after if change.is_moved else None)
        if look is not None and change.date.is_awaited and change.date.id not in flexible:
            times[change.date.id] = (look.starts_at, look.ends_at)
    busy: dict[int, tuple[int, ...]] = {}
    for occurrence_id, person_id in sorted(busy_at(times)):
        busy[occurrence_id] = (*busy.get(occurrence_id, ()), person_id)
    return replace(outcome, busy=busy)


def write(outcome: Outcome, series: Series, *, key: str, words: str = "", reason: str = "") -> int:
    """Write a decided outcome and tell everybody whom it hits, each once for each kind; returns how many people.

    `reason` is for those whose date is cancelled, `words` for all others.
    """
    rows = {row.id: row for row in rows_of(series.id)}
    for change in outcome.changes:
        _write(change, rows[change.date.id], series)
    _make(series, outcome.made, [rows[change.date.id] for change in outcome.changes])
    db.session.flush()
    date_rows.match_positions([c.date.id for c in outcome.changes if c.date.is_gone and c.after is not None])
    told = _tell(outcome, rows, series, key=key, words=words, reason=reason)
    for change in outcome.changes:
        if (
            change.after is not None
            and change.date.waiting
            and change.after.capacity > change.date.look.capacity
        ):
            waiting.fill(change.date.id)  # after the line knows of a new time
    return told


def _write(change: Change, row: Occurrence, series: Series) -> None:
    now, after = clock.now(), change.after
    if change.is_cancelled or (after is None and change.date.is_gone):
        return  # cancelled with the others of the edit, or still left out
    if after is None:
        row.state, row.changed_at = CANCELLED, now
        row.sequence += 1
        return
    state = row.state
    moments = change.target.moments if change.target is not None and TIME not in change.date.own else {}
    if change.target is not None:
        row.original_on, row.shift = change.target.key
        _decide(row, change, now)
    _set_moments(row, after, moments, now)
    capacity = max(after.capacity, row.taken + row.held)
    if change.is_lost and change.target is None:
        row.edited = editing.with_own(row.edited, TIME)
    is_other = change.is_moved or row.state != state  # a calendar has to hear of what comes back as well
    if is_other or (row.place, row.capacity) != (after.place, capacity):
        row.changed_at = now
    if is_other:
        row.sequence += 1
    row.place, row.capacity = after.place, capacity


def _decide(row: Occurrence, change: Change, now: dt.datetime) -> None:
    """A date that was left out comes back; one that nobody has to decide about any more is published."""
    assert change.target is not None
    asks = change.target.asks if change.date.is_gone or row.state == UNDECIDED else None
    if asks is not None and not change.date.people:
        row.state, row.asks = UNDECIDED, asks
    elif row.state != PUBLISHED:
        row.state, row.asks = PUBLISHED, None
        row.published_at = row.published_at or now


def _set_moments(
    row: Occurrence, after: Look, moments: Mapping[str, dt.datetime | None], now: dt.datetime
) -> None:
    """Sign-up that is open stays open; all else follows from the new start."""
    if moments:
        is_opened = row.opens_at is None or row.opens_at <= now
        if not is_opened:
            row.opens_at, row.newcomers_until = moments.get("opens_at"), moments.get("newcomers_until")
        row.closes_at = moments.get("closes_at")
    row.starts_at, row.ends_at = after.starts_at, after.ends_at


def _make(series: Series, made: Sequence[Target], scope: Sequence[Occurrence]) -> None:
    """Days that no date had before, with the next numbers; the generator goes on where this ends."""
    ordered = sorted(made, key=lambda target: (target.moments["starts_at"], target.key))
    new = [generating.NewDate(each.original_on, each.on, each.shift, each.asks) for each in ordered]
    if new:
        generating.add_dates(series=series, dates=new)
    series.made_until = last_day(series, scope)


def _tell(
    outcome: Outcome, rows: Mapping[int, Occurrence], series: Series, *, key: str, words: str, reason: str
) -> int:
    cancelled = [rows[c.date.id] for c in outcome.changes if c.is_cancelled]
    awaited = [c for c in outcome.changes if c.after and c.date.is_awaited]
    moved = [rows[c.date.id] for c in awaited if c.is_moved]
    spoken = [rows[c.date.id] for c in awaited if not c.is_moved]
    told = cancelling.cancel([(row, series) for row in cancelled], reason=reason, key=key) if cancelled else 0
    told += tell_moved(moved, series, key=key, words=words)
    if words:
        told += tell_words(spoken, series, key=key, words=words, but_of=[row.id for row in moved])
    return told


def tell_words(
    rows: Sequence[Occurrence], series: Series, *, key: str, words: str, but_of: Collection[int] = ()
) -> int:
    """The editor's words to those whose date stays when and where it is, but not to those of other dates."""
    if not words:
        return 0
    news = [cancelling.news_of(row, series) for row in rows]
    known = {person_id for _id, person_id in telling.people_of(but_of)}
    known_in_line = {person_id for _id, person_id, _until in telling.line_of(but_of, clock.now())}
    told = telling.tell(telling.WORD, news, key=f"word:{key}", but=known, words=words)
    return told + telling.tell_line(telling.WORD, news, key=f"word:{key}", but=known_in_line, words=words)


def tell_moved(rows: Sequence[Occurrence], series: Series, *, key: str, words: str) -> int:
    """A new notice, also to the line, and new reminders instead of the old ones (R065)."""
    for row in rows:
        outbox.cancel(f"remind:{row.id}:")
    line = telling.line_of([row.id for row in rows], clock.now())
    in_line = sorted({occurrence_id for occurrence_id, *_person in line})
    for occurrence_id in in_line:
        waiting.shorten_offers(occurrence_id)
    news: list[News] = [cancelling.news_of(row, series) for row in rows]
    times = {row.id: (row.starts_at, row.ends_at) for row in rows if not row.is_flexible}
    how: Any = {"key": f"changed:{key}", "busy": busy_at(times), "words": words}
    told = telling.tell(telling.CHANGED, news, **how) + telling.tell_line(telling.CHANGED, news, **how)
    for occurrence_id in in_line:
        waiting.fill(occurrence_id)  # the new time may suit who was passed over
    return told
