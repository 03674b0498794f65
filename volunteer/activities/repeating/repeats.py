"""How a leader says how often: a choice, and the first day, from which the rule is read off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.activities.models import AFTER, ASK, BEFORE, KEEP, SKIP
from volunteer.activities.repeating.lunar import FESTIVALS
from volunteer.activities.repeating.rrule import WEEKDAYS, Parts, parse
from volunteer.activities.repeating.solar_terms import TERMS
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _

ONCE, WEEKLY, FORTNIGHTLY = "once", "weekly", "fortnightly"
MONTHLY_WEEKDAY, MONTHLY_LAST, MONTHLY_DATE = "monthly_weekday", "monthly_last", "monthly_date"
MONTH_END, QUARTERLY = "month_end", "quarterly"
YEARLY, LUNAR = "yearly", "lunar"
FESTIVAL, TERM = "festival", "term"  # followed by a colon and which one

USUAL: tuple[tuple[str, Any], ...] = (
    (ONCE, _l("只办一次")),
    (WEEKLY, _l("每周")),
    (FORTNIGHTLY, _l("每两周")),
    (MONTHLY_WEEKDAY, _l("每月同一个星期几，例如第二个星期六")),
    (MONTHLY_LAST, _l("每月最后一个星期几")),
    (MONTHLY_DATE, _l("每月同一天，例如 20 日")),
    (MONTH_END, _l("每月最后一天")),
    (QUARTERLY, _l("每季度同一天")),
    (YEARLY, _l("每年同一天")),
    (LUNAR, _l("每年农历同一天，按第一次那天的农历")),
)
OFFSETS: tuple[tuple[str, Any], ...] = (
    ("", _l("就在当天")),
    ("days:-7", _l("前一个星期")),
    ("days:-3", _l("前 3 天")),
    ("days:-2", _l("前 2 天")),
    ("days:-1", _l("前 1 天")),
    ("days:1", _l("后 1 天")),
    ("nearest:SA", _l("离得最近的星期六")),
    ("nearest:SU", _l("离得最近的星期日")),
    ("week:SA", _l("那一周的星期六")),
    ("week:SU", _l("那一周的星期日")),
    ("week:SA,SU", _l("那一周的星期六和星期日")),
)
HOLIDAY_POLICIES: tuple[tuple[str, Any], ...] = (
    (KEEP, _l("照常：放假那天也办")),
    (SKIP, _l("不办：那一次就跳过")),
    (BEFORE, _l("提前：改到放假前最近的一天")),
    (AFTER, _l("推后：改到放假后最近的一天")),
    (ASK, _l("先问：那一次先不发布，等您决定")),
)
MAKEUP_POLICIES: tuple[tuple[str, Any], ...] = (
    (KEEP, _l("照常：调休上班那天也办")),
    (SKIP, _l("不办：那一次就跳过")),
    (BEFORE, _l("提前：改到前面最近的休息日")),
    (AFTER, _l("推后：改到后面最近的休息日")),
    (ASK, _l("先问：那一次先不发布，等您决定")),
)


class FifthWeek(Refused):
    sentence = _l("第一次在当月的第五个星期，有的月份没有。请选“每月最后一个星期几”，或换一个日期。")
    status = 422
    field = "repeat"


class NotTheLastWeek(Refused):
    sentence = _l("第一次不在当月最后一个星期，请换一个日期，或选“每月同一个星期几”。")
    status = 422
    field = "repeat"


class LeapMonth(Refused):
    sentence = _l("第一次落在农历闰月，不是每年都有。请换一个日期。")
    status = 422
    field = "repeat"


@dataclass(frozen=True, slots=True)
class Pattern:
    """What of a rule says how it repeats; nothing for what happens once."""

    rrule: str | None = None
    lunar: str | None = None
    solar_term: str | None = None


def grouped() -> dict[str, list[tuple[str, str]]]:
    """The choices as a phone's list shows them, under three headings."""
    return {
        _("按日期"): [(value, str(label)) for value, label in USUAL],
        _("传统节日"): [(f"{FESTIVAL}:{day}", _("每年%(name)s", name=name)) for day, name in FESTIVALS],
        _("节气"): [(f"{TERM}:{code}", _("每年%(name)s", name=name)) for code, name in TERMS],
    }


