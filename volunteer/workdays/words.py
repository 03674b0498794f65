"""The feasts in the reader's language, and a year's days as people speak of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.core import formats
from volunteer.core.i18n import gettext as _
from volunteer.workdays.rules import HOLIDAY, WORKDAY, Calendar, Day, Stretch, stretches

FEASTS: dict[str, Any] = {
    "元旦": _l("元旦"),
    "春节": _l("春节"),
    "清明节": _l("清明节"),
    "劳动节": _l("劳动节"),
    "端午节": _l("端午节"),
    "中秋节": _l("中秋节"),
    "国庆节": _l("国庆节"),
}
NEAR = dt.timedelta(days=30)  # a make-up workday without a name belongs to the feast so near


@dataclass(frozen=True)
class Feast:
    """A holiday with the weekend days that are worked for it."""

    name: str
    days: tuple[Day, ...]

    @property
    def off(self) -> int:
        return sum(day.kind == HOLIDAY for day in self.days)

    @property
    def sentences(self) -> list[str]:
        """'2月15日（周日）至2月23日（周一）放假，共 9 天', '2月14日（周六）上班'."""
        return [_stretch(stretch) for stretch in stretches(self.days)]


def label(name: str | None) -> str:
    """The feast's name in the reader's language; what staff made up stays as they wrote it."""
    return str(FEASTS.get(name or "", name or ""))


def about(calendar: Calendar, day: dt.date) -> str:
    """What the calendar says of a day, in a sentence."""
    values = {"day": named_day(day), "feast": label(calendar.name_of(day))}
    if calendar.is_holiday(day):
        return _("%(day)s是%(feast)s假期。", **values) if values["feast"] else _("%(day)s放假。", **values)
    if calendar.is_makeup(day):
        return _("%(day)s调休，要上班。", **values)
    return (
        _("%(day)s是工作日。", **values) if calendar.is_working_day(day) else _("%(day)s是周末。", **values)
    )


def feasts(days: Iterable[Day]) -> list[Feast]:
    """The days feast by feast, in the order of the year."""
    found: dict[str, list[Day]] = {}
    loose: list[Day] = []
    for day in sorted(days):
        (loose if day.kind == WORKDAY and not day.name else found.setdefault(day.name, [])).append(day)
    for day in loose:
        near = min(
            found, key=lambda name: min(abs(other.day - day.day) for other in found[name]), default=None
        )
        if near is None or min(abs(other.day - day.day) for other in found[near]) > NEAR:
            near = ""
        found.setdefault(near, []).append(day)
    groups = [Feast(label(name) or _("其他"), tuple(sorted(group))) for name, group in found.items()]
    return sorted(groups, key=lambda feast: min(feast.days, key=lambda day: (day.kind != HOLIDAY, day)))


def _stretch(stretch: Stretch) -> str:
    first, last = (_day(formats.day_in_year(day), day) for day in (stretch.first, stretch.last))
    if stretch.kind == WORKDAY:
        return _("%(day)s上班", day=first)
    if stretch.first == stretch.last:
        return _("%(day)s放假，共 1 天", day=first)
    return _("%(first)s至%(last)s放假，共 %(count)s 天", first=first, last=last, count=stretch.length)


def named_day(day: dt.date) -> str:
    """'11月28日（周六）', with the year when it is not this one."""
    return _day(formats.day(day), day)


def _day(text: str, day: dt.date) -> str:
    return _("%(day)s（%(weekday)s）", day=text, weekday=formats.weekday(day))
