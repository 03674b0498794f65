"""Days, moments, durations and numbers in the reader's manner.

Written by hand for our three languages: a list page shows a hundred of these
and Babel's general formatter costs ten times as much.
"""

from __future__ import annotations

import datetime as dt

from volunteer.core import clock, i18n
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext

_WEEKDAYS = {
    "zh_Hans": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "zh_Hant": ("週一", "週二", "週三", "週四", "週五", "週六", "週日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
JOINED = "\N{WORD JOINER}"  # a line may end after a dash, but not between the two times beside it
LAST_SECOND = dt.time(23, 59, 59)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def weekday(day: dt.date) -> str:
    return _WEEKDAYS[i18n.current()][day.weekday()]


def weekday_name(number: int) -> str:
    """0 is Monday."""
    return _WEEKDAYS[i18n.current()][number]


def day(value: dt.date) -> str:
    """'11月28日' or '28 Nov'; the year is added when it is not this year."""
    this_year = value.year == clock.today().year
    if i18n.current() == "en":
        return day_in_year(value) + ("" if this_year else f" {value.year}")
    return ("" if this_year else f"{value.year}年") + day_in_year(value)


def day_in_year(value: dt.date) -> str:
    """'11月28日' or '28 Nov', where the year is plain."""
    if i18n.current() == "en":
        return f"{value.day} {_MONTHS[value.month - 1]}"
    return f"{value.month}月{value.day}日"


def day_and_weekday(value: dt.date) -> str:
    """'11月28日 周六' or 'Sat 28 Nov'."""
    words = (day(value), weekday(value))
    return " ".join(reversed(words) if i18n.current() == "en" else words)


def month_and_day(value: dt.date) -> str:
    """The shortest: '10/1' or '1 Oct', which nobody reads as the tenth of January."""
    return day_in_year(value) if i18n.current() == "en" else f"{value.month}/{value.day}"


def month(value: dt.date) -> str:
    """'2026年11月' or 'Nov 2026', of any day in it."""
    if i18n.current() == "en":
        return f"{_MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月"


def full_day(value: dt.date | dt.datetime) -> str:
    """With the year always: for paper; of a moment its day in the deployment's zone."""
    if isinstance(value, dt.datetime):
        value = clock.local(value).date()
    if i18n.current() == "en":
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def local_day(moment: dt.datetime) -> dt.date:
    """The day of a moment in the deployment's zone."""
    return clock.local(moment).date()


def time(moment: dt.datetime) -> str:
    local = clock.local(moment)
    return f"{local.hour}:{local.minute:02d}"


def moment(value: dt.datetime) -> str:
    """'11月28日 周六 15:00' or 'Sat 28 Nov, 15:00'."""
    on = clock.local(value).date()
    between = ", " if i18n.current() == "en" else " "
    return f"{day_and_weekday(on)}{between}{time(value)}"


def hours(starts: dt.datetime, ends: dt.datetime) -> str:
    """'15:00–17:00' or '22:00–次日 1:00'; no line ends between the two."""
    return f"{time(starts)}–{JOINED}{closing(starts, ends)}"


def closing(starts: dt.datetime, ends: dt.datetime) -> str:
    """When it ends, beside when it begins: '17:00', of what goes on over midnight '次日 1:00'."""
    days = (clock.local(ends).date() - clock.local(starts).date()).days
    return next_day(time(ends)) if days == 1 else moment(ends) if days else time(ends)


def next_day(clock_time: str) -> str:
    """'次日 1:00' or '1:00 the next day'; no line ends inside."""
    said = _("次日 %(time)s", time=clock_time).replace("次", f"次{JOINED}")
    return said.replace(" ", "\N{NO-BREAK SPACE}")


def span(starts: dt.datetime, ends: dt.datetime) -> str:
    """'11月28日 周六 15:00–17:00', 'Sat 28 Nov, 15:00–17:00' or '…22:00–次日 1:00'; of what has no hour its days."""
    if is_any_time(ends):
        return any_day(clock.local(starts).date(), clock.local(ends).date())
    if (clock.local(ends).date() - clock.local(starts).date()).days <= 1:
        return f"{_unbroken(moment(starts))}–{JOINED}{closing(starts, ends)}"
    return f"{moment(starts)} – {moment(ends)}"


def _unbroken(words: str) -> str:
    """No line ends inside '周六' either."""
    return words.replace("周", f"周{JOINED}").replace("週", f"週{JOINED}")


def when(starts: dt.datetime, ends: dt.datetime) -> str:
    """When it begins: '11月28日 周六 15:00'; of what has no hour the same as `span`."""
    return span(starts, ends) if is_any_time(ends) else moment(starts)


def begins(starts: dt.datetime) -> str:
    """The same where the end is not known: what begins with the day has no hour."""
    local = clock.local(starts)
    return moment(starts) if local.time() != dt.time() else day_and_weekday(local.date())


def is_any_time(ends: dt.datetime) -> bool:
    """A task without a fixed hour lasts to the last second of its last day; what has hours ends on a full minute."""
    return clock.local(ends).time() == LAST_SECOND


def any_day(first: dt.date, last: dt.date) -> str:
    """'11月23日—29日任何一天' or '23–29 Nov, any day'."""
    if first == last:
        return _("%(day)s几点都行", day=day_and_weekday(first))
    return _("%(days)s任何一天", days=days(first, last))


def days(first: dt.date, last: dt.date) -> str:
    """'11月23日—29日' or '23–29 Nov'; month and year are said once where they are the same."""
    is_one_month = (first.year, first.month) == (last.year, last.month)
    shorter = day_in_year if first.year == last.year else day
    if i18n.current() == "en":
        opens = str(first.day) if is_one_month else shorter(first)
        return f"{opens}{'–' if is_one_month else ' – '}{JOINED}{day(last)}"
    closes = f"{last.day}日" if is_one_month else shorter(last)
    return f"{day(first)}{JOINED}—{JOINED}{closes}"


def minutes(amount: int) -> str:
    """'2 小时 30 分' or '2 hours 30 min', never a decimal."""
    hours, rest = divmod(abs(amount), 60)
    sign = "−" if amount < 0 else ""
    if not hours:
        return sign + _("%(minutes)s 分钟", minutes=rest)
    whole = ngettext("%(hours)s 小时", "%(hours)s 小时", hours) % {"hours": number(hours)}
    return sign + (_("%(hours)s %(minutes)s 分", hours=whole, minutes=rest) if rest else whole)


def points(amount: int) -> str:
    """'25 分', '25 points' or '1 point'."""
    return ngettext("%(points)s 分", "%(points)s 分", abs(amount)) % {"points": number(amount)}


def number(value: int) -> str:
    return f"{value:,}".replace("-", "−")


def signed(value: int) -> str:
    """'+150' or '−48', with a true minus sign."""
    return f"+{value:,}" if value > 0 else number(value)


def day_of_month(value: int) -> str:
    """'20' or '20th'."""
    if i18n.current() != "en":
        return str(value)
    ending = "th" if value in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"


def masked_name(name: str) -> str:
    """'袁*', '欧阳*' stays '欧*': the family character and one star (R142)."""
    name = name.strip()
    return f"{name[:1]}*" if name else "*"


def masked_phone(phone: str | None) -> str:
    """'138****5678' (R142)."""
    if not phone:
        return ""
    digits = phone.removeprefix("+86")
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 8 else "****"


def masked_document(number: str | None) -> str:
    """'440308********1234' of an ID card; of every other paper the first and last two signs (R142)."""
    if not number:
        return ""
    if len(number) == 18:
        return f"{number[:6]}********{number[-4:]}"
    return f"{number[:2]}****{number[-2:]}" if len(number) > 4 else "****"


def leaf(value: dt.date | dt.datetime, ends: dt.datetime | None = None) -> tuple[str, str, str]:
    """Month, day and weekday apart, for the tear-off calendar: ('11月', '28', '周五').

    With the end of what has no hour its days stand there: ('11月', '23–29', '任何一天').
    """
    date = clock.local(value).date() if isinstance(value, dt.datetime) else value
    last = clock.local(ends).date() if ends is not None and is_any_time(ends) else date
    if last == date:
        return _month_alone(date, date), str(date.day), weekday(date)
    return _month_alone(date, last), f"{date.day}–{JOINED}{last.day}", _("任何一天")


def _month_alone(first: dt.date, last: dt.date) -> str:
    is_english = i18n.current() == "en"
    names = [_MONTHS[date.month - 1] if is_english else str(date.month) for date in (first, last)]
    return f"–{JOINED}".join(dict.fromkeys(names)) + ("" if is_english else "月")
