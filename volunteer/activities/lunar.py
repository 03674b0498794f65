"""Days of the Chinese calendar as dates: 端午 is '5-5', New Year's Eve '12-last'.

lunar-python is loaded when the first lunar rule is expanded: most workers never need it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache

from flask_babel import lazy_gettext as _l

from volunteer.core.errors import Refused

LAST_DAY = 0
_JULIAN_DAY_OF_ORDINAL_0 = 1721425


class LunarDayNotUnderstood(Refused, ValueError):
    sentence = _l("农历日期“%(text)s”看不懂，请选月份和日子，例如九月初九。")
    status = 422
    field = "lunar"


def parse(text: str) -> tuple[int, int]:
    """'9-9' → (9, 9), '12-last' → (12, LAST_DAY)."""
    match = re.fullmatch("([0-9]{1,2})-([0-9]{1,2}|last)", text[:20])
    month = int(match[1]) if match else 0
    day = LAST_DAY if match and match[2] == "last" else int(match[2]) if match else -1
    if not 1 <= month <= 12 or not 0 <= day <= 30 or (day == LAST_DAY and not text.endswith("last")):
        raise LunarDayNotUnderstood(text=text[:20])
    return month, day


def dates(month_day: tuple[int, int], first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """One date a lunar year at most; the 30th only in years whose month has 30 days. Never a leap month."""
    # A lunar year begins between late January and late February of the same Gregorian year.
    for year in range(max(first.year - 1, 1), last.year + 1):
        day = _date_of(year, *month_day)
        if day is not None and first <= day <= last:
            yield day


@lru_cache(maxsize=512)
def _date_of(lunar_year: int, month: int, day: int) -> dt.date | None:
    from lunar_python import LunarYear  # 0.1 s and 8 MB that only lunar rules need

    lunar_month = LunarYear.fromYear(lunar_year).getMonth(month)
    if lunar_month is None:  # in the years 8 and 237 the calendar was reformed and a month left out
        return None
    length = lunar_month.getDayCount()
    if day > length:
        return None
    ordinal = int(lunar_month.getFirstJulianDay()) - _JULIAN_DAY_OF_ORDINAL_0 + (day or length) - 1
    return dt.date.fromordinal(ordinal) if 1 <= ordinal <= dt.date.max.toordinal() else None