def from_first_day(
    choice: str, first: dt.date, weekdays: Iterable[int] = (), every: int | None = None
) -> Pattern:
    """The pattern of a choice. `every` n weeks or months counts where the choice is of weeks or months."""
    kind, _colon, which = choice.partition(":")
    if kind == FESTIVAL:
        return Pattern(lunar=which)
    if kind == TERM:
        return Pattern(solar_term=which)
    if kind == LUNAR:
        return Pattern(lunar=lunar_day(first))
    if kind in (WEEKLY, FORTNIGHTLY):
        days = ",".join(WEEKDAYS[day] for day in sorted(set(weekdays)) or [first.weekday()])
        return Pattern(_rule("WEEKLY", every or (2 if kind == FORTNIGHTLY else 1), f"BYDAY={days}"))
    if kind == YEARLY:
        return Pattern(f"FREQ=YEARLY;BYMONTH={first.month};BYMONTHDAY={first.day}")
    if kind == ONCE:
        return Pattern()
    return Pattern(_rule("MONTHLY", every or (3 if kind == QUARTERLY else 1), _in_month(kind, first)))


def _rule(frequency: str, every: int, days: str) -> str:
    return f"FREQ={frequency};{f'INTERVAL={every};' if every > 1 else ''}{days}"


def _in_month(kind: str, first: dt.date) -> str:
    if kind == MONTHLY_WEEKDAY:
        return f"BYDAY={_nth(first)}{WEEKDAYS[first.weekday()]}"
    if kind == MONTHLY_LAST:
        if (first + dt.timedelta(days=7)).month == first.month:
            raise NotTheLastWeek
        return f"BYDAY=-1{WEEKDAYS[first.weekday()]}"
    return "BYMONTHDAY=-1" if kind == MONTH_END else f"BYMONTHDAY={first.day}"


def _nth(day: dt.date) -> int:
    nth = (day.day - 1) // 7 + 1
    if nth == 5:
        raise FifthWeek
    return nth


def lunar_day(day: dt.date) -> str:
    """The day of the Chinese calendar, '9-9'; the last of the twelfth month is New Year's Eve, '12-last'."""
    from lunar_python import Solar  # 0.1 s and 8 MB that only lunar rules need

    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    if lunar.getMonth() < 0:
        raise LeapMonth
    following = day + dt.timedelta(days=1)
    tomorrow = Solar.fromYmd(following.year, following.month, following.day).getLunar()
    if lunar.getMonth() == 12 and tomorrow.getMonth() == 1:
        return "12-last"
    return f"{lunar.getMonth()}-{lunar.getDay()}"


def choice_of(series: Any) -> dict[str, Any]:
    """The other way round, for a template: the fields of the form that give such a rule from another first day."""
    if series.solar_term:
        return {"repeat": f"{TERM}:{series.solar_term}"}
    if series.lunar:
        known = {day for day, _name in FESTIVALS}
        return {"repeat": f"{FESTIVAL}:{series.lunar}" if series.lunar in known else LUNAR}
    if not series.recurrence:
        return {"repeat": ONCE}
    parts = parse(series.recurrence)
    every = {"every": parts.interval} if parts.interval > 1 else {}
    if parts.freq == "WEEKLY":
        return {"repeat": WEEKLY, "weekdays": [str(day) for day, _nth in parts.weekdays], **every}
    if parts.freq == "MONTHLY":
        return {"repeat": _choice_in_month(parts), **every}
    return {"repeat": YEARLY if parts.freq == "YEARLY" else ONCE}


def _choice_in_month(parts: Parts) -> str:
    if parts.is_numbered:
        return MONTHLY_LAST if parts.weekdays[0][1] == -1 else MONTHLY_WEEKDAY
    return MONTH_END if parts.monthdays == (-1,) else MONTHLY_DATE
