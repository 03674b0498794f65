"""The proposal of hours for a date that waits for approval; there is at most one."""

from __future__ import annotations

import sqlalchemy as sa

from volunteer.core import clock
from volunteer.core.database import db
from volunteer.hours.models import REFUSED, WAITING, Proposal


def waiting_for(occurrence_id: int) -> Proposal | None:
    """The proposal for this date that still waits."""
    statement = sa.select(Proposal).where(Proposal.occurrence_id == occurrence_id, Proposal.state == WAITING)
    return db.session.scalars(statement).first()


def withdraw_waiting(occurrence_id: int) -> None:
    """Another one takes its place, or the hours were recorded without it; with the date locked."""
    db.session.execute(
        sa.update(Proposal)
        .where(Proposal.occurrence_id == occurrence_id, Proposal.state == WAITING)
        .values(state=REFUSED, answered_at=clock.now())
    )
