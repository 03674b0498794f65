"""Whether dates are being made: when the generator last ran, and which live series have nothing ahead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import CANCELLED, KEEP, LIVE, PUBLISHED, Occurrence, Series
from volunteer.activities.repeating.placing import lay_out
from volunteer.activities.rules import LONGEST_AHEAD
from volunteer.activities.service.repeating import generating
from volunteer.areas.queries import ids_within
from volunteer.core import clock, formats, installation
from volunteer.core.database import constant, db
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import label
from volunteer.teams.models import Team
from volunteer.workdays import queries as workdays
from volunteer.workdays.rules import Calendar

LAST_RUN = "series_extended_at"
STOPPED_AFTER = dt.timedelta(minutes=15)  # it runs every minute
PAGE = 50
GOOD, WARN, FAULT = "good", "warn", "fault"


@dataclass(frozen=True)
class Line:
    """A live series that repeats; `kind` is how it stands, `sentence` why."""

    id: int
    title: str
    team: str
    next_at: dt.datetime | None
    kind: str
    sentence: str


@dataclass(frozen=True)
class Counts:
    """All live series of the areas, and those without any published date ahead."""

    live: int
    without: int
    undecided: int


def note_run(now: dt.datetime) -> None:
    """The generator has been through all series."""
    installation.note(LAST_RUN, now.isoformat())


def last_run() -> dt.datetime | None:
    text = installation.fact(LAST_RUN)
    return dt.datetime.fromisoformat(text) if text else None


def is_stopped(ran_at: dt.datetime | None, now: dt.datetime) -> bool:
    return ran_at is None or ran_at < now - STOPPED_AFTER


_coming = sa.and_(Occurrence.series_id == Series.id, Occurrence.starts_at > sa.bindparam("now"))
_next_at = (
    sa.select(sa.func.min(Occurrence.starts_at))
    .where(_coming, Occurrence.state == constant(PUBLISHED))
    .correlate(Series)
    .scalar_subquery()
)
_asks = (
    sa.select(sa.func.count())
    .where(_coming, Occurrence.asks.is_not(None), Occurrence.state != constant(CANCELLED))
    .correlate(Series)
    .scalar_subquery()
)
_cancelled = (
    sa.select(sa.func.count())
    .where(_coming, Occurrence.state == constant(CANCELLED))
    .correlate(Series)
    .scalar_subquery()
)


def _live(paths: Sequence[str]) -> Any:
    """Series that should go on: renewed, and not past their organiser's last day."""
    today = clock.today()
    return sa.and_(
        Series.state == constant(LIVE),
        Series.is_repeating,
        Series.renewed_until >= today,
        sa.or_(Series.ends_on.is_(None), Series.ends_on >= today),
        Series.area_id.in_(ids_within(paths)),
    )


def counts(paths: Sequence[str]) -> Counts:
    """One statement."""
    found = (
        sa.select(_next_at.label("next_at"), _asks.label("asks"))
        .select_from(Series)
        .where(_live(paths))
        .subquery()
    )
    row = db.session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count(sa.case((found.c.next_at.is_(None), 1))),
            sa.func.count(sa.case((found.c.asks > 0, 1))),
        ),
        {"now": clock.now()},
    ).one()
    return Counts(*map(int, row))


def lines(paths: Sequence[str], *, only_without: bool, after: int | None = None) -> list[Line]:
    """A page of series by id, one more when there is a next page; a few statements for all of them."""
    statement = (
        sa.select(
            *(
                column
                for column in Series.__table__.columns
                if column.key not in ("content", "risk_statement")
            ),
            Team.name.label("team_name"),
            Team.name_en.label("team_name_en"),
            _next_at.label("next_at"),
            _asks.label("asks"),
            _cancelled.label("cancelled"),
        )
        .join(Team, Team.id == Series.team_id)
        .where(_live(paths))
        .order_by(Series.id)
        .limit(PAGE + 1)
    )
    if only_without:
        statement = statement.where(_next_at.is_(None))
    if after is not None:
        statement = statement.where(Series.id > after)
    calendar = _calendar()
    return [_line(row, calendar) for row in db.session.execute(statement, {"now": clock.now()})]


def _calendar() -> Calendar:
    """The table up to where a rule is followed; its missing years are those that dates are made in now."""
    today = clock.today()
    year = workdays.calendar(today, today + LONGEST_AHEAD)
    near = {today.year, generating.horizon(today).year}
    return Calendar(year.days, year.missing_years & near)


def _line(row: Any, calendar: Calendar) -> Line:
    kind, sentence = _standing(row, calendar)
    team = label(row.team_name, row.team_name_en)
    return Line(row.id, label(row.title, row.title_en), team, row.next_at, kind, sentence)


def _standing(row: Any, calendar: Calendar) -> tuple[str, str]:
    """Red: nothing ahead although there should be. Yellow: it hangs on a decision or on the official plan."""
    if row.next_at is None and row.asks:
        return WARN, _("只有还没决定办不办的日子，请负责人定下来。")
    if row.next_at is None:
        return _without(row, calendar)
    if (missing := calendar.missing_years) and (row.on_holiday != KEEP or row.on_makeup != KEEP):
        year = min(missing)
        return WARN, _("%(year)s 年的放假安排还没有录入，先按法定节日排。", year=year)
    if row.asks:
        return WARN, _("有 %(count)s 场赶上节假日，等负责人决定。", count=row.asks)
    return GOOD, _("正常")


def _without(row: Any, calendar: Calendar) -> tuple[str, str]:
    """A yearly feast may lie too far ahead to be made; a rule that gives nothing more is at its end."""
    today = clock.today()
    first, last = today + dt.timedelta(days=1), min(row.renewed_until, today + LONGEST_AHEAD)
    placed = (
        lay_out(generating.rule_of(row), calendar=calendar, first=first, last=last) if first <= last else []
    )
    coming = next((day.on for day in placed if day.on is not None), None)
    if coming is None:
        return FAULT, _("后面没有日子了，请续期，或者结束这个系列。")
    if coming > generating.horizon(today):
        return GOOD, _("下一次是 %(day)s，到时候自动排出来。", day=formats.day(coming))
    if row.cancelled:
        return WARN, _("接下来的几场都取消了。")
    return FAULT, _("该有 %(day)s这一场，却没有排出来。", day=formats.day(coming))
