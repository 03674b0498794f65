"""What hours tell the pages of teams and of a date: roll calls to make, people to rate, the sheet of paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app, g, url_for

from volunteer.activities import parts
from volunteer.activities.for_leaders import LOOK_BACK, MOST_SHOWN
from volunteer.activities.models import PUBLISHED, Occurrence, Series
from volunteer.activities.policy import may_call_roll
from volunteer.attendance.models import CheckIn
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import label, ngettext
from volunteer.hours import unfinished
from volunteer.people.models import RECORD
from volunteer.teams import todos
from volunteer.teams.todos import Todo
from volunteer.workdays import queries as workdays


def roll_calls(team_ids: Sequence[int]) -> Mapping[int, Sequence[Todo]]:
    """Dates that are over, with people signed up and no hours recorded: each opens its roll call.

    Urgent are those beyond their ten working days (R041), but not where the leader has handed in the hours.
    """
    now = clock.now()
    statement = (
        unfinished.unrecorded(Series.team_id.in_(team_ids), Occurrence.starts_at >= now - LOOK_BACK)
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(MOST_SHOWN)
    )
    rows = db.session.execute(statement).all()
    since = _record_since() if rows else now
    found: dict[int, list[Todo]] = {}
    for row in rows:
        found.setdefault(row.team_id, []).append(_roll_call(row, is_late=row.ends_at < since))
    return found


def _roll_call(row: Any, *, is_late: bool) -> Todo:
    text, kind = _("等您点名"), ""
    if row.is_proposed:
        text = _("时长交上去了，等批准")
    elif is_late:
        text, kind = _("请尽快点名"), "urgent"
    href = url_for("hours.roll_call", occurrence_id=row.id)
    return Todo(text, row.taken, href, kind, about=_named(row), amount=todos.people(row.taken))


def _record_since() -> dt.datetime:
    """What ended before this moment should be done with by now (R041); the calendar is read once per page."""
    by_day: dict[dt.date, dt.datetime] = g.setdefault("record_since", {})
    today = clock.today()
    if today not in by_day:
        by_day[today] = clock.start_of(workdays.first_in_time(current_app.config["HOURS_DUE_DAYS"]))
    return by_day[today]


def overdue_ratings(team_ids: Sequence[int]) -> Mapping[int, Sequence[Todo]]:
    """How many dates of each team nobody has rated anybody of in time (R041, R048); opens the oldest.

    So many working days are never fewer days: most leaders need no look at the calendar.
    """
    days_ago = clock.now() - dt.timedelta(days=current_app.config["HOURS_DUE_DAYS"])
    unrated = unfinished.unrated(Series.team_id.in_(team_ids), Occurrence.ends_at < days_ago)
    rows = db.session.execute(unrated.order_by(Occurrence.starts_at, Occurrence.id)).all()
    since = _record_since() if rows else days_ago
    overdue: dict[int, list[Any]] = {}
    for row in rows:
        if row.ends_at < since:
            overdue.setdefault(row.team_id, []).append(row)
    return {team_id: [_ratings(dates[0], len(dates))] for team_id, dates in overdue.items()}


def _ratings(oldest: Any, count: int) -> Todo:
    text, amount = _("还没有评价来的人"), ""
    if count > 1:
        text = _("从这一场起，还没有评价来的人")
        amount = ngettext("%(count)s 场", "%(count)s 场", count) % {"count": count}
    href = url_for("hours.ratings", occurrence_id=oldest.id)
    return Todo(text, count, href, "urgent", about=_named(oldest), amount=amount)


def _named(row: Any) -> str:
    return f"{label(row.title, row.title_en)} · {formats.day(clock.local(row.starts_at).date())}"


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
            ~unfinished.IS_PROPOSED,
        )
        .group_by(Series.team_id, Series.title, Series.title_en, Occurrence.id, Occurrence.starts_at)
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(MOST_SHOWN)
    )
    found: dict[int, list[Todo]] = {}
    for row in db.session.execute(statement):
        href = url_for("hours.roll_call", occurrence_id=row.id)
        text, amount = _("有人没签退，等您确认"), todos.people(row.people)
        todo = Todo(text, row.people, href, about=_named(row), amount=amount)
        found.setdefault(row.team_id, []).append(todo)
    return found


def sheet_link(asked: parts.Asked) -> parts.Link | None:
    """The printed list, for whoever calls the roll of a date that is not recorded yet."""
    row = asked.row
    may = may_call_roll(asked.visitor, team_path=row.team_path, area_path=row.area_path)
    if not may or row.is_flexible or row.recorded_at is not None:
        return None
    return parts.Link(
        _("纸质签到表"),
        url_for("hours.roster", occurrence_id=row.id),
        note=_("打印出来签字，回来只填例外"),
    )


todos.register(roll_calls, right=RECORD)
todos.register(open_pairs, right=RECORD)
todos.register(overdue_ratings, right=RECORD)
parts.add_link(sheet_link, order=40)
