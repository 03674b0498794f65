"""How one person stands to one occurrence: what a sign-up must know, in two statements.

The page asks it to show the button, the service asks it under lock to decide.
Core tables, built once: this is on the hottest path of the product. What few
series ask for (trainings, hours, who never came) is looked up only for those.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app

from volunteer.activities import availability as rules
from volunteer.activities import line, requirements
from volunteer.activities.models import (
    AGREED,
    OFFERED,
    PUBLISHED,
    SIGNED_UP,
    WAITING,
    Occurrence,
    OccurrencePosition,
    Position,
    Series,
    SignUp,
    SignUpBlock,
    Waiting,
)
from volunteer.areas.models import Area
from volunteer.core import clock, i18n
from volunteer.core.database import UTC, BigInt, constant, db, is_sqlite
from volunteer.core.errors import NotFound, Refused
from volunteer.ledger import service as ledger
from volunteer.ledger.models import HOURS, Account
from volunteer.people.models import ACTIVE, Consent, Person
from volunteer.people.rules import GUARDIAN, age_on
from volunteer.teams.models import MEMBER, Membership, Team

_occurrence: Any = Occurrence.__table__
_post: Any = OccurrencePosition.__table__
_position: Any = Position.__table__
_series: Any = Series.__table__
_team: Any = Team.__table__
_person: Any = Person.__table__
_area: Any = Area.__table__
_consent: Any = Consent.__table__
_membership: Any = Membership.__table__
_block: Any = SignUpBlock.__table__
_mine: Any = SignUp.__table__.alias("mine")
_theirs: Any = SignUp.__table__.alias("theirs")
_shared: Any = SignUp.__table__.alias("shared")
_line: Any = Waiting.__table__.alias("line")
_other = _occurrence.alias("other")
_of_other = _series.alias("of_other")
_occurrence_id = sa.bindparam("occurrence_id", type_=BigInt)
_person_id = sa.bindparam("person_id", type_=BigInt)
_position_id = sa.bindparam("position_id", type_=BigInt)

_DATE = (
    sa.select(
        _occurrence.c.id,
        _occurrence.c.state,
        _occurrence.c.starts_at,
        _occurrence.c.ends_at,
        _occurrence.c.place,
        _occurrence.c.is_flexible,
        _occurrence.c.opens_at,
        _occurrence.c.newcomers_until,
        _occurrence.c.closes_at,
        _occurrence.c.capacity,
        (_occurrence.c.capacity - _occurrence.c.taken - _occurrence.c.held).label("places_left"),
        _series.c.id.label("series_id"),
        _series.c.title,
        _series.c.title_en,
        _series.c.team_id,
        _series.c.minimum_age,
        _series.c.sex_needed,
        _series.c.minimum_minutes,
        _series.c.members_only,
        _series.c.is_dangerous,
        _series.c.has_requirements,
        _series.c.has_positions,
        _series.c.rest_minutes,
        _series.c.most_companions,
        _team.c.path.label("team_path"),
        _team.c.name.label("team_name"),
        _team.c.name_en.label("team_name_en"),
        _area.c.path.label("area_path"),
    )
    .select_from(
        _occurrence.join(_series, _series.c.id == _occurrence.c.series_id)
        .join(_team, _team.c.id == _series.c.team_id)
        .join(_area, _area.c.id == _series.c.area_id)
    )
    .where(_occurrence.c.id == _occurrence_id)
)
# Not FOR UPDATE in full: rows that only point at these must not wait.
_DATE_LOCKED = _DATE.with_for_update(of=_occurrence, key_share=True)
_LOCK_PEOPLE = (
    sa.select(_person.c.id)
    .where(_person.c.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(_person.c.id)
    .with_for_update(key_share=True)
)
_is_member = sa.exists().where(
    _membership.c.team_id == sa.bindparam("team_id", type_=BigInt),
    _membership.c.person_id == _person_id,
    _membership.c.state == constant(MEMBER),
)
# R008: a guardian's consent that stands; of an adult nobody asks what it says.
_has_guardian = sa.exists().where(
    _consent.c.person_id == _person_id,
    _consent.c.kind == constant(GUARDIAN),
    _consent.c.withdrawn_at.is_(None),
)
_is_blocked = sa.exists().where(_block.c.person_id == _person_id, _block.c.lifted_at.is_(None))
# Where the person holds a place, or has agreed to share one.
_busy = (
    sa.select(_theirs.c.occurrence_id)
    .where(_theirs.c.person_id == _person_id, _theirs.c.state == constant(SIGNED_UP))
    .union_all(
        sa.select(_shared.c.occurrence_id).where(
            _shared.c.partner_id == _person_id,
            _shared.c.partner_state == constant(AGREED),
            _shared.c.state == constant(SIGNED_UP),
        )
    )
)
# The person, once for each other date near this one that is signed up for, anywhere (R025).
_PERSON = (
    sa.select(
        _person.c.id,
        _person.c.born_on,
        _person.c.sex,
        _area.c.path.label("area_path"),
        _is_member.label("is_member"),
        _has_guardian.label("has_guardian"),
        _is_blocked.label("is_blocked"),
        line.somebody_waits(_occurrence_id, _position_id).label("has_line"),
        _mine.c.id.label("sign_up_id"),
        _mine.c.places.label("places"),
        _mine.c.position_id.label("own_position_id"),
        _line.c.id.label("waiting_id"),
        _line.c.state.label("line_state"),
        _line.c.offer_until,
        _line.c.position_id.label("line_position_id"),
        _post.c.capacity.label("post_capacity"),
        _post.c.taken.label("post_taken"),
        _post.c.held.label("post_held"),
        _post.c.is_open.label("post_is_open"),
        _other.c.id.label("other_id"),
        _other.c.starts_at.label("other_starts_at"),
        _other.c.ends_at.label("other_ends_at"),
        _of_other.c.rest_minutes.label("other_rest_minutes"),
        _of_other.c.title.label("other_title"),
        _of_other.c.title_en.label("other_title_en"),
    )
    .select_from(
        _person.join(_area, _area.c.id == _person.c.area_id)
        .outerjoin(
            _mine,
            sa.and_(
                _mine.c.occurrence_id == _occurrence_id,
                _mine.c.person_id == _person_id,
                _mine.c.state == constant(SIGNED_UP),
            ),
        )
        .outerjoin(
            _line,
            sa.and_(
                _line.c.occurrence_id == _occurrence_id,
                _line.c.person_id == _person_id,
                _line.c.state.in_((constant(WAITING), constant(OFFERED))),
            ),
        )
        .outerjoin(
            _post, sa.and_(_post.c.occurrence_id == _occurrence_id, _post.c.position_id == _position_id)
        )
        .outerjoin(
            _other,
            sa.and_(
                _other.c.id.in_(_busy),
                _other.c.starts_at < sa.bindparam("last", type_=UTC()),
                _other.c.ends_at > sa.bindparam("first", type_=UTC()),
                _other.c.id != _occurrence_id,
                _other.c.state == constant(PUBLISHED),
                _other.c.is_flexible.is_(False),
            ),
        )
        .outerjoin(_of_other, _of_other.c.id == _other.c.series_id)
    )
    .where(_person.c.id == _person_id, _person.c.status == ACTIVE)
    .order_by(_other.c.starts_at, _other.c.id)
)
_POSITION = sa.select(
    _position.c.id,
    _position.c.name,
    _position.c.name_en,
    _position.c.minimum_age,
    _position.c.sex_needed,
    _position.c.minimum_minutes,
    _position.c.members_only,
    _position.c.has_requirements,
).where(_position.c.id == _position_id)
_HAS_COME = sa.select(
    sa.exists().where(
        _theirs.c.person_id == _person_id,
        _theirs.c.state == constant(SIGNED_UP),
        _theirs.c.occurrence_id.in_(
            sa.select(_other.c.id).where(
                _other.c.series_id == sa.bindparam("series_id", type_=BigInt),
                _other.c.ends_at <= sa.bindparam("now", type_=UTC()),
                _other.c.state == constant(PUBLISHED),
            )
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date as the rules want it, with whether somebody waits."""

    row: Any
    has_line: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


