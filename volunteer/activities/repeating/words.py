"""How a series repeats, said in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from volunteer.activities.models import AFTER, ASK, BEFORE, KEEP, SKIP
from volunteer.activities.repeating.lunar import FESTIVALS, LAST_DAY
from volunteer.activities.repeating.lunar import parse as parse_lunar
from volunteer.activities.repeating.offsets import DAYS, NEAREST
from volunteer.activities.repeating.offsets import parse as parse_offset
from volunteer.activities.repeating.rrule import EVERY_DAY, Parts, parse
from volunteer.activities.repeating.solar_terms import DOG_DAYS, TERMS
from volunteer.core import formats
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext, pgettext

if TYPE_CHECKING:
    from volunteer.activities.repeating.recurrence import Rule

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


_POLICIES = {
    ("holiday", SKIP): _l("遇节假日停办"),
    ("holiday", BEFORE): _l("遇节假日提前"),
    ("holiday", AFTER): _l("遇节假日顺延"),
    ("holiday", ASK): _l("遇节假日另行通知"),
    ("makeup", SKIP): _l("遇调休上班日停办"),
    ("makeup", BEFORE): _l("遇调休上班日提前"),
    ("makeup", AFTER): _l("遇调休上班日顺延"),
    ("makeup", ASK): _l("遇调休上班日另行通知"),
}
_FESTIVALS = dict(FESTIVALS)
_TERMS = dict((*TERMS, *DOG_DAYS))


def words(rule: Rule) -> str:
    """'每月第一个星期六 8:30，遇节假日顺延'; needs an application context for the language.

    The end that every series has until it is renewed (R062) is not told.
    """
    if not rule.is_repeating:
        return _("只此一次")
    parts = parse(rule.rrule).on_start(rule.starts_on) if rule.rrule else None
    repeat = (_of_parts(parts, rule) if parts else _each_year(rule, _named_day(rule))) or (
        _("按日历规则 %(rule)s", rule=rule.rrule)
    )
    told = _with_time(repeat, rule)
    for kind, policy in (("holiday", rule.on_holiday), ("makeup", rule.on_makeup)):
        if policy != KEEP:
            told = _("%(repeat)s，%(detail)s", repeat=told, detail=_POLICIES[kind, policy])
    return _with_end(told, rule, parts)


def _with_time(repeat: str, rule: Rule) -> str:
    if rule.window_days is None:
        return _("%(repeat)s %(time)s", repeat=repeat, time=_times(rule))
    if rule.window_days == 1:
        return _("%(repeat)s，几点都行", repeat=repeat)
    return _("%(repeat)s起，%(days)s 天之内", repeat=repeat, days=rule.window_days)


def _times(rule: Rule) -> str:
    times = (rule.start_time, *(shift.start_time for shift in rule.shifts))
    return _listed(f"{time.hour}:{time.minute:02d}" for time in times)


def _with_end(told: str, rule: Rule, parts: Parts | None) -> str:
    ends = [day for day in (rule.ends_on, parts.until if parts else None) if day]
    counts = [count for count in (rule.most_dates, parts.count if parts else None) if count]
    if counts:
        most = min(counts)
        told = ngettext("%(repeat)s，共 %(count)s 次", "%(repeat)s，共 %(count)s 次", most) % {
            "repeat": told,
            "count": most,
        }
    if ends:
        told = _("%(repeat)s，到%(date)s为止", repeat=told, date=formats.full_day(min(ends)))
    return told


def _named_day(rule: Rule) -> str:
    """'清明', '重阳节', '农历六月初一'."""
    if rule.solar_term:
        return str(_TERMS[rule.solar_term])
    if rule.lunar in _FESTIVALS:
        return str(_FESTIVALS[rule.lunar])
    month, day, is_leap = parse_lunar(rule.lunar or "")
    name = _LUNAR_MONTHS[month - 1]
    if day == LAST_DAY:
        return _("农历%(month)s最后一天", month=name)
    if is_leap:
        return _("农历闰%(month)s%(day)s", month=name, day=_LUNAR_DAYS[day - 1])
    return _("农历%(month)s%(day)s", month=name, day=_LUNAR_DAYS[day - 1])


def _each_year(rule: Rule, day: str) -> str:
    """The same day of each year, or one told from it: '每年重阳节前3天', '每年3月5日那一周的周六'."""
    if rule.offset is None:
        return _("每年%(day)s", day=day)
    offset = parse_offset(rule.offset)
    if offset.kind == DAYS:
        return _days_away(day, offset.days)
    if offset.kind == NEAREST:
        return _("每年离%(day)s最近的%(weekday)s", day=day, weekday=_FULL_WEEKDAYS[offset.weekdays[0]])
    return _("每年%(day)s那一周的%(weekdays)s", day=day, weekdays=_weekdays(list(offset.weekdays)))


def _days_away(day: str, days: int) -> str:
    if abs(days) == 1:
        return _("每年%(day)s前一天", day=day) if days < 0 else _("每年%(day)s后一天", day=day)
    if days < 0:
        return _("每年%(day)s前%(number)s天", day=day, number=-days)
    return _("每年%(day)s后%(number)s天", day=day, number=days)


def _of_parts(parts: Parts, rule: Rule) -> str:
    """Empty when there are no plain words for it."""
    if parts.freq == "YEARLY":
        return _yearly(parts, rule)
    if parts.freq == "MONTHLY":
        repeat = _monthly(parts, rule)
    else:
        repeat = _daily(parts) if parts.freq == "DAILY" else _weekly(parts)
    if repeat and parts.months:
        return _("在%(months)s，%(repeat)s", months=_months(parts.months), repeat=repeat)
    return repeat


def _daily(parts: Parts) -> str:
    if parts.interval == 1:
        return _("每天")
    return _("每%(number)s天", number=_count(parts.interval))


def _weekly(parts: Parts) -> str:
    if parts.weekdays == EVERY_DAY and parts.interval == 1:
        return _("每天")
    weekdays = [weekday for weekday, _nth in parts.weekdays]
    days = _weekdays(weekdays)
    if parts.interval == 1:
        return _("每%(days)s", days=days)
    values = {"number": _count(parts.interval), "days": days}
    if _is_row(weekdays):
        return pgettext("days in a row", "每%(number)s周的%(days)s") % values
    return _("每%(number)s周的%(days)s", **values)


def _monthly(parts: Parts, rule: Rule) -> str:
    days = _days_of_month(parts)
    if not days:
        return ""
    if parts.interval in (4, 6, 12) and not parts.months and not parts.positions:  # the same months each year
        months = sorted((rule.starts_on.month - 1 + ahead) % 12 + 1 for ahead in range(0, 12, parts.interval))
        return _yearly(replace(parts, interval=1, months=tuple(months)), rule)
    if parts.interval == 1:
        return _("每月%(days)s", days=days)
    if parts.interval == 3:  # which of the quarter's months it is
        return _("每季度%(nth)s月的%(days)s", nth=_NTH[(rule.starts_on.month - 1) % 3 + 1], days=days)
    return _("每%(number)s个月的%(days)s", number=_count(parts.interval), days=days)


def _yearly(parts: Parts, rule: Rule) -> str:
    days = _days_of_month(parts)
    if not days or not parts.months:
        return ""
    if len(parts.months) == len(parts.monthdays) == 1 and parts.monthdays[0] > 0:
        day = _("%(month)s%(day)s日", month=_MONTHS[parts.months[0] - 1], day=parts.monthdays[0])
    else:
        day = _("%(months)s的%(days)s", months=_months(parts.months), days=days)
    if parts.interval > 1:
        return _("每%(number)s年的%(day)s", number=_count(parts.interval), day=day)
    return _each_year(rule, day)


def _days_of_month(parts: Parts) -> str:
    """'第二个星期六', '5日、20日', '最后一天'; empty when there are no plain words for it."""
    if parts.day_or_last:
        return _("%(number)s日（没有这一天的月份在最后一天）", number=formats.day_of_month(parts.day_or_last))
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
        return _("倒数第%(number)s天", number=formats.day_of_month(-number))
    return _("%(number)s日", number=formats.day_of_month(number))


def _weekdays(weekdays: list[int]) -> str:
    """'周三', '周一、周三', '周一至周五' for three or more in a row, and all as '每一天'."""
    if len(weekdays) == len(EVERY_DAY):
        return _("每一天")
    names = [_WEEKDAYS[weekday] for weekday in weekdays]
    if _is_row(weekdays):
        return _("%(first)s至%(last)s", first=names[0], last=names[-1])
    return _listed(names)


def _is_row(weekdays: list[int]) -> bool:
    return len(weekdays) > 2 and weekdays[-1] - weekdays[0] == len(weekdays) - 1


def _months(months: tuple[int, ...]) -> str:
    return _listed(_MONTHS[month - 1] for month in months)


def _listed(items: Iterable[object]) -> str:
    """Some languages say 'and' before the last one."""
    *before, last = map(str, items)
    if not before:
        return last
    text = before[0]
    for item in before[1:]:
        text = _("%(items)s、%(item)s", items=text, item=item)
    return pgettext("the last of a list", "%(items)s、%(item)s") % {"items": text, "item": last}


def _count(number: int) -> str:
    """Small numbers as words, the others as digits."""
    return str(_COUNTS[number - 2]) if 2 <= number <= 10 else str(number)
