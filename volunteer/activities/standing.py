"""How one person stands to one occurrence: what a sign-up must know, in one statement.

The page asks it to show the button, the service asks it under lock to decide.
Core tables, built once: this is on the hottest path of the product.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from volunteer.activities import requirements, rules
from volunteer.activities.models import PUBLISHED, SIGNED_UP, Occurrence, Series, SignUp
from volunteer.areas.models import Area
from volunteer.core import clock, i18n
from volunteer.core.database import constant, db, is_sqlite
from volunteer.core.errors import NotFound
from volunteer.people.models import ACTIVE, Consent, Person
from volunteer.people.rules import GUARDIAN
from volunteer.teams.models import MEMBER, Membership, Team

_occurrence: Any = Occurrence.__table__
_series: Any = Series.__table__
_team: Any = Team.__table__
_person: Any = Person.__table__
_area: Any = Area.__table__
_consent: Any = Consent.__table__
_membership: Any = Membership.__table__
_sign_up: Any = SignUp.__table__
_other = _occurrence.alias("other")
_theirs = _sign_up.alias("theirs")
_home = _area.alias("home")
_occurrence_id = sa.bindparam("occurrence_id", type_=sa.BigInteger)
_person_id = sa.bindparam("person_id", type_=sa.BigInteger)

_is_member = sa.exists().where(
    _membership.c.team_id == _series.c.team_id,
    _membership.c.person_id == _person_id,
    _membership.c.state == constant(MEMBER),
)
_is_signed_up = sa.exists().where(
    _theirs.c.occurrence_id == _occurrence.c.id,
    _theirs.c.person_id == _person_id,
    _theirs.c.state == constant(SIGNED_UP),
)
# R008: a guardian's consent that stands; of an adult nobody asks what it says.
_has_guardian = sa.exists().where(
    _consent.c.person_id == _person_id,
    _consent.c.kind == constant(GUARDIAN),
    _consent.c.withdrawn_at.is_(None),
)
# R025: another occurrence, anywhere, at the same time.
_overlapping = (
    sa.select(_other.c.id)
    .select_from(_sign_up.join(_other, _other.c.id == _sign_up.c.occurrence_id))
    .where(
        _sign_up.c.person_id == _person_id,
        _sign_up.c.state == constant(SIGNED_UP),
        _other.c.state == PUBLISHED,
        _other.c.id != _occurrence.c.id,
        _other.c.starts_at < _occurrence.c.ends_at,
        _other.c.ends_at > _occurrence.c.starts_at,
    )
    .order_by(_other.c.starts_at, _other.c.id)
    .limit(1)
    .correlate(_occurrence)
    .scalar_subquery()
)
_STANDING = (
    sa.select(
        _occurrence.c.state,
        _occurrence.c.starts_at,
        _occurrence.c.place,
        _occurrence.c.capacity,
        _occurrence.c.taken,
        _series.c.title,
        _series.c.title_en,
        _series.c.team_id,
        _series.c.minimum_age,
        _series.c.members_only,
        _series.c.is_dangerous,
        _series.c.has_requirements,
        _series.c.id.label("series_id"),
        _person.c.id.label("person_id"),
        _team.c.path.label("team_path"),
        _team.c.name.label("team_name"),
        _team.c.name_en.label("team_name_en"),
        _area.c.path.label("area_path"),
        _person.c.born_on,
        _home.c.path.label("person_area_path"),
        _is_member.label("is_member"),
        _is_signed_up.label("is_signed_up"),
        _has_guardian.label("has_guardian"),
        _overlapping.label("overlapping_id"),
    )
    .select_from(
        _occurrence.join(_series, _series.c.id == _occurrence.c.series_id)
        .join(_team, _team.c.id == _series.c.team_id)
        .join(_area, _area.c.id == _series.c.area_id)
        .join(_person, _person.c.id == _person_id)
        .join(_home, _home.c.id == _person.c.area_id)
    )
    .where(_occurrence.c.id == _occurrence_id, _person.c.status == ACTIVE)
)
# Not FOR UPDATE in full: rows that only point at these must not wait.
_STANDING_LOCKED = _STANDING.with_for_update(of=_occurrence, key_share=True)
_LOCK_PERSON = sa.select(_person.c.id).where(_person.c.id == _person_id).with_for_update(key_share=True)
_TITLES = (
    sa.select(_series.c.title, _series.c.title_en)
    .select_from(_occurrence.join(_series, _series.c.id == _occurrence.c.series_id))
    .where(_occurrence.c.id == _occurrence_id)
)


def load(*, occurrence_id: int, person_id: int) -> Any:
    """The standing as it is; `NotFound` when there is no such occurrence or person."""
    return _found(_STANDING, occurrence_id, person_id)


def lock(*, occurrence_id: int, person_id: int) -> Any:
    """The same, with person and occurrence locked in this order.

    The person comes first and in a statement of its own, so that the look-up for
    overlapping sign-ups sees what another sign-up of this person has just written.
    """
    if not is_sqlite():
        db.session.execute(_LOCK_PERSON, {"person_id": person_id})
    return _found(_STANDING_LOCKED, occurrence_id, person_id)


def _found(statement: Any, occurrence_id: int, person_id: int) -> Any:
    row = db.session.execute(statement, {"occurrence_id": occurrence_id, "person_id": person_id}).first()
    if row is None:
        raise NotFound
    return row


def availability(row: Any, now: dt.datetime) -> rules.Availability:
    """Whether the person may sign up, from a standing; titles in the reader's language."""
    return rules.availability(
        now=now,
        starts_at=row.starts_at,
        starts_on=clock.local(row.starts_at).date(),
        state=row.state,
        places_left=row.capacity - row.taken,
        minimum_age=row.minimum_age,
        born_on=row.born_on,
        members_only=row.members_only,
        is_member=row.is_member,
        is_signed_up=row.is_signed_up,
        team=label(row.team_name, row.team_name_en),
        overlapping=_title(row.overlapping_id) if row.overlapping_id is not None else None,
        today=clock.local(now).date(),
        is_dangerous=row.is_dangerous,
        has_guardian=row.has_guardian,
        untrained=_untrained(row) if row.has_requirements else "",
    )


def _untrained(row: Any) -> str:
    """What the person lacks on the day, in words; asked only of series that require something."""
    date = (row.series_id, clock.local(row.starts_at).date())
    return requirements.words(requirements.missing(person_id=row.person_id, dates=[date])[date])


def label(text: str, english: str | None) -> str:
    """The English wording for English readers, where there is one."""
    return (english or text) if i18n.current() == "en" else text


def _title(occurrence_id: int) -> str:
    row = db.session.execute(_TITLES, {"occurrence_id": occurrence_id}).one()
    return label(row.title, row.title_en)
