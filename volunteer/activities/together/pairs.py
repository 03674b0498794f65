"""Two people who share one place (搭档): either comes, and the hours go to who came."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from volunteer.activities.models import AGREED, ASKED, PUBLISHED, SIGNED_UP, Occurrence, Series, SignUp
from volunteer.core.database import constant, db
from volunteer.people.models import Person

_holder, _partner = aliased(Person), aliased(Person)


def of(occurrence_id: int) -> dict[int, tuple[int, int]]:
    """The pairs of a date that have agreed: sign-up → (who holds the place, the partner).

    A partner who has taken a place of the own meanwhile is no partner there.
    """
    own = aliased(SignUp)
    has_own_place = sa.exists().where(
        own.occurrence_id == SignUp.occurrence_id,
        own.person_id == SignUp.partner_id,
        own.state == constant(SIGNED_UP),
    )
    statement = (
        sa.select(SignUp.id, SignUp.person_id, SignUp.partner_id)
        .where(
            SignUp.occurrence_id == occurrence_id,
            SignUp.state == constant(SIGNED_UP),
            SignUp.partner_state == AGREED,
            ~has_own_place,
        )
        .order_by(SignUp.id)
    )
    return {row.id: (row.person_id, row.partner_id) for row in db.session.execute(statement)}


def of_partner(person_id: int, now: dt.datetime) -> list[Any]:
    """Coming dates for which somebody has asked this person to share a place, agreed or not; soonest first."""
    statement = (
        sa.select(
            SignUp.id.label("sign_up_id"),
            SignUp.partner_state,
            Occurrence.id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.place,
            Series.title,
            Series.title_en,
            _holder.name.label("holder"),
        )
        .join(Occurrence, Occurrence.id == SignUp.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .join(_holder, _holder.id == SignUp.person_id)
        .where(
            SignUp.partner_id == person_id,
            SignUp.partner_id.is_not(None),
            SignUp.partner_state.in_((ASKED, AGREED)),
            SignUp.state == constant(SIGNED_UP),
            Occurrence.state == PUBLISHED,
            Occurrence.ends_at > now,
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return list(db.session.execute(statement))


def concerning(occurrence_id: int, person_id: int) -> list[Any]:
    """The live places of a date that this person holds or shares, with both names and numbers."""
    statement = (
        sa.select(
            SignUp.id,
            SignUp.person_id,
            SignUp.position_id,
            SignUp.places,
            SignUp.partner_id,
            SignUp.partner_state,
            _holder.name.label("holder"),
            _holder.number.label("holder_number"),
            _holder.born_on.label("holder_born_on"),
            _partner.born_on.label("partner_born_on"),
            _partner.name.label("partner"),
            _partner.number.label("partner_number"),
        )
        .join(_holder, _holder.id == SignUp.person_id)
        .outerjoin(_partner, _partner.id == SignUp.partner_id)
        .where(
            SignUp.occurrence_id == occurrence_id,
            SignUp.state == constant(SIGNED_UP),
            sa.or_(SignUp.person_id == person_id, SignUp.partner_id == person_id),
        )
        .order_by(SignUp.id)
    )
    return list(db.session.execute(statement))


def place_of(sign_up_id: int) -> Any | None:
    """Whose place on which date it is, or was, and with whom."""
    statement = sa.select(SignUp.occurrence_id, SignUp.person_id, SignUp.partner_id).where(
        SignUp.id == sign_up_id
    )
    return db.session.execute(statement).first()
