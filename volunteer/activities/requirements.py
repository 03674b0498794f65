"""Trainings and qualifications without which nobody takes a place: kept with a series, asked for each date."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.activities import refusals
from volunteer.activities.models import SeriesRequirement
from volunteer.core.database import constant, db
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import pgettext
from volunteer.credentials.models import QUALIFICATION, TRAINING, VALID, Credential
from volunteer.credentials.rules import LONGEST_NAME, is_valid_on

MOST = 6
KINDS = (TRAINING, QUALIFICATION)


@dataclass(frozen=True, slots=True, order=True)
class Requirement:
    """A training or qualification, by the name under which it is recorded."""

    kind: str
    name: str


def check(wanted: Sequence[Requirement]) -> None:
    """Refuse what cannot be kept; a few are enough for any post."""
    assert all(one.kind in KINDS and 0 < len(one.name) <= LONGEST_NAME for one in wanted)
    if len(wanted) > MOST:
        raise refusals.TooManyRequirements(most=MOST)


def write(series_id: int, wanted: Iterable[Requirement]) -> None:
    """Keep them with a new series."""
    rows = [{"series_id": series_id, "kind": one.kind, "name": one.name} for one in sorted(set(wanted))]
    if rows:
        db.session.execute(sa.insert(SeriesRequirement), rows)


def of_series(series_id: int) -> list[Requirement]:
    """In the order in which pages name them: trainings last, as they can be caught up on."""
    table: Any = SeriesRequirement.__table__.c
    statement = (
        sa.select(table.kind, table.name).where(table.series_id == series_id).order_by(table.kind, table.name)
    )
    return [Requirement(*row) for row in db.session.execute(statement)]


def missing(
    *, person_id: int, dates: Collection[tuple[int, dt.date]]
) -> dict[tuple[int, dt.date], list[Requirement]]:
    """What the person lacks for each (series, day), in one statement; expired and withdrawn ones do not count."""
    held = _held(person_id, {series_id for series_id, _day in dates})
    return {
        (series_id, day): [wanted for wanted, times in held[series_id].items() if not _covers(times, day)]
        for series_id, day in dates
    }


def words(wanted: Iterable[Requirement]) -> str:
    """'培训“急救培训”、资格“救护员证”'."""
    sentence = {TRAINING: _("培训“%(name)s”"), QUALIFICATION: _("资格“%(name)s”")}
    return pgettext("list separator", "、").join(sentence[one.kind] % {"name": one.name} for one in wanted)


_Times = list[tuple[dt.date, dt.date | None]]


def _held(person_id: int, series_ids: Collection[int]) -> dict[int, dict[Requirement, _Times]]:
    """Of each series what it asks for, with from when to when the person holds it."""
    wanted: Any = SeriesRequirement.__table__.c
    of_person = sa.and_(
        Credential.person_id == person_id,
        Credential.kind == wanted.kind,
        Credential.name == wanted.name,
        Credential.state == constant(VALID),
    )
    statement = (
        sa.select(wanted.series_id, wanted.kind, wanted.name, Credential.happened_on, Credential.expires_on)
        .select_from(SeriesRequirement)
        .outerjoin(Credential, of_person)
        .where(wanted.series_id.in_(series_ids))
        .order_by(wanted.series_id, wanted.kind, wanted.name, Credential.id)
    )
    found: dict[int, dict[Requirement, _Times]] = defaultdict(dict)
    for series_id, kind, name, happened_on, expires_on in db.session.execute(statement):
        times = found[series_id].setdefault(Requirement(kind, name), [])
        if happened_on is not None:
            times.append((happened_on, expires_on))
    return found


def _covers(times: _Times, day: dt.date) -> bool:
    return any(is_valid_on(day, happened_on=first, expires_on=last) for first, last in times)
