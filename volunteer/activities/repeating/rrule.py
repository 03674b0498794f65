"""RFC 5545 repeat rules: read, refuse, put into one normal form.

Only what people organise by is understood: days, weeks, months and years.
`expansion.py` turns them into dates.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.core.errors import Refused

LONGEST_TEXT = 500
MOST_COUNT = 1000
MOST_INTERVAL = 999
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EVERY_DAY = tuple((weekday, 0) for weekday in range(7))


class RuleNotUnderstood(Refused, ValueError):
    sentence = _l("重复规则里的“%(part)s”看不懂，请从列表里重新选择怎样重复。")
    status = 422
    field = "rrule"


class RuleTooLong(RuleNotUnderstood):
    sentence = _l("重复规则太长了，最多 %(limit)s 个字符，请拆成几个系列。")


class RepeatsTooOften(RuleNotUnderstood):
    sentence = _l("一个系列最多每天一次。同一天有几场，请分成几个系列。")


class EndsTwice(RuleNotUnderstood):
    sentence = _l("“共几次”和“到哪天为止”只能填一个，请去掉其中一个。")


class CountOutOfRange(RuleNotUnderstood):
    sentence = _l("重复次数要在 1 到 %(limit)s 之间。")


@dataclass(frozen=True, slots=True)
class Parts:
    """A rule taken apart. A weekday is (0 for Monday, nth within the period or 0 for every one)."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: dt.date | None = None
    months: tuple[int, ...] = ()
    monthdays: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0

    @property
    def is_numbered(self) -> bool:
        return any(nth for _weekday, nth in self.weekdays)

    @property
    def day_or_last(self) -> int | None:
        """30 for the 30th of each month, or its last day where it is shorter; None for any other rule."""
        last = self.monthdays[-1] if self.monthdays else 0
        is_so = last in (29, 30) and self == or_last(last, self.interval, count=self.count, until=self.until)
        return last if is_so else None

    def on_start(self, start: dt.date) -> Parts:
        """With what the text leaves to the first day filled in: its weekday, day of month, month."""
        if self.freq == "DAILY" or self.weekdays or self.monthdays:
            return self
        if self.freq == "WEEKLY":
            return replace(self, weekdays=((start.weekday(), 0),))
        if self.freq == "MONTHLY":
            return replace(self, monthdays=(start.day,))
        return replace(self, months=self.months or (start.month,), monthdays=(start.day,))


def or_last(day: int, interval: int = 1, **end: Any) -> Parts:
    """That day of each month (29 or 30), or the last day of a shorter one: of the 28th to it, the last there is."""
    monthdays = tuple(range(28, day + 1))
    return Parts("MONTHLY", interval, monthdays=monthdays, positions=(-1,), **end)


def validate(rrule: str) -> str:
    """The rule in its normal form, as it is stored; raises a RuleNotUnderstood that says what to change."""
    return as_text(parse(rrule))


@lru_cache(maxsize=512)
def parse(rrule: str) -> Parts:
    """Take a rule apart; refuses whatever it cannot promise to expand as RFC 5545 says."""
    if len(rrule) > LONGEST_TEXT:
        raise RuleTooLong(limit=LONGEST_TEXT)
    found: dict[str, str] = {}
    for part in rrule.strip().upper().removeprefix("RRULE:").removesuffix(";").split(";"):
        name, _equals, value = part.partition("=")
        if name not in _READERS or not value or name in found:
            if name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
                raise RepeatsTooOften
            raise _not_understood(part)
        found[name] = value
    if "FREQ" not in found:
        raise _not_understood("FREQ")
    if "COUNT" in found and "UNTIL" in found:
        raise EndsTwice
    fields = {field: read(found[name]) for name, (field, read) in _READERS.items() if name in found}
    return _simplified(_checked(Parts(**fields)))  # type: ignore[arg-type]  # each reader fits its field


def as_text(parts: Parts) -> str:
    pieces = [f"FREQ={parts.freq}"]
    if parts.interval != 1:
        pieces.append(f"INTERVAL={parts.interval}")
    if parts.count is not None:
        pieces.append(f"COUNT={parts.count}")
    if parts.until is not None:
        pieces.append(f"UNTIL={parts.until.isoformat().replace('-', '')}")
    weekdays = [f"{nth or ''}{WEEKDAYS[weekday]}" for weekday, nth in parts.weekdays]
    lists: tuple[tuple[str, Iterable[object]], ...] = (
        ("BYMONTH", parts.months),
        ("BYMONTHDAY", parts.monthdays),
        ("BYDAY", weekdays),
        ("BYSETPOS", parts.positions),
    )
    pieces += [f"{name}={','.join(map(str, values))}" for name, values in lists if values]
    if parts.week_start:
        pieces.append(f"WKST={WEEKDAYS[parts.week_start]}")
    return ";".join(pieces)


