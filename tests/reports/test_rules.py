from __future__ import annotations

import datetime as dt

from volunteer.reports import rules


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_first_of_month() -> None:
    assert rules.first_of_month(day("2026-11-21")) == day("2026-11-01")
    assert rules.first_of_month(day("2026-01-31"), 1) == day("2025-12-01")
