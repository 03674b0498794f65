"""Lists of activities as light rows; the number of statements never depends on the rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from volunteer.activities.models import PUBLISHED, SIGNED_UP, Occurrence, Series, SignUp
from volunteer.core import clock
from volunteer.core.database import UTC, BigInt, constant, db
from volunteer.core.errors import NotFound
from volunteer.people.rules import age_on
from volunteer.teams.models import MEMBER, Membership, Team

PAGE = 50
OPEN, OF_MY_TEAMS, ALL = "open", "teams", "all"
SHOWS = (OPEN, OF_MY_TEAMS, ALL)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)

_occurrence: Any = Occurrence.__table__
_series: Any = Series.__table__
_team: Any = Team.__table__
_sign_up: Any = SignUp.__table__
_person_id = sa.bindparam("person_id", type_=BigInt)
_now = sa.bindparam("now", type_=UTC())
_membership: Any = Membership.__table__
_my_teams = sa.select(_membership.c.team_id).where(
    _membership.c.person_id == _person_id, _membership.c.state == constant(MEMBER)
)


class Upcoming(NamedTuple):
    """One row of the list, in the order of the columns: reading its names costs a tenth of a database row's."""

    id: int
    issue_number: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    places_left: int
    title: str
    title_en: str | None
    is_repeating: bool
    minimum_age: int
    members_only: bool
    is_dangerous: bool
    asking_series_id: int | None  # of a series that asks for a training or a qualification
    team_name: str | None  # only where it has to be said: of what is for members only
    team_name_en: str | None
    is_member: bool


def _of_team(column: Any) -> Any:
    """Looked up only for what is for members only: most rows of the list are not."""
    name = sa.select(column).where(_team.c.id == _series.c.team_id).scalar_subquery()
    return sa.case((_series.c.members_only, name)).label(f"team_{column.name}")


