"""What is known of a year before anybody enters it: from a library, else from the law alone.

The library holds what the State Council has announced. Beyond its years stand the
seven feasts, thirteen days in all, of 全国年节及纪念日放假办法 (as revised on 2024-11-10,
art. 2): certain, but without the weekends bridged by a plan that is not out yet.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from volunteer.workdays.rules import HOLIDAY, WORKDAY, Day

FEASTS = {  # the library's names, and ours
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


@lru_cache(maxsize=1)
def last_year() -> int:
    """The last year of which the library holds the official plan."""
    from chinese_calendar.constants import holidays

    return int(max(holidays).year)


@lru_cache(maxsize=1)
def _first_year() -> int:
    from chinese_calendar.constants import holidays

    return int(min(holidays).year)


def is_in_library(year: int) -> bool:
    return _first_year() <= year <= last_year()


@lru_cache(maxsize=64)
def days_of(year: int) -> tuple[Day, ...]:
    """The days of a year that nobody has entered, in order."""
    return _from_library(year) if is_in_library(year) else by_law(year)


def _from_library(year: int) -> tuple[Day, ...]:
    from chinese_calendar.constants import holidays, workdays

    kinds = ((holidays, HOLIDAY), (workdays, WORKDAY))
    return tuple(
        sorted(
            Day(day, kind, FEASTS.get(name, name))
            for table, kind in kinds
            for day, name in table.items()
            if day.year == year
        )
    )


def by_law(year: int) -> tuple[Day, ...]:
    """The days that the law gives, whatever is announced besides."""
    new_year = _lunar(year, 1, 1)
    feasts = {
        "元旦": [dt.date(year, 1, 1)],
        "春节": [
            new_year + dt.timedelta(days=ahead) for ahead in range(-1, 3)
        ],  # New Year's Eve to the third
        "清明节": [_qingming(year)],
        "劳动节": [dt.date(year, 5, 1), dt.date(year, 5, 2)],
        "端午节": [_lunar(year, 5, 5)],
        "国庆节": [dt.date(year, 10, day) for day in (1, 2, 3)],
        "中秋节": [_lunar(year, 8, 15)],
    }
    found: dict[dt.date, Day] = {}
    for name, days in feasts.items():
        for day in days:
            found.setdefault(day, Day(day, HOLIDAY, name))
    return tuple(sorted(found.values()))


def _lunar(year: int, month: int, day: int) -> dt.date:
    from lunar_python import Lunar

    solar = Lunar.fromYmd(year, month, day).getSolar()
    return dt.date(solar.getYear(), solar.getMonth(), solar.getDay())


def _qingming(year: int) -> dt.date:
    from lunar_python import Solar

    solar = Solar.fromYmd(year, 4, 1).getLunar().getJieQiTable()["清明"]
    return dt.date(solar.getYear(), solar.getMonth(), solar.getDay())
