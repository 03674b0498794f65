"""Days that the sun gives: the 24 solar terms (节气), 清明 is 'qingming', and the dog days with their three 伏."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from functools import lru_cache

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from volunteer.activities.repeating.lunar import JULIAN_DAY_OF_ORDINAL_0
from volunteer.core.errors import Refused

TERMS = (  # in the traditional order, from the beginning of spring
    ("lichun", _lp("day of the year", "立春")),
    ("yushui", _lp("day of the year", "雨水")),
    ("jingzhe", _lp("day of the year", "惊蛰")),
    ("chunfen", _lp("day of the year", "春分")),
    ("qingming", _lp("day of the year", "清明")),
    ("guyu", _lp("day of the year", "谷雨")),
    ("lixia", _lp("day of the year", "立夏")),
    ("xiaoman", _lp("day of the year", "小满")),
    ("mangzhong", _lp("day of the year", "芒种")),
    ("xiazhi", _lp("day of the year", "夏至")),
    ("xiaoshu", _lp("day of the year", "小暑")),
    ("dashu", _lp("day of the year", "大暑")),
    ("liqiu", _lp("day of the year", "立秋")),
    ("chushu", _lp("day of the year", "处暑")),
    ("bailu", _lp("day of the year", "白露")),
    ("qiufen", _lp("day of the year", "秋分")),
    ("hanlu", _lp("day of the year", "寒露")),
    ("shuangjiang", _lp("day of the year", "霜降")),
    ("lidong", _lp("day of the year", "立冬")),
    ("xiaoxue", _lp("day of the year", "小雪")),
    ("daxue", _lp("day of the year", "大雪")),
    ("dongzhi", _lp("day of the year", "冬至")),
    ("xiaohan", _lp("day of the year", "小寒")),
    ("dahan", _lp("day of the year", "大寒")),
)
DOG_DAYS = (  # 三伏, the hottest weeks: each begins on a 庚 day, the seventh of ten that are counted for ever
    ("chufu", _lp("day of the year", "初伏")),
    ("zhongfu", _lp("day of the year", "中伏")),
    ("mofu", _lp("day of the year", "末伏")),
    ("sanfu", _lp("day of the year", "三伏里的每一天")),
)
_LAST_FU = 10  # days that 末伏 has
# Within the solar year, which begins with 小寒 in January; the dog days stand behind its terms.
_PLACES = {code: (place + 2) % len(TERMS) for place, (code, _label) in enumerate(TERMS)}
_PLACES |= {code: len(TERMS) + place for place, (code, _label) in enumerate(DOG_DAYS)}
_XIAOHAN = 2  # its place in the library's list, which begins with 大雪 of the year before
_GENG = 6  # among the ten stems


class SolarTermUnknown(Refused, ValueError):
    sentence = _l("没有“%(text)s”这个节气，请从列表里选择。")
    status = 422
    field = "solar_term"


def parse(code: str) -> int:
    """Its place among the days of `_of_year`, 0 for 小寒."""
    if code not in _PLACES:
        raise SolarTermUnknown(text=code[:20])
    return _PLACES[code]


def dates(place: int, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """One date a year, by Beijing time; 30 or 40 where the whole of the dog days is meant."""
    for year in range(first.year, last.year + 1):
        for day in _dog_days_whole(year) if place == _PLACES["sanfu"] else (_of_year(year)[place],):
            if first <= day <= last:
                yield day


def is_one_day(code: str) -> bool:
    """Whether it names a single day of the year, from which others can be told."""
    return code != "sanfu"


def _dog_days_whole(year: int) -> Iterator[dt.date]:
    begin, end = (_of_year(year)[_PLACES[code]] for code in ("chufu", "mofu"))
    return (begin + dt.timedelta(days=number) for number in range((end - begin).days + _LAST_FU))


@lru_cache(maxsize=128)
def _of_year(year: int) -> tuple[dt.date, ...]:
    from lunar_python import LunarYear  # 0.1 s and 8 MB that few rules need

    moments = LunarYear.fromYear(year).getJieQiJulianDays()[_XIAOHAN : _XIAOHAN + len(TERMS)]
    terms = [dt.date.fromordinal(math.floor(day + 0.5) - JULIAN_DAY_OF_ORDINAL_0) for day in moments]
    return (*terms, *_dog_days(terms[_PLACES["xiazhi"]], terms[_PLACES["liqiu"]]))


def _dog_days(xiazhi: dt.date, liqiu: dt.date) -> tuple[dt.date, dt.date, dt.date]:
    """The third and fourth 庚 day from the summer solstice on, the first one from the beginning of autumn on."""
    first = _geng_from(xiazhi)
    return first + dt.timedelta(days=20), first + dt.timedelta(days=30), _geng_from(liqiu)


def _geng_from(day: dt.date) -> dt.date:
    """The day itself when it is one."""
    stem = (day.toordinal() + JULIAN_DAY_OF_ORDINAL_0 + 9) % 10  # 0 is 甲
    return day + dt.timedelta(days=(_GENG - stem) % 10)
