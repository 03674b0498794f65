"""Decide about a date that fell on a holiday or a make-up workday: hold it, leave it out, or another day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import managed
from volunteer.activities.changing.editing import TIME, with_own
from volunteer.activities.models import CANCELLED, PUBLISHED, Occurrence, Series
from volunteer.activities.repeating.calendar_check import Option, options
from volunteer.activities.repeating.placing import FARTHEST_DAYS
from volunteer.activities.service.changing import changes
from volunteer.activities.service.repeating import generating
from volunteer.activities.signing import chains
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.people.identity import Actor
from volunteer.workdays import queries as workdays
from volunteer.workdays.rules import Calendar

_FARTHEST = dt.timedelta(days=FARTHEST_DAYS)
_NOT_HELD = "这一天不办。"  # as it is kept; pages say it in the reader's language (changing/reason.html)


class NothingToDecide(Refused):
    sentence = _l("这一场已经有人决定过了，不用再定。")


class NotOffered(Refused):
    sentence = _l("这一天现在排不上了，请看看下面的日子，再选一次。")
    status = 422
    field = "choice"


class SayWhy(Refused):
    sentence = _l("有人报了名，请写一句为什么，他们会收到。")
    status = 422
    field = "words"


@dataclass(frozen=True)
class Question:
    """What is to be decided: all shifts of one day of the rule, with the days to choose from."""

    rows: list[Occurrence]
    series: Series
    calendar: Calendar
    options: list[Option]

    @property
    def on(self) -> dt.date:
        return clock.local(self.rows[0].starts_at).date()

    @property
    def people(self) -> int:
        return sum(row.taken + row.held for row in self.rows)


def question(*, actor: Actor, occurrence_id: int) -> Question:
    """For who manages the activity; `NothingToDecide` when the date does not wait for anybody."""
    first = managed.date(actor, occurrence_id)
    near = _near(first)
    rows = [other for other in near if other.original_on == first.original_on and _is_open(other)]
    if not rows:
        raise NothingToDecide
    on = clock.local(rows[0].starts_at).date()
    calendar = workdays.calendar(on - _FARTHEST, on + _FARTHEST)
    taken = {clock.local(other.starts_at).date() for other in near if other not in rows} - {on}
    taken |= chains.days_of_others([first.series_id], on - _FARTHEST)[first.series_id]
    found = options(
        first.original_on, on, calendar=calendar, taken=taken, after=clock.today() + dt.timedelta(days=1)
    )
    return Question(rows, db.session.get_one(Series, first.series_id), calendar, found)


def _near(row: Any) -> list[Occurrence]:
    """The dates of the series around this one that take place or wait."""
    statement = (
        sa.select(Occurrence)
        .where(
            Occurrence.series_id == row.series_id,
            Occurrence.state != CANCELLED,
            Occurrence.starts_at >= row.starts_at - 2 * _FARTHEST,
            Occurrence.starts_at <= row.starts_at + 2 * _FARTHEST,
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement))


def _is_open(row: Occurrence) -> bool:
    return row.asks is not None and row.state != CANCELLED and row.starts_at > clock.now()


def decide(*, actor: Actor, occurrence_id: int, day: dt.date | None, words: str = "") -> int:
    """Hold the date on `day`, one of those offered; None leaves it out. Returns how many people were told.

    Who is signed up stays signed up, moves along, or hears that it is cancelled, with `words`.
    """
    asked = question(actor=actor, occurrence_id=occurrence_id)
    _lock(asked.rows)
    asked = question(actor=actor, occurrence_id=occurrence_id)  # as it is now that nobody can sign up
    if day is not None and day not in {option.day for option in asked.options}:
        raise NotOffered
    if day is None and asked.people and not words.strip():
        raise SayWhy
    told = sum(_settle(row, asked, actor, day, words.strip()) for row in asked.rows)
    audit.record(
        actor_id=actor.id,
        act="calendar_question_decided",
        kind="occurrence",
        id=occurrence_id,
        day=day.isoformat() if day else None,
        told=told,
    )
    return told


def _lock(rows: list[Occurrence]) -> None:
    """In the order of the ids; nobody signs up or off meanwhile."""
    ids = sorted(row.id for row in rows)
    statement = sa.select(Occurrence.id).where(Occurrence.id.in_(ids)).order_by(Occurrence.id)
    db.session.execute(statement.with_for_update(key_share=True)).all()


def _settle(row: Occurrence, asked: Question, actor: Actor, day: dt.date | None, words: str) -> int:
    row.asks = None
    if day is None:
        db.session.flush()
        reason = words or _NOT_HELD
        return changes.cancel_occurrence(actor=actor, occurrence_id=row.id, reason=reason)
    if row.state != PUBLISHED:
        row.state, row.published_at = PUBLISHED, row.published_at or clock.now()
        row.sequence += 1
        row.changed_at = clock.now()
    if day == asked.on:
        row.edited = with_own(row.edited, TIME)
        db.session.flush()
        return 0
    moments = generating.timing(asked.series, on=day, shift=row.shift)
    db.session.flush()
    wish = changes.DateWish(starts_at=moments["starts_at"], ends_at=moments["ends_at"])
    return changes.edit_date(actor=actor, occurrence_id=row.id, wish=wish, words=words)
