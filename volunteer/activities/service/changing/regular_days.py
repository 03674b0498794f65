"""Standing sign-ups whose weekday or time an edit changes: they stop where the new is not what was meant, and ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import PAUSED, Regular, Series
from volunteer.activities.repeating import recurrence
from volunteer.activities.service.repeating import generating
from volunteer.activities.together import regulars, words
from volunteer.core import clock, i18n
from volunteer.core.database import db
from volunteer.outbox import service as outbox


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a series takes place, as far as somebody who always comes relies on it."""

    days: tuple[str, ...]
    pattern: tuple[str | None, ...]
    times: dict[int, tuple[dt.time, int]]

    @property
    def names_days(self) -> bool:
        return self.days != regulars.WEEKDAYS


def rhythm(series: Series) -> Rhythm:
    further = generating.shifts_of([series.id]).get(series.id, {})
    times = {number: (shift.start_time, shift.duration_minutes) for number, shift in further.items()}
    return Rhythm(
        regulars.days_of(series),
        (series.recurrence, series.lunar, series.solar_term, series.offset),
        {0: (series.start_time, series.duration_minutes)} | times,
    )


def lock(series_id: int) -> list[Regular]:
    """Those that run or pause, locked: their people lock them before dates as well."""
    live = Regular.state.in_(regulars.LIVE_STATES)
    statement = sa.select(Regular).where(Regular.series_id == series_id, live).order_by(Regular.id)
    locked = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    return list(db.session.scalars(locked))


def hit(rows: Sequence[Regular], before: Rhythm, after: Rhythm) -> tuple[int, ...]:
    """Whose standing sign-up the edit concerns."""
    return tuple(row.person_id for row in rows if _loses(row, before, after) or _is_other(row, before, after))


def _loses(row: Regular, before: Rhythm, after: Rhythm) -> set[str]:
    """The weekdays that it meant, as far as the rule has them no more."""
    return set(before.days).difference(after.days) & set(regulars.own_days(row) or before.days)


def _is_other(row: Regular, before: Rhythm, after: Rhythm) -> bool:
    """Another hour, or a rhythm that no weekday tells apart from the old one."""
    shift = row.shift or 0
    is_unnamed = after.pattern != before.pattern and not (before.names_days and after.names_days)
    return after.times.get(shift) != before.times.get(shift) or is_unnamed


def ask(
    rows: Sequence[Regular],
    series: Series,
    before: Rhythm,
    *,
    concerned: Collection[int],
    key: str,
    said: str,
) -> int:
    """Stop those of `concerned` until they answer, and tell them with the editor's words; returns how many people.

    Who came every time and whose day went to another keeps the old days, which the rule
    no longer has: a button takes the new one. Where days tell nothing it pauses.
    """
    after = rhythm(series)
    for row in rows:
        if row.person_id in concerned:
            _stop(row, before, after)
    db.session.flush()
    told = [row for row in regulars.of_series(series.id) if row.person_id in concerned]
    repeats = _repeats(series)
    outbox.tell(*(_note(series, row, repeats, key=f"regular-days:{key}", said=said) for row in told))
    return len(told)


def _stop(row: Regular, before: Rhythm, after: Rhythm) -> None:
    lost = _loses(row, before, after)
    is_replaced = bool(lost) and not set(after.days) <= set(before.days)
    if is_replaced and not row.weekdays and before.names_days:
        row.weekdays = ",".join(before.days)
    if _is_other(row, before, after) and not (row.weekdays and lost.issuperset(regulars.own_days(row))):
        row.state, row.paused_until, row.asked_at = PAUSED, None, clock.now()


def _repeats(series: Series) -> dict[str, str]:
    """The new rule in words, for both languages."""
    rule = generating.whole_rule(series, series.id)
    found = {}
    for name, language in (("repeats", "zh-Hans"), ("repeats_en", "en")):
        with i18n.speaking(language):
            found[name] = recurrence.words(rule)
    return found


def _note(series: Series, regular: Any, repeats: dict[str, str], *, key: str, said: str) -> outbox.Note:
    payload = {"series_id": series.id, "title": series.title, "title_en": series.title_en, **repeats}
    payload |= {"words": said} if said else {}
    lost = regulars.lost_days(regular, series)
    kind = "regular_days_changed"
    if lost:
        payload |= {"lost": _named(lost, "zh-Hans"), "lost_en": _named(lost, "en")}
        kind = "regular_day_gone"
    elif regular.state == PAUSED:
        kind = "regular_asked"
    return outbox.Note(
        key=f"{key}:{regular.person_id}",
        kind=kind,
        person_id=regular.person_id,
        payload=payload,
        by_email=True,
    )


def _named(days: Sequence[str], language: str) -> str:
    with i18n.speaking(language):
        return words.names(days)
