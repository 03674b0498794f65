"""Who looks for somebody to take a place (顶班) or to swap (换班): what pages show, and what time ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from volunteer.activities.messages import takes_part
from volunteer.activities.models import (
    DEADLINE,
    LAPSED,
    OPEN,
    PUBLISHED,
    SIGNED_UP,
    STAND_IN,
    Occurrence,
    Series,
    SignUp,
    StandIn,
)
from volunteer.activities.signing import chains, seats
from volunteer.core import clock
from volunteer.core.database import constant, db
from volunteer.people.models import ACTIVE, Person
from volunteer.teams.models import MEMBER, Membership

SHOWN = 5
LATELY = dt.timedelta(days=90)
MOST_TOLD = 20  # of a search that is open to all
MOST_PLACES = 60  # to choose from for a swap
_theirs = aliased(SignUp)
_their_date = aliased(Occurrence)
_their_series = aliased(Series)


def of_date(occurrence_id: int) -> list[Any]:
    """Open requests about places of a date, oldest first."""
    return list(db.session.execute(_OPEN.where(SignUp.occurrence_id == occurrence_id)))


def one(stand_in_id: int) -> Any | None:
    """A request that is open, about a place that is still held."""
    return db.session.execute(_OPEN.where(StandIn.id == stand_in_id)).first()


def asked(person_id: int, now: dt.datetime) -> list[Any]:
    """What others have asked this person by name and waits for an answer, soonest first."""
    statement = _OPEN.where(StandIn.asked_person_id == person_id, now < DEADLINE)
    return list(db.session.execute(statement.order_by(None).order_by(Occurrence.starts_at, StandIn.id)))


def wanted_in_teams_of(person_id: int, now: dt.datetime) -> list[Any]:
    """The next dates of the person's teams for which a member looks for anybody, own requests left out."""
    my_teams = sa.select(Membership.team_id).where(
        Membership.person_id == person_id, Membership.state == constant(MEMBER)
    )
    statement = _OPEN.where(
        StandIn.kind == STAND_IN,
        StandIn.asked_person_id.is_(None),
        SignUp.person_id != person_id,
        Series.team_id.in_(my_teams),
        now < DEADLINE,
    )
    ordered = statement.order_by(None).order_by(Occurrence.starts_at, StandIn.id)
    return list(db.session.execute(ordered.limit(SHOWN)))


