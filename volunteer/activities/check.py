"""Check that dates and positions count their places rightly, and nobody waits who has one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import (
    CANCELLED,
    DEADLINE,
    OFFERED,
    PUBLISHED,
    SIGNED_UP,
    Companion,
    Occurrence,
    OccurrencePosition,
    Position,
    Series,
    SignUp,
    Waiting,
)
from volunteer.activities.signing import chains
from volunteer.core import clock
from volunteer.core.checks import Check
from volunteer.core.database import db
from volunteer.people.models import CLOSED, MERGED, Consent, Person
from volunteer.people.models import WAITING as WAITS
from volunteer.people.queries import guardian_agrees
from volunteer.people.rules import ADULT_FROM, is_minor

MOST = 20  # faults of one kind are enough to know

_sign_up: Any = SignUp.__table__
_waiting: Any = Waiting.__table__
_ENDED = (WAITS, CLOSED, MERGED)


def check() -> Check:
    """`taken` is the sum of the places of live sign-ups and `held` the number of live offers, on dates and
    positions alike; together never more than the capacity. A date to sign up for has the positions of
    its series. Who has a place does not wait for one. Nobody holds a coming place
    whose account waits or is closed, and no minor for whom nobody agrees. An activity gives a number once."""
    faults = [*_dates(), *_positions(), *_lacking(), *_companions(), *_twice(), *_unagreed(), *_numbers()]
    count = db.session.scalar(sa.select(sa.func.count()).select_from(SignUp)) or 0
    return Check({"sign-ups": int(count)}, faults)


def _taken(*keys: Any) -> Any:
    return (
        sa.select(*keys, sa.func.sum(_sign_up.c.places).label("places"))
        .where(_sign_up.c.state == SIGNED_UP)
        .group_by(*keys)
        .subquery()
    )


def _held(*keys: Any) -> Any:
    return (
        sa.select(*keys, sa.func.count().label("offers"))
        .where(_waiting.c.state == OFFERED)
        .group_by(*keys)
        .subquery()
    )


def _wrong(table: Any, places: Any, offers: Any) -> Any:
    return sa.or_(
        table.taken != places,
        table.held != offers,
        table.taken + table.held > table.capacity,
        table.taken < 0,
        table.held < 0,
    )


def _dates() -> list[str]:
    live, kept = _taken(_sign_up.c.occurrence_id), _held(_waiting.c.occurrence_id)
    places: Any = sa.func.coalesce(live.c.places, 0)
    offers: Any = sa.func.coalesce(kept.c.offers, 0)
    statement = (
        sa.select(Occurrence.id, Occurrence.taken, Occurrence.held, Occurrence.capacity, places, offers)
        .outerjoin(live, live.c.occurrence_id == Occurrence.id)
        .outerjoin(kept, kept.c.occurrence_id == Occurrence.id)
        .where(_wrong(Occurrence, places, offers))
        .order_by(Occurrence.id)
        .limit(MOST)
    )
    return [f"occurrence {row[0]} {_words(row[1:])}" for row in db.session.execute(statement)]


def _positions() -> list[str]:
    live = _taken(_sign_up.c.occurrence_id, _sign_up.c.position_id)
    kept = _held(_waiting.c.occurrence_id, _waiting.c.position_id)
    post: Any = OccurrencePosition
    places: Any = sa.func.coalesce(live.c.places, 0)
    offers: Any = sa.func.coalesce(kept.c.offers, 0)
    statement = (
        sa.select(post.occurrence_id, post.position_id, post.taken, post.held, post.capacity, places, offers)
        .outerjoin(
            live, sa.and_(live.c.occurrence_id == post.occurrence_id, live.c.position_id == post.position_id)
        )
        .outerjoin(
            kept, sa.and_(kept.c.occurrence_id == post.occurrence_id, kept.c.position_id == post.position_id)
        )
        .where(_wrong(post, places, offers))
        .order_by(post.occurrence_id, post.position_id)
        .limit(MOST)
    )
    return [
        f"position {row[1]} of occurrence {row[0]} {_words(row[2:])}" for row in db.session.execute(statement)
    ]


def _lacking() -> list[str]:
    """Without one of the open positions nobody can sign up for it."""
    post = OccurrencePosition
    has_it = sa.exists().where(post.occurrence_id == Occurrence.id, post.position_id == Position.id)
    statement = (
        sa.select(Occurrence.id, Position.id)
        .join(Position, Position.series_id == Occurrence.series_id)
        .where(Position.closed_at.is_(None), Occurrence.state != CANCELLED, Occurrence.recorded_at.is_(None))
        .where(clock.now() < DEADLINE, ~has_it)
        .order_by(Occurrence.id, Position.id)
        .limit(MOST)
    )
    return [f"occurrence {row[0]} lacks position {row[1]}" for row in db.session.execute(statement)]


def _words(counts: Any) -> str:
    taken, held, capacity, places, offers = counts
    return (
        f"counts {taken} places taken of {places} signed up for, {held} held for {offers} offers, "
        f"with {capacity} places"
    )


def _companions() -> list[str]:
    """A live sign-up takes a place for the person and one for each companion."""
    along = (
        sa.select(Companion.sign_up_id, sa.func.count().label("people"))
        .group_by(Companion.sign_up_id)
        .subquery()
    )
    people: Any = sa.func.coalesce(along.c.people, 0)
    statement = (
        sa.select(SignUp.id, SignUp.places, people)
        .outerjoin(along, along.c.sign_up_id == SignUp.id)
        .where(SignUp.state == SIGNED_UP, SignUp.places != people + 1)
        .order_by(SignUp.id)
        .limit(MOST)
    )
    return [
        f"sign-up {id_} takes {places} places for {people} companions"
        for id_, places, people in db.session.execute(statement)
    ]


def _twice() -> list[str]:
    statement = (
        sa.select(Waiting.id, Waiting.occurrence_id)
        .join(
            SignUp,
            sa.and_(
                SignUp.occurrence_id == Waiting.occurrence_id,
                SignUp.person_id == Waiting.person_id,
                SignUp.state == SIGNED_UP,
            ),
        )
        .where(Waiting.state.in_(("waiting", "offered")))
        .order_by(Waiting.id)
        .limit(MOST)
    )
    return [
        f"waiting {id_} waits for occurrence {occurrence_id} and has a place there"
        for id_, occurrence_id in db.session.execute(statement)
    ]


def _numbers() -> list[str]:
    """R061, in all parts of an activity that was split."""
    part: Any = chains.parts(Series.follows_id.is_(None))
    dates = sa.func.count()
    statement = (
        sa.select(part.c.asked, Occurrence.issue_number, dates)
        .join(Occurrence, Occurrence.series_id == part.c.id)
        .group_by(part.c.asked, Occurrence.issue_number)
        .having(dates > 1)
        .order_by(part.c.asked, Occurrence.issue_number)
        .limit(MOST)
    )
    return [
        f"series {series_id} and its parts give number {number} to {count} dates"
        for series_id, number, count in db.session.execute(statement)
    ]


def _unagreed() -> list[str]:
    """R007, R008; an account that is only disabled for the time being keeps its places."""
    today = clock.today()
    agreed = sa.exists().where(Consent.person_id == Person.id, guardian_agrees)
    may_be_minor = Person.born_on > today - dt.timedelta(days=366 * ADULT_FROM)
    statement = (
        sa.select(SignUp.id, Person.status, Person.born_on)
        .join(Person, Person.id == SignUp.person_id)
        .join(Occurrence, Occurrence.id == SignUp.occurrence_id)
        .where(SignUp.state == SIGNED_UP, Occurrence.state == PUBLISHED, Occurrence.starts_at > clock.now())
        .where(sa.or_(Person.status.in_(_ENDED), sa.and_(may_be_minor, ~agreed)))
        .order_by(SignUp.id)
    )
    return [
        f"sign-up {row.id} is of somebody for whom nobody agrees, or whose account is {row.status}"
        for row in db.session.execute(statement)
        if row.status in _ENDED or is_minor(row.born_on, today)
    ][:MOST]
