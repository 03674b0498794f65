"""Certificates count final hours alone: the public notice is over and no objection is open (R043, R069, R072)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.hours.test_record import Mark, held, record
from volunteer.core import clock
from volunteer.hours import finality, service
from volunteer.hours.models import Batch, Certificate, Objection
from volunteer.hours.service import objecting
from volunteer.hours.service.certify import NothingFinal, NothingToCertify, certified, state_of

DAY = dt.timedelta(days=1)
OVER = dt.date(2026, 11, 26)  # recorded on Saturday the 21st, on notice until Wednesday the 25th
PERIOD = {"from_on": dt.date(2026, 1, 1), "until_on": dt.date(2026, 11, 21)}


@pytest.fixture
def at(db: Any) -> Any:
    found = held()
    found.person = make.person(name="陈桂芳")
    found.batch = record(found, Mark(found.person.id, "present"))
    return found


def noon(day: dt.date) -> Any:
    return clock.fixed(clock.at_local(day, dt.time(12)))


def issue(person: Any) -> Certificate:
    return service.issue_certificate(actor=make.actor(person), person_id=person.id, **PERIOD)


def correct(at: Any, mark: Mark) -> None:
    service.reverse(actor=make.actor(at.leader), batch_id=at.batch.id, reason="点错了")
    at.batch = record(at, mark)


def test_on_the_last_day_of_the_notice_nothing_is_final_and_on_the_next_it_is(at: Any) -> None:
    with noon(OVER - DAY), pytest.raises(NothingFinal):
        issue(at.person)
    with noon(OVER):
        assert issue(at.person).certified_minutes == 150


def test_without_a_notice_hours_are_final_at_once(at: Any, app: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(app.config, "NOTICE_DAYS", 0)
    correct(at, Mark(at.person.id, "present"))
    assert issue(at.person).certified_minutes == 150


def test_an_open_objection_keeps_the_own_hours_back_until_it_is_answered(at: Any) -> None:
    other = make.person()
    staff = make.staff("community_staff", make.db.session.get_one(make.Area, at.team.area_id))
    with noon(OVER):
        objecting.object_to(actor=make.actor(other), occurrence_id=at.occurrence.id, text="漏了我")
        assert certified(at.person.id, *PERIOD.values()) == (150, 1)
        mine = objecting.object_to(actor=make.actor(at.person), occurrence_id=at.occurrence.id, text="少记了")
        with pytest.raises(NothingFinal):
            issue(at.person)
        objecting.answer(
            actor=make.actor(staff), objection_id=mine.id, is_upheld=False, reason="核对过，没有少"
        )
        assert issue(at.person).certified_minutes == 150


def test_nothing_recorded_at_all_is_another_sentence(at: Any) -> None:
    with noon(OVER), pytest.raises(NothingToCertify) as refused:
        issue(make.person())
    assert not isinstance(refused.value, NothingFinal)


def test_what_becomes_final_or_is_recorded_later_does_not_spoil_a_certificate(at: Any) -> None:
    earlier = make.occurrence(at.series, starts_at=at.occurrence.starts_at - DAY)
    with noon(OVER):
        batch = record(at, Mark(at.person.id, "present"), occurrence=earlier)
        made = issue(at.person)
        assert (made.certified_minutes, made.record_count) == (150, 1)
    with noon(OVER + 7 * DAY):
        assert batch.notice_until < clock.today()
        assert state_of(made) == "valid"
        assert issue(at.person).certified_minutes == 300


def test_an_objection_after_it_was_issued_does_not_spoil_it_a_correction_does(at: Any) -> None:
    with noon(OVER):
        made = issue(at.person)
    with noon(OVER + DAY):
        objecting.object_to(actor=make.actor(at.person), occurrence_id=at.occurrence.id, text="多记了")
        assert state_of(made) == "valid"
        at.leader = make.staff("community_staff", make.db.session.get_one(make.Area, at.team.area_id))
        correct(at, Mark(at.person.id, "left_early", 30))
        assert state_of(made) == "superseded"


def test_a_correction_that_leaves_the_own_minutes_keeps_the_certificate(at: Any) -> None:
    with noon(OVER):
        made = issue(at.person)
    with noon(OVER + DAY):
        at.leader = make.staff("community_staff", make.db.session.get_one(make.Area, at.team.area_id))
        service.reverse(actor=make.actor(at.leader), batch_id=at.batch.id, reason="漏了一位")
        assert state_of(made) == "superseded"
        record(at, Mark(at.person.id, "present"), Mark(make.person().id, "present"))
        assert state_of(made) == "valid"


def test_the_page_says_what_is_not_final_and_from_when_it_counts(at: Any, client_for: Any) -> None:
    page = client_for(at.person).get("/certificates").text
    assert "还没定下来的时长" in page
    assert "公示到 11月25日，从 11月26日起写进证明" in page
    assert "2 小时 30 分" in page
    objecting.object_to(actor=make.actor(at.person), occurrence_id=at.occurrence.id, text="少记了")
    assert "有异议在处理" in client_for(at.person).get("/certificates").text
    make.db.session.execute(sa.update(Objection).values(state="rejected", answered_at=clock.now()))
    with noon(OVER):
        assert "还没定下来" not in client_for(at.person).get("/certificates").text


def test_pending_hours_are_summed_by_the_day_on_which_they_count(at: Any) -> None:
    earlier = make.occurrence(at.series, starts_at=at.occurrence.starts_at - 3 * DAY)
    record(at, Mark(at.person.id, "present"), occurrence=earlier)
    [found] = finality.pending(at.person.id)
    assert (found.minutes, found.times, found.counts_from) == (300, 2, OVER)


def test_a_press_of_the_button_too_early_says_why(at: Any, client_for: Any) -> None:
    answer = client_for(at.person).post(
        "/certificates", data={"from_on": "2026-01-01", "until_on": "2026-11-21"}
    )
    assert answer.status_code == 422
    assert "还在公示" in answer.text
    assert make.db.session.scalar(sa.select(sa.func.count()).select_from(Certificate)) == 0
    assert make.db.session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 1
