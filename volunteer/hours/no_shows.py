"""Absences per person and calendar year, and the stop of sign-ups that follows from too many (R027, R040).

Only who had signed up can fail to come. An absence no longer counts when its
roll call is reversed or an objection to it is upheld. What staff have decided
about is settled: after a block was lifted, only later absences count towards
the next one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import aliased

from volunteer.activities.models import NO_SHOWS, Occurrence, Series, SignUpBlock
from volunteer.activities.signing import blocks
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.hours.models import ABSENT, NO_SHOW, UPHELD, Batch, Objection, ServiceRecord
from volunteer.hours.words import activity_label
from volunteer.people.models import Person


@dataclass(frozen=True)
class NoShow:
    """One absence, with who wrote it down and when."""

    person_id: int
    occurrence_id: int
    label: str
    starts_at: datetime
    recorded_at: datetime
    recorded_by: str
    objection: str | None  # the state of the newest objection to it, if any

    @property
    def counts(self) -> bool:
        return self.objection != UPHELD


def of_people(person_ids: Collection[int], year: int) -> dict[int, list[NoShow]]:
    """Each one's absences of that year with those that were taken back by an objection, newest first."""
    recorder = aliased(Person)
    objection = (
        sa.select(Objection.state)
        .where(_about_it())
        .order_by(Objection.id.desc())
        .limit(1)
        .correlate(ServiceRecord)
        .scalar_subquery()
    )
    statement = (
        sa.select(
            ServiceRecord.person_id,
            ServiceRecord.occurrence_id,
            Occurrence.starts_at,
            Series.title,
            Series.title_en,
            Batch.recorded_at,
            recorder.name.label("recorded_by"),
            objection.label("objection"),
        )
        .join(Batch, Batch.id == ServiceRecord.batch_id)
        .join(Occurrence, Occurrence.id == ServiceRecord.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .join(recorder, recorder.id == Batch.recorded_by_id)
        .where(*_absences(person_ids, year))
        .order_by(Occurrence.starts_at.desc(), ServiceRecord.id.desc())
    )
    found: dict[int, list[NoShow]] = {}
    for row in db.session.execute(statement):
        one = NoShow(
            row.person_id, row.occurrence_id, activity_label(row), row.starts_at, row.recorded_at,
            row.recorded_by, row.objection,
        )  # fmt: skip
        found.setdefault(row.person_id, []).append(one)
    return found


def of_person(person_id: int, year: int) -> Sequence[NoShow]:
    return of_people([person_id], year).get(person_id, [])


def block_at_limit(person_ids: Collection[int], year: int) -> int:
    """Stop the sign-ups of those who have reached the limit; their rows are locked. Returns how many."""
    if not current_app.config["NO_SHOW_BLOCKS"]:
        return 0
    limit = current_app.config["NO_SHOW_LIMIT"]
    reached = [id_ for id_, count in _undecided(person_ids, year).items() if count >= limit]
    shown = counts(reached, year)
    return sum(
        blocks.block(person_id=id_, cause=NO_SHOWS, note="", by_id=None, year=year, count=shown[id_])
        for id_ in sorted(reached)
    )


def reconsider(person_ids: Collection[int], year: int) -> int:
    """After a correction: end the blocks whose absences no longer reach the limit. Returns how many.

    A block may be of another year than the absence that was corrected: that of the day on which
    it began, or the one before, whose last dates were recorded late.
    """
    if not person_ids:
        return 0
    statement = sa.select(SignUpBlock).where(
        SignUpBlock.person_id.in_(person_ids), SignUpBlock.lifted_at.is_(None), SignUpBlock.cause == NO_SHOWS
    )
    rows = db.session.scalars(statement.order_by(SignUpBlock.id).with_for_update(key_share=True)).all()
    begun = {clock.local(row.blocked_at).year for row in rows}
    ids, limit = [row.person_id for row in rows], current_app.config["NO_SHOW_LIMIT"]
    reaching = {
        id_
        for each in {year, *begun, *(each - 1 for each in begun)}
        for id_, count in _undecided(ids, each).items()
        if count >= limit
    }
    ending = [row for row in rows if row.person_id not in reaching]
    for row in ending:
        blocks.end(row, by_id=None, reason="")
    return len(ending)


def lock_absent(batch_id: int) -> list[int]:
    """Lock those who were absent at a roll call, before anything else is; their ids."""
    statement = (
        sa.select(Person.id)
        .join(ServiceRecord, ServiceRecord.person_id == Person.id)
        .where(ServiceRecord.batch_id == batch_id, ServiceRecord.attendance == ABSENT)
        .order_by(Person.id)
        .with_for_update(of=Person, key_share=True)
    )
    return list(db.session.scalars(statement))


def _undecided(person_ids: Collection[int], year: int) -> Mapping[int, int]:
    """Absences that staff have not already decided about by lifting a block."""
    decided = sa.exists().where(
        SignUpBlock.person_id == ServiceRecord.person_id,
        SignUpBlock.cause == NO_SHOWS,
        SignUpBlock.lifted_by_id.is_not(None),
        SignUpBlock.lifted_at >= Batch.recorded_at,
    )
    return counts(person_ids, year, ~decided)


def counts(person_ids: Collection[int], year: int, *conditions: Any) -> dict[int, int]:
    """Absences of that year that stand, of those who have any."""
    if not person_ids:
        return {}
    upheld = sa.exists().where(_about_it(), Objection.state == UPHELD)
    statement = (
        sa.select(ServiceRecord.person_id, sa.func.count())
        .join(Batch, Batch.id == ServiceRecord.batch_id)
        .join(Occurrence, Occurrence.id == ServiceRecord.occurrence_id)
        .where(*_absences(person_ids, year), ~upheld, *conditions)
        .group_by(ServiceRecord.person_id)
    )
    return {person_id: int(count) for person_id, count in db.session.execute(statement)}


def _absences(person_ids: Collection[int], year: int) -> tuple[Any, ...]:
    return (
        ServiceRecord.person_id.in_(person_ids),
        ServiceRecord.attendance == ABSENT,
        ServiceRecord.sign_up_id.is_not(None),
        Batch.reversed_at.is_(None),
        Occurrence.starts_at >= clock.start_of(date(year, 1, 1)),
        Occurrence.starts_at < clock.start_of(date(year + 1, 1, 1)),
    )


def _about_it() -> Any:
    """Objections to the absence of the row at hand."""
    return sa.and_(
        Objection.kind == NO_SHOW,
        Objection.occurrence_id == ServiceRecord.occurrence_id,
        Objection.person_id == ServiceRecord.person_id,
    )