_UPCOMING = (
    sa.select(
        _occurrence.c.id,
        _occurrence.c.issue_number,
        _occurrence.c.starts_at,
        _occurrence.c.ends_at,
        _occurrence.c.place,
        (_occurrence.c.capacity - _occurrence.c.taken).label("places_left"),
        _series.c.title,
        _series.c.title_en,
        sa.or_(_series.c.recurrence.is_not(None), _series.c.lunar.is_not(None)).label("is_repeating"),
        _series.c.minimum_age,
        _series.c.members_only,
        _series.c.is_dangerous,
        sa.case((_series.c.has_requirements, _series.c.id)).label("asking_series_id"),
        _of_team(_team.c.name),
        _of_team(_team.c.name_en),
    )
    .select_from(_occurrence.join(_series, _series.c.id == _occurrence.c.series_id))
    .where(_occurrence.c.state == PUBLISHED)
    .order_by(_occurrence.c.starts_at, _occurrence.c.id)
    .limit(PAGE + 1)
)
_TAKEN_BY = (
    sa.select(
        _occurrence.c.id,
        _occurrence.c.starts_at,
        _occurrence.c.ends_at,
        _series.c.title,
        _series.c.title_en,
    )
    .select_from(
        _sign_up.join(_occurrence, _occurrence.c.id == _sign_up.c.occurrence_id).join(
            _series, _series.c.id == _occurrence.c.series_id
        )
    )
    .where(
        _sign_up.c.person_id == _person_id,
        _sign_up.c.state == constant(SIGNED_UP),
        _occurrence.c.state == PUBLISHED,
        _occurrence.c.ends_at > sa.bindparam("first", type_=UTC()),
        _occurrence.c.starts_at < sa.bindparam("last", type_=UTC()),
    )
    .order_by(_occurrence.c.starts_at, _occurrence.c.id)
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page; the next one begins after it."""

    starts_at: dt.datetime
    occurrence_id: int

    def __str__(self) -> str:
        return f"{(self.starts_at - _EPOCH) // _MICROSECOND}-{self.occurrence_id}"

    @classmethod
    def parse(cls, text: str | None) -> Cursor | None:
        """From an address; what is not a cursor is not found."""
        if not text:
            return None
        moment, _dash, occurrence_id = text.partition("-")
        if not (
            moment.isascii() and moment.isdigit() and occurrence_id.isascii() and occurrence_id.isdigit()
        ):
            raise NotFound
        if len(moment) > 16 or len(occurrence_id) > 18:
            raise NotFound
        return cls(_EPOCH + int(moment) * _MICROSECOND, int(occurrence_id))


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next page begins, if there is one."""

    rows: list[Any]
    after: Cursor | None


def upcoming(
    *,
    now: dt.datetime,
    person_id: int | None = None,
    age: int | None = None,
    show: str = OPEN,
    after: Cursor | None = None,
) -> Page:
    """Published occurrences that have not begun, soonest first, in one statement.

    `open` leaves out what this person can never join: activities for members of
    other teams, and those they are too young for all year. What is only full or
    at a bad time stays, with its reason.
    """
    statement = _upcoming(show, person_id is not None, after is not None)
    values: dict[str, Any] = {"now": now, "person_id": person_id, "oldest": (age or 0) + 1}
    if after is not None:
        values |= {"after_at": after.starts_at, "after_id": after.occurrence_id}
    return _page([Upcoming._make(row) for row in db.session.execute(statement, values).all()])


@lru_cache(maxsize=16)
def _upcoming(show: str, is_signed_in: bool, is_later_page: bool) -> Any:
    is_member = _series.c.team_id.in_(_my_teams) if is_signed_in else sa.false()
    statement = _UPCOMING.add_columns(is_member.label("is_member")).where(_occurrence.c.starts_at > _now)
    if is_signed_in and show == OPEN:
        statement = statement.where(
            sa.or_(_series.c.members_only.is_(False), is_member),
            _series.c.minimum_age <= sa.bindparam("oldest", type_=sa.Integer),
        )
    if is_signed_in and show == OF_MY_TEAMS:
        statement = statement.where(is_member)
    if is_later_page:
        after_at = sa.bindparam("after_at", type_=UTC())
        statement = statement.where(
            _occurrence.c.starts_at >= after_at,
            sa.or_(
                _occurrence.c.starts_at > after_at,
                _occurrence.c.id > sa.bindparam("after_id", type_=BigInt),
            ),
        )
    return statement


def taken_by(*, person_id: int, first: dt.datetime, last: dt.datetime) -> list[Any]:
    """What the person is signed up for that ends after `first` and begins before `last`."""
    values = {"person_id": person_id, "first": first, "last": last}
    return list(db.session.execute(_TAKEN_BY, values))


def mine(*, person_id: int, now: dt.datetime) -> list[Any]:
    """Coming occurrences the person is signed up for, cancelled ones too, soonest first."""
    statement = (
        _of_person(person_id).where(Occurrence.ends_at > now).order_by(Occurrence.starts_at, Occurrence.id)
    )
    return list(db.session.execute(statement.limit(200)))


def past(*, person_id: int, now: dt.datetime, before: Cursor | None = None) -> Page:
    """What the person was signed up for and is over, latest first."""
    statement = _of_person(person_id).where(Occurrence.ends_at <= now)
    if before is not None:
        place = sa.tuple_(Occurrence.starts_at, Occurrence.id)
        statement = statement.where(place < sa.tuple_(before.starts_at, before.occurrence_id))
    statement = statement.order_by(Occurrence.starts_at.desc(), Occurrence.id.desc()).limit(PAGE + 1)
    return _page(db.session.execute(statement).all())


def _of_person(person_id: int) -> Any:
    return (
        sa.select(
            Occurrence.id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.place,
            Occurrence.state,
            Occurrence.cancelled_reason,
            Occurrence.issue_number,
            Series.title,
            Series.title_en,
            sa.or_(Series.recurrence.is_not(None), Series.lunar.is_not(None)).label("is_repeating"),
        )
        .join(SignUp, SignUp.occurrence_id == Occurrence.id)
        .join(Series, Series.id == Occurrence.series_id)
        .where(SignUp.person_id == person_id, SignUp.state == constant(SIGNED_UP))
    )


def _page(rows: Any) -> Page:
    shown = list(rows[:PAGE])
    last = shown[-1] if len(rows) > PAGE else None
    return Page(shown, Cursor(last.starts_at, last.id) if last is not None else None)


def age_of(born_on: dt.date | None) -> int | None:
    return None if born_on is None else age_on(born_on, clock.today())
