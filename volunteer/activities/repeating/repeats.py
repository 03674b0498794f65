"""How a leader says how often: a choice, and the first day, from which the rule is read off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.activities.models import AFTER, ASK, BEFORE, KEEP, SKIP
from volunteer.activities.repeating.lunar import FESTIVALS, LunarDay
from volunteer.activities.repeating.lunar import as_text as lunar_text
from volunteer.activities.repeating.lunar import parse as parse_lunar
from volunteer.activities.repeating.rrule import WEEKDAYS, Parts, as_text, or_last, parse
from volunteer.activities.repeating.solar_terms import DOG_DAYS, TERMS
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _

ONCE, WEEKLY, FORTNIGHTLY = "once", "weekly", "fortnightly"
MONTHLY_WEEKDAY, MONTHLY_LAST, MONTHLY_FIFTH = "monthly_weekday", "monthly_last", "monthly_fifth"
MONTHLY_DATE, MONTHLY_OR_LAST, MONTH_END = "monthly_date", "monthly_or_last", "month_end"
QUARTERLY, YEARLY, YEARLY_WEEKDAY = "quarterly", "yearly", "yearly_weekday"
LUNAR, LEAP = "lunar", "leap"
FESTIVAL, TERM = "festival", "term"  # followed by a colon and which one

# What nearly every series is; the form shows these first.
COMMON: tuple[tuple[str, Any], ...] = (
    (ONCE, _l("只办一次")),
    (WEEKLY, _l("每周")),
    (FORTNIGHTLY, _l("每两周")),
    (MONTHLY_WEEKDAY, _l("每月同一个星期几，例如第二个星期六")),
    (MONTHLY_DATE, _l("每月同一天，例如 20 日")),
)
RARE: tuple[tuple[str, Any], ...] = (
    (MONTHLY_LAST, _l("每月最后一个星期几")),
    (MONTHLY_FIFTH, _l("每月第五个星期几，没有就不办")),
    (MONTHLY_OR_LAST, _l("每月同一天，没有这一天就在月底")),
    (MONTH_END, _l("每月最后一天")),
    (QUARTERLY, _l("每季度同一天")),
    (YEARLY, _l("每年同一天")),
    (YEARLY_WEEKDAY, _l("每年同一个星期几，例如五月第二个星期日")),
    (LUNAR, _l("每年农历同一天，按第一次那天的农历")),
    (LEAP, _l("只在农历闰月的这一天，好几年才有一次")),
)
OFFSETS: tuple[tuple[str, Any], ...] = (
    ("", _l("就在当天")),
    ("days:-7", _l("前一个星期")),
    ("days:-5", _l("前 5 天")),
    ("days:-3", _l("前 3 天")),
    ("days:-2", _l("前 2 天")),
    ("days:-1", _l("前 1 天")),
    ("days:1", _l("后 1 天")),
    ("nearest:SA", _l("离得最近的星期六")),
    ("nearest:SU", _l("离得最近的星期日")),
    ("week:SA", _l("那一周的星期六")),
    ("week:SU", _l("那一周的星期日")),
    ("week:SA,SU", _l("那一周的星期六和星期日")),
    ("week:MO,TU,WE,TH,FR", _l("那一周的星期一到星期五，天天办")),
    ("week:MO,TU,WE,TH,FR,SA,SU", _l("那一周天天办")),
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


# Every so many weeks or months: of these alone.
_SPACED = frozenset(
    (WEEKLY, FORTNIGHTLY, MONTHLY_WEEKDAY, MONTHLY_LAST, MONTHLY_FIFTH, MONTHLY_DATE, MONTHLY_OR_LAST)
) | {MONTH_END, QUARTERLY}


def takes_every(choice: str | None) -> bool:
    """Whether 'every n weeks or months' says anything of such a choice."""
    return choice in _SPACED


class FifthWeek(Refused):
    sentence = _l(
        "第一次在当月的第五个星期，有的月份没有。"
        "请改选“每月最后一个星期几”或“每月第五个星期几”，要不就换一个日期。"
    )
    status = 422
    field = "repeat"


class NotTheLastWeek(Refused):
    sentence = _l("第一次不在当月最后一个星期，请换一个日期，或选“每月同一个星期几”。")
    status = 422
    field = "repeat"


class NotTheFifthWeek(Refused):
    sentence = _l("第一次不在当月的第五个星期，请换一个日期，或选“每月同一个星期几”。")
    status = 422
    field = "repeat"


class LeapMonth(Refused):
    sentence = _l(
        "第一次落在农历闰月，不是每年都有。每年都办，请换一个日期；只在闰月办，请选“只在农历闰月的这一天”。"
    )
    status = 422
    field = "repeat"


class NotALeapMonth(Refused):
    sentence = _l("第一次那天不在农历闰月，请换一个日期，或选“每年农历同一天”。")
    status = 422
    field = "repeat"


@dataclass(frozen=True, slots=True)
class Pattern:
    """What of a rule says how it repeats; nothing for what happens once."""

    rrule: str | None = None
    lunar: str | None = None
    solar_term: str | None = None


def rare() -> dict[str, list[tuple[str, str]]]:
    """The choices beyond the common ones, as a phone's list shows them, under their headings."""
    terms = {_("节气"): TERMS, _("三伏"): DOG_DAYS}
    return {
        _("按日期"): [(value, str(label)) for value, label in RARE],
        _("传统节日"): [(f"{FESTIVAL}:{day}", _("每年%(name)s", name=name)) for day, name in FESTIVALS],
        **{
            heading: [(f"{TERM}:{code}", _("每年%(name)s", name=name)) for code, name in days]
            for heading, days in terms.items()
        },
    }


