"""Edit, reset or cancel one date; its series stays as it is and sign-ups follow (R059, R065)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from volunteer.activities import managed, rules
from volunteer.activities.changing import arrivals
from volunteer.activities.changing.editing import (
    CAPACITY,
    LONGEST_NOTE,
    PLACE,
    TIME,
    Change,
    Look,
    Outcome,
    differing,
    with_own,
)
from volunteer.activities.models import Occurrence, Series
from volunteer.activities.planning import refusals
from volunteer.activities.planning.plans import LONGEST_WINDOW_DAYS
from volunteer.activities.service.changing import cancelling, laying
from volunteer.activities.service.changing import capacity as places
from volunteer.activities.service.signing import waiting
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import Stale
from volunteer.core.formats import full_day
from volunteer.people.identity import Actor


@dataclass(frozen=True, slots=True)
class DateWish:
    """What somebody wants of one date; None leaves a thing as it is."""

    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    place: str | None = None
    capacity: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """One date's edit, worked out and not written."""

    occurrence: Occurrence
    series: Series
    outcome: Outcome
    note: str | None

    @property
    def change(self) -> Change:
        return self.outcome.changes[0]


def cancel_occurrence(*, actor: Actor, occurrence_id: int, reason: str) -> int:
    """Cancel it for good and tell who is signed up; returns how many were told. The number stays used (R061).

    What is over, or goes on with people who came, is refused: it has its roll call.
    """
    occurrence, series = managed.locked_date(actor, occurrence_id)
    cancelling.refuse_settled(occurrence)
    cancelling.refuse_history(occurrence)
    reason = cancelling.cleaned(reason)
    told = cancelling.cancel([(occurrence, series)], reason=reason)
    audit.record(
        actor_id=actor.id, act="occurrence_cancelled", kind="occurrence", id=occurrence_id, told=told
    )
    return told


def rehearse_date(*, actor: Actor, occurrence_id: int, wish: DateWish) -> Draft:
    """What an edit of this date would do; nothing is written."""
    occurrence, series = _open(actor, occurrence_id)
    [date] = laying.dated([occurrence])
    after = Look(
        wish.starts_at or date.look.starts_at,
        wish.ends_at or date.look.ends_at,
        (wish.place or "").strip() or date.look.place,
        wish.capacity or date.look.capacity,
    )
    _check_times(occurrence, date.look, after)
    if after.capacity < date.taken:
        raise refusals.CapacityTooLow(least=date.taken)
    note = occurrence.note if wish.note is None else wish.note.strip()[:LONGEST_NOTE] or None
    outcome = laying.with_busy(Outcome((Change(date, None, after),)), [occurrence])
    return Draft(occurrence, series, outcome, note)


def edit_date(
    *, actor: Actor, occurrence_id: int, wish: DateWish, words: str = "", shown: str | None = None
) -> int:
    """Edit this one date: what is edited is its own from now on, whatever its series does. Returns how many were told.

    What is set back to what the series says follows the series again. `shown` is the
    digest of the preview: `Stale` when it is no longer true.
    """
    draft = rehearse_date(actor=actor, occurrence_id=occurrence_id, wish=wish)
    return _write(actor, draft, own=_own(draft), act="occurrence_changed", words=words, shown=shown)


def rehearse_reset(*, actor: Actor, occurrence_id: int) -> Draft:
    """What would change if the date followed its series again."""
    occurrence, series = _open(actor, occurrence_id)
    [date] = laying.dated([occurrence])
    home = laying.home_of(series, occurrence)
    moments: Any = home.moments if home is not None and TIME in date.own else {}
    after = Look(
        moments.get("starts_at", date.look.starts_at),
        moments.get("ends_at", date.look.ends_at),
        series.place,
        max(series.capacity, date.taken),
    )
    if occurrence.is_flexible:
        check_window(date.look, after)
    else:
        _refuse_leaving_people(occurrence, after)
    outcome = laying.with_busy(Outcome((Change(date, home, after),)), [occurrence])
    return Draft(occurrence, series, outcome, occurrence.note)


def reset_date(*, actor: Actor, occurrence_id: int, words: str = "", shown: str | None = None) -> int:
    """Let the date follow its series again; the words for this date stay. Returns how many were told.

    Its time stays its own where the rule has no coming day for it any more.
    """
    draft = rehearse_reset(actor=actor, occurrence_id=occurrence_id)
    keeps_time = TIME in draft.change.date.own and draft.change.target is None
    own = TIME if keeps_time else ""
    return _write(actor, draft, own=own, act="occurrence_reset", words=words, shown=shown)


