"""The statements behind standing.py: core tables, built once, on the hottest path of the product."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

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
from volunteer.activities.signing import chains, line
from volunteer.areas.models import Area
from volunteer.core.database import UTC, BigInt, constant
from volunteer.people.models import ACTIVE, Consent, Person
from volunteer.people.rules import GUARDIAN
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

DATE = (
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
DATE_LOCKED = DATE.with_for_update(of=_occurrence, key_share=True)
LOCK_PEOPLE = (
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
# A place of this date that stands in the partner's name.
_shares = sa.exists().where(
    _shared.c.occurrence_id == _occurrence_id,
    _shared.c.partner_id == _person_id,
    _shared.c.partner_state == constant(AGREED),
    _shared.c.state == constant(SIGNED_UP),
)
# The person, once for each other date near this one that is signed up for, anywhere (R025).
PERSON = (
    sa.select(
        _person.c.id,
        _person.c.born_on,
        _person.c.sex,
        _area.c.path.label("area_path"),
        _is_member.label("is_member"),
        _has_guardian.label("has_guardian"),
        _is_blocked.label("is_blocked"),
        _shares.label("shares"),
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
POSITION = sa.select(
    _position.c.id,
    _position.c.name,
    _position.c.name_en,
    _position.c.minimum_age,
    _position.c.sex_needed,
    _position.c.minimum_minutes,
    _position.c.members_only,
    _position.c.has_requirements,
).where(_position.c.id == _position_id)
_parts = chains.parts(_series.c.id == sa.bindparam("series_id", type_=BigInt))
HAS_COME = sa.select(
    sa.exists().where(
        _theirs.c.person_id == _person_id,
        _theirs.c.state == constant(SIGNED_UP),
        _theirs.c.occurrence_id.in_(
            sa.select(_other.c.id).where(
                _other.c.series_id.in_(sa.select(_parts.c.id)),
                _other.c.ends_at <= sa.bindparam("now", type_=UTC()),
                _other.c.state == constant(PUBLISHED),
            )
        ),
    )
)