@dataclass(frozen=True, slots=True)
class Post:
    """The position that is asked for, with its places on this date."""

    id: int
    label: str
    minimum_age: int
    sex_needed: str | None
    minimum_minutes: int
    members_only: bool
    has_requirements: bool
    is_open: bool
    places_left: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A date (`date`) and a person (`who`), as they were read; `others` are the person's dates around it."""

    date: Any
    who: Any
    others: list[rules.Other]
    post: Post | None

    @property
    def team_path(self) -> str:
        return str(self.date.team_path)

    @property
    def area_path(self) -> str:
        return str(self.date.area_path)

    @property
    def person_area_path(self) -> str:
        return str(self.who.area_path)


def load(*, occurrence_id: int, person_id: int, position_id: int | None = None) -> Standing:
    """The standing as it is; `NotFound` when there is no such occurrence, position or person."""
    return _with_person(_date(_DATE, occurrence_id), person_id, position_id)


def date(occurrence_id: int) -> Any:
    """A date with its series, team and area; `NotFound` when there is none."""
    return _date(_DATE, occurrence_id)


def lock(
    *, occurrence_id: int, person_id: int, position_id: int | None = None, also: Collection[int] = ()
) -> Standing:
    """The same, with people (`also` others than this one) and occurrence locked in this order.

    Each lock is a statement of its own, so that what follows sees what the one
    who held it before has just written.
    """
    lock_people({person_id, *also})
    return _with_person(_date(_DATE_LOCKED, occurrence_id), person_id, position_id)


