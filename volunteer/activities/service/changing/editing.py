"""Edit all coming dates of a series, or one of them and all later ones (R059, R060).

An edit is rehearsed first: the series gets its new values, its dates are laid over
them, and what comes out is shown. Carrying it out does the same and then writes the
dates; when something was changed in between, nothing is written and the new outcome
is shown again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from volunteer.activities import differences, managed, rules
from volunteer.activities.changing import editing
from volunteer.activities.changing.editing import KEEP, LATER, LONGEST_NOTE, MOVE, Outcome
from volunteer.activities.models import Occurrence, Regular, Series, SeriesShift
from volunteer.activities.planning import plans, refusals, shifts
from volunteer.activities.repeating import recurrence
from volunteer.activities.service import feeding
from volunteer.activities.service.changing import changes, laying, regular_days, splitting
from volunteer.activities.service.repeating import generating
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Stale
from volunteer.core.formats import full_day
from volunteer.people.identity import Actor

# What an edit of a series may set by name; the rule and the times of shifts have fields of their own.
EDITABLE = (
    *("title", "title_en", "content", "place", "capacity", "risk_statement", "on_holiday", "on_makeup"),
    "window_days",
)
_DAY = dt.timedelta(days=1)
_IN_CALENDARS = ("title", "title_en", "content")  # beside what each date says of itself
_NEVER_EMPTY = ("title", "content", "place", "risk_statement")  # R019


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule that takes the place of the old one from `starts_on` on."""

    starts_on: dt.date
    rrule: str | None = None
    lunar: str | None = None
    solar_term: str | None = None
    offset: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of a series: `values` by column, `times` by shift as start and minutes."""

    values: Mapping[str, Any] = field(default_factory=dict)
    times: Mapping[int, tuple[dt.time, int]] = field(default_factory=dict)
    rule: NewRule | None = None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """An edit up to the point where dates would be written."""

    series: Series
    outcome: Outcome
    before: dict[str, Any]
    rhythm: regular_days.Rhythm
    regulars: Sequence[Regular] = ()
    split_off: Series | None = None

    @property
    def shown(self) -> str:
        """A digest of what a preview shows: what becomes of the dates, and of what the series says."""
        return editing.digest((self.outcome.shown, sorted(self.before.items())))


def rehearse(*, actor: Actor, occurrence_id: int, scope: str, wish: Wish) -> Rehearsal:
    """Store the series' new values and work out what becomes of its dates; the caller gives up or goes on."""
    series, chosen = _chosen(actor, occurrence_id)
    first, old = _first(chosen, scope), None
    if (is_once := is_single(series)) and laying.is_open(chosen, clock.now(), is_once=True):
        chosen.edited = ""  # with one date alone there is nothing that it could differ from
    since = clock.today()
    if scope == LATER and not splitting.begins_with(series, chosen.original_on):
        since = max(since, splitting.last_before(series, chosen.original_on) + _DAY)
        old, series = series, splitting.split(series, on=chosen.original_on)
    done = replace(lay_anew(series, wish, since=since, first=first), split_off=old)
    if old is not None and series.starts_on <= (old.ends_on or series.starts_on):
        old.ends_on = series.starts_on - _DAY
    if is_once:
        outcome = done.outcome
        if any(change.is_lost and change.offer is None for change in outcome.changes):
            raise refusals.BadTimes
        outcome = outcome.chosen({}, MOVE).settled()
        if chosen.is_flexible:
            _check_window(outcome)
        done = replace(done, outcome=outcome)
    return done


def lay_anew(series: Series, wish: Wish, *, since: dt.date, first: dt.date) -> Rehearsal:
    """Store the values, a new rule that begins on `since` or later, and lay the dates from `first` on over them."""
    rows = regular_days.lock(series.id) if rules.is_repeating(series) else []
    rhythm = regular_days.rhythm(series)
    before = _set(series, wish, since)
    outcome = laying.lay(series, first=min(first, series.starts_on) if wish.rule is not None else first)
    concerned = regular_days.hit(rows, rhythm, regular_days.rhythm(series)) if rows else ()
    return Rehearsal(series, replace(outcome, regulars=concerned), before, rhythm, rows)


def _check_window(outcome: Outcome) -> None:
    for change in outcome.changes:
        if change.after is not None:
            changes.check_window(change.date.look, change.after)


def edit_series(
    *,
    actor: Actor,
    occurrence_id: int,
    scope: str,
    wish: Wish,
    choices: Mapping[int, str] = MappingProxyType({}),
    rest: str = KEEP,
    words: str = "",
    note: str | None = None,
    shown: str | None = None,
) -> int:
    """Change a series and its coming dates; returns how many people were told.

    Dates keep what was edited by hand. `choices` says for the dates that lose their day
    whether they stay, move to the nearest free day or are cancelled, `rest` for those
    without a choice of their own. `note` is for what happens once: the words for its one date. `shown` is the
    digest of the preview: `Stale` when it is no longer true.
    """
    done = rehearse(actor=actor, occurrence_id=occurrence_id, scope=scope, wish=wish)
    told = carry_out(actor, done, choices=choices, rest=rest, words=words, shown=shown)
    if note is not None:
        _set_note(db.session.get_one(Occurrence, occurrence_id), note.strip()[:LONGEST_NOTE] or None)
    return told


def _set_note(date: Occurrence, note: str | None) -> None:
    if date.note != note:
        date.note, date.changed_at = note, clock.now()
        db.session.flush()


