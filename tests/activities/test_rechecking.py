"""The holiday table changes after dates were made: the story of a year without a plan (R054), and the questions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import for_leaders, service
from volunteer.activities.models import CANCELLED, PUBLISHED, UNDECIDED, Occurrence, Series
from volunteer.activities.repeating import calendar_check
from volunteer.activities.service.repeating import deciding
from volunteer.areas.models import Area
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.jobs import tasks
from volunteer.outbox.models import Message
from volunteer.workdays import service as workdays
from volunteer.workdays.rules import HOLIDAY, WORKDAY, Day

D = dt.date
NEW_YEAR = dt.datetime(2027, 1, 4, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))  # a Monday
EVE, MAKEUP = D(2027, 2, 5), D(2027, 2, 14)  # a Friday, a Sunday
# Invented, in the manner of the years before: nine days off with the Sundays before and after worked.
PLAN = [
    *(Day(D(2027, 2, day), HOLIDAY, "春节") for day in range(5, 14)),
    Day(D(2027, 1, 31), WORKDAY, "春节"),
    Day(MAKEUP, WORKDAY, "春节"),
]


@pytest.fixture(autouse=True)
def in_the_new_year(present: Any) -> Iterator[None]:
    with clock.fixed(NEW_YEAR):
        yield


@pytest.fixture
def staff(db: Any) -> int:
    return int(make.staff("subdistrict_staff", make.subdistrict()).id)


def weekly(weekday: str, *, on_holiday: str = "keep", on_makeup: str = "keep", **more: Any) -> Series:
    """A series on one weekday from today on, with its first eight weeks made."""
    series = make.series(
        recurrence=f"FREQ=WEEKLY;BYDAY={weekday}", on_holiday=on_holiday, on_makeup=on_makeup, **more
    )
    service.extend([series.id])
    make.db.session.commit()
    return series


def days(series: Series, state: str = PUBLISHED) -> list[dt.date]:
    make.db.session.expire_all()
    rows = make.db.session.scalars(
        sa.select(Occurrence)
        .where(Occurrence.series_id == series.id, Occurrence.state == state)
        .order_by(Occurrence.starts_at)
    )
    return [clock.local(row.starts_at).date() for row in rows]


def on(series: Series, day: dt.date) -> Occurrence:
    rows = make.db.session.scalars(sa.select(Occurrence).where(Occurrence.series_id == series.id))
    return next(row for row in rows if clock.local(row.starts_at).date() == day)


def enter(staff: int, plan: list[Day] = PLAN) -> None:
    workdays.enter_year(actor_id=staff, year=2027, days=plan)
    make.db.session.commit()


def recheck() -> int:
    done = sum(service.recheck(id_) for id_ in service.series_to_recheck())
    make.db.session.commit()
    return done


def test_without_a_plan_the_days_by_law_are_left_out(db: Any) -> None:
    friday, sunday = weekly("FR", on_holiday="skip"), weekly("SU", on_holiday="skip", on_makeup="skip")
    assert EVE not in days(friday)  # by law
    assert D(2027, 2, 12) in days(friday)  # nobody knows yet that the holidays are longer
    assert MAKEUP in days(sunday)


def test_when_the_plan_is_entered_dates_without_people_follow_it(db: Any, staff: int) -> None:
    friday, sunday = weekly("FR", on_holiday="skip"), weekly("SU", on_holiday="skip", on_makeup="skip")
    enter(staff)
    assert recheck() == 3
    assert D(2027, 2, 12) not in days(friday)
    assert not {D(2027, 1, 31), MAKEUP} & set(days(sunday))
    assert days(friday, CANCELLED) == [D(2027, 2, 12)]
    acts = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "calendar_rechecked")).all()
    assert [entry.details["deed"] for entry in acts] == [calendar_check.DROPPED] * 3


def test_the_second_time_there_is_nothing_to_do(db: Any, staff: int) -> None:
    weekly("FR", on_holiday="skip")
    enter(staff)
    assert recheck() == 1
    assert service.series_to_recheck() == []
    enter(staff)  # the same plan again
    assert service.series_to_recheck() == []


def test_a_series_that_keeps_its_days_is_not_looked_at(db: Any, staff: int) -> None:
    weekly("FR")
    enter(staff)
    assert service.series_to_recheck() == []


def test_asking_who_is_due_costs_two_statements(
    db: Any, staff: int, count_statements: Callable[[], list[str]]
) -> None:
    for _ in range(3):
        weekly("FR", on_holiday="skip")
    enter(staff)
    before = len(count_statements())
    assert len(service.series_to_recheck()) == 3
    assert len(count_statements()) == before + 2


def test_dates_that_were_made_before_are_looked_at_although_newer_ones_are_made_first(
    db: Any, staff: int
) -> None:
    """The generator may come first after a change of the table; it must not hide the change."""
    friday = weekly("FR", on_holiday="skip")
    enter(staff)
    with clock.fixed(NEW_YEAR + dt.timedelta(days=7)):
        service.extend([friday.id])
        db.session.commit()
        assert service.series_to_recheck() == [friday.id]
        recheck()
    assert D(2027, 2, 12) not in days(friday)


def test_dates_are_moved_to_where_the_plan_puts_them(db: Any, staff: int) -> None:
    saturday = weekly("SA", on_holiday="after", on_makeup="after")
    assert D(2027, 2, 9) in days(saturday)  # from the 6th past the days by law
    enter(staff)
    recheck()
    assert D(2027, 2, 9) not in days(saturday)
    moved = on(saturday, D(2027, 2, 15))  # past the 13th, a holiday, and the 14th, a workday
    assert (moved.original_on, moved.sequence) == (D(2027, 2, 6), 1)


def test_days_that_turn_out_to_be_working_days_are_made(db: Any, staff: int) -> None:
    friday = weekly("FR", on_holiday="skip")
    numbers = [row.issue_number for row in db.session.scalars(sa.select(Occurrence))]
    assert EVE not in days(friday)
    enter(staff, [])  # a year without holidays
    assert recheck() == 1
    assert EVE in days(friday)
    assert on(friday, EVE).issue_number == max(numbers) + 1


def test_what_the_table_left_out_comes_back_with_its_number(db: Any, staff: int) -> None:
    friday = weekly("FR", on_holiday="skip")
    number = on(friday, D(2027, 2, 12)).issue_number
    enter(staff)
    recheck()
    enter(staff, [])
    recheck()
    assert on(friday, D(2027, 2, 12)).state == PUBLISHED
    assert on(friday, D(2027, 2, 12)).issue_number == number


def test_where_people_are_signed_up_somebody_is_asked(db: Any, staff: int) -> None:
    friday = weekly("FR", on_holiday="skip")
    date = on(friday, D(2027, 2, 12))
    make.sign_up(date)
    enter(staff)
    assert recheck() == 1
    db.session.refresh(date)
    assert (date.state, date.asks, date.taken) == (PUBLISHED, "holiday", 1)
    assert clock.local(date.starts_at).date() == D(2027, 2, 12)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


def test_a_question_that_has_answered_itself_is_taken_back(db: Any, staff: int) -> None:
    friday = weekly("FR", on_holiday="skip")
    date = on(friday, D(2027, 2, 12))
    make.sign_up(date)
    enter(staff)
    recheck()
    enter(staff, [])
    recheck()
    db.session.refresh(date)
    assert (date.state, date.asks) == (PUBLISHED, None)


def test_a_date_set_by_hand_is_left_alone(db: Any, staff: int) -> None:
    friday = weekly("FR", on_holiday="skip")
    date = on(friday, D(2027, 2, 12))
    date.edited = "starts_at"
    db.session.commit()
    enter(staff)
    assert recheck() == 0
    assert D(2027, 2, 12) in days(friday)


def test_what_somebody_cancelled_stays_cancelled(db: Any, staff: int) -> None:
    friday = weekly("FR", on_holiday="skip")
    leader = make.leader(make.db.session.get_one(make.Team, friday.team_id))
    service.cancel_occurrence(
        actor=make.actor(leader), occurrence_id=on(friday, D(2027, 1, 15)).id, reason="台风"
    )
    db.session.commit()
    enter(staff, [])
    recheck()
    assert on(friday, D(2027, 1, 15)).state == CANCELLED


def test_the_job_does_all_of_it_and_once(db: Any, staff: int) -> None:
    friday = weekly("FR", on_holiday="skip")
    enter(staff)
    assert tasks.recheck_calendar() == 1
    assert tasks.recheck_calendar() == 0
    assert D(2027, 2, 12) not in days(friday)


def test_the_effect_is_told_before_it_is_kept(db: Any, staff: int) -> None:
    friday = weekly("FR", on_holiday="skip")
    weekly("FR")  # minds nothing
    make.sign_up(on(friday, D(2027, 2, 12)))
    assert service.repeating.rechecking.effect(2027, PLAN) == (1, 1)
    enter(staff)
    assert service.repeating.rechecking.effect(2027, PLAN) == (0, 0)


# --- questions: the policy "ask", and dates with people after a change of the table


@pytest.fixture
def asked(db: Any) -> Series:
    return weekly("FR", on_holiday="ask")


def leader_of(series: Series, **more: Any) -> Any:
    return make.actor(make.leader(make.db.session.get_one(make.Team, series.team_id), **more))


def todos(series: Series) -> list[Any]:
    return list(for_leaders.undecided([series.team_id]).get(series.team_id, ()))


def test_the_leader_is_asked_about_a_date_on_a_holiday(app: Any, asked: Series) -> None:
    date = on(asked, EVE)
    assert (date.state, date.asks) == (UNDECIDED, "holiday")
    with app.test_request_context():
        [todo] = todos(asked)
        assert todo.href == f"/activities/{date.id}/decide"
        assert "2月5日" in todo.about
        assert todo.kind == ""
    with clock.fixed(clock.at_local(D(2027, 2, 1), dt.time(9))), app.test_request_context():
        assert [todo.kind for todo in todos(asked)] == ["soon"]
    with clock.fixed(clock.at_local(EVE, dt.time(23))), app.test_request_context():
        assert todos(asked) == []  # too late to decide


def test_two_shifts_of_a_day_are_one_question(app: Any, asked: Series) -> None:
    date = on(asked, EVE)
    second = make.occurrence(
        asked, starts_at=date.starts_at + dt.timedelta(hours=3), original_on=EVE, shift=1,
        state=UNDECIDED, asks="holiday",
    )  # fmt: skip
    with app.test_request_context():
        assert len(todos(asked)) == 1
    service.decide(actor=leader_of(asked), occurrence_id=date.id, day=EVE)
    assert {row.state for row in (date, second)} == {PUBLISHED}


def test_the_days_to_choose_from(asked: Series) -> None:
    found = deciding.question(actor=leader_of(asked), occurrence_id=on(asked, EVE).id)
    assert [(option.code, option.day) for option in found.options] == [
        ("hold", EVE),
        ("earlier", D(2027, 2, 4)),
        ("later", D(2027, 2, 9)),
    ]


def test_held_it_is_published_and_no_later_change_of_the_table_touches_it(
    db: Any, asked: Series, staff: int
) -> None:
    date = on(asked, EVE)
    assert service.decide(actor=leader_of(asked), occurrence_id=date.id, day=EVE) == 0
    db.session.commit()
    assert (date.state, date.asks, date.published_at) == (PUBLISHED, None, clock.now())
    enter(staff)
    recheck()
    db.session.refresh(date)
    assert (date.state, date.asks) == (PUBLISHED, None)


def test_dropped_it_is_cancelled(db: Any, asked: Series) -> None:
    date = on(asked, EVE)
    service.decide(actor=leader_of(asked), occurrence_id=date.id, day=None)
    assert (date.state, date.asks) == (CANCELLED, None)
    assert date.cancelled_reason


def test_moved_it_keeps_its_hour(db: Any, asked: Series) -> None:
    date = on(asked, EVE)
    service.decide(actor=leader_of(asked), occurrence_id=date.id, day=D(2027, 2, 4))
    db.session.refresh(date)
    assert (date.state, date.asks) == (PUBLISHED, None)
    assert clock.local(date.starts_at) == dt.datetime(2027, 2, 4, 15, 0, tzinfo=clock.zone())


@pytest.fixture
def hit(db: Any, staff: int) -> Occurrence:
    """Somebody is signed up for a date that has turned out to be on a holiday."""
    friday = weekly("FR", on_holiday="skip")
    date = on(friday, D(2027, 2, 12))
    make.sign_up(date)
    enter(staff)
    recheck()
    db.session.refresh(date)
    return date


def messages(db: Any) -> list[str]:
    return list(db.session.scalars(sa.select(Message.kind).where(Message.channel == "inbox")))


def test_people_are_kept_when_it_is_held(db: Any, hit: Occurrence) -> None:
    series = db.session.get_one(Series, hit.series_id)
    service.decide(actor=leader_of(series), occurrence_id=hit.id, day=D(2027, 2, 12))
    assert (hit.state, hit.asks, hit.taken) == (PUBLISHED, None, 1)
    assert messages(db) == []


def test_people_move_along_and_are_told(db: Any, hit: Occurrence) -> None:
    series = db.session.get_one(Series, hit.series_id)
    service.decide(actor=leader_of(series), occurrence_id=hit.id, day=D(2027, 2, 15), words="老地方见")
    db.session.refresh(hit)
    assert (hit.state, hit.asks, hit.taken) == (PUBLISHED, None, 1)
    assert clock.local(hit.starts_at).date() == D(2027, 2, 15)
    assert messages(db) == ["activity_changed"]


def test_people_are_told_when_it_is_dropped(db: Any, hit: Occurrence) -> None:
    series = db.session.get_one(Series, hit.series_id)
    assert service.decide(actor=leader_of(series), occurrence_id=hit.id, day=None, words="过年啦") == 1
    assert messages(db) == ["activity_cancelled"]


def test_people_are_not_dropped_without_a_word(db: Any, hit: Occurrence) -> None:
    series = db.session.get_one(Series, hit.series_id)
    with pytest.raises(deciding.SayWhy):
        service.decide(actor=leader_of(series), occurrence_id=hit.id, day=None)
    db.session.rollback()
    assert (hit.state, hit.asks) == (PUBLISHED, "holiday")


def test_a_day_that_is_not_offered_is_refused(db: Any, asked: Series) -> None:
    date = on(asked, EVE)
    with pytest.raises(deciding.NotOffered):
        service.decide(actor=leader_of(asked), occurrence_id=date.id, day=D(2027, 2, 6))
    db.session.rollback()
    assert date.state == UNDECIDED


def test_a_decided_date_is_not_decided_again(db: Any, asked: Series) -> None:
    date, leader = on(asked, EVE), leader_of(asked)
    service.decide(actor=leader, occurrence_id=date.id, day=EVE)
    with pytest.raises(deciding.NothingToDecide):
        service.decide(actor=leader, occurrence_id=date.id, day=None)


def test_strangers_do_not_decide(db: Any, asked: Series) -> None:
    date = on(asked, EVE)
    stranger = make.actor(make.leader(make.team()))
    for actor in (stranger, leader_of(asked, rights=("record",))):
        with pytest.raises(NotFound):
            service.decide(actor=actor, occurrence_id=date.id, day=EVE)
    assert date.state == UNDECIDED


def test_the_page_asks_and_takes_the_answer(db: Any, asked: Series, client_for: Any) -> None:
    date = on(asked, EVE)
    area = db.session.get_one(Area, asked.area_id)
    client = client_for(make.staff("community_staff", area))
    address = f"/activities/{date.id}/decide"
    page = client.get(address).text
    assert "春节假期" in page
    assert "还没有录入" in page
    assert client.post(address, data={}).status_code == 422
    assert client.post(address, data={"choice": "2027-02-06"}).status_code == 422
    assert client.post(address, data={"choice": "2027-02-04"}).status_code == 303
    db.session.refresh(date)
    assert clock.local(date.starts_at).date() == D(2027, 2, 4)
    assert client.get(address).status_code == 303  # nothing left to decide
