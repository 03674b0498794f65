"""Days of the Chinese calendar as dates: 端午 is '5-5', New Year's Eve '12-last'.

A leap month never counts unless '6-1-leap' asks for it. lunar-python is loaded
when the first lunar rule is expanded: most workers never need it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from volunteer.core.errors import Refused

LAST_DAY = 0
JULIAN_DAY_OF_ORDINAL_0 = 1721425
# What people call by a name, and when it is; for forms, and for rules told in words.
FESTIVALS = (
    ("1-1", _lp("day of the year", "春节")),
    ("1-15", _lp("day of the year", "元宵节")),
    ("5-5", _lp("day of the year", "端午节")),
    ("7-7", _lp("day of the year", "七夕")),
    ("8-15", _lp("day of the year", "中秋节")),
    ("9-9", _lp("day of the year", "重阳节")),
    ("12-8", _lp("day of the year", "腊八节")),
    ("12-23", _lp("day of the year", "北方小年")),
    ("12-24", _lp("day of the year", "南方小年")),
    ("12-last", _lp("day of the year", "除夕")),
)


class LunarDay(NamedTuple):
    month: int
    day: int  # or LAST_DAY
    is_leap: bool = False


class LunarDayNotUnderstood(Refused, ValueError):
    sentence = _l("农历日期“%(text)s”看不懂，请选月份和日子，例如九月初九。")
    status = 422
    field = "lunar"


def parse(text: str) -> LunarDay:
    """'9-9', '12-last' or '6-1-leap'."""
    match = re.fullmatch("([0-9]{1,2})-(?:(last)|([0-9]{1,2})(-leap)?)", text[:20])
    if match is None:
        raise LunarDayNotUnderstood(text=text[:20])
    day = LAST_DAY if match[2] else int(match[3])
    if not 1 <= int(match[1]) <= 12 or not (match[2] or 1 <= day <= 30):
        raise LunarDayNotUnderstood(text=text[:20])
    return LunarDay(int(match[1]), day, bool(match[4]))


def as_text(day: LunarDay) -> str:
    return f"{day.month}-{day.day or 'last'}{'-leap' if day.is_leap else ''}"


def dates(lunar_day: LunarDay, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """One date a lunar year at most; the 30th only in years whose month has 30 days."""
    # A lunar year begins between late January and late February of the same Gregorian year.
    for year in range(max(first.year - 1, 1), last.year + 1):
        day = _date_of(year, *lunar_day)
        if day is not None and first <= day <= last:
            yield day


@lru_cache(maxsize=512)
def _date_of(lunar_year: int, month: int, day: int, is_leap: bool) -> dt.date | None:
    from lunar_python import LunarYear  # 0.1 s and 8 MB that only lunar rules need

    lunar_month = LunarYear.fromYear(lunar_year).getMonth(-month if is_leap else month)
    if lunar_month is None:  # no such leap month; in the years 8 and 237 a reform left a month out
        return None
    length = lunar_month.getDayCount()
    if day > length:
        return None
    ordinal = int(lunar_month.getFirstJulianDay()) - JULIAN_DAY_OF_ORDINAL_0 + (day or length) - 1
    return dt.date.fromordinal(ordinal) if 1 <= ordinal <= dt.date.max.toordinal() else None
