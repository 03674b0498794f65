"""Standing sign-ups (固定报名): on which dates they count, whose they are, and which dates wait for them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from volunteer.activities.models import (
    LIVE,
    PAUSED,
    PUBLISHED,
    RUNNING,
    SIGNED_UP,
    Occurrence,
    Position,
    Regular,
    Series,
    SeriesShift,
    SignUp,
)
from volunteer.activities.repeating import rrule
from volunteer.activities.signing import chains
from volunteer.core import clock
from volunteer.core.database import constant, db
from volunteer.people.models import ACTIVE, Person

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BY_DAY = re.compile(r"(?:^|;)BYDAY=([A-Z,]+)(?:;|$)")
LIVE_STATES = (RUNNING, PAUSED)
_is_live = Regular.state.in_((constant(RUNNING), constant(PAUSED)))
_home, _post = aliased(Series), aliased(Position)
_twin, _later = aliased(Regular), aliased(Series)
# The series takes people in positions, and its own, if it has any, takes nobody new.
lacks_position = sa.exists().where(
    _home.id == Regular.series_id,
    _home.has_positions.is_(True),
    ~sa.exists().where(_post.id == Regular.position_id, _post.closed_at.is_(None)).correlate(Regular),
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody can choose; nothing to choose where there is one answer."""

    weekdays: tuple[str, ...] = ()
    shifts: tuple[tuple[int, dt.time], ...] = ()
    positions: tuple[Any, ...] = ()


def covers(regular: Any, *, original_on: dt.date, starts_on: dt.date, shift: int) -> bool:
    """Whether a standing sign-up is meant for a date.

    The weekday is that of the rule: a Tuesday's date that a holiday has moved is still a Tuesday's.
    A pause ends before the first date on or after its day.
    """
    if regular.state == PAUSED and (regular.paused_until is None or starts_on < regular.paused_until):
        return False
    if regular.weekdays and WEEKDAYS[original_on.weekday()] not in regular.weekdays.split(","):
        return False
    return (regular.shift or 0) == shift


def is_paused(regular: Any, today: dt.date) -> bool:
    return regular.state == PAUSED and (regular.paused_until is None or regular.paused_until > today)


def weekdays_of(recurrence: str | None) -> tuple[str, ...]:
    """The days of a weekly or daily rule, if there are several to choose from."""
    text = recurrence or ""
    found = _BY_DAY.search(text)
    if "FREQ=WEEKLY" in text and found:
        days = found.group(1).split(",")
    elif "FREQ=DAILY" in text:
        days = found.group(1).split(",") if found else list(WEEKDAYS)
    else:
        days = []
    kept = tuple(day for day in WEEKDAYS if day in days)
    return kept if len(kept) > 1 else ()


def days_of(rule: Any) -> tuple[str, ...]:
    """The weekdays on which a rule (the columns of a series) can give a date; all seven where it names none."""
    if not rule.recurrence or rule.offset:
        return WEEKDAYS
    parts = rrule.parse(rule.recurrence).on_start(rule.starts_on)
    found = {weekday for weekday, _nth in parts.weekdays}
    return tuple(day for number, day in enumerate(WEEKDAYS) if number in found) if found else WEEKDAYS


def own_days(regular: Any) -> tuple[str, ...]:
    """The weekdays that somebody has chosen; none for who comes every time."""
    return tuple(filter(None, regular.weekdays.split(",")))


def lost_days(regular: Any, rule: Any) -> tuple[str, ...]:
    """Those of the own days on which the rule gives no date any more."""
    own = own_days(regular)
    there = days_of(rule) if own else ()
    return tuple(day for day in own if day not in there)


def new_days(regular: Any, rule: Any) -> tuple[str, ...]:
    """Days of the rule to choose from instead of those that are lost."""
    own = own_days(regular)
    return tuple(day for day in days_of(rule) if day not in own) if lost_days(regular, rule) else ()


def choices(series: Any) -> Choices:
    """For a row or model with the columns of a series; two statements at most."""
    shifts = db.session.execute(
        sa.select(SeriesShift.number, SeriesShift.start_time)
        .where(SeriesShift.series_id == series.id)
        .order_by(SeriesShift.number)
    ).all()
    posts = positions(series.id) if series.has_positions else []
    first = ((0, series.start_time),) if shifts else ()
    return Choices(
        weekdays_of(series.recurrence),
        (*first, *((row.number, row.start_time) for row in shifts)),
        tuple(posts),
    )


def positions(series_id: int) -> list[Any]:
    """The posts of a series that take people; none for most."""
    statement = sa.select(Position.id, Position.name, Position.name_en).where(
        Position.series_id == series_id, Position.closed_at.is_(None)
    )
    return list(db.session.execute(statement.order_by(Position.id)))


