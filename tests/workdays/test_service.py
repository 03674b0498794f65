"""Entering and correcting the calendar, on the real tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.core.errors import Refused
from volunteer.workdays import known, queries, service
from volunteer.workdays.models import CalendarDay, CalendarYear
from volunteer.workdays.rules import HOLIDAY, WORKDAY, Day

D = dt.date
FEBRUARY = [Day(D(2027, 2, day), HOLIDAY, "春节") for day in range(5, 12)]
MAKEUP = Day(D(2027, 2, 14), WORKDAY, "春节")


@pytest.fixture
def staff(db: Any) -> int:
    return int(make.staff("subdistrict_staff", make.subdistrict()).id)


def test_nobody_entered_anything_and_the_calendar_knows(db: Any) -> None:
    first, second = queries.years([2026, 2027])
    assert (first.source, first.is_final) == (queries.LIBRARY, True)
    assert (second.source, second.is_final) == (queries.LAW, False)


def test_a_year_without_a_plan_counts_as_missing_only_when_asked_for(db: Any) -> None:
    assert queries.calendar(D(2026, 11, 21), D(2027, 1, 16)).missing_years == {2027}
    table = queries.calendar(D(2026, 11, 21), D(2026, 12, 28))
    assert table.missing_years == frozenset()
    assert table.is_holiday(D(2027, 1, 1))  # but its first days are there


def test_terms_reach_across_the_holidays(db: Any) -> None:
    assert queries.working_days_after(D(2026, 9, 28), 10) == D(2026, 10, 16)
    assert queries.first_in_time(10) == D(2026, 11, 9)  # today is Saturday, 21 November 2026


def test_a_calendar_is_one_statement(db: Any, count_statements: Callable[[], list[str]]) -> None:
    before = len(count_statements())
    queries.calendar(D(2026, 1, 1), D(2028, 12, 31))
    assert len(count_statements()) == before + 1


def test_the_mark_changes_with_every_day_and_with_nothing_else(db: Any, staff: int) -> None:
    def mark(day: dt.date) -> str:
        return queries.calendar(day, day).mark

    assert mark(D(2026, 3, 1)) == mark(D(2028, 3, 1))
    before = mark(D(2027, 1, 1))
    service.put_day(actor_id=staff, year=2027, day=MAKEUP)
    after = mark(D(2027, 1, 1))
    assert after != before
    service.set_final(actor_id=staff, year=2027, is_final=True)
    assert mark(D(2027, 1, 1)) == after
    service.forget_year(actor_id=staff, year=2027)
    assert mark(D(2027, 1, 1)) == before


def test_an_entered_year_replaces_what_was_known(db: Any, staff: int) -> None:
    service.enter_year(actor_id=staff, year=2027, days=[*FEBRUARY, MAKEUP])
    year = queries.year(2027)
    assert (year.source, year.is_final) == (queries.ENTERED, True)
    assert year.days == (*FEBRUARY, MAKEUP)
    table = queries.calendar(D(2027, 1, 1), D(2027, 12, 31))
    assert table.missing_years == frozenset()
    assert not table.is_holiday(D(2027, 10, 1))  # the tables are the whole truth


def test_entering_again_leaves_the_same(db: Any, staff: int) -> None:
    for _ in range(2):
        service.enter_year(actor_id=staff, year=2027, days=[*FEBRUARY, MAKEUP])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CalendarDay)) == 8


def test_a_year_without_any_day_can_be_entered(db: Any, staff: int) -> None:
    service.enter_year(actor_id=staff, year=2027, days=[], is_final=False)
    assert queries.year(2027).days == ()


def test_the_first_correction_copies_what_was_known(db: Any, staff: int) -> None:
    service.put_day(actor_id=staff, year=2026, day=Day(D(2026, 12, 24), HOLIDAY, "防台风停工"))
    year = queries.year(2026)
    assert (year.source, year.is_final) == (queries.ENTERED, True)
    assert len(year.days) == len(known.days_of(2026)) + 1


def test_a_correction_of_a_year_by_law_does_not_make_it_final(db: Any, staff: int) -> None:
    service.put_day(actor_id=staff, year=2027, day=MAKEUP)
    assert not queries.year(2027).is_final
    service.set_final(actor_id=staff, year=2027, is_final=True)
    assert queries.year(2027).is_final


def test_a_day_can_be_changed_and_taken_away(db: Any, staff: int) -> None:
    service.put_day(actor_id=staff, year=2027, day=Day(MAKEUP.day, HOLIDAY, "春节"))
    service.put_day(actor_id=staff, year=2027, day=MAKEUP)
    assert queries.calendar(MAKEUP.day, MAKEUP.day).is_makeup(MAKEUP.day)
    assert service.remove_day(actor_id=staff, year=2027, day=MAKEUP.day)
    assert not service.remove_day(actor_id=staff, year=2027, day=MAKEUP.day)
    assert queries.year(2027).days == known.days_of(2027)


def test_taking_away_an_ordinary_day_changes_nothing(db: Any, staff: int) -> None:
    assert not service.remove_day(actor_id=staff, year=2027, day=D(2027, 3, 3))
    assert queries.year(2027).source == queries.LAW


def test_a_forgotten_year_is_read_from_the_library_again(db: Any, staff: int) -> None:
    service.enter_year(actor_id=staff, year=2026, days=[])
    service.forget_year(actor_id=staff, year=2026)
    assert queries.year(2026).days == known.days_of(2026)


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (Day(D(2028, 2, 5), HOLIDAY), service.OutsideTheYear),
        (Day(D(2027, 2, 15), WORKDAY), service.NotAWeekend),
        (Day(D(2027, 2, 5), "feast"), service.UnknownKind),
        (Day(D(2027, 2, 5), HOLIDAY, "春" * 41), service.BadName),
        (Day(D(2027, 2, 5), HOLIDAY, "\x00"), Refused),
    ],
)
def test_a_wrong_day_is_refused_and_nothing_is_kept(
    db: Any, staff: int, day: Day, refusal: type[Refused]
) -> None:
    for enter in (
        lambda: service.put_day(actor_id=staff, year=2027, day=day),
        lambda: service.enter_year(actor_id=staff, year=2027, days=[MAKEUP, day]),
    ):
        with pytest.raises(refusal):
            enter()
    assert queries.year(2027).source == queries.LAW
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CalendarYear)) == 0


def test_both_kinds_on_one_day_are_refused(db: Any, staff: int) -> None:
    days = [MAKEUP, Day(MAKEUP.day, HOLIDAY, "春节")]
    with pytest.raises(service.BothKinds):
        service.enter_year(actor_id=staff, year=2027, days=days)
    assert queries.year(2027).source == queries.LAW


@pytest.mark.parametrize("year", [1999, 2101])
def test_a_year_far_away_is_refused(db: Any, staff: int, year: int) -> None:
    with pytest.raises(service.NotAYear):
        service.enter_year(actor_id=staff, year=year, days=[Day(D(year, 1, 1), HOLIDAY)])
    with pytest.raises(service.NotAYear):
        service.set_final(actor_id=staff, year=year, is_final=True)
