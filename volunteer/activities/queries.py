"""Lists of activities as light rows; the number of statements never depends on the rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from volunteer.activities.models import (
    AGREED,
    OFFERED,
    PUBLISHED,
    SIGNED_UP,
    WAITING,
    Occurrence,
    OccurrencePosition,
    Series,
    SignUp,
    SignUpBlock,
    Waiting,
)
from volunteer.activities.planning.plans import LONGEST_WINDOW_DAYS
from volunteer.activities.signing import line
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
_post: Any = OccurrencePosition.__table__
_waiting: Any = Waiting.__table__
_block: Any = SignUpBlock.__table__
_team: Any = Team.__table__
_sign_up: Any = SignUp.__table__
_person_id = sa.bindparam("person_id", type_=BigInt)
_is_blocked = sa.exists().where(_block.c.person_id == _person_id, _block.c.lifted_at.is_(None))
_A_YEAR = dt.timedelta(days=366)
_LONGEST_WINDOW = dt.timedelta(days=LONGEST_WINDOW_DAYS + 1)
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
        _occurrence.c.id,
        _occurrence.c.issue_number,
        _occurrence.c.starts_at,
        _occurrence.c.ends_at,
        _occurrence.c.place,
        _places_left.label("places_left"),
        _series.c.title,
        _series.c.title_en,
        Series.is_repeating.label("is_repeating"),
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
    .where(_occurrence.c.state == PUBLISHED)
    .order_by(_occurrence.c.starts_at, _occurrence.c.id)
    .limit(PAGE + 1)
)
_OF_TAKEN = (
    _occurrence.c.id,
    _occurrence.c.starts_at,
    _occurrence.c.ends_at,
    _occurrence.c.is_flexible,
    _series.c.rest_minutes,
    _series.c.title,
    _series.c.title_en,
)


def _places(*whose: Any, is_shared: bool) -> Any:
    """Live places of dates that take place."""
    return (
        sa.select(
            *_OF_TAKEN,
            sa.null().cast(BigInt).label("line_id"),
            sa.null().cast(UTC()).label("offer_until"),
            sa.literal(0).label("ahead"),
            (sa.true() if is_shared else sa.false()).label("is_shared"),
        )
        .select_from(
            _sign_up.join(_occurrence, _occurrence.c.id == _sign_up.c.occurrence_id).join(
                _series, _series.c.id == _occurrence.c.series_id
            )
        )
        .where(
            *whose,
            _sign_up.c.state == constant(SIGNED_UP),
            _occurrence.c.state == PUBLISHED,
            _occurrence.c.ends_at > sa.bindparam("first", type_=UTC()),
            _occurrence.c.starts_at < sa.bindparam("last", type_=UTC()),
        )
    )


_TAKEN = _places(_sign_up.c.person_id == _person_id, is_shared=False)
_SHARED = _places(
    _sign_up.c.partner_id == _person_id, _sign_up.c.partner_state == constant(AGREED), is_shared=True
)
_before = _waiting.alias("before_mine")
_ahead = (
    sa.select(sa.func.count())
    .select_from(_before)
    .where(
        _before.c.occurrence_id == _waiting.c.occurrence_id,
        _before.c.state == constant(WAITING),
        _before.c.id < _waiting.c.id,
        _before.c.position_id.is_not_distinct_from(_waiting.c.position_id),
    )
    .scalar_subquery()
)
_WAITED_FOR = (
    sa.select(
        *_OF_TAKEN,
        _waiting.c.id.label("line_id"),
        sa.case((_waiting.c.state == constant(OFFERED), _waiting.c.offer_until)).label("offer_until"),
        sa.case((_waiting.c.state == constant(WAITING), _ahead), else_=0).label("ahead"),
        sa.false().label("is_shared"),
    )
    .select_from(
        _waiting.join(_occurrence, _occurrence.c.id == _waiting.c.occurrence_id).join(
            _series, _series.c.id == _occurrence.c.series_id
        )
    )
    .where(
        _waiting.c.person_id == _person_id,
        _waiting.c.state.in_((constant(WAITING), constant(OFFERED))),
        _occurrence.c.state == PUBLISHED,
        _occurrence.c.ends_at > sa.bindparam("first", type_=UTC()),
        # An offer has its clock, however far away the date is.
        sa.or_(
            _waiting.c.state == constant(OFFERED),
            _occurrence.c.starts_at < sa.bindparam("last", type_=UTC()),
        ),
    )
)
_both = sa.union_all(_TAKEN, _SHARED, _WAITED_FOR).subquery("own")
_OWN = sa.select(_both).order_by(_both.c.starts_at, _both.c.id)


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
    """Published occurrences that have not begun, soonest first, in one statement; tasks of these
    days, which are done at any time, until their end.

    `open` leaves out what this person can never join: activities for members of
    other teams, and those they are too young for all year. What is only full or
    at a bad time stays, with its reason.
    """
    statement = _upcoming(show, person_id is not None, after is not None)
    values: dict[str, Any] = {
        "now": now,
        "person_id": person_id,
        "oldest": (age or 0) + 1,
        "long_ago": now - _LONGEST_WINDOW,
    }
    if after is not None:
        values |= {"after_at": after.starts_at, "after_id": after.occurrence_id}
    return _page([Upcoming._make(row) for row in db.session.execute(statement, values).all()])


@lru_cache(maxsize=16)
def _upcoming(show: str, is_signed_in: bool, is_later_page: bool) -> Any:
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
        .subquery()
        .select()
        for condition in (is_running, _occurrence.c.starts_at > _now)
    ]
    return sa.union_all(*parts).order_by("starts_at", "id").limit(PAGE + 1)


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


def own(*, person_id: int, first: dt.datetime, last: dt.datetime) -> list[Any]:
    """What the person is signed up for, shares (`is_shared`) or waits for (with `line_id`) that ends after `first` and
    begins before `last`, and every place that is offered, in one statement."""
    values = {"person_id": person_id, "first": first, "last": last}
    return list(db.session.execute(_OWN, values))


def come_to(*, person_id: int, series_ids: Collection[int], now: dt.datetime) -> frozenset[int]:
    """Of these series those to an earlier date of which the person was signed up."""
    statement = (
        sa.select(Occurrence.series_id)
        .join(SignUp, SignUp.occurrence_id == Occurrence.id)
        .where(
            SignUp.person_id == person_id,
            SignUp.state == constant(SIGNED_UP),
            Occurrence.series_id.in_(series_ids),
            Occurrence.ends_at <= now,
            Occurrence.state == PUBLISHED,
        )
        .distinct()
    )
    return frozenset(db.session.scalars(statement))


def lines(*, person_id: int, now: dt.datetime) -> list[Any]:
    """Coming dates for which the person waits or is offered a place, offers first."""
    rows = [
        row
        for row in own(person_id=person_id, first=now, last=now + _A_YEAR)
        if row.line_id is not None and (row.offer_until is None or now < row.offer_until)
    ]
    return sorted(rows, key=lambda row: (row.offer_until is None, row.starts_at, row.id))


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
            Occurrence.is_flexible,
            Occurrence.state,
            Occurrence.cancelled_reason,
            Occurrence.issue_number,
            Series.title,
            Series.title_en,
            Series.is_repeating.label("is_repeating"),
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
