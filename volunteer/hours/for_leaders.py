"""What the roll call tells the pages of teams and of a date: pairs nobody closed, the sheet of paper (R033)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from flask import url_for

from volunteer.activities import parts
from volunteer.activities.for_leaders import LOOK_BACK, MOST_SHOWN
from volunteer.activities.models import PUBLISHED, Occurrence, Series
from volunteer.activities.policy import may_call_roll
from volunteer.attendance.models import CheckIn
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import label
from volunteer.people.models import RECORD
from volunteer.teams import todos
from volunteer.teams.todos import Todo


def open_pairs(team_ids: Sequence[int]) -> Mapping[int, Sequence[Todo]]:
    """Dates that are over where somebody checked in and never out: each opens its roll call."""
    now = clock.now()
    statement = (
        sa.select(
            Series.team_id,
            Series.title,
            Series.title_en,
            Occurrence.id,
            Occurrence.starts_at,
            sa.func.count(sa.distinct(CheckIn.person_id)).label("people"),
        )
        .join(Series, Series.id == Occurrence.series_id)
        .join(CheckIn, CheckIn.occurrence_id == Occurrence.id)
        .where(
            Series.team_id.in_(team_ids),
            Occurrence.state == PUBLISHED,
            Occurrence.recorded_at.is_(None),
            Occurrence.ends_at <= now,
            Occurrence.starts_at >= now - LOOK_BACK,
            CheckIn.left_at.is_(None),
            CheckIn.void_at.is_(None),
        )
        .group_by(Series.team_id, Series.title, Series.title_en, Occurrence.id, Occurrence.starts_at)
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(MOST_SHOWN)
    )
    found: dict[int, list[Todo]] = {}
    for row in db.session.execute(statement):
        text = _(
            "%(title)s（%(day)s）有人没签退，等您确认",
            title=label(row.title, row.title_en),
            day=formats.day(clock.local(row.starts_at).date()),
        )
        todo = Todo(text, row.people, url_for("hours.roll_call", occurrence_id=row.id))
        found.setdefault(row.team_id, []).append(todo)
    return found


def sheet_link(asked: parts.Asked) -> parts.Link | None:
    """The printed list, for whoever calls the roll of a date that is not recorded yet."""
    row = asked.row
    may = may_call_roll(asked.visitor, team_path=row.team_path, area_path=row.area_path)
    if not may or row.is_flexible or row.state != PUBLISHED or row.recorded_at is not None:
        return None
    return parts.Link(
        _("纸质签到表"),
        url_for("hours.roster", occurrence_id=row.id),
        note=_("打印出来签字，回来只填例外"),
    )


todos.register(open_pairs, right=RECORD)
parts.add_link(sheet_link, order=40)
