"""What changes for a person changes the own standing sign-ups: they may come again, or come no more."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from volunteer.activities.models import Position, Regular, Series
from volunteer.activities.service.together.regulars import offer_dates_again, stop_regular
from volunteer.activities.together.regulars import LIVE_STATES
from volunteer.core.database import db
from volunteer.core.i18n import ngettext
from volunteer.credentials import gaining
from volunteer.people import identity
from volunteer.teams import parting


@gaining.register
def ask_again(person_ids: Collection[int]) -> None:
    """The coming dates that these people did not get: what stood in the way may be gone."""
    theirs = sa.select(Regular.series_id).where(
        Regular.person_id.in_(person_ids), Regular.state.in_(LIVE_STATES)
    )
    if series_ids := db.session.scalars(theirs.distinct()).all():
        offer_dates_again(*series_ids)


def _for_members(person_id: int, team_id: int) -> Sequence[int]:
    """Those that take nobody who is not of the team."""
    statement = (
        sa.select(Regular.id)
        .join(Series, Series.id == Regular.series_id)
        .outerjoin(Position, Position.id == Regular.position_id)
        .where(
            Regular.person_id == person_id,
            Regular.state.in_(LIVE_STATES),
            Series.team_id == team_id,
            sa.or_(Series.members_only, Position.members_only),
        )
    )
    return db.session.scalars(statement.order_by(Regular.id)).all()


def _words(person_id: int, team_id: int) -> str | None:
    count = len(_for_members(person_id, team_id))
    words = ngettext(
        "只限队员的 %(num)s 个固定报名会停掉，还早的场次一起退掉。",
        "只限队员的 %(num)s 个固定报名会停掉，还早的场次一起退掉。",
        count,
    )
    return words % {"num": count} if count else None


def _stop(person_id: int, team_id: int) -> None:
    """With their places, but those for which it is late: who leads sees them among who no longer fits."""
    while ids := _for_members(person_id, team_id):  # of an activity that was split all parts end at once
        stop_regular(actor=identity.load(person_id), regular_id=ids[0])


parting.register(_words, _stop)
