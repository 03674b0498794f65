"""How a leader says how often: a choice, and the first day, from which the rule is read off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.activities.rrule import WEEKDAYS
from volunteer.core.errors import Refused

ONCE, WEEKLY, FORTNIGHTLY = "once", "weekly", "fortnightly"
MONTHLY_WEEKDAY, MONTHLY_LAST, MONTHLY_DATE = "monthly_weekday", "monthly_last", "monthly_date"
YEARLY, LUNAR = "yearly", "lunar"
CHOICES: tuple[tuple[str, Any], ...] = (
    (ONCE, _l("只办一次")),
    (WEEKLY, _l("每周")),
    (FORTNIGHTLY, _l("每两周")),
    (MONTHLY_WEEKDAY, _l("每月同一个星期几，例如第二个星期六")),
    (MONTHLY_LAST, _l("每月最后一个星期几")),
    (MONTHLY_DATE, _l("每月同一天，例如 20 日")),
    (YEARLY, _l("每年同一天")),
    (LUNAR, _l("每年农历同一天，例如九月初九")),
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


def from_first_day(
    choice: str, first: dt.date, weekdays: Iterable[int] = ()
) -> tuple[str | None, str | None]:
    """(repeat rule, lunar day) for a choice; both are None for what happens once."""
    if choice in (WEEKLY, FORTNIGHTLY):
        days = ",".join(WEEKDAYS[day] for day in sorted(set(weekdays)) or [first.weekday()])
        return f"FREQ=WEEKLY;{'INTERVAL=2;' if choice == FORTNIGHTLY else ''}BYDAY={days}", None
    if choice == MONTHLY_WEEKDAY:
        return f"FREQ=MONTHLY;BYDAY={_nth(first)}{WEEKDAYS[first.weekday()]}", None
    if choice == MONTHLY_LAST:
        if (first + dt.timedelta(days=7)).month == first.month:
            raise NotTheLastWeek
        return f"FREQ=MONTHLY;BYDAY=-1{WEEKDAYS[first.weekday()]}", None
    if choice == MONTHLY_DATE:
        return f"FREQ=MONTHLY;BYMONTHDAY={first.day}", None
    if choice == YEARLY:
        return f"FREQ=YEARLY;BYMONTH={first.month};BYMONTHDAY={first.day}", None
    if choice == LUNAR:
        return None, lunar_day(first)
    return None, None


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
