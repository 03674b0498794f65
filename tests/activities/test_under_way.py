"""What has begun is not taken away from who is there: no cancelling, no other start; the roll call ends it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence
from volunteer.activities.planning import refusals
from volunteer.activities.service.changing.changes import DateWish
from volunteer.activities.service.changing.reopening import NotToBeReopened
from volunteer.attendance.models import CheckIn, TaskReport
from volunteer.core import clock

SignIn = Callable[[Any], FlaskClient]
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


class Running:
    """A date of four hours that began an hour ago (at 9:00), one person signed up for it, and its leader."""

    def __init__(self) -> None:
        self.team = make.team()
        self.leader = make.leader(self.team)
        self.actor = make.actor(self.leader)
        self.date = make.occurrence(
            make.series(self.team, duration_minutes=240), starts_at=clock.now() - HOUR
        )
        self.person = make.person()
        make.sign_up(self.date, self.person)

    def come(self, **more: Any) -> CheckIn:
        return make._keep(
            CheckIn(
                occurrence_id=self.date.id,
                person_id=self.person.id,
                came_at=clock.now() - HOUR,
                came_way="qr",
                came_by_id=self.person.id,
                **more,
            )
        )

    def report(self, state: str = "reported") -> TaskReport:
        return make._keep(
            TaskReport(
                occurrence_id=self.date.id,
                person_id=self.person.id,
                did_on=clock.today(),
                minutes=30,
                reported_at=clock.now(),
                state=state,
            )
        )

    def becomes_a_week(self) -> None:
        self.date.is_flexible, self.date.ends_at = True, clock.now() + 6 * DAY
        make.db.session.commit()

    def cancel(self) -> int:
        return service.cancel_occurrence(actor=self.actor, occurrence_id=self.date.id, reason="暴雨")

    def move(self, **wish: Any) -> int:
        return service.edit_date(actor=self.actor, occurrence_id=self.date.id, wish=DateWish(**wish))

    @property
    def state(self) -> str:
        return make.db.session.get_one(Occurrence, self.date.id, populate_existing=True).state


@pytest.fixture
def running(db: Any) -> Running:
    return Running()


def test_where_somebody_has_come_nothing_is_cancelled(running: Running) -> None:
    running.come(left_at=clock.now())
    with pytest.raises(refusals.SomebodyCame):
        running.cancel()
    assert running.state == "published"


def test_where_nobody_came_it_is(running: Running) -> None:
    running.come(void_at=clock.now())
    assert running.cancel() == 1
    assert running.state == "cancelled"


def test_what_is_over_is_not_cancelled(running: Running) -> None:
    with clock.fixed(running.date.ends_at), pytest.raises(refusals.CancelledTooLate):
        running.cancel()


def test_of_a_task_whatever_was_written_counts(running: Running) -> None:
    running.becomes_a_week()
    report = running.report()
    with pytest.raises(refusals.TaskBegun):
        running.cancel()
    report.state = "refused"
    make.db.session.commit()
    assert running.cancel() == 1


def test_a_task_is_opened_again_until_it_ends(running: Running) -> None:
    running.becomes_a_week()
    running.cancel()
    assert service.reopen_occurrence(actor=running.actor, occurrence_id=running.date.id) == 1
    running.cancel()
    running.date.ends_at = clock.now()
    make.db.session.commit()
    with pytest.raises(NotToBeReopened):
        service.reopen_occurrence(actor=running.actor, occurrence_id=running.date.id)


def test_on_a_stormy_day_it_is_left_alone(running: Running) -> None:
    running.come()
    [result] = service.cancel_day(
        actor=running.actor, on=clock.today(), occurrence_ids=[running.date.id], reason="暴雨"
    )
    assert (result.state, running.state) == ("goes_on", "published")


def test_the_start_stays_where_the_people_are(running: Running) -> None:
    running.come()
    with pytest.raises(refusals.PeopleAreHere):
        running.move(starts_at=clock.now() + DAY, ends_at=clock.now() + DAY + HOUR)
    running.move(ends_at=running.date.ends_at + HOUR)
    running.move(place="二楼")


def test_back_to_the_series_neither(running: Running) -> None:
    later = clock.local(clock.now() + 2 * HOUR)
    series = make.series(running.team, starts_on=later.date(), starts_time=later.time())
    running.date.series_id, running.date.original_on = series.id, later.date()
    running.date.edited = "starts_at"
    make.db.session.commit()
    running.come()
    with pytest.raises(refusals.PeopleAreHere):
        service.reset_date(actor=running.actor, occurrence_id=running.date.id)


def test_who_is_early_may_have_to_wait_but_not_till_tomorrow(running: Running) -> None:
    running.date.starts_at = clock.now() + HOUR / 4
    make.db.session.commit()
    running.come()
    running.move(starts_at=clock.now() + HOUR)
    with pytest.raises(refusals.PeopleAreHere):
        running.move(starts_at=clock.now() + DAY, ends_at=clock.now() + DAY + HOUR)


def test_where_nobody_is_it_may_be_tomorrow(running: Running) -> None:
    assert running.move(starts_at=clock.now() + DAY, ends_at=clock.now() + DAY + HOUR) == 1


@pytest.mark.portable
def test_the_page_says_what_to_do_instead(running: Running, client_for: SignIn) -> None:
    visitor, address = client_for(running.leader), f"/activities/{running.date.id}/cancel"
    page = visitor.get(address)
    assert page.status_code == 200
    assert "就不能再重新开放" in page.text
    running.come()
    for answer in (visitor.get(address), visitor.post(address, data={"reason": "暴雨", "agreed": "y"})):
        assert answer.status_code == 409
        assert "已经有人签到了，不能再取消" in answer.text
        assert f"/activities/{running.date.id}/roll-call" in answer.text
    with clock.fixed(running.date.ends_at):
        assert "已经结束，不能再取消" in visitor.get(address).text


@pytest.mark.portable
def test_the_page_of_a_task_leads_to_its_last_day(running: Running, client_for: SignIn) -> None:
    running.becomes_a_week()
    visitor, address = client_for(running.leader), f"/activities/{running.date.id}/cancel"
    assert "结束以前还能重新开放" in visitor.get(address).text
    running.report()
    answer = visitor.get(address)
    assert "把最后一天提前" in answer.text
    assert f"/activities/{running.date.id}/edit" in answer.text


@pytest.mark.portable
def test_the_page_of_the_storm_shows_them_apart(running: Running, client_for: SignIn) -> None:
    running.come()
    page = client_for(running.leader).get(f"/desk/storm?on={clock.today()}").text
    assert "正在进行，有人签到了" in page
    assert f'name="date" value="{running.date.id}"' not in page


@pytest.mark.portable
def test_what_can_still_be_done_is_on_the_page_of_its_series_among_those_to_come(
    db: Any, client_for: SignIn
) -> None:
    """A weekly task is always under way: who opens the series wants this week's."""
    team = make.team()
    series = make.series(team, kind="flexible", window_days=7, recurrence="FREQ=WEEKLY;BYDAY=MO")
    running = make.occurrence(
        series, starts_at=clock.now() - DAY, ends_at=clock.now() + 5 * DAY, is_flexible=True
    )
    timed = make.occurrence(series, starts_at=clock.now() - HOUR)
    leader, resident = client_for(make.leader(team)), client_for(make.person())
    for reader in (leader, resident):
        coming = reader.get(f"/series/{series.id}").text.partition("最近几场")[0]
        assert f"/activities/{running.id}" in coming
        assert f"/activities/{timed.id}" not in coming
    running.recorded_at = clock.now()
    db.session.flush()
    coming, _mark, latest = leader.get(f"/series/{series.id}").text.partition("最近几场")
    assert f"/activities/{running.id}" not in coming
    assert f"/activities/{running.id}" in latest
