"""Whether dates are being made, seen on one page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.repeating import health
from volunteer.core import clock
from volunteer.jobs import tasks
from volunteer.people.models import COMMUNITY_STAFF, COUNTER_CLERK
from volunteer.workdays import service as workdays


@pytest.fixture
def area(db: Any) -> Any:
    return make.community()


@pytest.fixture
def staff(area: Any, client_for: Callable[..., FlaskClient]) -> FlaskClient:
    return client_for(make.staff(COMMUNITY_STAFF, area))


def weekly(area: Any, **more: Any) -> Any:
    return make.series(make.team(area), recurrence="FREQ=WEEKLY;BYDAY=FR", **more)


def line(area: Any) -> health.Line:
    [found] = health.lines([area.path], only_doubtful=False)
    return found


def test_a_generator_that_runs_is_green_and_one_that_stopped_is_red(db: Any, staff: FlaskClient) -> None:
    assert "排期从来没有运行过" in staff.get("/desk/series-health").text
    tasks.extend_series()
    assert "排期正常运行" in staff.get("/desk/series-health").text
    with clock.fixed(clock.now() + dt.timedelta(minutes=16)):  # the control: nobody called the job
        page = staff.get("/desk/series-health").text
    assert "排期停了" in page
    assert "notice-fault" in page


def test_a_series_with_dates_ahead_is_well(db: Any, area: Any) -> None:
    series = weekly(area)
    assert line(area).kind == health.FAULT  # nothing made yet: the generator does not do its work
    service.extend([series.id])
    assert (line(area).kind, line(area).next_at) == (
        health.GOOD,
        clock.at_local(dt.date(2026, 11, 27), dt.time(15)),
    )


def test_a_rule_at_its_end_is_red(db: Any, area: Any) -> None:
    series = make.series(
        make.team(area), recurrence="FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5", renewed_until=dt.date(2027, 3, 4)
    )
    service.extend([series.id])
    assert line(area).kind == health.FAULT
    assert "请续期" in line(area).sentence


def test_a_year_that_ran_out_is_red_and_one_that_soon_will_yellow(db: Any, area: Any) -> None:
    series = weekly(area, renewed_until=clock.today() + dt.timedelta(days=60))
    service.extend([series.id])
    assert line(area).kind == health.WARN
    assert "只排到 2027年1月20日" in line(area).sentence
    assert health.counts([area.path]) == health.Counts(live=1, doubtful=1)
    with clock.fixed(clock.now() + dt.timedelta(days=90)):
        assert line(area).kind == health.FAULT
        assert "一年满了" in line(area).sentence
    with clock.fixed(clock.now() + dt.timedelta(days=121)):
        assert health.lines([area.path], only_doubtful=False) == []


def test_a_series_that_reaches_its_last_day_needs_no_renewal(db: Any, area: Any) -> None:
    last = clock.today() + dt.timedelta(days=50)
    series = weekly(area, ends_on=last, renewed_until=last + dt.timedelta(days=5))
    service.extend([series.id])
    assert line(area).kind == health.GOOD


def test_a_series_that_fails_while_the_others_are_made_is_red(db: Any, area: Any) -> None:
    failing = weekly(area)
    service.extend([failing.id])
    assert line(area).kind == health.GOOD
    with clock.fixed(clock.now() + dt.timedelta(days=3)):  # three days in which it was not done
        assert line(area).kind == health.FAULT
        assert "还没有排好" in line(area).sentence
        assert health.counts([area.path]).doubtful == 1
        service.extend([failing.id])
        assert line(area).kind == health.GOOD


def test_what_took_place_as_often_as_it_should_is_over(db: Any, area: Any) -> None:
    series = weekly(area, most_dates=1)
    service.extend([series.id])
    assert line(area).kind == health.GOOD
    with clock.fixed(clock.now() + dt.timedelta(days=30)):
        assert health.lines([area.path], only_doubtful=False) == []


def test_a_yearly_feast_far_ahead_is_no_fault(db: Any, area: Any) -> None:
    series = make.series(make.team(area), lunar="9-9")
    service.extend([series.id])
    assert line(area).kind == health.GOOD
    assert "2027年10月8日" in line(area).sentence


def test_ended_series_and_those_of_others_are_not_shown(db: Any, area: Any) -> None:
    weekly(area, state="ended")
    weekly(area, ends_on=clock.today() - dt.timedelta(days=1))
    weekly(make.community())
    make.series(make.team(area))  # once
    assert health.lines([area.path], only_doubtful=False) == []
    assert health.counts([area.path]) == health.Counts(0, 0)


def test_only_undecided_dates_are_yellow(db: Any, area: Any) -> None:
    series = weekly(area, on_holiday="ask")
    make.occurrence(series, state="undecided", asks="holiday")
    assert line(area).kind == health.WARN
    assert health.counts([area.path]) == health.Counts(live=1, doubtful=1)


def test_a_missing_plan_is_yellow_only_for_who_minds_holidays(db: Any, area: Any) -> None:
    series = weekly(area, on_holiday="skip")
    service.extend([series.id])
    assert line(area).kind == health.WARN
    assert "2027 年的放假安排" in line(area).sentence
    workdays.set_final(actor_id=None, year=2027, is_final=True)
    assert line(area).kind == health.GOOD


def test_cancelled_dates_are_said_to_be_so(db: Any, area: Any) -> None:
    series = weekly(area)
    make.occurrence(series, state="cancelled", cancelled_reason="台风")
    assert (line(area).kind, line(area).sentence) == (health.WARN, "接下来的几场都取消了。")


def test_those_without_dates_are_shown_first_and_page_by_page(
    db: Any, area: Any, staff: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PAGE", 2)
    names = [f"第{n}项活动" for n in range(3)]
    for name in names:
        weekly(area, title=name)
    well = weekly(area, title="一切都好")
    service.extend([well.id])
    first = staff.get("/desk/series-health").text
    assert [name in first for name in (*names, "一切都好")] == [True, True, False, False]
    rest = health.lines([area.path], only_doubtful=True, after=well.id - 2)
    assert [found.title for found in rest] == [names[2]]
    assert "一切都好" in staff.get(f"/desk/series-health?show=all&after={well.id - 1}").text


def test_the_statements_do_not_grow_with_the_series(
    db: Any, area: Any, staff: FlaskClient, count_statements: Callable[[], list[str]]
) -> None:
    def statements() -> int:
        before = len(count_statements())
        assert staff.get("/desk/series-health").status_code == 200
        return len(count_statements()) - before

    weekly(area)
    few = statements()
    for _ in range(5):
        weekly(area)
    assert statements() == few


def test_clerks_and_residents_have_no_business_there(
    db: Any, area: Any, client_for: Callable[..., Any]
) -> None:
    for person in (make.person(area), make.staff(COUNTER_CLERK, area)):
        assert client_for(person).get("/desk/series-health").status_code == 403
