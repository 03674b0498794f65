"""Who may not sign up at present, for staff: the list with what was written down, and a line on each one's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import lazy_gettext as _l

from volunteer.activities.models import NO_SHOWS, SignUpBlock
from volunteer.activities.signing import blocks
from volunteer.areas.models import Area
from volunteer.areas.queries import ids_within
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.hours import no_shows
from volunteer.hours.no_shows import NoShow
from volunteer.people import rules, sheet
from volunteer.people.models import Person

PAGE = 30


@dataclass(frozen=True)
class Row:
    """One block in force."""

    person_id: int
    number: str
    masked_name: str
    area_path: str
    by_rule: bool
    note: str
    blocked_at: datetime
    absences: list[NoShow]


class NobodyCalledSo(Refused):
    """Unknown, of another area, oneself: the answer is the same."""

    sentence = _l("没有找到这位志愿者。请核对编号。")
    status = 422
    field = "number"


def person_called(text: str) -> int:
    """The person of that volunteer number; whether the reader may decide is asked by the service."""
    number = rules.as_volunteer_number(text)
    person_id = db.session.scalar(sa.select(Person.id).where(Person.number == number)) if number else None
    if person_id is None:
        raise NobodyCalledSo
    return person_id


def rows(paths: Sequence[str], *, after: int | None = None) -> tuple[list[Row], int | None]:
    """The blocks of people in these areas, the oldest first, and the mark of the next page."""
    statement = in_force(paths).order_by(SignUpBlock.id).limit(PAGE + 1)
    if after is not None:
        statement = statement.where(SignUpBlock.id > after)
    found = db.session.execute(statement).all()
    shown = found[:PAGE]
    absences = _absences(shown)
    listed = [_row(row, absences.get(row.person_id, [])) for row in shown]
    return listed, shown[-1].id if len(found) > PAGE else None


def area_path(person_id: int) -> str | None:
    """Where somebody lives whose sign-ups are stopped; None for everybody else."""
    return db.session.scalar(
        sa.select(Area.path)
        .join(Person, Person.area_id == Area.id)
        .join(SignUpBlock, SignUpBlock.person_id == Person.id)
        .where(Person.id == person_id, SignUpBlock.lifted_at.is_(None))
    )


def part(person_id: int) -> sheet.Part:
    """The line on the staff's page of a person."""
    block = blocks.live(person_id)
    lines = []
    if block is not None:
        text = _("从%(day)s起暂停报名", day=formats.day(clock.local(block.blocked_at).date()))
        lines.append(sheet.Line(text, block.note, url_for("hours.blocked_people")))
    missed = no_shows.counts([person_id], clock.today().year).get(person_id, 0)
    if missed:
        lines.append(sheet.Line(_("今年报了名没来 %(count)s 次", count=missed)))
    return sheet.Part(_("守约"), lines, _("都按时来了"))


def in_force(paths: Sequence[str]) -> Any:
    """The statement of them, for the list and for the number on the desk."""
    return (
        sa.select(
            SignUpBlock.id,
            SignUpBlock.person_id,
            SignUpBlock.cause,
            SignUpBlock.note,
            SignUpBlock.blocked_at,
            Person.name,
            Person.number,
            Area.path.label("area_path"),
        )
        .join(Person, Person.id == SignUpBlock.person_id)
        .join(Area, Area.id == Person.area_id)
        .where(SignUpBlock.lifted_at.is_(None), Person.area_id.in_(ids_within(paths)))
    )


def _absences(shown: Sequence[Any]) -> dict[int, list[NoShow]]:
    """Those of the year in which each was stopped, read once for each year."""
    found: dict[int, list[NoShow]] = {}
    for year in sorted({clock.local(row.blocked_at).year for row in shown}):
        ids = [row.person_id for row in shown if clock.local(row.blocked_at).year == year]
        found |= no_shows.of_people(ids, year)
    return found


def _row(row: Any, absences: list[NoShow]) -> Row:
    return Row(
        row.person_id, row.number, formats.masked_name(row.name), row.area_path, row.cause == NO_SHOWS, row.note,
        row.blocked_at, absences,
    )  # fmt: skip


sheet.add_part(part)
