"""A standing sign-up whose weekday or time is edited stops and asks; it never follows silently or comes twice."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import service
from volunteer.activities.changing.editing import ALL, LATER, MOVE
from volunteer.activities.models import Occurrence, Regular, Series, SeriesShift, SignUp
from volunteer.activities.service.changing import regular_ends
from volunteer.activities.service.changing.editing import NewRule, Wish
from volunteer.activities.together import regulars
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.jobs import tasks
from volunteer.outbox.kinds import render
from volunteer.outbox.models import Message
from volunteer.people.models import Person

SUNDAY = dt.date(2026, 11, 22)
WEEK, DAY = dt.timedelta(weeks=1), dt.timedelta(days=1)
TEN = {0: (dt.time(10), 120)}


@pytest.fixture
def series(db: Any) -> Series:
    """On Sundays at nine, eight weeks ahead."""
    return make.weekly(SUNDAY, start_time=dt.time(9), content="打扫")


def leader(series: Series) -> Any:
    return make.actor(make.db.session.get_one(Person, series.person_in_charge_id))


def dates(series: Series) -> list[Occurrence]:
    statement = sa.select(Occurrence).where(Occurrence.series_id == series.id)
    return list(make.db.session.scalars(statement.order_by(Occurrence.starts_at)))


def edit(series: Series, scope: str = ALL, of: int = 0, **more: Any) -> int:
    wish = Wish({}, more.pop("times", {}), more.pop("rule", None))
    told = service.edit_series(
        actor=leader(series), occurrence_id=dates(series)[of].id, scope=scope, wish=wish, **more
    )
    make.db.session.commit()
    return told


def minute() -> None:
    """What the jobs of a minute do with standing sign-ups."""
    tasks.sign_up_regulars()
    tasks.end_regulars()
    make.db.session.commit()
    make.db.session.expire_all()


def rows(person: Any) -> list[Any]:
    return regulars.of_person(person.id)


def held(person: Any) -> list[dt.date]:
    statement = (
        sa.select(Occurrence.starts_at)
        .join(SignUp, SignUp.occurrence_id == Occurrence.id)
        .where(SignUp.person_id == person.id, SignUp.state == "signed_up", Occurrence.starts_at > clock.now())
    )
    return sorted(clock.local(starts_at).date() for starts_at in make.db.session.scalars(statement))


def inbox(person: Any) -> dict[str, str]:
    statement = sa.select(Message).where(Message.person_id == person.id, Message.channel == "inbox")
    return {one.kind: render(one.kind, one.payload)[1] for one in make.db.session.scalars(statement)}


@pytest.mark.parametrize("rest", ["move", "keep"])
def test_from_sundays_to_saturdays_nobody_is_put_on_a_day_unasked_nor_is_there_twice(
    series: Series, rest: str
) -> None:
    person = make.person()
    make.regular(series, person)
    minute()
    before = held(person)
    assert {day.weekday() for day in before} == {6}
    saturday = SUNDAY + 3 * WEEK - DAY
    edit(series, LATER, 3, times=TEN, rule=NewRule(saturday, "FREQ=WEEKLY;BYDAY=SA"), rest=rest)
    minute()
    later = held(person)
    assert len(later) == len(before)  # what was there stays or moves, and nothing comes on top
    assert {day.weekday() for day in later if day >= saturday} == {5 if rest == MOVE else 6}
    [row] = rows(person)
    assert row.series_id != series.id
    assert regulars.new_days(row, row) == ("SA",)
    assert "以后周日不办了" in inbox(person)["regular_day_gone"]
    assert "以后是每周六 10:00" in inbox(person)["regular_day_gone"]
    service.take_regular_day(actor=make.actor(person), regular_id=row.id, day="SA")
    make.db.session.commit()
    minute()
    saturdays = [one.original_on for one in dates(make.db.session.get_one(Series, row.series_id))]
    assert {day for day in held(person) if day >= saturday} == set(saturdays)  # now it was said
    assert [one.weekdays for one in rows(person)] == [""]


def test_the_row_of_the_old_series_waits_until_its_dates_are_given_out(series: Series) -> None:
    person = make.person()
    make.regular(series, person)
    edit(series, LATER, 3, times=TEN)
    tasks.end_regulars()
    running = sa.select(Regular.series_id).where(Regular.state == "running")
    assert list(make.db.session.scalars(running)) == [series.id]
    minute()
    assert len(held(person)) == 3
    tasks.end_regulars()
    [row] = rows(person)
    assert (row.series_id != series.id, row.state) == (True, "paused")
    assert "regular_ended" not in inbox(person)
    assert tasks.end_regulars() == 0


def test_at_another_time_it_pauses_and_one_press_goes_on(series: Series, client_for: Any) -> None:
    person, other = make.person(), make.person()
    make.regular(series, person, state="paused", paused_until=SUNDAY + WEEK)
    make.regular(series, other, state="stopped", stopped_at=clock.now())
    assert edit(series, times=TEN, words="太早了") == 1
    assert inbox(other) == {}
    assert inbox(person)["regular_asked"].startswith("“周五卫生大扫除”改了，以后是每周日 10:00")
    assert inbox(person)["regular_asked"].endswith("负责人说：太早了")
    [row] = rows(person)
    assert (row.state, row.paused_until, row.asked_at) == ("paused", None, clock.now())
    assert "等着答复" in client_for(person).get("/my-activities").text
    minute()
    assert held(person) == []
    browser = client_for(person)
    page = browser.get(f"/series/{series.id}/regular").text
    assert "还每次都来吗？" in page
    assert "这项活动现在是每周日 10:00" in page
    browser.post(f"/regulars/{row.id}/resume")
    minute()
    assert len(held(person)) == len([date for date in dates(series) if date.starts_at > clock.now()])


def test_another_place_or_number_asks_nobody(series: Series) -> None:
    make.regular(series, make.person())
    wish = Wish({"place": "二楼", "capacity": 30})
    assert (
        service.edit_series(actor=leader(series), occurrence_id=dates(series)[0].id, scope=ALL, wish=wish)
        == 0
    )


def test_only_those_of_the_shift_that_moves_are_asked(series: Series) -> None:
    make._keep(SeriesShift(series_id=series.id, number=1, start_time=dt.time(18), duration_minutes=60))
    mornings, evenings = make.person(), make.person()
    make.regular(series, mornings, shift=0)
    make.regular(series, evenings, shift=1)
    assert edit(series, times={1: (dt.time(19), 60)}) == 1
    assert (inbox(mornings), [*inbox(evenings)]) == ({}, ["regular_asked"])


@pytest.mark.parametrize("weekdays", ["", "SU"])
def test_a_rhythm_without_weekdays_is_asked_about(series: Series, weekdays: str) -> None:
    person = make.person()
    make.regular(series, person, weekdays=weekdays)
    edit(series, rule=NewRule(SUNDAY, "FREQ=MONTHLY;BYMONTHDAY=15"), rest=MOVE)
    assert "以后是每月15日" in inbox(person)["regular_asked"]
    assert [row.state for row in rows(person)] == ["paused"]


def test_who_is_blocked_for_the_moment_is_stopped_all_the_same(series: Series) -> None:
    person = make.person()
    row = make.regular(series, person)
    person.status = "disabled"
    make.db.session.commit()
    assert edit(series, times=TEN) == 0
    assert (make.db.session.get_one(Regular, row.id, populate_existing=True).state, inbox(person)) == (
        "paused",
        {},
    )


def test_when_a_series_ends_each_standing_sign_up_hears_it_once(series: Series) -> None:
    person, signed_up = make.person(), make.person()
    make.regular(series, person)
    make.regular(series, signed_up)
    second = dates(series)[2]
    make.sign_up(second, signed_up)
    make.sign_up(second, make.person())
    on = SUNDAY + 2 * WEEK
    assert service.end_series(actor=leader(series), series_id=series.id, on=on, reason="队长搬走了") == 3
    assert inbox(person)["regular_ended"].startswith("“周五卫生大扫除”办到12月5日")
    assert inbox(person)["regular_ended"].endswith("原因：队长搬走了")
    assert {*inbox(signed_up)} == {"regular_ended", "activity_cancelled"}
    make.db.session.commit()
    minute()
    assert len(rows(person)) == 1  # two dates are still to come
    with clock.fixed(clock.now() + 3 * WEEK):
        minute()
        assert rows(person) == []
    statement = sa.select(sa.func.count()).where(
        Message.person_id == person.id, Message.kind == "regular_ended", Message.channel == "inbox"
    )
    assert make.db.session.scalar(statement) == 1


@pytest.mark.portable
def test_the_page_that_ends_a_series_counts_them(series: Series, client_for: Any) -> None:
    make.regular(series, make.person())
    browser = client_for(make.db.session.get_one(Person, series.person_in_charge_id))
    typed = {"on": "2027-06-01", "reason": "搬走了"}
    page = browser.post(f"/series/{series.id}/end", data=typed).text
    assert "那天以后没有排好的场次。" in page
    assert "固定报名的 1 位也会收到一条消息" in page


def test_a_series_that_runs_out_by_itself_ends_them_with_a_word(series: Series) -> None:
    person = make.person()
    row = make.regular(series, person)
    series.ends_on = SUNDAY + 2 * WEEK
    make.db.session.execute(sa.delete(Occurrence).where(Occurrence.original_on > series.ends_on))
    make.db.session.commit()
    tasks.end_regulars()
    assert len(rows(person)) == 1
    with clock.fixed(clock.now() + 4 * WEEK):
        assert tasks.end_regulars() == 1
        assert rows(person) == []
        assert "办到12月6日" in inbox(person)["regular_ended"]
        assert regular_ends.end(row.id) is False
    acts = make.db.session.scalars(sa.select(AuditEntry.act))
    assert "regular_stopped" in set(acts)


def test_a_series_that_goes_on_ends_nobody(series: Series) -> None:
    make.regular(series, make.person())
    minute()
    make.db.session.execute(sa.update(Occurrence).values(state="cancelled", cancelled_reason="下雨"))
    make.db.session.commit()
    assert tasks.end_regulars() == 0
