"""Lists of activities as light rows; the number of statements never depends on the rows."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from volunteer.activities.models import PUBLISHED, Occurrence, OccurrencePosition, Series, SignUpBlock
from volunteer.activities.paging import PAGE, SPARE, Cursor, Page, page_of_days
from volunteer.activities.planning.plans import LONGEST_WINDOW_DAYS
from volunteer.activities.signing import line
from volunteer.core import clock
from volunteer.core.database import UTC, BigInt, constant, db, is_sqlite
from volunteer.people.rules import age_on
from volunteer.teams.models import MEMBER, Membership, Team

FIRST_PAGE = 15  # as many as one looks through on a phone; who asks for more gets more
OPEN, OF_MY_TEAMS, ALL = "open", "teams", "all"
SHOWS = (OPEN, OF_MY_TEAMS, ALL)

_occurrence: Any = Occurrence.__table__
_series: Any = Series.__table__
_post: Any = OccurrencePosition.__table__
_block: Any = SignUpBlock.__table__
_team: Any = Team.__table__
_person_id = sa.bindparam("person_id", type_=BigInt)
_is_blocked = sa.exists().where(_block.c.person_id == _person_id, _block.c.lifted_at.is_(None))
_LONGEST_WINDOW = dt.timedelta(days=LONGEST_WINDOW_DAYS + 1)
_now = sa.bindparam("now", type_=UTC())
_most = sa.bindparam("most", type_=sa.Integer)
_membership: Any = Membership.__table__
_my_teams = sa.select(_membership.c.team_id).where(
    _membership.c.person_id == _person_id, _membership.c.state == constant(MEMBER)
)


class Upcoming(NamedTuple):
    """One row of the list, in the order of the columns: reading its names costs a tenth of a database row's."""

    id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    places_left: int
    title: str
    title_en: str | None
    minimum_age: int
    members_only: bool
    is_dangerous: bool
    is_flexible: bool
    opens_at: dt.datetime | None
    newcomers_until: dt.datetime | None
    closes_at: dt.datetime | None
    has_line: bool
    sex_needed: str | None
    minimum_minutes: int
    rest_minutes: int
    has_positions: bool
    series_id: int
    asking_series_id: int | None  # of a series that asks for a training or a qualification
    team_name: str | None  # only where it has to be said: of what is for members only
    team_name_en: str | None
    is_member: bool
    is_blocked: bool  # the reader, so the same on each row

    @property
    def state(self) -> str:
        return PUBLISHED


def _of_team(column: Any) -> Any:
    """Looked up only for what is for members only: most rows of the list are not."""
    name = sa.select(column).where(_team.c.id == _series.c.team_id).scalar_subquery()
    return sa.case((_series.c.members_only, name)).label(f"team_{column.name}")


_left = _occurrence.c.capacity - _occurrence.c.taken - _occurrence.c.held
_left_of_positions = (
    sa.select(sa.func.coalesce(sa.func.sum(_post.c.capacity - _post.c.taken - _post.c.held), 0))
    .where(_post.c.occurrence_id == _occurrence.c.id, _post.c.is_open.is_(True))
    .scalar_subquery()
)
# No more than all open positions together have.
_places_left = sa.case(
    (sa.and_(_series.c.has_positions, _left_of_positions < _left), _left_of_positions), else_=_left
)
_UPCOMING = (
    sa.select(
        _occurrence.c.id.label("id"),  # by this name the two parts below are sorted
        _occurrence.c.starts_at,
        _occurrence.c.ends_at,
        _occurrence.c.place,
        _places_left.label("places_left"),
        _series.c.title,
        _series.c.title_en,
        _series.c.minimum_age,
        _series.c.members_only,
        _series.c.is_dangerous,
        _occurrence.c.is_flexible,
        _occurrence.c.opens_at,
        _occurrence.c.newcomers_until,
        _occurrence.c.closes_at,
        line.somebody_waits(_occurrence.c.id, sa.null()).label("has_line"),
        _series.c.sex_needed,
        _series.c.minimum_minutes,
        _series.c.rest_minutes,
        _series.c.has_positions,
        _series.c.id.label("series_id"),
        sa.case((_series.c.has_requirements, _series.c.id)).label("asking_series_id"),
        _of_team(_team.c.name),
        _of_team(_team.c.name_en),
    )
    .select_from(_occurrence.join(_series, _series.c.id == _occurrence.c.series_id))
    .where(_occurrence.c.state == constant(PUBLISHED))
)


def upcoming(
    *,
    now: dt.datetime,
    person_id: int | None = None,
    age: int | None = None,
    show: str = OPEN,
    after: Cursor | None = None,
    size: int = PAGE,
) -> Page:
    """Published occurrences that have not begun, soonest first, in one statement; tasks of these
    days, which are done at any time, until their end.

    `open` leaves out what this person can never join: activities for members of
    other teams, and those they are too young for all year. What is only full or
    at a bad time stays, with its reason.
    """
    statement = _upcoming(show, person_id is not None, after is not None, is_sqlite())
    values: dict[str, Any] = {
        "now": now,
        "person_id": person_id,
        "oldest": (age or 0) + 1,
        "long_ago": now - _LONGEST_WINDOW,
        "most": size + SPARE + 1,
    }
    if after is not None:
        values |= {"after_at": after.starts_at, "after_id": after.occurrence_id}
    rows = [Upcoming._make(row) for row in db.session.execute(statement, values).all()]
    return page_of_days(rows, size)


@lru_cache(maxsize=16)
def _upcoming(show: str, is_signed_in: bool, is_later_page: bool, on_sqlite: bool) -> Any:
    is_member = _series.c.team_id.in_(_my_teams) if is_signed_in else sa.false()
    is_blocked = _is_blocked if is_signed_in else sa.false()
    statement = _UPCOMING.add_columns(is_member.label("is_member"), is_blocked.label("is_blocked"))
    is_running = sa.and_(
        _occurrence.c.is_flexible.is_(True),
        _occurrence.c.starts_at <= _now,
        _occurrence.c.starts_at > sa.bindparam("long_ago", type_=UTC()),
        _occurrence.c.ends_at > _now,
    )
    # Each by an index of its own: one condition with "or" would read and sort all that is to come.
    parts = [
        _narrowed(statement.where(condition), is_member, show, is_signed_in, is_later_page)
        for condition in (is_running, _occurrence.c.starts_at > _now)
    ]
    if not on_sqlite:  # which merges both as it reads; PostgreSQL would first read all that is to come
        parts = [
            part.order_by(_occurrence.c.starts_at, _occurrence.c.id).limit(_most).subquery().select()
            for part in parts
        ]
    return sa.union_all(*parts).order_by("starts_at", "id").limit(_most)


def _narrowed(statement: Any, is_member: Any, show: str, is_signed_in: bool, is_later_page: bool) -> Any:
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


def age_of(born_on: dt.date | None) -> int | None:
    return None if born_on is None else age_on(born_on, clock.today())
