"""What staff have to answer: objections to records, and hours that need approval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import Occurrence, Series
from volunteer.areas.queries import ids_within
from volunteer.core.database import db
from volunteer.hours.models import OPEN, WAITING, Batch, Objection, Proposal, ServiceRecord
from volunteer.ledger.models import Transfer
from volunteer.people.models import Person
from volunteer.teams.models import Team


def objections_waiting(paths: Sequence[str], *, without: int) -> Any:
    """Open objections about dates of teams in these areas, the oldest first; nobody answers an own one."""
    return (
        sa.select(
            Objection.id,
            Objection.kind,
            Objection.raised_at,
            Objection.text,
            Occurrence.starts_at,
            Series.title,
            Series.title_en,
            Person.name,
            Person.number,
        )
        .join(Occurrence, Occurrence.id == Objection.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .join(Team, Team.id == Series.team_id)
        .join(Person, Person.id == Objection.person_id)
        .where(Objection.state == OPEN, Objection.person_id != without, Team.area_id.in_(ids_within(paths)))
        .order_by(Objection.id)
    )


def proposals_waiting(paths: Sequence[str]) -> Any:
    """Hours of teams in these areas that wait for approval, the oldest first."""
    return (
        sa.select(
            Proposal.id,
            Proposal.kind,
            Proposal.reason,
            Proposal.proposed_at,
            Occurrence.starts_at,
            Series.title,
            Series.title_en,
            Team.name.label("team_name"),
            Team.name_en.label("team_name_en"),
        )
        .join(Occurrence, Occurrence.id == Proposal.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .join(Team, Team.id == Series.team_id)
        .where(Proposal.state == WAITING, Team.area_id.in_(ids_within(paths)))
        .order_by(Proposal.id)
    )


def objection(objection_id: int) -> Any | None:
    """One objection with its date, its person and the batch that stands."""
    live = sa.and_(Batch.occurrence_id == Objection.occurrence_id, Batch.reversed_at.is_(None))
    return db.session.execute(
        sa.select(
            Objection,
            Batch.id.label("batch_id"),
            ServiceRecord.attendance,
            sa.func.coalesce(Transfer.amount, 0).label("minutes"),
            Person.name,
            Person.number,
        )
        .join(Person, Person.id == Objection.person_id)
        .outerjoin(Batch, live)
        .outerjoin(
            ServiceRecord,
            sa.and_(ServiceRecord.batch_id == Batch.id, ServiceRecord.person_id == Objection.person_id),
        )
        .outerjoin(Transfer, Transfer.id == ServiceRecord.hours_transfer_id)
        .where(Objection.id == objection_id)
    ).first()


def objections_of(person_id: int, occurrence_id: int) -> list[Objection]:
    """What the person said about this date, the newest first."""
    statement = sa.select(Objection).where(
        Objection.person_id == person_id, Objection.occurrence_id == occurrence_id
    )
    return list(db.session.scalars(statement.order_by(Objection.id.desc())))