def _write(actor: Actor, draft: Draft, *, own: str, act: str, words: str, shown: str | None) -> int:
    if shown is not None and shown != draft.outcome.shown:
        raise Stale
    row, change, after = draft.occurrence, draft.change, draft.change.after
    assert after is not None
    before = change.date.look
    if after == before and draft.note == row.note and own == row.edited and not words.strip():
        return 0
    if after.capacity != before.capacity:
        places.set_capacity(actor=actor, occurrence_id=row.id, capacity=after.capacity)
    _move(row, after)
    row.place, row.note, row.edited, row.changed_at = after.place, draft.note, own, clock.now()
    row.sequence += 1 if change.is_moved else 0
    db.session.flush()
    told = _tell(draft, words.strip())
    if after.capacity > before.capacity:
        waiting.fill(row.id)  # after the line knows of a new time
    audit.record(
        actor_id=actor.id, act=act, kind="occurrence", id=row.id, told=told, before=_plain(before), after=_plain(after)
    )  # fmt: skip
    return told


def _tell(draft: Draft, words: str) -> int:
    """Those signed up, when time or place are others, or when there are words for them."""
    row, series = draft.occurrence, draft.series
    key = f"{row.id}:{row.sequence}"
    if draft.change.is_moved:
        return laying.tell_moved([row], series, key=key, words=words)
    return laying.tell_words([row], series, key=f"{key}:{clock.now().timestamp():.6f}", words=words)


def _move(row: Occurrence, after: Look) -> None:
    """The new time, with what is counted from the start; sign-up that is open stays open."""
    by = after.starts_at - row.starts_at
    if row.opens_at is not None and row.opens_at > clock.now():
        row.opens_at += by
        row.newcomers_until = row.newcomers_until and row.newcomers_until + by
    row.closes_at = row.closes_at and row.closes_at + by
    row.starts_at, row.ends_at = after.starts_at, after.ends_at


def _own(draft: Draft) -> str:
    """The fields that are the date's own: those that are not what the series says."""
    date, after, series = draft.change.date, draft.change.after, draft.series
    assert after is not None
    home = laying.home_of(series, draft.occurrence)
    differs = differing(after, home, place=series.place, capacity=series.capacity)
    changed = {
        TIME: (after.starts_at, after.ends_at) != (date.look.starts_at, date.look.ends_at),
        PLACE: after.place != date.look.place,
        CAPACITY: after.capacity != date.look.capacity,
    }
    return with_own("", *(name for name in differs if changed[name] or name in date.own))


def _plain(look: Look) -> list[Any]:
    return [look.starts_at.isoformat(), look.ends_at.isoformat(), look.place, look.capacity]


def check_window(before: Look, after: Look) -> None:
    """The days of what may be done at any time: once they have begun only the last may be another."""
    if (after.starts_at, after.ends_at) == (before.starts_at, before.ends_at):
        return
    today = clock.today()
    if after.starts_at != before.starts_at:
        if before.starts_at <= clock.now():
            raise refusals.WindowBegun
        if clock.local(after.starts_at).date() < today:
            raise refusals.BadWindow(most=LONGEST_WINDOW_DAYS)
    first, last = clock.local(after.starts_at).date(), clock.local(after.ends_at).date()
    if not max(first, today) <= last < first + dt.timedelta(days=LONGEST_WINDOW_DAYS):
        raise refusals.BadWindow(most=LONGEST_WINDOW_DAYS)
    _check_ahead(after)


def _check_times(row: Occurrence, before: Look, after: Look) -> None:
    now = clock.now()
    if row.is_flexible:
        return check_window(before, after)
    if (after.starts_at, after.ends_at) == (row.starts_at, row.ends_at):
        return None
    _refuse_leaving_people(row, after)
    if not after.starts_at < after.ends_at <= after.starts_at + rules.LONGEST_OCCURRENCE:
        raise refusals.BadTimes
    if (after.starts_at != row.starts_at and after.starts_at <= now) or after.ends_at <= now:
        raise refusals.BadTimes
    return _check_ahead(after)


def _refuse_leaving_people(row: Occurrence, after: Look) -> None:
    """Once somebody has come it begins when it began; who is early may have to wait, but not till another day."""
    is_same_day = clock.local(after.starts_at).date() == clock.local(row.starts_at).date()
    may_move = is_same_day and clock.now() < row.starts_at
    if after.starts_at != row.starts_at and not may_move and arrivals.among([row.id]):
        raise refusals.PeopleAreHere


def _check_ahead(after: Look) -> None:
    latest = clock.now() + rules.LONGEST_AHEAD
    if after.starts_at > latest:
        raise refusals.TooFarAhead(until=full_day(clock.local(latest).date()))


def _open(actor: Actor, occurrence_id: int) -> tuple[Occurrence, Series]:
    occurrence, series = managed.locked_date(actor, occurrence_id)
    cancelling.refuse_settled(occurrence)
    if occurrence.ends_at <= clock.now():
        raise refusals.OccurrenceOver
    return occurrence, series
