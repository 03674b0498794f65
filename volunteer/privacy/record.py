"""What was merged into a record, or where it went, for staff's page of that person (people/sheet.py)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_login import current_user

from volunteer.areas.models import Area
from volunteer.core import formats
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.people import policy as people
from volunteer.people import sheet
from volunteer.people.models import Person
from volunteer.privacy import policy
from volunteer.privacy.models import Merge
from volunteer.privacy.service import parting

MOST = 20


def part(person_id: int) -> sheet.Part | None:
    """Merges that stand, newest first, as far as the reader may know the other record; none, no part."""
    rows = [row for row in _merges(person_id) if people.may_see_record(current_user, row.path)]
    if not rows:
        return None
    own_path = _path(person_id)
    lines = [
        _line(row.Merge, row.number, (own_path, row.path), is_gone=row.Merge.gone_id == person_id)
        for row in rows
    ]
    return sheet.Part(_("合并的登记"), lines, "")


def _line(row: Merge, number: str, paths: tuple[str, str], *, is_gone: bool) -> sheet.Line:
    words = _("并入 %(number)s", number=number) if is_gone else _("并进来 %(number)s", number=number)
    note = _("%(day)s 合并", day=formats.full_day(row.merged_at))
    if not policy.may_merge(current_user, (row.kept_id, row.gone_id), paths):
        return sheet.Line(words, note)
    if parting.is_open(row):
        note = _(
            "%(day)s 合并，%(until)s 以前可以撤销",
            day=formats.full_day(row.merged_at),
            until=formats.full_day(parting.undo_until(row)),
        )
    return sheet.Line(words, note, url_for("privacy.merged", merge_id=row.id))


def _merges(person_id: int) -> list[Any]:
    """With number and area of the other record."""
    other_id = sa.case((Merge.gone_id == person_id, Merge.kept_id), else_=Merge.gone_id)
    statement = (
        sa.select(Merge, Person.number, Area.path)
        .join(Person, Person.id == other_id)
        .join(Area, Area.id == Person.area_id)
        .where(Merge.undone_at.is_(None), sa.or_(Merge.gone_id == person_id, Merge.kept_id == person_id))
        .order_by(Merge.id.desc())
        .limit(MOST)
    )
    return list(db.session.execute(statement))


def _path(person_id: int) -> str:
    statement = sa.select(Area.path).join(Person, Person.area_id == Area.id).where(Person.id == person_id)
    return db.session.scalars(statement).one()


sheet.add_part(part)