def lock_people(person_ids: Collection[int]) -> None:
    if not is_sqlite():
        db.session.execute(_LOCK_PEOPLE, {"ids": sorted(person_ids)})


def of_date(standing: Standing, person_id: int, position_id: int | None = None) -> Standing:
    """How another person stands to the same date."""
    return _with_person(standing.date, person_id, position_id)


def _date(statement: Any, occurrence_id: int) -> Any:
    row = db.session.execute(statement, {"occurrence_id": occurrence_id}).first()
    if row is None:
        raise NotFound
    return row


def _with_person(date: Any, person_id: int, position_id: int | None) -> Standing:
    first, last = _around(date)
    values = {
        "occurrence_id": date.id,
        "person_id": person_id,
        "position_id": position_id,
        "team_id": date.team_id,
        "first": first,
        "last": last,
    }
    rows = db.session.execute(_PERSON, values).all()
    if not rows:
        raise NotFound
    others = [
        rules.Other(
            row.other_id,
            row.other_starts_at,
            row.other_ends_at,
            row.other_rest_minutes,
            label(row.other_title, row.other_title_en),
        )
        for row in rows
        if row.other_id is not None
    ]
    return Standing(date, rows[0], others, _post_of(rows[0], position_id))


def _around(date: Any) -> tuple[dt.datetime, dt.datetime]:
    """The local days of the date, and a day more on each side for the rest between two."""
    day = dt.timedelta(days=1)
    return date.starts_at - 2 * day, date.ends_at + 2 * day


def _post_of(row: Any, position_id: int | None) -> Post | None:
    if position_id is None:
        return None
    if row.post_capacity is None:
        raise NotFound
    asked = db.session.execute(_POSITION, {"position_id": position_id}).one()
    return Post(
        id=asked.id,
        label=label(asked.name, asked.name_en),
        minimum_age=asked.minimum_age,
        sex_needed=asked.sex_needed,
        minimum_minutes=asked.minimum_minutes,
        members_only=asked.members_only,
        has_requirements=asked.has_requirements,
        is_open=row.post_is_open,
        places_left=row.post_capacity - row.post_taken - row.post_held,
    )


def availability(
    standing: Standing,
    now: dt.datetime,
    *,
    wanted: int = 1,
    is_kept: bool = False,
    is_standing: bool = False,
    has_limits: bool = True,
    leaves: Collection[int] = (),
) -> rules.Availability:
    """Whether the person may sign up; titles in the reader's language.

    `leaves`: dates that the person gives up in the same breath; without `has_limits` nobody asks
    how much the person does that day. For the rest see `availability.availability`.
    """
    starts_on = clock.local(standing.date.starts_at).date()
    return rules.availability(
        Date(standing.date, standing.who.has_line),
        facts(standing, now, has_limits=has_limits, leaves=leaves),
        now=now,
        starts_on=starts_on,
        today=clock.local(now).date(),
        position=standing.post,
        wanted=wanted,
        is_kept=is_kept,
        is_standing=is_standing,
    )


