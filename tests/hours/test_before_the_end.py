"""While an activity runs nobody has hours yet and nobody is absent; it may end early, and then it ends for all."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.hours.test_record import Mark, balance, held, nothing_left, record
from tests.hours.test_roll_call import check_in
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.hours import extension, planned, service
from volunteer.hours.extension import BadEnd, Extension
from volunteer.hours.models import Batch, Proposal, ServiceRecord
from volunteer.hours.my_time import my_time
from volunteer.hours.service import approving
from volunteer.hours.service.limits import TooMuchInADay
from volunteer.hours.service.record import NotOver
from volunteer.ledger.models import HOURS

RECORD = "data-record"


@pytest.fixture
def running(db, client_for) -> SimpleNamespace:
    """From 9:00 to 11:00; it is 10:00. One is there, one left after 40 minutes, one has not come yet."""
    at = held(hours_ago=1, minutes=120)
    names = ("陈桂芳", "王建国", "李秀英")
    at.people = [make.sign_up(at.occurrence, make.person(name=name)).person_id for name in names]
    at.stays, at.left, at.out = at.people
    check_in(at.occurrence, at.stays, 0, None)
    check_in(at.occurrence, at.left, 0, 40)
    at.browser = client_for(at.leader)
    at.url = f"/activities/{at.occurrence.id}/roll-call"
    at.marks = {f"mark-{at.stays}": "stayed", f"mark-{at.left}": "auto", f"mark-{at.out}": "excused"}
    return at


def minutes_of(person_id: int) -> int:
    return balance(HOURS, SimpleNamespace(id=person_id))


def button_is_hidden(page: str) -> bool:
    before = page[: page.index(RECORD + "=")]
    return " hidden>" in before[before.rindex("<div data-recording") :]


def test_nothing_is_recorded_before_the_end(db, running):
    with pytest.raises(NotOver) as refused:
        record(running, Mark(running.stays, "present"), Mark(running.out, "absent"))
    assert refused.value.message == "还没结束，11:00以后再登记；点好的都留着。"
    assert nothing_left(db)


def test_not_a_minute_before_the_end_and_at_the_end_it_is(db, app, monkeypatch):
    at, person = held(hours_ago=1, minutes=60), make.person()
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now - dt.timedelta(seconds=1))
    with pytest.raises(NotOver):
        record(at, Mark(person.id, "present"))
    monkeypatch.setattr(clock, "now", lambda: now)
    record(at, Mark(person.id, "present"))
    assert balance(HOURS, person) == 60


def test_longer_than_planned_is_recorded_after_the_longer_time(db):
    at, person = held(hours_ago=1, minutes=60), make.person()
    with pytest.raises(NotOver):
        service.record(
            actor=at.actor,
            occurrence_id=at.occurrence.id,
            marks=[Mark(person.id, "present")],
            extension=Extension(30, "货来晚了"),
        )


def test_the_page_keeps_the_marks_and_offers_no_button(db, running):
    page = running.browser.get(running.url).text
    assert "还没结束，11:00以后再登记；点好的都留着。" in page
    assert "提前结束了？" in page
    assert button_is_hidden(page)
    answer = running.browser.post(running.url, data=running.marks)
    assert answer.status_code == 409
    assert 'value="stayed" checked' in answer.text
    assert not db.session.scalar(sa.select(sa.func.count()).select_from(Batch))


def test_before_the_start_there_is_neither_button_nor_tick(db, running):
    running.occurrence.starts_at = clock.now() + dt.timedelta(hours=1)
    running.occurrence.ends_at = clock.now() + dt.timedelta(hours=2)
    db.session.commit()
    page = running.browser.get(running.url).text
    assert button_is_hidden(page)
    tick = page[page.index("<div data-ended") :]
    assert " hidden>" in tick[: tick.index("\n")]


def test_after_the_end_there_is_no_tick(db, client_for):
    at = held()
    make.sign_up(at.occurrence)
    page = client_for(at.leader).get(f"/activities/{at.occurrence.id}/roll-call").text
    assert not button_is_hidden(page)
    tick = page[page.index("<div data-ended") :]
    assert " hidden>" in tick[: tick.index("\n")]


def test_ended_early_counts_to_that_time_for_everybody_and_is_audited(db, running):
    data = {**running.marks, "ended": "1", "ended_at": "9:50"}
    page = running.browser.post(running.url + "/list", data=data | {"do": "count"}).text
    assert not button_is_hidden(page)
    assert "记录 3 人，共 1 小时 30 分" in page
    assert running.browser.post(running.url, data={**data, "shown": "3:90"}).status_code == 303
    assert [minutes_of(id_) for id_ in running.people] == [50, 40, 0]
    assert db.session.scalars(sa.select(Batch.extra_minutes)).one() == -70
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "hours_recorded")).one()
    assert (entry.details["ended_early_minutes"], entry.details["extra_minutes"]) == (70, 0)
    (mine,) = my_time(running.stays).entries
    assert mine.why == "全程参加，记 50 分钟。活动提前 70 分钟结束。"


def test_without_a_time_it_ended_now_and_the_page_remembers_the_moment(running):
    page = running.browser.post(
        running.url + "/list", data=running.marks | {"ended": "1", "do": "count"}
    ).text
    assert 'name="ended_at" type="time"' in page
    assert 'value="10:00"' in page[page.index('name="ended_at"') :][:200]
    assert "共 1 小时 40 分" in page


@pytest.mark.parametrize("typed", ["10:01", "9:00", "8:30", "半个小时前"])
def test_it_cannot_have_ended_later_than_now_or_before_it_began(db, running, typed):
    answer = running.browser.post(running.url, data=running.marks | {"ended": "1", "ended_at": typed})
    assert answer.status_code == 422
    assert "提前结束的时间请填 9:01 到 10:00 之间。" in answer.text
    assert db.session.scalars(sa.select(ServiceRecord)).all() == []


def test_a_minute_that_has_begun_has_not_passed(db, running, monkeypatch):
    now = clock.now() + dt.timedelta(seconds=40)
    monkeypatch.setattr(clock, "now", lambda: now)
    plan = planned.load(running.occurrence.id)
    assert plan is not None
    assert extension.ended_early(plan, "") == Extension(-60)


def test_past_midnight_the_time_is_of_the_next_day(db, monkeypatch):
    at = held(minutes=240)
    start = clock.at_local(clock.today(), dt.time(22))
    monkeypatch.setattr(clock, "now", lambda: start + dt.timedelta(hours=3))
    at.occurrence.starts_at, at.occurrence.ends_at = start, start + dt.timedelta(hours=4)
    db.session.commit()
    plan = planned.load(at.occurrence.id)
    assert plan is not None
    assert extension.ended_early(plan, "0:30") == Extension(-90)
    with pytest.raises(BadEnd):
        extension.ended_early(plan, "21:00")


def test_longer_and_shorter_at_once_is_refused(running):
    more = {"ended": "1", "extra": "30", "extra_reason": "货来晚了"}
    answer = running.browser.post(running.url, data=running.marks | more)
    assert answer.status_code == 422
    assert "又延长又提前结束，请只留一个。" in answer.text


def test_sent_later_from_the_phone_it_still_counts_to_the_time_of_the_tick(running, monkeypatch):
    later = clock.now() + dt.timedelta(hours=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    data = running.marks | {"ended": "1", "ended_at": "9:50"}
    assert running.browser.post(running.url, data=data).status_code == 303
    assert [minutes_of(id_) for id_ in running.people] == [50, 40, 0]


def test_the_minimum_is_of_the_time_it_took(db, running, app, monkeypatch):
    monkeypatch.setitem(app.config, "MINIMUM_PRESENCE_PERCENT", 40)
    page = running.browser.get(running.url).text
    assert "不到活动时间的 40%" in page  # 40 of 120 minutes
    page = running.browser.post(
        running.url + "/list", data=running.marks | {"ended": "1", "ended_at": "10:00"}
    ).text
    assert "不到活动时间的 40%" not in page  # 40 of 60


def test_late_and_early_are_taken_off_the_shorter_time(db, running):
    marks = [Mark(running.stays, "late", 10), Mark(running.left, "left_early", 20)]
    service.record(
        actor=running.actor, occurrence_id=running.occurrence.id, marks=marks, extension=Extension(-60)
    )
    assert [minutes_of(id_) for id_ in (running.stays, running.left)] == [50, 40]
    assert my_time(running.left).entries[0].why.startswith("9:40 离开，少记 20 分钟。活动提前 60 分钟结束。")


def test_what_comes_after_an_early_end_is_free_for_another_date(db, running):
    service.record(
        actor=running.actor,
        occurrence_id=running.occurrence.id,
        marks=[Mark(running.stays, "left_early", 10)],
        extension=Extension(-60),
    )
    other = make.occurrence(
        make.series(running.team, duration_minutes=10), starts_at=clock.now() - dt.timedelta(minutes=10)
    )
    record(running, Mark(running.stays, "present"), occurrence=other)
    assert minutes_of(running.stays) == 60


def test_a_flexible_task_keeps_its_rule(db):
    at, person = held(hours_ago=1, minutes=120, is_flexible=True), make.person()
    record(at, Mark(person.id, "present"))
    assert minutes_of(person.id) == 120


def test_a_proposal_is_not_made_before_the_end(db, running):
    with pytest.raises(NotOver):
        approving.propose(
            actor=running.actor, occurrence_id=running.occurrence.id,
            marks=[Mark(running.stays, "present")], reason="一整天都在",
        )  # fmt: skip
    assert db.session.scalars(sa.select(Proposal)).all() == []


def test_a_proposal_keeps_the_early_end(db):
    at, person = held(hours_ago=9, minutes=600), make.person()
    early, marks = Extension(-60), [Mark(person.id, "present")]
    values: dict[str, Any] = {"actor": at.actor, "occurrence_id": at.occurrence.id, "marks": marks}
    with pytest.raises(TooMuchInADay):
        service.record(**values, extension=early)
    proposal = approving.propose(**values, reason="一整天都在", extension=early)
    assert approving.extension_of(proposal) == early


def test_paper_waits_for_the_end_as_well(db, running):
    sheet = running.browser.post(f"/activities/{running.occurrence.id}/roster").location
    page = running.browser.post(sheet + "/preview", data={"text": "3 缺席"}).text
    assert "还没结束，11:00以后再登记" in page
    assert button_is_hidden(page)
    data = {"text": "3 缺席", "ended": "1", "ended_at": "10:00"}
    page = running.browser.post(sheet + "/preview", data=data).text
    assert not button_is_hidden(page)
    shown = page.split('name="shown" value="')[1].split('"')[0]
    answer = running.browser.post(sheet + "/entry", data={"text": "3 缺席", "shown": "3:160"})
    assert answer.status_code in (409, 422)
    assert running.browser.post(sheet + "/entry", data={**data, "shown": shown}).status_code == 303
    assert [minutes_of(id_) for id_ in running.people] == [60, 40, 0]