def carry_out(
    actor: Actor, done: Rehearsal, *, choices: Mapping[int, str], rest: str, words: str, shown: str | None
) -> int:
    """Write the dates of a rehearsed edit and tell whom it hits; returns how many people."""
    if shown is not None and shown != done.shown:
        raise Stale
    outcome, series = done.outcome.chosen(choices, rest), done.series
    if any(change.is_cancelled for change in outcome.changes) and not words.strip():
        raise refusals.WordsNeeded
    db.session.flush()
    key = f"series:{series.id}:{series.version}"
    words = words.strip()
    told = laying.write(outcome, series, key=key, words=words, reason=words)
    if not done.before.keys().isdisjoint(_IN_CALENDARS):
        feeding.note_new_words(series.id)
    if outcome.regulars:
        told += regular_days.ask(
            done.regulars, series, done.rhythm, concerned=outcome.regulars, key=key, said=words
        )
    _record(actor, done, outcome, told)
    return told


def _chosen(actor: Actor, occurrence_id: int) -> tuple[Series, Occurrence]:
    """The date somebody began from, and its series, locked."""
    series_id = db.session.scalar(sa.select(Occurrence.series_id).where(Occurrence.id == occurrence_id))
    if series_id is None:
        raise NotFound
    series = managed.locked_live_series(actor, series_id)
    return series, db.session.get_one(Occurrence, occurrence_id, populate_existing=True)


def is_single(series: Series) -> bool:
    """One date alone: the date and what is said of it are edited together."""
    dates = sa.select(sa.func.count()).select_from(Occurrence).where(Occurrence.series_id == series.id)
    return not rules.is_repeating(series) and db.session.scalar(dates) == 1


def first_of_all() -> dt.date:
    """Where an edit of the whole series begins: a day before today may have been moved to one that comes."""
    return clock.today() - dt.timedelta(days=editing.FARTHEST)


def _first(chosen: Occurrence, scope: str) -> dt.date:
    """The first day that the edit lays anew: of what has begun nothing is touched."""
    if scope != LATER:
        return first_of_all()
    if chosen.starts_at <= clock.now():
        raise refusals.OccurrenceOver
    return chosen.original_on


def _set(series: Series, wish: Wish, first: dt.date) -> dict[str, Any]:
    """Store the values; returns what stood there before, of what is another now."""
    before = {name: getattr(series, name) for name in EDITABLE if name in wish.values}
    before |= {"times": _times(series), "rule": _rule(series)}
    for name in before.keys() & set(EDITABLE):
        value = wish.values[name]
        if name in _NEVER_EMPTY and not str(value).strip():
            raise refusals.NotComplete(name)
        setattr(series, name, value.strip() or None if isinstance(value, str) else value)
    if series.content is None:
        series.content = ""
    if rules.is_repeating(series):  # of what happens once the days themselves are looked at
        _refuse_bad_window(wish.values.get("window_days", 1))
    _set_times(series, wish.times)
    if wish.rule is not None:
        _set_rule(series, wish.rule, first)
    db.session.flush()
    after = {name: getattr(series, name) for name in before if name in EDITABLE}
    after |= {"times": _times(series), "rule": _rule(series)}
    changed = differences.between(before, after)
    if not changed.keys().isdisjoint(("times", "rule")) and shifts.clash(
        generating.whole_rule(series, series.id)
    ):
        raise plans.ShiftTwice
    return changed


def _refuse_bad_window(days: int) -> None:
    if not 1 <= days <= plans.LONGEST_WINDOW_DAYS:
        raise plans.WindowNeeded(most=plans.LONGEST_WINDOW_DAYS)


def _set_times(series: Series, times: Mapping[int, tuple[dt.time, int]]) -> None:
    for number, (start_time, minutes) in times.items():
        if number == 0:
            series.start_time, series.duration_minutes = start_time, minutes
            continue
        db.session.execute(
            sa.update(SeriesShift)
            .where(SeriesShift.series_id == series.id, SeriesShift.number == number)
            .values(start_time=start_time, duration_minutes=minutes)
        )


def _set_rule(series: Series, rule: NewRule, first: dt.date) -> None:
    if rule.starts_on < first:
        raise refusals.BeginsTooEarly(earliest=full_day(first))
    series.recurrence = recurrence.validate(rule.rrule) if rule.rrule else None
    series.lunar, series.solar_term, series.offset = rule.lunar, rule.solar_term, rule.offset
    series.starts_on = rule.starts_on
    recurrence.check(generating.rule_of(series))


def _times(series: Series) -> list[list[Any]]:
    further = sa.select(SeriesShift.start_time, SeriesShift.duration_minutes).where(
        SeriesShift.series_id == series.id
    )
    rows = db.session.execute(further.order_by(SeriesShift.number)).all()
    return [
        [start.isoformat("minutes"), minutes]
        for start, minutes in [(series.start_time, series.duration_minutes), *rows]
    ]


def _rule(series: Series) -> list[str | None]:
    return [series.recurrence, series.lunar, series.solar_term, series.offset]


def _record(actor: Actor, done: Rehearsal, outcome: Outcome, told: int) -> None:
    if done.split_off is not None:
        audit.record(
            actor_id=actor.id,
            act="series_split",
            kind="series",
            id=done.split_off.id,
            into=done.series.id,
            ends_on=str(done.split_off.ends_on),
        )
    audit.record(
        actor_id=actor.id,
        act="series_changed",
        kind="series",
        id=done.series.id,
        changed=done.before,
        moved=len(outcome.moved),
        cancelled=sum(change.is_cancelled for change in outcome.changes),
        left_out=len(outcome.dropped),
        made=len(outcome.made),
        told=told,
    )