def _checked(parts: Parts) -> Parts:
    """Refuse what RFC 5545 forbids, what calendars disagree about, and what hardly ever meets its day."""
    days_only = parts.freq in ("DAILY", "WEEKLY")
    if parts.freq == "DAILY" and parts.interval > 1 and (parts.months or parts.monthdays or parts.weekdays):
        raise _not_understood(f"INTERVAL={parts.interval}")
    if parts.is_numbered:
        limit = 53 if parts.freq == "YEARLY" and not parts.months else 5
        mixed = any(not nth or abs(nth) > limit for _weekday, nth in parts.weekdays)
        if days_only or mixed or parts.monthdays:
            raise _not_understood("BYDAY")
    if parts.monthdays and parts.freq == "WEEKLY":
        raise _not_understood("BYMONTHDAY")
    if parts.positions and (days_only or not (parts.weekdays or parts.monthdays)):
        raise _not_understood("BYSETPOS")
    return parts


def _simplified(parts: Parts) -> Parts:
    """One way of writing each thing: `BYDAY=1SA` for `BYDAY=SA;BYSETPOS=1`, weekly for daily on some days."""
    if parts.freq == "DAILY" and parts.monthdays:
        return replace(parts, freq="MONTHLY")
    if parts.freq == "DAILY" and (parts.weekdays or parts.months):
        return replace(parts, freq="WEEKLY", weekdays=parts.weekdays or EVERY_DAY)
    if parts.freq != "MONTHLY" or len(parts.weekdays) != 1 or parts.is_numbered or parts.monthdays:
        return parts
    if not parts.positions or any(abs(place) > 5 for place in parts.positions):
        return parts
    weekday = parts.weekdays[0][0]
    return replace(parts, weekdays=tuple((weekday, place) for place in parts.positions), positions=())


def _read_freq(value: str) -> str:
    if value in ("HOURLY", "MINUTELY", "SECONDLY"):
        raise RepeatsTooOften
    if value not in FREQUENCIES:
        raise _not_understood(f"FREQ={value}")
    return value


def _read_count(value: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", value) or not 1 <= int(value) <= MOST_COUNT:
        raise CountOutOfRange(limit=MOST_COUNT)
    return int(value)


def _read_until(value: str) -> dt.date:
    """A local date. A moment in UTC (`…Z`) is refused: which day it means depends on the zone."""
    if not re.fullmatch("[0-9]{8}(T[0-9]{6})?", value):
        raise _not_understood(f"UNTIL={value}")
    try:
        return dt.date(int(value[:4]), int(value[4:6]), int(value[6:8]))
    except ValueError:
        raise _not_understood(f"UNTIL={value}") from None


def _read_weekday(value: str) -> tuple[int, int]:
    match = re.fullmatch("([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)", value)
    if match is None or (match[1] and int(match[1]) == 0):
        raise _not_understood(f"BYDAY={value}")
    return WEEKDAYS.index(match[2]), int(match[1] or 0)


def _read_week_start(value: str) -> int:
    if value not in WEEKDAYS:
        raise _not_understood(f"WKST={value}")
    return WEEKDAYS.index(value)


def _read_number(value: str, lowest: int, highest: int) -> int:
    if not re.fullmatch("[+-]?[0-9]{1,3}", value) or not lowest <= int(value) <= highest or int(value) == 0:
        raise _not_understood(value)
    return int(value)


def _numbers(lowest: int, highest: int) -> Callable[[str], tuple[int, ...]]:
    return lambda value: tuple(sorted({_read_number(item, lowest, highest) for item in value.split(",")}))


def _not_understood(part: str) -> RuleNotUnderstood:
    return RuleNotUnderstood(part=part[:40])


_READERS: dict[str, tuple[str, Callable[[str], object]]] = {
    "FREQ": ("freq", _read_freq),
    "INTERVAL": ("interval", lambda value: _read_number(value, 1, MOST_INTERVAL)),
    "COUNT": ("count", _read_count),
    "UNTIL": ("until", _read_until),
    "BYMONTH": ("months", _numbers(1, 12)),
    "BYMONTHDAY": ("monthdays", _numbers(-31, 31)),
    "BYDAY": ("weekdays", lambda value: tuple(sorted({_read_weekday(item) for item in value.split(",")}))),
    "BYSETPOS": ("positions", _numbers(-366, 366)),
    "WKST": ("week_start", _read_week_start),
}