def of_person_in(series_id: int, person_id: int) -> Any | None:
    """The person's own standing sign-up for an activity, running or paused."""
    found = offer(series_id, person_id)
    return None if found.id is None else found


def of_person(person_id: int) -> list[Any]:
    """All those of a person that run or pause, in the order in which they began; of a split activity the last."""
    own = sa.select(Regular.series_id).where(Regular.person_id == person_id, _is_live)
    parts = chains.parts(Series.id.in_(own))
    next_at = (
        sa.select(sa.func.min(Occurrence.starts_at))
        .join(SignUp, SignUp.occurrence_id == Occurrence.id)
        .join(parts, parts.c.id == Occurrence.series_id)
        .where(
            parts.c.asked == Regular.series_id,
            Occurrence.state == PUBLISHED,
            Occurrence.starts_at > clock.now(),
            SignUp.person_id == Regular.person_id,
            SignUp.state == constant(SIGNED_UP),
        )
        .correlate(Regular)
        .scalar_subquery()
    )
    goes_on = (
        sa.exists()
        .where(
            parts.c.asked == Regular.series_id,
            _twin.series_id == parts.c.id,
            _twin.person_id == Regular.person_id,
            _twin.state.in_((constant(RUNNING), constant(PAUSED))),
            _later.id == _twin.series_id,
            _later.starts_on > Series.starts_on,
        )
        .correlate(Regular, Series)
    )
    statement = (
        sa.select(
            *_COLUMNS,
            Series.title,
            Series.title_en,
            Series.recurrence,
            Series.offset,
            Series.starts_on,
            next_at.label("next_at"),
        )
        .join(Series, Series.id == Regular.series_id)
        .where(Regular.person_id == person_id, _is_live, ~goes_on)
        .order_by(Regular.begun_at, Regular.id)
    )
    return list(db.session.execute(statement))


def of_series(series_id: int) -> list[Any]:
    """Everybody with a standing sign-up for the series, who came first on top, with name and number."""
    statement = (
        sa.select(
            *_COLUMNS,
            Person.name,
            Person.number,
            Person.born_on,
            Position.name.label("position"),
            Position.name_en.label("position_en"),
        )
        .join(Person, Person.id == Regular.person_id)
        .outerjoin(Position, Position.id == Regular.position_id)
        .where(Regular.series_id == series_id, _is_live, Person.status == ACTIVE)
        .order_by(Regular.begun_at, Regular.id)
    )
    return list(db.session.execute(statement))


def count_running(series_id: int) -> int:
    """How many stand in line for the regular places of each date."""
    statement = (
        sa.select(sa.func.count())
        .select_from(Regular)
        .where(Regular.series_id == series_id, Regular.state == constant(RUNNING))
    )
    return db.session.scalar(statement) or 0


def due(now: dt.datetime) -> list[int]:
    """Coming dates that have not been offered to those who always come; soonest first, one statement."""
    has_somebody = sa.exists().where(Regular.series_id == Series.id, _is_live)
    statement = (
        sa.select(Occurrence.id)
        .join(Series, Series.id == Occurrence.series_id)
        .where(
            Occurrence.regulars_at.is_(None),
            Occurrence.state == PUBLISHED,
            Occurrence.starts_at > now,
            Series.state == LIVE,
            Series.regular_places > 0,
            has_somebody,
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return list(db.session.scalars(statement))


_COLUMNS = (
    Regular.id,
    Regular.series_id,
    Regular.person_id,
    Regular.position_id,
    Regular.weekdays,
    Regular.shift,
    Regular.state,
    Regular.paused_until,
    Regular.asked_at,
    Regular.begun_at,
    lacks_position.label("lacks_position"),
)


def offer(series_id: int, person_id: int | None) -> Any:
    """The part of an activity that goes on, with the person's own standing sign-up for it, in one statement.

    Of a series that was split (R060) it is the part with the own one, then what runs, then the latest.
    """
    parts = chains.parts(Series.id == series_id)
    own = sa.and_(Regular.series_id == Series.id, Regular.person_id == person_id, _is_live)
    statement = (
        sa.select(
            Series.id.label("part_id"),
            Series.state.label("series_state"),
            Series.regular_places,
            *_COLUMNS,
        )
        .join(parts, parts.c.id == Series.id)
        .outerjoin(Regular, own)
        .order_by(Regular.id.is_(None), Series.state != LIVE, Series.starts_on.desc(), Series.id.desc())
    )
    return db.session.execute(statement.limit(1)).one()
