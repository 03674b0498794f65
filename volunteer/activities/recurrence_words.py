"""How a series repeats, said in the reader's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from volunteer.activities.lunar import LAST_DAY
from volunteer.activities.rrule import Parts, as_text
from volunteer.core import formats
from volunteer.core.i18n import gettext as _

_WEEKDAYS = (_l("周一"), _l("周二"), _l("周三"), _l("周四"), _l("周五"), _l("周六"), _l("周日"))
_FULL_WEEKDAYS = (
    *(_l("星期一"), _l("星期二"), _l("星期三"), _l("星期四"), _l("星期五"), _l("星期六"), _l("星期日")),
)
_NTH = {
    1: _l("第一个"),
    2: _l("第二个"),
    3: _l("第三个"),
    4: _l("第四个"),
    5: _l("第五个"),
    -1: _l("最后一个"),
    -2: _l("倒数第二个"),
}
# Before a counted noun: 每两周, 每三个月.
_COUNTS = (_l("两"), _l("三"), _l("四"), _l("五"), _l("六"), _l("七"), _l("八"), _l("九"), _l("十"))
_MONTHS = (
    *(_l("1月"), _l("2月"), _l("3月"), _l("4月"), _l("5月"), _l("6月")),
    *(_l("7月"), _l("8月"), _l("9月"), _l("10月"), _l("11月"), _l("12月")),
)
_LUNAR_MONTHS = (
    *(_l("正月"), _l("二月"), _l("三月"), _l("四月"), _l("五月"), _l("六月")),
    *(_l("七月"), _l("八月"), _l("九月"), _l("十月"), _l("冬月"), _l("腊月")),
)
_LUNAR_DAYS = (
    *(_l("初一"), _l("初二"), _l("初三"), _l("初四"), _l("初五"), _l("初六"), _l("初七"), _l("初八")),
    *(_l("初九"), _l("初十"), _l("十一"), _l("十二"), _l("十三"), _l("十四"), _l("十五"), _l("十六")),
    *(_l("十七"), _l("十八"), _l("十九"), _l("二十"), _l("廿一"), _l("廿二"), _l("廿三"), _l("廿四")),
    *(_l("廿五"), _l("廿六"), _l("廿七"), _l("廿八"), _l("廿九"), _l("三十")),
)


def words_for(
    *, parts: Parts | None, lunar_day: tuple[int, int] | None, starts_on: dt.date, start_time: dt.time
) -> str:
    """'每月第一个星期六 8:30'. A series' own end is not told: it is renewed every year (R062)."""
    if parts is None and lunar_day is None:
        return _("只此一次")
    repeat = _lunar(*lunar_day) if lunar_day else _repeat(parts, starts_on) if parts else ""
    told = _("%(repeat)s %(time)s", repeat=repeat, time=f"{start_time.hour}:{start_time.minute:02d}")
    if parts and parts.count is not None:
        return _("%(repeat)s，共 %(count)s 次", repeat=told, count=parts.count)
    if parts and parts.until is not None:
        return _("%(repeat)s，到%(date)s为止", repeat=told, date=formats.full_day(parts.until))
    return told


def _lunar(month: int, day: int) -> str:
    if day != LAST_DAY:
        return _("每年农历%(month)s%(day)s", month=_LUNAR_MONTHS[month - 1], day=_LUNAR_DAYS[day - 1])
    if month == 12:
        return _("每年除夕")
    return _("每年农历%(month)s最后一天", month=_LUNAR_MONTHS[month - 1])


def _repeat(parts: Parts, starts_on: dt.date) -> str:
    full = parts.on_start(starts_on)
    if full.freq == "YEARLY":
        return _yearly(full) or _in_own_letters(parts)
    repeat = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly}[full.freq](full)
    if repeat and full.months:
        repeat = _("在%(months)s，%(repeat)s", months=_months(full.months), repeat=repeat)
    return repeat or _in_own_letters(parts)


def _daily(parts: Parts) -> str:
    if parts.monthdays or (parts.weekdays and parts.interval != 1):
        return ""
    if parts.weekdays:
        return _weekly(parts)
    if parts.interval == 1:
        return _("每天")
    return _("每%(number)s天", number=_count(parts.interval))


def _weekly(parts: Parts) -> str:
    days = _weekdays([weekday for weekday, _nth in parts.weekdays])
    if parts.interval == 1:
        return _("每%(days)s", days=days)
    return _("每%(number)s周的%(days)s", number=_count(parts.interval), days=days)


def _monthly(parts: Parts) -> str:
    days = _days_of_month(parts)
    if not days:
        return ""
    if parts.interval == 1:
        return _("每月%(days)s", days=days)
    return _("每%(number)s个月的%(days)s", number=_count(parts.interval), days=days)


def _yearly(parts: Parts) -> str:
    days = _days_of_month(parts)
    if not days or not parts.months:
        return ""
    if parts.interval > 1:
        return _(
            "每%(number)s年%(months)s的%(days)s",
            number=_count(parts.interval),
            months=_months(parts.months),
            days=days,
        )
    if len(parts.months) == len(parts.monthdays) == 1 and parts.monthdays[0] > 0:
        return _("每年%(month)s%(day)s日", month=_MONTHS[parts.months[0] - 1], day=parts.monthdays[0])
    return _("每年%(months)s的%(days)s", months=_months(parts.months), days=days)


def _days_of_month(parts: Parts) -> str:
    """'第二个星期六', '5日、20日', '最后一天'; empty when there are no plain words for it."""
    if parts.positions or (parts.monthdays and parts.weekdays):
        return ""
    if parts.monthdays:
        numbers = sorted(parts.monthdays, key=lambda number: (number < 0, number))
        return _listed(_day_of_month(number) for number in numbers)
    if not parts.is_numbered:
        return _listed(
            _("每个%(weekday)s", weekday=_FULL_WEEKDAYS[weekday]) for weekday, _nth in parts.weekdays
        )
    if any(nth not in _NTH for _weekday, nth in parts.weekdays):
        return ""
    ordered = sorted(parts.weekdays, key=lambda item: (item[1] < 0, item[1], item[0]))
    return _listed(
        _("%(nth)s%(weekday)s", nth=_NTH[nth], weekday=_FULL_WEEKDAYS[weekday]) for weekday, nth in ordered
    )


def _day_of_month(number: int) -> str:
    if number == -1:
        return _("最后一天")
    if number < 0:
        return _("倒数第%(number)s天", number=-number)
    return _("%(number)s日", number=formats.day_of_month(number))


def _weekdays(weekdays: list[int]) -> str:
    """'周三', '周一、周三', and '周一至周五' for three or more in a row."""
    names = [_WEEKDAYS[weekday] for weekday in weekdays]
    if len(weekdays) > 2 and weekdays[-1] - weekdays[0] == len(weekdays) - 1:
        return _("%(first)s至%(last)s", first=names[0], last=names[-1])
    return _listed(names)


def _months(months: tuple[int, ...]) -> str:
    return _listed(_MONTHS[month - 1] for month in months)


def _listed(items: Iterable[object]) -> str:
    first, *rest = items
    text = str(first)
    for item in rest:
        text = _("%(items)s、%(item)s", items=text, item=item)
    return text


def _count(number: int) -> str:
    """Small numbers as words, the others as digits."""
    return str(_COUNTS[number - 2]) if 2 <= number <= 10 else str(number)


def _in_own_letters(parts: Parts) -> str:
    return _("按日历规则 %(rule)s", rule=as_text(parts))
