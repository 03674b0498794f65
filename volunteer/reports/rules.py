"""Counting days on plain values."""

from __future__ import annotations

import datetime as dt

RECORD_WITHIN_WORKING_DAYS = 10  # R041


def is_working_day(day: dt.date) -> bool:
    """Monday to Friday; public holidays and make-up workdays come with the state calendar."""
    return day.weekday() < 5


def add_working_days(day: dt.date, count: int) -> dt.date:
    """The `count`th working day after `day`."""
    while count > 0:
        day += dt.timedelta(days=1)
        count -= is_working_day(day)
    return day


def last_overdue_day(today: dt.date, working_days: int = RECORD_WITHIN_WORKING_DAYS) -> dt.date:
    """The latest day so long ago that its term of working days has passed by today."""
    day = today - dt.timedelta(days=1)
    while add_working_days(day, working_days) >= today:
        day -= dt.timedelta(days=1)
    return day


def first_of_month(day: dt.date, months_back: int = 0) -> dt.date:
    month = day.year * 12 + day.month - 1 - months_back
    return dt.date(month // 12, month % 12 + 1, 1)
