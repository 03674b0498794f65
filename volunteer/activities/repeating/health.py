"""Whether dates are being made: when the generator last ran, and which live series have nothing ahead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import CANCELLED, KEEP, LIVE, PUBLISHED, Occurrence, Series
from volunteer.activities.repeating.placing import lay_out
from volunteer.activities.rules import LONGEST_AHEAD, RENEW_BEFORE
from volunteer.activities.service.repeating import generating
from volunteer.activities.service.repeating.due import EVER
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
MAY_LAG = dt.timedelta(days=2)  # behind the day up to which dates are made
STILL_SHOWN = dt.timedelta(days=60)  # after the year for which a series was renewed
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
    """All live series of the areas, and those that somebody should look at."""

    live: int
    doubtful: int


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
    """Series that should go on: not at their organiser's last day or count; renewed, or forgotten of late."""
    today = clock.today()
    return sa.and_(
        Series.state == constant(LIVE),
        Series.is_repeating,
        Series.renewed_until >= today - STILL_SHOWN,
        sa.or_(Series.ends_on.is_(None), Series.ends_on >= today),
        sa.or_(Series.made_until.is_(None), Series.made_until < EVER, _next_at.is_not(None), _asks > 0),
        Series.area_id.in_(ids_within(paths)),
    )


def _is_doubtful() -> Any:
    """Nothing published ahead, not made as far as it should be, or to be renewed soon."""
    return sa.or_(_next_at.is_(None), _lags(), _ends_soon())


def _lags() -> Any:
    """The generator runs, and this series was not done: its dates are made up to `made_until` only."""
    until = sa.case((Series.renewed_until < _expected(), Series.renewed_until), else_=_expected())
    return sa.or_(Series.made_until.is_(None), Series.made_until < until)


def _expected() -> dt.date:
    return generating.horizon(clock.today()) - MAY_LAG


def _ends_soon() -> Any:
    return sa.and_(
        Series.renewed_until <= clock.today() + RENEW_BEFORE,
        sa.or_(Series.ends_on.is_(None), Series.ends_on > Series.renewed_until),
    )


def counts(paths: Sequence[str]) -> Counts:
    """One statement."""
    found = sa.select(_is_doubtful().label("doubtful")).select_from(Series).where(_live(paths)).subquery()
    row = db.session.execute(
        sa.select(sa.func.count(), sa.func.count(sa.case((found.c.doubtful, 1)))), {"now": clock.now()}
    ).one()
    return Counts(*map(int, row))


def lines(paths: Sequence[str], *, only_doubtful: bool, after: int | None = None) -> list[Line]:
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
            _lags().label("lags"),
            _ends_soon().label("ends_soon"),
        )
        .join(Team, Team.id == Series.team_id)
        .where(_live(paths))
        .order_by(Series.id)
        .limit(PAGE + 1)
    )
    if only_doubtful:
        statement = statement.where(_is_doubtful())
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
    """Red: nothing ahead although there should be. Yellow: it hangs on somebody, or on the official plan."""
    if row.next_at is None:
        return _without(row, calendar)
    if row.lags:
        return FAULT, _("后面的场次还没有排好。过几分钟还是这样，请联系系统管理员。")
    if row.ends_soon:
        return WARN, _("只排到 %(day)s，请负责人续期。", day=formats.day(row.renewed_until))
    if (missing := calendar.missing_years) and (row.on_holiday != KEEP or row.on_makeup != KEEP):
        year = min(missing)
        return WARN, _("%(year)s 年的放假安排还没有录入，先按法定节日排。", year=year)
    if row.asks:
        return WARN, _("有 %(count)s 场赶上节假日，等负责人决定。", count=row.asks)
    return GOOD, _("正常")


def _without(row: Any, calendar: Calendar) -> tuple[str, str]:
    """A yearly feast may lie too far ahead to be made; a rule that gives nothing more is at its end."""
    if row.asks:
        return WARN, _("只有还没决定办不办的日子，请负责人定下来。")
    today = clock.today()
    if row.renewed_until < today:
        day = formats.day(row.renewed_until)
        return FAULT, _("一年满了，没有续期，%(day)s 以后没有场次。请负责人续期，或者结束它。", day=day)
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
