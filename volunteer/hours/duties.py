"""Lists around the records: objections that wait, what stands on the public notice, ratings of a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import Occurrence, Series
from volunteer.areas.models import Area
from volunteer.areas.queries import ids_within
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import label
from volunteer.hours.models import OPEN, WAITING, Batch, Objection, Proposal, Rating, ServiceRecord
from volunteer.ledger.models import Transfer
from volunteer.people.models import Person
from volunteer.people.rules import is_minor
from volunteer.teams.models import Team

MOST_NOTICES = 60


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


@dataclass(frozen=True)
class Notice:
    """One roll call on the public notice (R043)."""

    title: str
    team: str
    served_on: dt.date
    until_on: dt.date
    lines: list[tuple[str, int]]  # as the person chose to be called, and the minutes


def notices(area: Area) -> list[Notice]:
    """What is on public notice in the area and below today, the newest first; two statements."""
    batches = db.session.execute(
        sa.select(
            Batch.id,
            Batch.notice_until,
            Batch.team_name,
            Batch.team_name_en,
            Occurrence.starts_at,
            Series.title,
            Series.title_en,
        )
        .join(Occurrence, Occurrence.id == Batch.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .where(
            Batch.reversed_at.is_(None),
            Batch.notice_until >= clock.today(),
            Series.area_id.in_(ids_within([area.path])),
        )
        .order_by(Batch.id.desc())
        .limit(MOST_NOTICES)
    ).all()
    lines = _lines([batch.id for batch in batches])
    return [
        Notice(
            title=label(batch.title, batch.title_en),
            team=label(batch.team_name or "", batch.team_name_en),
            served_on=clock.local(batch.starts_at).date(),
            until_on=batch.notice_until,
            lines=lines.get(batch.id, []),
        )
        for batch in batches
    ]


def _lines(batch_ids: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    rows = db.session.execute(
        sa.select(
            ServiceRecord.batch_id,
            Transfer.amount,
            Person.name,
            Person.display_name,
            Person.born_on,
        )
        .join(Transfer, Transfer.id == ServiceRecord.hours_transfer_id)
        .join(Person, Person.id == ServiceRecord.person_id)
        .where(ServiceRecord.batch_id.in_(batch_ids))
        .order_by(ServiceRecord.id)
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for row in rows if batch_ids else ():
        found.setdefault(row.batch_id, []).append((shown_name(row), row.amount))
    return found


def shown_name(person: Any) -> str:
    """R044: what the person chose to be called in public, else masked; a child's name is not hinted at."""
    if person.display_name:
        return str(person.display_name)
    if is_minor(person.born_on, clock.today()):
        return _("小志愿者")
    return formats.masked_name(person.name)


@dataclass(frozen=True)
class Rated:
    """What participants said of a date; no name stands beside the words."""

    count: int
    stars: float | None
    words: list[str]


def rating_of_date(occurrence_id: int) -> Rated:
    rows = db.session.execute(
        sa.select(Rating.stars, Rating.words)
        .where(Rating.occurrence_id == occurrence_id, Rating.person_id.is_(None))
        .order_by(Rating.id)
    ).all()
    stars = sum(row.stars for row in rows) / len(rows) if rows else None
    return Rated(len(rows), stars, [row.words for row in rows if row.words])


def own_rating(occurrence_id: int, person_id: int) -> Rating | None:
    return db.session.scalars(
        sa.select(Rating).where(
            Rating.occurrence_id == occurrence_id,
            Rating.rated_by_id == person_id,
            Rating.person_id.is_(None),
        )
    ).first()


def ratings_of_people(occurrence_id: int) -> dict[int, int]:
    rows = db.session.execute(
        sa.select(Rating.person_id, Rating.stars).where(
            Rating.occurrence_id == occurrence_id, Rating.person_id.is_not(None)
        )
    )
    return {row.person_id: row.stars for row in rows}
