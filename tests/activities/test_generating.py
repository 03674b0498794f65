"""Making dates in bulk: shifts, policies, positions, numbers, ends; nothing twice and nothing in the past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from tests import make
from volunteer.activities.models import (
    CANCELLED,
    Occurrence,
    OccurrencePosition,
    Position,
    Series,
    SeriesShift,
)
from volunteer.activities.service.repeating import generating
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.jobs import tasks
from volunteer.workdays import queries as workdays

DAY = dt.timedelta(days=1)
SATURDAY = dt.date(2026, 11, 28)
SATURDAYS = "FREQ=WEEKLY;BYDAY=SA"


def weekly(**more: Any) -> Series:
    return make.series(**{"recurrence": SATURDAYS, "starts_on": SATURDAY, "start_time": dt.time(9), **more})


def shift(of: Series, number: int, hour: int, minutes: int = 60) -> None:
    database.session.add(
        SeriesShift(series_id=of.id, number=number, start_time=dt.time(hour), duration_minutes=minutes)
    )
    database.session.flush()


def dates(of: Series) -> list[Occurrence]:
    statement = sa.select(Occurrence).where(Occurrence.series_id == of.id).order_by(Occurrence.starts_at)
    return list(database.session.scalars(statement))


def local(moment: dt.datetime) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")


# --- What a date is made with ---------------------------------------------------------------------


def test_each_shift_has_its_own_number_in_time_order(db: Any) -> None:
    series = weekly(last_number=81)
    shift(series, 1, hour=14, minutes=90)
    shift(series, 2, hour=7)
    assert generating.make_occurrences(series=series, until=SATURDAY + 7 * DAY) == 6
    found = [(row.shift, row.issue_number, local(row.starts_at)) for row in dates(series)]
    assert found[:4] == [
        (2, 82, "2026-11-28 07:00"),
        (0, 83, "2026-11-28 09:00"),
        (1, 84, "2026-11-28 14:00"),
        (2, 85, "2026-12-05 07:00"),
    ]
    assert dates(series)[2].ends_at - dates(series)[2].starts_at == dt.timedelta(minutes=90)
    assert series.last_number == 87


def test_when_sign_up_opens_and_closes(db: Any) -> None:
    series = weekly(opens_days=2, opens_time=dt.time(20), newcomers_hours=5, closes_hours=3)
    generating.make_occurrences(series=series, until=SATURDAY)
    [row] = dates(series)
    assert [local(at) for at in (row.opens_at, row.newcomers_until, row.closes_at) if at] == [
        "2026-11-26 20:00",
        "2026-11-27 01:00",
        "2026-11-28 06:00",
    ]
    assert row.published_at == clock.now()
    assert generating.timing(series, on=SATURDAY)["opens_at"] == row.opens_at


def test_the_newcomers_hours_do_not_begin_before_the_date_is_there(db: Any) -> None:
    series = weekly(opens_days=20, newcomers_hours=5)
    generating.make_occurrences(series=series, until=SATURDAY)
    assert dates(series)[0].newcomers_until == clock.now() + dt.timedelta(hours=5)


def test_timing_of_a_further_shift(db: Any) -> None:
    series = weekly()
    shift(series, 4, hour=14)
    assert local(generating.timing(series, on=SATURDAY, shift=4)["starts_at"]) == "2026-11-28 14:00"


def test_a_flexible_task_may_be_done_to_the_end_of_its_window(db: Any) -> None:
    today = clock.today()
    series = make.series(
        kind="flexible", window_days=5, starts_on=today, start_time=dt.time(), made_until=today - DAY
    )
    assert generating.extend([series.id]) == 1  # it has begun at midnight, and can still be done
    [row] = dates(series)
    assert row.is_flexible
    assert (local(row.starts_at), local(row.ends_at)) == ("2026-11-21 00:00", "2026-11-25 23:59")


def test_open_positions_come_with_their_places(db: Any) -> None:
    plain, series = weekly(), weekly(has_positions=True)
    for name, capacity, closed_at in (("引导", 3, None), ("搬运", 5, None), ("旧岗位", 2, clock.now())):
        db.session.add(Position(series_id=series.id, name=name, capacity=capacity, closed_at=closed_at))
    db.session.flush()
    for until in (SATURDAY, SATURDAY + 7 * DAY):
        generating.make_occurrences(series=series, until=until)
        generating.make_occurrences(series=plain, until=until)
    found = db.session.execute(
        sa.select(Occurrence.series_id, Position.name, OccurrencePosition.capacity, OccurrencePosition.taken)
        .join(Position, Position.id == OccurrencePosition.position_id)
        .join(Occurrence, Occurrence.id == OccurrencePosition.occurrence_id)
        .order_by(Occurrence.id, Position.id)
    )
    assert [tuple(row) for row in found] == [(series.id, "引导", 3, 0), (series.id, "搬运", 5, 0)] * 2


# --- Holidays -------------------------------------------------------------------------------------

NEW_YEAR = {"recurrence": "FREQ=MONTHLY;BYMONTHDAY=1", "starts_on": dt.date(2026, 12, 1)}
JANUARY = dt.date(2027, 1, 31)


def test_a_holiday_moves_cancels_or_asks(db: Any) -> None:
    after, skip, ask = (weekly(**NEW_YEAR, on_holiday=policy) for policy in ("after", "skip", "ask"))
    for series in (after, skip, ask):
        generating.make_occurrences(series=series, until=JANUARY)
    moved = dates(after)[1]
    assert (moved.original_on, local(moved.starts_at)) == (dt.date(2027, 1, 1), "2027-01-02 09:00")
    assert [row.original_on for row in dates(skip)] == [dt.date(2026, 12, 1)]
    asking = dates(ask)[1]
    assert (asking.state, asking.asks, asking.published_at) == ("undecided", "holiday", None)
    assert after.calendar_mark == skip.calendar_mark is not None


def test_what_a_holiday_cancelled_is_not_looked_at_again_until_somebody_asks(db: Any) -> None:
    series = weekly(**NEW_YEAR, on_holiday="skip")
    generating.make_occurrences(series=series, until=JANUARY)
    assert generating.make_occurrences(series=series, until=JANUARY) == 0
    series.on_holiday = "keep"
    calendar = workdays.calendar(clock.today(), JANUARY)
    missing = generating.missing_dates(series, calendar, clock.today(), JANUARY)
    assert [(new.original_on, new.on, new.shift) for new in missing] == [
        (dt.date(2027, 1, 1), dt.date(2027, 1, 1), 0)
    ]
    assert generating.add_dates(series=series, dates=missing) == 1
    assert generating.missing_dates(series, calendar, clock.today(), JANUARY) == []
    assert [row.issue_number for row in dates(series)] == [1, 2]
    assert series.made_until == JANUARY


def test_missing_are_single_shifts_too_and_keep_to_the_day_of_the_others(db: Any) -> None:
    series = weekly(**NEW_YEAR, on_holiday="after")
    generating.make_occurrences(series=series, until=JANUARY)
    shift(series, 1, hour=14)
    calendar = workdays.calendar(clock.today(), JANUARY)
    missing = generating.missing_dates(series, calendar, clock.today(), JANUARY)
    assert [(str(new.on), new.shift) for new in missing] == [("2026-12-01", 1), ("2027-01-02", 1)]


# --- Once, ahead, and never in the past -----------------------------------------------------------


def test_a_series_that_was_forgotten_for_weeks_makes_only_what_is_to_come(db: Any) -> None:
    series = weekly(starts_on=dt.date(2026, 6, 6), made_until=dt.date(2026, 7, 1), last_number=4)
    assert generating.extend([series.id]) == 8
    assert local(dates(series)[0].starts_at) == "2026-11-28 09:00"  # today's began an hour ago
    assert [row.issue_number for row in dates(series)] == list(range(5, 13))


def test_looking_again_finds_only_what_has_no_row(db: Any) -> None:
    series = weekly()
    generating.extend([series.id])
    gone = dates(series)[2]
    gone.state, gone.starts_at, gone.ends_at = CANCELLED, gone.starts_at + 3 * DAY, gone.ends_at + 3 * DAY
    db.session.delete(dates(series)[4])
    db.session.refresh(series)
    series.made_until = None
    db.session.flush()
    assert generating.extend([series.id]) == 1
    assert [row.issue_number for row in dates(series)] == [1, 2, 3, 4, 9, 6, 7, 8]


def test_a_series_ends_after_so_many_days(db: Any) -> None:
    series = weekly(most_dates=3)
    shift(series, 1, hour=14)
    assert generating.make_occurrences(series=series, until=SATURDAY + 7 * DAY) == 4
    dates(series)[0].state = CANCELLED
    assert generating.extend([series.id]) == 2
    db.session.refresh(series)
    assert series.made_until == dt.date.max
    assert generating.series_to_extend(clock.now()) == []


def test_a_series_ends_on_its_last_day(db: Any) -> None:
    series = weekly(ends_on=SATURDAY + 7 * DAY)
    assert generating.extend([series.id]) == 2
    db.session.refresh(series)
    assert series.made_until == dt.date.max


def test_a_series_rests_from_the_day_it_was_renewed_to(db: Any) -> None:
    series = weekly(renewed_until=SATURDAY + 7 * DAY)
    assert generating.extend([series.id]) == 2
    later = clock.now() + 30 * DAY
    assert generating.series_to_extend(later) == []
    series.renewed_until += 365 * DAY
    db.session.flush()
    assert generating.series_to_extend(later) == [series.id]


# --- In bulk --------------------------------------------------------------------------------------


def test_the_question_who_is_due_is_one_statement_on_an_index(
    db: Any, count_statements: Callable[[], list[str]]
) -> None:
    before = len(count_statements())
    generating.series_to_extend(clock.now())
    [asked] = count_statements()[before:]
    if db.engine.dialect.name == "sqlite":
        words = asked.replace("?", "'2027-01-16'")
        plan = " ".join(str(row) for row in db.session.execute(sa.text(f"EXPLAIN QUERY PLAN {words}")))
        assert "ix_series_made_until" in plan
        assert "SCAN series" not in plan


def test_statements_do_not_grow_with_the_series(db: Any, count_statements: Callable[[], list[str]]) -> None:
    def counted(series: list[Series]) -> int:
        ids = [each.id for each in series]
        db.session.commit()
        before = len(count_statements())
        generating.extend(ids)
        return len(count_statements()) - before

    team = make.team()
    kinds = [
        {},
        {"on_holiday": "after"},
        {"most_dates": 4},
        {"has_positions": True},
        {"recurrence": None, "lunar": "12-8"},
    ]
    few = counted([weekly(team=team, **more) for more in kinds])
    many = counted([weekly(team=team, **more) for more in kinds * 8])
    assert many == few <= 14


def test_a_series_that_fails_does_not_keep_the_others(db: Any) -> None:
    good, bad, other = weekly(), weekly(recurrence="FREQ=NEVER"), weekly()
    ids = good.id, bad.id, other.id
    db.session.commit()
    assert tasks.extend_series() == 2
    counts = dict(
        db.session.execute(
            sa.select(Occurrence.series_id, sa.func.count()).group_by(Occurrence.series_id)
        ).all()
    )
    assert counts == {ids[0]: 8, ids[2]: 8}
    assert generating.series_to_extend(clock.now()) == [ids[1]]


def test_an_ended_series_is_left_alone(db: Any) -> None:
    series = weekly(state="ended")
    assert generating.extend([series.id]) == 0
    assert dates(series) == []
