"""Enter a year's plan and correct single days. The first change copies what was known into the tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core import clock, inputs
from volunteer.core.database import db, insert
from volunteer.core.errors import Refused
from volunteer.workdays import queries
from volunteer.workdays.models import CalendarDay, CalendarYear
from volunteer.workdays.rules import HOLIDAY, WORKDAY, Day, is_weekend

FIRST_YEAR, LAST_YEAR = 2004, 2100
LONGEST_NAME = 40


class NotAYear(Refused):
    sentence = _l("请选 %(first)s 年到 %(last)s 年之间的年份。")
    status = 422


class OutsideTheYear(Refused):
    sentence = _l("%(day)s 不在 %(year)s 年里，请核对日期。")
    status = 422
    field = "day"


class NotAWeekend(Refused):
    """R055: a make-up workday is a weekend day, or there is nothing to make up for."""

    sentence = _l("%(day)s 不是周六、周日，本来就上班，不用填。")
    status = 422
    field = "day"


class BothKinds(Refused):
    sentence = _l("%(day)s 既写了放假又写了上班，请只留一样。")
    status = 422
    field = "day"


class UnknownKind(Refused):
    sentence = _l("请选这一天是放假还是上班。")
    status = 422
    field = "kind"


class BadName(Refused):
    sentence = _l("名称最多 40 个字。")
    status = 422
    field = "name"


def enter_year(*, actor_id: int | None, year: int, days: Iterable[Day], is_final: bool = True) -> None:
    """All days of the year at once, in place of whatever stood there (R055)."""
    checked = _checked(year, days)
    _lock(actor_id, year, is_final)
    before = queries.year(year).days
    db.session.execute(sa.delete(CalendarDay).where(*_of(year)))
    _write(checked)
    _touch(actor_id, year, is_final)
    audit.record(
        actor_id=actor_id,
        act="calendar_year_entered",
        kind="calendar_year",
        id=year,
        is_final=is_final,
        before=len(before),
        after=len(checked),
    )


def put_day(*, actor_id: int | None, year: int, day: Day) -> None:
    """One day off, or one make-up workday, in place of what stood there for that day."""
    checked = _checked(year, [day])
    _keep_here(actor_id, year)
    db.session.execute(sa.delete(CalendarDay).where(CalendarDay.day == day.day))
    _write(checked)
    _touch(actor_id, year)
    audit.record(
        actor_id=actor_id,
        act="calendar_day_put",
        kind="calendar_year",
        id=year,
        day=day.day.isoformat(),
        day_kind=day.kind,
    )


def remove_day(*, actor_id: int | None, year: int, day: dt.date) -> bool:
    """The day is again what its weekday says; False when it was already."""
    _check_year(year, day)
    if day not in {known.day for known in queries.year(year).days}:
        return False
    _keep_here(actor_id, year)
    db.session.execute(sa.delete(CalendarDay).where(CalendarDay.day == day))
    _touch(actor_id, year)
    audit.record(
        actor_id=actor_id, act="calendar_day_removed", kind="calendar_year", id=year, day=day.isoformat()
    )
    return True


def set_final(*, actor_id: int | None, year: int, is_final: bool) -> None:
    """Whether what stands there is the official plan; while it is not, desk and series say so."""
    _check_year(year)
    if queries.year(year).is_final == is_final:
        return
    _keep_here(actor_id, year)
    _touch(actor_id, year, is_final)
    audit.record(
        actor_id=actor_id, act="calendar_year_marked", kind="calendar_year", id=year, is_final=is_final
    )


def forget_year(*, actor_id: int | None, year: int) -> None:
    """Back to what the library or the law says; everything entered for the year goes."""
    _check_year(year)
    db.session.execute(sa.delete(CalendarDay).where(*_of(year)))
    db.session.execute(sa.delete(CalendarYear).where(CalendarYear.year == year))
    audit.record(actor_id=actor_id, act="calendar_year_forgotten", kind="calendar_year", id=year)


def _checked(year: int, days: Iterable[Day]) -> list[Day]:
    found: dict[dt.date, Day] = {}
    for day in days:
        _check_year(year, day.day)
        if day.kind not in {HOLIDAY, WORKDAY}:
            raise UnknownKind
        if day.kind == WORKDAY and not is_weekend(day.day):
            raise NotAWeekend(day=day.day)
        if found.get(day.day, day).kind != day.kind:
            raise BothKinds(day=day.day)
        found.setdefault(day.day, Day(day.day, day.kind, _name(day.name)))
    return sorted(found.values())


def _check_year(year: int, day: dt.date | None = None) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotAYear(first=FIRST_YEAR, last=LAST_YEAR)
    if day is not None and day.year != year:
        raise OutsideTheYear(day=day, year=year)


def _name(name: str) -> str:
    cleaned = inputs.clean(name)
    if len(cleaned) > LONGEST_NAME:
        raise BadName
    return cleaned


def _keep_here(actor_id: int | None, year: int) -> None:
    """Make the tables the whole truth of the year: what was known of it is copied, once."""
    known = queries.year(year)
    if _lock(actor_id, year, known.is_final) and known.source != queries.ENTERED:
        _write(known.days)


def _lock(actor_id: int | None, year: int, is_final: bool) -> bool:
    """Hold the year's row, made if there is none; True when it was made here."""
    values = {"year": year, "is_final": is_final, "changed_at": clock.now(), "changed_by_id": actor_id}
    made = db.session.execute(
        insert(CalendarYear).values(values).on_conflict_do_nothing().returning(CalendarYear.year)
    ).first()
    db.session.execute(sa.select(CalendarYear.year).where(CalendarYear.year == year).with_for_update())
    return made is not None


def _touch(actor_id: int | None, year: int, is_final: bool | None = None) -> None:
    values = {"changed_at": clock.now(), "changed_by_id": actor_id}
    if is_final is not None:
        values["is_final"] = is_final
    db.session.execute(sa.update(CalendarYear).where(CalendarYear.year == year).values(values))


def _write(days: Iterable[Day]) -> None:
    rows = [{"day": day.day, "kind": day.kind, "name": day.name} for day in days]
    if rows:
        db.session.execute(sa.insert(CalendarDay), rows)


def _of(year: int) -> tuple[sa.ColumnElement[bool], ...]:
    return CalendarDay.day >= dt.date(year, 1, 1), CalendarDay.day <= dt.date(year, 12, 31)