def grouped() -> dict[str, list[tuple[str, str]]]:
    """All choices in one list."""
    by_date, *others = rare().items()
    common = [(value, str(label)) for value, label in COMMON]
    return {by_date[0]: [*common, *by_date[1]], **dict(others)}


def from_first_day(
    choice: str,
    first: dt.date,
    weekdays: Iterable[int] = (),
    every: int | None = None,
    month_days: Iterable[int] = (),
) -> Pattern:
    """The pattern of a choice; `every` n weeks or months, on several days of the week or month, where it is of such."""
    kind, _colon, which = choice.partition(":")
    if kind == FESTIVAL:
        return Pattern(lunar=which)
    if kind == TERM:
        return Pattern(solar_term=which)
    if kind in (LUNAR, LEAP):
        return Pattern(lunar=lunar_day(first, is_leap=kind == LEAP))
    if kind in (WEEKLY, FORTNIGHTLY):
        days = ",".join(WEEKDAYS[day] for day in sorted(set(weekdays)) or [first.weekday()])
        return Pattern(_rule("WEEKLY", every or (2 if kind == FORTNIGHTLY else 1), f"BYDAY={days}"))
    if kind in (YEARLY, YEARLY_WEEKDAY):
        return Pattern(f"FREQ=YEARLY;BYMONTH={first.month};{_in_year(kind, first)}")
    if kind == ONCE:
        return Pattern()
    days = _in_month(kind, first, sorted(set(month_days)) or [first.day])
    return Pattern(_rule("MONTHLY", every or (3 if kind == QUARTERLY else 1), days))


def _rule(frequency: str, every: int, days: str) -> str:
    return f"FREQ={frequency};{f'INTERVAL={every};' if every > 1 else ''}{days}"


def _in_year(kind: str, first: dt.date) -> str:
    if kind == YEARLY:
        return f"BYMONTHDAY={first.day}"
    nth = _nth(first)  # a fifth Sunday is always the last one
    return f"BYDAY={-1 if nth == 5 else nth}{WEEKDAYS[first.weekday()]}"


def _in_month(kind: str, first: dt.date, days: list[int]) -> str:
    if kind in (MONTHLY_WEEKDAY, MONTHLY_LAST, MONTHLY_FIFTH):
        return f"BYDAY={_which_of_month(kind, first)}{WEEKDAYS[first.weekday()]}"
    if kind == MONTH_END or (kind == MONTHLY_OR_LAST and first.day == 31):
        return "BYMONTHDAY=-1"
    if kind == MONTHLY_OR_LAST and first.day > 28:
        return as_text(or_last(first.day)).partition(";")[2]
    return f"BYMONTHDAY={','.join(map(str, days if kind == MONTHLY_DATE else [first.day]))}"


def _which_of_month(kind: str, first: dt.date) -> int:
    """1 for the first such weekday, -1 for the last."""
    if kind == MONTHLY_LAST:
        if (first + dt.timedelta(days=7)).month == first.month:
            raise NotTheLastWeek
        return -1
    nth = _nth(first)
    if nth == 5 and kind == MONTHLY_WEEKDAY:
        raise FifthWeek
    if nth != 5 and kind == MONTHLY_FIFTH:
        raise NotTheFifthWeek
    return nth


def _nth(day: dt.date) -> int:
    return (day.day - 1) // 7 + 1


def lunar_day(day: dt.date, *, is_leap: bool = False) -> str:
    """The day of the Chinese calendar, '9-9'; the last of the twelfth month is New Year's Eve, '12-last'.

    A day in a leap month is refused unless it is asked for ('6-1-leap'); any other is refused when it is.
    """
    from lunar_python import Solar  # 0.1 s and 8 MB that only lunar rules need

    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    if (lunar.getMonth() < 0) != is_leap:
        raise NotALeapMonth if is_leap else LeapMonth
    following = day + dt.timedelta(days=1)
    tomorrow = Solar.fromYmd(following.year, following.month, following.day).getLunar()
    if lunar.getMonth() == 12 and tomorrow.getMonth() == 1:
        return "12-last"
    return lunar_text(LunarDay(abs(lunar.getMonth()), lunar.getDay(), is_leap))


def choice_of(series: Any) -> dict[str, Any]:
    """The other way round, for a template: the fields of the form that give such a rule from another first day."""
    if series.solar_term:
        return {"repeat": f"{TERM}:{series.solar_term}"}
    if series.lunar:
        known = {day for day, _name in FESTIVALS}
        return {"repeat": f"{FESTIVAL}:{series.lunar}" if series.lunar in known else _of_lunar(series.lunar)}
    if not series.recurrence:
        return {"repeat": ONCE}
    parts = parse(series.recurrence)
    every = {"every": parts.interval} if parts.interval > 1 else {}
    if parts.freq == "WEEKLY":
        return {"repeat": WEEKLY, "weekdays": [str(day) for day, _nth in parts.weekdays], **every}
    if parts.freq == "MONTHLY":
        return {**_choice_in_month(parts), **every}
    if parts.freq == "YEARLY":
        return {"repeat": YEARLY_WEEKDAY if parts.is_numbered else YEARLY}
    return {"repeat": ONCE}


def _of_lunar(text: str) -> str:
    return LEAP if parse_lunar(text).is_leap else LUNAR


def _choice_in_month(parts: Parts) -> dict[str, Any]:
    if parts.is_numbered:
        return {"repeat": {-1: MONTHLY_LAST, 5: MONTHLY_FIFTH}.get(parts.weekdays[0][1], MONTHLY_WEEKDAY)}
    if parts.day_or_last:
        return {"repeat": MONTHLY_OR_LAST}
    if parts.monthdays == (-1,):
        return {"repeat": MONTH_END}
    return {"repeat": MONTHLY_DATE} | ({"month_days": [*parts.monthdays]} if parts.monthdays[1:] else {})
