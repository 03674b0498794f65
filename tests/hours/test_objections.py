"""Objections: one at a time, answered by staff with a reason, never by oneself; the history stays (R045)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.hours import service
from volunteer.hours.models import MISSING, NO_SHOW, OPEN, REJECTED, UPHELD, WRONG, Objection
from volunteer.hours.service import Mark, objecting
from volunteer.outbox.models import Message


class Hall:
    """A date that is over, recorded by its leader: one was there, one absent, one forgotten."""

    def __init__(self) -> None:
        self.team = make.team()
        self.leader = make.leader(self.team)
        self.area = make.db.session.get_one(Area, self.team.area_id)
        self.staff = make.staff("community_staff", self.area)
        self.date = make.occurrence(make.series(self.team), starts_at=clock.now() - dt.timedelta(hours=3))
        self.present, self.absent, self.forgotten = (make.person(self.area) for _ in range(3))
        for someone in (self.present, self.absent):
            make.sign_up(self.date, someone)
        marks = [Mark(self.present.id, "present"), Mark(self.absent.id, "absent")]
        self.batch = service.record(actor=make.actor(self.leader), occurrence_id=self.date.id, marks=marks)

    def object(self, someone, text="我那天到了"):
        return objecting.object_to(actor=make.actor(someone), occurrence_id=self.date.id, text=text)

    def answer(self, objection, *, by=None, is_upheld=True, reason="核对属实"):
        return objecting.answer(
            actor=make.actor(by or self.staff),
            objection_id=objection.id,
            is_upheld=is_upheld,
            reason=reason,
        )


@pytest.fixture
def hall(db):
    return Hall()


def stored() -> list[Objection]:
    return list(make.db.session.scalars(sa.select(Objection)))


def test_what_it_is_about_follows_from_the_record(hall):
    assert hall.object(hall.present).kind == WRONG
    assert hall.object(hall.absent).kind == NO_SHOW
    missing = hall.object(hall.forgotten)
    assert (missing.kind, missing.record_id) == (MISSING, None)


def test_one_at_a_time(hall):
    hall.object(hall.absent)
    with pytest.raises(objecting.AlreadyObjected):
        hall.object(hall.absent)
    assert len(stored()) == 1


def test_an_empty_one_is_refused(hall):
    with pytest.raises(objecting.NothingSaid):
        hall.object(hall.absent, "  ")
    assert stored() == []


def test_before_the_roll_call_there_is_nothing_to_object_to(hall):
    later = make.occurrence()
    with pytest.raises(objecting.NothingRecorded):
        objecting.object_to(actor=make.actor(hall.absent), occurrence_id=later.id, text="没有我")
    assert stored() == []


def test_after_thirty_days_the_counter_is_the_place(hall, app):
    hall.date.recorded_at = clock.now() - dt.timedelta(days=app.config["OBJECTION_DAYS"], minutes=1)
    make.db.session.flush()
    with pytest.raises(objecting.TooLateToObject):
        hall.object(hall.absent)
    assert stored() == []


@pytest.mark.parametrize(("is_upheld", "state"), [(True, UPHELD), (False, REJECTED)])
def test_the_person_hears_the_result_and_the_reason(hall, is_upheld, state):
    objection = hall.object(hall.absent)
    hall.answer(objection, is_upheld=is_upheld, reason="门口录像里有他")
    assert objection.state == state
    message = make.db.session.scalars(
        sa.select(Message).where(Message.person_id == hall.absent.id, Message.kind == f"objection_{state}")
    ).first()
    assert message is not None
    assert message.payload["answer"] == "门口录像里有他"


def test_it_is_answered_once(hall):
    objection = hall.object(hall.absent)
    hall.answer(objection)
    with pytest.raises(objecting.AlreadyAnswered):
        hall.answer(objection, is_upheld=False)
    assert objection.state == UPHELD


def test_without_a_reason_it_is_not_answered(hall):
    objection = hall.object(hall.absent)
    with pytest.raises(objecting.NoAnswer):
        hall.answer(objection, reason=" ")
    assert objection.state == OPEN


def test_nobody_answers_an_own_objection_and_no_stranger_any(hall):
    make.grant(hall.absent, role="community_staff", area=hall.area)
    own = hall.object(hall.absent)
    other = make.staff("community_staff", make.community())
    for by in (hall.absent, hall.leader, other):
        with pytest.raises(NotFound):
            hall.answer(own, by=by)
    assert own.state == OPEN


def test_after_an_answer_one_may_object_again(hall):
    hall.answer(hall.object(hall.absent), is_upheld=False)
    hall.object(hall.absent, "请再看一次录像")
    assert [row.state for row in stored()] == [REJECTED, OPEN]


def test_the_pages_keep_what_was_typed(hall, client_for):
    me = client_for(hall.absent)
    page = me.post(f"/activities/{hall.date.id}/object", data={"text": ""})
    assert page.status_code == 422
    page = me.post(f"/activities/{hall.date.id}/object", data={"text": "我到了"}, follow_redirects=True)
    assert "我到了" in page.text
    assert "处理中" in page.text
    staff = client_for(hall.staff)
    assert "我到了" in staff.get("/desk/objections").text
    row = stored()[0]
    page = staff.post(f"/desk/objections/{row.id}", data={"decision": "uphold", "answer": ""})
    assert page.status_code == 422
    staff.post(f"/desk/objections/{row.id}", data={"decision": "uphold", "answer": "确实到了"})
    assert stored()[0].state == UPHELD
    assert "确实到了" in me.get(f"/activities/{hall.date.id}/object").text


def test_the_list_takes_as_many_statements_for_many(hall, client_for, count_statements):
    staff = client_for(hall.staff)
    hall.object(hall.absent)
    staff.get("/desk/objections")
    seen = count_statements()
    seen.clear()
    staff.get("/desk/objections")
    few = len(seen)
    hall.object(hall.present)
    hall.object(hall.forgotten)
    seen.clear()
    staff.get("/desk/objections")
    assert len(seen) == few
