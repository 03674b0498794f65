"""Where somebody could come instead: the next dates of a series, and activities like one that is full.

What would refuse them for sure is left out in the statement; the sign-up itself asks everything.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from volunteer.activities.models import LIVE, PUBLISHED, SIGNED_UP, WITHDRAWN, Occurrence, Series, SignUp
from volunteer.core import clock
from volunteer.core.database import constant, db
from volunteer.people.models import Person
from volunteer.people.rules import ADULT_FROM, age_on
from volunteer.teams.models import MEMBER, Membership

SHOWN = 3
LOOK_AHEAD = dt.timedelta(days=30)
_COLUMNS = (
    Occurrence.id,
    Occurrence.starts_at,
    Occurrence.ends_at,
    Occurrence.place,
    (Occurrence.capacity - Occurrence.taken - Occurrence.held).label("places_left"),
    Series.title,
    Series.title_en,
    Series.has_positions,
)


def next_dates(*, row: Any, person_id: int, born_on: dt.date, now: dt.datetime) -> list[Any]:
    """The next three of the same series after this one that are free and at a good time."""
    statement = _open_to(person_id, born_on, now).where(
        Occurrence.series_id == row.series_id, Occurrence.id != row.id
    )
    return _few(statement.order_by(Occurrence.starts_at, Occurrence.id))


def like(*, row: Any, person_id: int, born_on: dt.date, now: dt.datetime) -> list[Any]:
    """Three others within a month: the same kind of work before the same place, each series once."""
    same_kind, same_area = Series.category == row.category, Series.area_id == row.area_id
    nearness = sa.case((sa.and_(same_kind, same_area), 0), (same_kind, 1), else_=2)
    of_same: Any = aliased(Occurrence)
    is_first = ~sa.exists().where(
        of_same.series_id == Occurrence.series_id,
        of_same.starts_at > now,
        of_same.starts_at < Occurrence.starts_at,
        of_same.state == PUBLISHED,
        of_same.capacity > of_same.taken + of_same.held,
    )
    statement = _open_to(person_id, born_on, now).where(
        Occurrence.series_id != row.series_id,
        Occurrence.starts_at < now + LOOK_AHEAD,
        sa.or_(same_kind, same_area),
        Series.has_requirements.is_(False),
        Series.minimum_minutes == 0,
        is_first,
    )
    return _few(statement.order_by(nearness, Occurrence.starts_at, Occurrence.id))


def has_left(occurrence_id: int, person_id: int) -> bool:
    """Whether the person held a place of this date and gave it back."""
    statement = sa.select(SignUp.id).where(
        SignUp.occurrence_id == occurrence_id, SignUp.person_id == person_id, SignUp.state == WITHDRAWN
    )
    return db.session.scalar(statement.limit(1)) is not None


def _few(statement: Any) -> list[Any]:
    return list(db.session.execute(statement.limit(SHOWN)))


def _open_to(person_id: int, born_on: dt.date, now: dt.datetime) -> Any:
    """Dates with a free place that one can sign up for now, of this age, team and sex, and with time for it."""
    mine, other = aliased(SignUp), aliased(Occurrence)
    is_busy = sa.exists().where(
        mine.person_id == person_id,
        mine.state == constant(SIGNED_UP),
        other.id == mine.occurrence_id,
        other.state == PUBLISHED,
        other.starts_at < Occurrence.ends_at,
        other.ends_at > Occurrence.starts_at,
    )
    is_member = sa.exists().where(
        Membership.team_id == Series.team_id,
        Membership.person_id == person_id,
        Membership.state == constant(MEMBER),
    )
    sex = sa.select(Person.sex).where(Person.id == person_id).scalar_subquery()
    age = age_on(born_on, clock.local(now).date())
    statement = (
        sa.select(*_COLUMNS)
        .join(Series, Series.id == Occurrence.series_id)
        .where(
            Occurrence.starts_at > now,
            Occurrence.state == PUBLISHED,
            Occurrence.capacity > Occurrence.taken + Occurrence.held,
            sa.or_(Occurrence.opens_at.is_(None), Occurrence.opens_at <= now),
            sa.or_(Occurrence.newcomers_until.is_(None), Occurrence.newcomers_until <= now),
            sa.or_(Occurrence.closes_at.is_(None), Occurrence.closes_at > now),
            Series.state == LIVE,
            Series.minimum_age <= age,
            sa.or_(Series.members_only.is_(False), is_member),
            sa.or_(Series.sex_needed.is_(None), Series.sex_needed == sex),
            ~is_busy,
        )
    )
    return statement if age >= ADULT_FROM else statement.where(Series.is_dangerous.is_(False))
