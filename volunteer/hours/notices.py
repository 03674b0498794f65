"""The public notice: recorded hours of an area, as everybody may read them (R043, R044)."""

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
from volunteer.hours.models import Batch, ServiceRecord
from volunteer.ledger.models import Transfer
from volunteer.people.models import Person
from volunteer.people.rules import is_minor

MOST_NOTICES = 60


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
