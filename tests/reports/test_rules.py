from __future__ import annotations

import datetime as dt

from volunteer.reports import rules


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_working_days_leave_the_weekend_out() -> None:
    assert rules.add_working_days(day("2026-11-20"), 1) == day("2026-11-23")  # Friday to Monday
    assert rules.add_working_days(day("2026-11-20"), 10) == day("2026-12-04")
    assert rules.add_working_days(day("2026-11-21"), 1) == day("2026-11-23")


def test_overdue_begins_after_the_tenth_working_day() -> None:
    """Ended on Sunday 8 November, to be recorded until Friday 20th: overdue from the 21st on."""
    assert rules.last_overdue_day(day("2026-11-20")) == day("2026-11-05")
    assert rules.last_overdue_day(day("2026-11-21")) == day("2026-11-08")


def test_first_of_month() -> None:
    assert rules.first_of_month(day("2026-11-21")) == day("2026-11-01")
    assert rules.first_of_month(day("2026-01-31"), 1) == day("2025-12-01")
