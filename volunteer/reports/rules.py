"""Counting days on plain values."""

from __future__ import annotations

import datetime as dt


def first_of_month(day: dt.date, months_back: int = 0) -> dt.date:
    month = day.year * 12 + day.month - 1 - months_back
    return dt.date(month // 12, month % 12 + 1, 1)
