"""Requests about the own data: asked, answered in time, refused only with a reason (R145, R147)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.outbox.models import Message
from volunteer.people.models import CLOSED, COMMUNITY_STAFF, COUNTER_CLERK, Person
from volunteer.privacy.models import RightsRequest
from volunteer.privacy.service import requests


@pytest.fixture
def area(db):
    return make.community()


@pytest.fixture
def asked(db, area):
    return requests.ask(actor=make.actor(make.person(area)), kind="copy", wanted="要一份纸质的")


def test_a_request_has_a_day_by_which_it_is_answered(db, asked):
    assert asked.due_on == clock.today() + dt.timedelta(days=15)
    assert asked.state == "waiting"


def test_one_live_request_of_a_kind(db, area):
    actor = make.actor(make.person(area))
    requests.ask(actor=actor, kind="copy", wanted="一份")
    with pytest.raises(requests.AlreadyAsked):
        requests.ask(actor=actor, kind="copy", wanted="再一份")
    requests.ask(actor=actor, kind="other", wanted="谁看过我的信息")


@pytest.mark.parametrize("wanted", ["", "   ", "长" * 501])
def test_without_words_nothing_is_kept(db, area, wanted):
    with pytest.raises(requests.WordsNeeded):
        requests.ask(actor=make.actor(make.person(area)), kind="copy", wanted=wanted)
    assert db.session.scalar(sa.select(RightsRequest.id)) is None


@pytest.mark.parametrize("reason", ["", "  ", "长" * 501])
def test_a_refusal_needs_a_written_reason(db, area, asked, reason):
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    with pytest.raises(requests.ReasonNeeded):
        requests.decide(actor=staff, request_id=asked.id, is_done=False, reason=reason)
    assert asked.state == "waiting"


def test_the_applicant_reads_the_reason(db, area, client_for):
    person, staff = make.person(area), make.staff(COMMUNITY_STAFF, area)
    browser = client_for(person)
    data = {"kind": "delete", "wanted": "请删掉我的服务记录"}
    assert browser.post("/me/privacy/requests", data=data).status_code == 303
    request = db.session.scalars(sa.select(RightsRequest)).one()
    desk = client_for(staff)
    assert person.number in desk.get("/desk/rights-requests").text
    page = f"/desk/rights-requests/{request.id}"
    assert "不能办时必须写理由" in desk.get(page).text
    assert desk.post(page, data={"outcome": "refused"}).status_code == 422
    answer = {"outcome": "refused", "reason": "服务记录依法要保存"}
    assert desk.post(page, data=answer).status_code == 303
    assert "服务记录依法要保存" in browser.get("/me/privacy/requests").text
    kinds = db.session.scalars(sa.select(Message.kind).where(Message.person_id == person.id)).all()
    assert "rights_request_refused" in kinds


def test_nobody_decides_the_own_request_nor_one_of_elsewhere(db, area):
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    own = requests.ask(actor=staff, kind="copy", wanted="我的")
    other = requests.ask(actor=make.actor(make.person()), kind="copy", wanted="别处的")
    for request in (own, other):
        with pytest.raises(NotFound):
            requests.decide(actor=staff, request_id=request.id, is_done=True)
    assert requests.waiting([area.path], without=staff.id) == []


def test_a_decided_request_stays_decided(db, area, asked):
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    requests.decide(actor=staff, request_id=asked.id, is_done=True)
    with pytest.raises(requests.AlreadyDecided):
        requests.decide(actor=staff, request_id=asked.id, is_done=False, reason="不")


def test_the_desk_counts_them_and_the_list_marks_what_is_overdue(db, area, asked, client_for):
    desk = client_for(make.staff(COMMUNITY_STAFF, area))
    assert "居民问自己的信息" in desk.get("/desk").text
    assert "已超期" not in desk.get("/desk/rights-requests").text
    with clock.fixed(clock.now() + dt.timedelta(days=16)):
        assert "已超期" in client_for(make.staff(COMMUNITY_STAFF, area)).get("/desk/rights-requests").text


def test_what_a_closed_account_had_asked_for_needs_no_answer(db, area, asked):
    assert len(requests.waiting([area.path], without=0)) == 1
    db.session.get_one(Person, asked.person_id).status = CLOSED
    db.session.commit()
    assert requests.waiting([area.path], without=0) == []
    assert db.session.scalars(requests.to_answer([area.path], without=0)).all() == []


def test_the_list_is_for_staff_of_the_area(db, area, client_for):
    assert client_for(make.person(area)).get("/desk/rights-requests").status_code == 403
    assert client_for(make.staff(COUNTER_CLERK, area)).get("/desk/rights-requests").status_code == 403