def swappable(*, team_id: int, occurrence_id: int, person_id: int, now: dt.datetime) -> list[Any]:
    """Places that members of a team hold on its other dates, while they can be given back; soonest first."""
    is_member = sa.exists().where(
        Membership.team_id == team_id,
        Membership.person_id == SignUp.person_id,
        Membership.state == constant(MEMBER),
    )
    mine = sa.select(SignUp.occurrence_id).where(takes_part(person_id)).correlate(None)
    statement = (
        sa.select(
            SignUp.id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Series.title,
            Series.title_en,
            Person.name,
            Person.number,
        )
        .join(Occurrence, Occurrence.id == SignUp.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .join(Person, Person.id == SignUp.person_id)
        .where(
            Series.team_id == team_id,
            Occurrence.id != occurrence_id,
            Occurrence.state == PUBLISHED,
            now < DEADLINE,
            SignUp.state == constant(SIGNED_UP),
            SignUp.person_id != person_id,
            SignUp.places == 1,
            SignUp.partner_id.is_(None),
            Person.status == ACTIVE,
            is_member,
            Occurrence.id.not_in(mine),
        )
        .order_by(Occurrence.starts_at, Occurrence.id, SignUp.id)
        .limit(MOST_PLACES)
    )
    return list(db.session.execute(statement))


def likely(*, row: Any, now: dt.datetime) -> list[int]:
    """Members of the team who came to this activity lately and do not come to this date; latest first."""
    date, theirs = aliased(Occurrence), aliased(SignUp)
    parts = chains.parts(Series.id == row.series_id)
    here = seats.people(SignUp.occurrence_id == row.occurrence_id)
    is_member = sa.exists().where(
        Membership.team_id == row.team_id,
        Membership.person_id == theirs.person_id,
        Membership.state == constant(MEMBER),
    )
    last = sa.func.max(date.starts_at)
    statement = (
        sa.select(theirs.person_id)
        .join(date, date.id == theirs.occurrence_id)
        .where(
            date.series_id.in_(sa.select(parts.c.id)),
            date.starts_at > now - LATELY,
            date.starts_at <= now,
            date.state == PUBLISHED,
            theirs.state == constant(SIGNED_UP),
            is_member,
            theirs.person_id.not_in(sa.select(here.c.person_id)),
        )
        .group_by(theirs.person_id)
        .order_by(last.desc(), theirs.person_id)
        .limit(MOST_TOLD)
    )
    return list(db.session.scalars(statement))


def lapse(occurrence_ids: Sequence[int]) -> int:
    """Cancelled dates: nobody looks for anybody any more, on either side of a swap; returns how many."""
    of_it = sa.select(SignUp.id).where(SignUp.occurrence_id.in_(occurrence_ids))
    return _end(sa.or_(StandIn.sign_up_id.in_(of_it), StandIn.their_sign_up_id.in_(of_it)))


def lapse_over(now: dt.datetime) -> int:
    """Requests whose date has begun (a task: is over), was cancelled, or whose place was given back meanwhile."""
    return _end(
        sa.or_(
            _is_over(StandIn.sign_up_id, now),
            sa.and_(StandIn.their_sign_up_id.is_not(None), _is_over(StandIn.their_sign_up_id, now)),
        )
    )


def _is_over(sign_up_id: Any, now: dt.datetime) -> Any:
    return ~sa.exists().where(
        SignUp.id == sign_up_id,
        SignUp.state == SIGNED_UP,
        Occurrence.id == SignUp.occurrence_id,
        Occurrence.state == PUBLISHED,
        now < DEADLINE,
    )


def _end(which: Any) -> int:
    ended: Any = db.session.execute(
        sa.update(StandIn)
        .where(StandIn.state == constant(OPEN), which)
        .values(state=LAPSED, answered_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return int(ended.rowcount)


_OPEN = (
    sa.select(
        StandIn.id,
        StandIn.kind,
        StandIn.asked_person_id,
        StandIn.note,
        StandIn.sign_up_id,
        StandIn.their_sign_up_id,
        SignUp.person_id.label("holder_id"),
        Person.name.label("holder"),
        Person.number.label("holder_number"),
        Person.born_on.label("holder_born_on"),
        Occurrence.id.label("occurrence_id"),
        Occurrence.state,
        Occurrence.is_flexible,
        Occurrence.starts_at,
        Occurrence.ends_at,
        Occurrence.place,
        Series.team_id,
        Series.title,
        Series.title_en,
        _their_date.id.label("their_occurrence_id"),
        _their_date.starts_at.label("their_starts_at"),
        _their_date.ends_at.label("their_ends_at"),
        _their_series.title.label("their_title"),
        _their_series.title_en.label("their_title_en"),
    )
    .join(SignUp, SignUp.id == StandIn.sign_up_id)
    .join(Person, Person.id == SignUp.person_id)
    .join(Occurrence, Occurrence.id == SignUp.occurrence_id)
    .join(Series, Series.id == Occurrence.series_id)
    .outerjoin(_theirs, _theirs.id == StandIn.their_sign_up_id)
    .outerjoin(_their_date, _their_date.id == _theirs.occurrence_id)
    .outerjoin(_their_series, _their_series.id == _their_date.series_id)
    .where(
        StandIn.state == constant(OPEN),
        SignUp.state == constant(SIGNED_UP),
        Occurrence.state == PUBLISHED,
    )
    .order_by(StandIn.id)
)
