"""How one person stands to one date at its door: what a check-in must know, in one statement.

The page asks `refusal` to show its button, the service asks it under lock.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import current_app

from volunteer.activities.models import AGREED, CANCELLED, SIGNED_UP, UNDECIDED, Occurrence, Series, SignUp
from volunteer.activities.signing import insurance
from volunteer.areas.models import Area
from volunteer.attendance import queries, refusals, walk_ins
from volunteer.attendance.models import CheckIn
from volunteer.core import formats
from volunteer.core.database import constant, db
from volunteer.core.errors import NotFound, Refused
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, Person
from volunteer.teams.models import Team

_live = SignUp.state == constant(SIGNED_UP)
_has_place = sa.or_(
    sa.exists().where(SignUp.occurrence_id == Occurrence.id, SignUp.person_id == Person.id, _live),
    sa.exists().where(
        SignUp.occurrence_id == Occurrence.id,
        SignUp.partner_id == Person.id,
        SignUp.partner_state == AGREED,
        _live,
    ),
)
_open_id = (
    sa.select(CheckIn.id)
    .where(
        CheckIn.occurrence_id == Occurrence.id,
        CheckIn.person_id == Person.id,
        CheckIn.left_at.is_(None),
        CheckIn.void_at.is_(None),
    )
    .scalar_subquery()
)
_STANDING = (
    sa.select(
        Occurrence.id,
        Occurrence.state,
        Occurrence.starts_at,
        Occurrence.ends_at,
        Occurrence.place,
        Occurrence.recorded_at,
        Occurrence.is_flexible,
        Series.title,
        Series.title_en,
        Series.is_dangerous,
        Series.duration_minutes,
        Team.path.label("team_path"),
        Area.path.label("area_path"),
        Person.id.label("person_id"),
        Person.name,
        Person.born_on,
        _has_place.label("is_signed_up"),
        _open_id.label("open_id"),
    )
    .select_from(Occurrence)
    .join(Series, Series.id == Occurrence.series_id)
    .join(Team, Team.id == Series.team_id)
    .join(Area, Area.id == Series.area_id)
    .join(Person, Person.id == sa.bindparam("person_id"))
    .where(Occurrence.id == sa.bindparam("occurrence_id"), Person.status == ACTIVE)
)
_LOCK_PERSON = (
    sa.select(Person.id).where(Person.id == sa.bindparam("person_id")).with_for_update(key_share=True)
)
_LOCK_DATE = (
    sa.select(Occurrence.id)
    .where(Occurrence.id == sa.bindparam("occurrence_id"))
    .with_for_update(key_share=True)
)


_SHARE_DATE = (
    sa.select(Occurrence.id).where(Occurrence.id == sa.bindparam("occurrence_id")).with_for_update(read=True)
)


def load(occurrence_id: int, person_id: int) -> Any:
    """The standing as it is; `NotFound` when there is no such date or person."""
    ids = {"occurrence_id": occurrence_id, "person_id": person_id}
    return _found(db.session.execute(_STANDING, ids).first())


def _found(row: Any) -> Any:
    if row is None or row.state == UNDECIDED:
        raise NotFound
    return row


def lock(occurrence_id: int, person_id: int) -> Any:
    """The same with person and date locked: meanwhile nobody cancels it or calls its roll.

    Those who have a place share the date, so that a whole queue comes in at once. Who has none
    has it alone: its places are counted.
    """
    lock_person(person_id)
    if not load(occurrence_id, person_id).is_signed_up:
        return _alone(occurrence_id, person_id)
    db.session.execute(_SHARE_DATE, {"occurrence_id": occurrence_id})
    found = load(occurrence_id, person_id)  # a shared place may have gone while the date was waited for
    return found if found.is_signed_up else _alone(occurrence_id, person_id)


def lock_person(person_id: int) -> None:
    db.session.execute(_LOCK_PERSON, {"person_id": person_id})


def lock_both(occurrence_id: int, person_id: int) -> Any:
    """The same with the date for oneself, whoever holds a place."""
    lock_person(person_id)
    return _alone(occurrence_id, person_id)


def _alone(occurrence_id: int, person_id: int) -> Any:
    db.session.execute(_LOCK_DATE, {"occurrence_id": occurrence_id})
    return load(occurrence_id, person_id)


def refusal(actor: Actor, row: Any, now: dt.datetime) -> Refused | None:
    """What a coming would meet now, the most final reason first; None when the person may come in."""
    if (closed := refusal_of_date(row, now)) is not None:
        return closed
    if row.open_id is not None:
        return refusals.AlreadyIn()
    if row.is_signed_up and (too_young := walk_ins.refusal_of_minor(row)) is not None:
        return too_young
    if row.is_dangerous and (missing := _uninsured(row)):
        return refusals.NotInsured(count=missing)
    if not row.is_signed_up and (unfit := walk_ins.refusal(actor, row)) is not None:
        return unfit
    most = current_app.config["CHECK_IN_PAIRS"]
    if queries.comings_today(row.id, row.person_id, now) >= most:
        return refusals.TooManyPairs(most=most)
    return None


def refusal_of_date(row: Any, now: dt.datetime) -> Refused | None:
    """Why nobody comes or goes at this date now; coming and leaving ask the same."""
    if (for_good := refusal_for_good(row)) is not None:
        return for_good
    window = queries.window(row)
    if now < window.opens_at:
        return refusals.TooEarly(when=formats.moment(window.opens_at))
    return None if window.is_open(now) else refusals.TooLate()


def refusal_for_good(row: Any) -> Refused | None:
    """Why nobody comes or goes here at any time: it needs no door."""
    if row.state == CANCELLED:
        return refusals.Cancelled()
    if row.recorded_at is not None:
        return refusals.AlreadyRecorded()
    return refusals.NoFixedHour() if row.is_flexible else None


def _uninsured(row: Any) -> int:
    """How many of those signed up, and the person at the door, have no entry."""
    missing = set(insurance.uninsured(row.id))
    if not insurance.is_insured(row.id, row.person_id):
        missing.add(row.person_id)
    return len(missing)