def facts(
    standing: Standing, now: dt.datetime, *, has_limits: bool = True, leaves: Collection[int] = ()
) -> rules.Who:
    """What the rules want to know of the person."""
    date, who = standing.date, standing.who
    lacks = _lacks(standing, clock.local(date.starts_at).date())
    others = [other for other in standing.others if other.id not in leaves]
    return rules.Who(
        born_on=who.born_on,
        sex=who.sex,
        is_member=who.is_member,
        is_signed_up=who.sign_up_id is not None,
        is_blocked=who.is_blocked,
        has_guardian=who.has_guardian,
        has_come=_has_come(standing, now),
        minutes=_minutes_of(standing),
        untrained=requirements.words(requirements.trainings(lacks)),
        unskilled=requirements.words(requirements.skills(lacks)),
        line=_line_of(standing, now),
        clash=clash_of(date, others, who.born_on) if has_limits else None,
        team=label(date.team_name, date.team_name_en) if date.members_only or date.has_positions else "",
    )


def clash_of(date: Any, others: Sequence[rules.Other], born_on: dt.date | None) -> Refused | None:
    """Why the date does not fit in with these others of the person, by the settings of the installation."""
    if not others and not _might_be_older(born_on):
        return None
    starts_on = clock.local(date.starts_at).date()
    return rules.clash(
        date,
        others,
        rest_minutes=date.rest_minutes,
        limits=limits(born_on, starts_on),
        day=day_of(starts_on),
    )


def _might_be_older(born_on: dt.date | None) -> bool:
    """Within a year from now; cheap, because the list asks it for each row."""
    return born_on is not None and clock.now().year + 1 - born_on.year >= current_app.config["OLDER_AGE"]


def limits(born_on: dt.date | None, day: dt.date) -> rules.Limits:
    """What this person may plan for this day, by the settings."""
    config = current_app.config
    older = is_older(born_on, day)
    hours = config["OLDER_DAY_LIMIT_HOURS"] if older else config["DAY_LIMIT_HOURS"]
    return rules.Limits(hours * 60, config["REST_MINUTES"], older)


def is_older(born_on: dt.date | None, day: dt.date) -> bool:
    return born_on is not None and age_on(born_on, day) >= current_app.config["OLDER_AGE"]


def day_of(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    return clock.start_of(day), clock.start_of(day + dt.timedelta(days=1))


def _lacks(standing: Standing, day: dt.date) -> list[requirements.Requirement]:
    """What the person lacks on the day; asked only of dates and positions that require something."""
    date, post = standing.date, standing.post
    if not (date.has_requirements or (post is not None and post.has_requirements)):
        return []
    positions = [post.id] if post is not None and post.has_requirements else []
    wanted = (date.series_id, day)
    found = requirements.missing(person_id=standing.who.id, dates=[wanted], position_ids=positions)
    return found[wanted]


def _minutes_of(standing: Standing) -> int:
    """Of service so far, where that is asked (R022)."""
    date, post = standing.date, standing.post
    if not (date.minimum_minutes or (post is not None and post.minimum_minutes)):
        return 0
    return service_minutes(standing.who.id)


def service_minutes(person_id: int) -> int:
    """What the hours' ledger holds for the person today."""
    account_id = db.session.scalar(
        sa.select(Account.id).where(
            Account.book == HOURS,
            Account.owner_kind == ledger.PERSON,
            Account.owner_id == person_id,
            Account.purpose == ledger.MAIN,
            Account.continues_in_id.is_(None),
        )
    )
    return 0 if account_id is None else ledger.balance(account_id)


def _has_come(standing: Standing, now: dt.datetime) -> bool:
    """Asked while the first hours are for newcomers."""
    until = standing.date.newcomers_until
    if until is None or until <= now:
        return False
    values = {"person_id": standing.who.id, "series_id": standing.date.series_id, "now": now}
    return bool(db.session.scalar(_HAS_COME, values))


def _line_of(standing: Standing, now: dt.datetime) -> rules.Line | None:
    """An offer that has run out is none: the next minute it goes to the next one."""
    who = standing.who
    if who.waiting_id is None or (who.line_state == OFFERED and who.offer_until <= now):
        return None
    if who.line_state == OFFERED:
        return rules.Line(offer_until=who.offer_until)
    return rules.Line(ahead=line.ahead(standing.date.id, who.waiting_id, who.line_position_id))


def label(text: str, english: str | None) -> str:
    """The English wording for English readers, where there is one."""
    return (english or text) if i18n.current() == "en" else text
