"""A minor's record is opened only after somebody else agreed (条例 36)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.outbox.models import Message
from volunteer.people import service
from volunteer.people.models import (
    AUDITOR,
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    SUBDISTRICT_STAFF,
    SYSTEM_ADMIN,
    RecordAccess,
)
from volunteer.people.service import access

CHILD = {"name": "欧阳若兰", "born_on": dt.date(2014, 6, 1), "address": "麓山南路12号3栋401"}
REASON = "家长在柜台，要补监护人的同意"


def acts(db):
    return list(db.session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.id)))


def at(day):
    return clock.fixed(clock.at_local(day, dt.time(10)))


@pytest.fixture
def world(db):
    """A child, who asks, who may answer."""

    class World:
        street = make.subdistrict()
        area = make.community(street)
        child = make.person(area, **CHILD)
        asker = make.staff(COMMUNITY_STAFF, area)
        other = make.staff(COMMUNITY_STAFF, area)

    return World


def approved(world):
    asked = access.ask(actor=make.actor(world.asker), person_id=world.child.id, reason=REASON)
    access.decide(actor=make.actor(world.other), access_id=asked.id, approve=True)
    return asked


@pytest.mark.parametrize(
    ("born_on", "today", "is_minor"),
    [
        (dt.date(2008, 11, 21), dt.date(2026, 11, 20), True),
        (dt.date(2008, 11, 21), dt.date(2026, 11, 21), False),
        (dt.date(2008, 2, 29), dt.date(2026, 2, 28), True),
        (dt.date(2008, 2, 29), dt.date(2026, 3, 1), False),
    ],
)
def test_eighteen_is_right_to_the_day(db, born_on, today, is_minor):
    with at(today):
        assert access.is_minor(make.person(born_on=born_on)) is is_minor


def test_a_closed_record_shows_the_number_alone(client_for, db, world):
    page = client_for(world.asker).get(f"/desk/people/{world.child.id}").text
    assert world.child.number in page
    assert "未成年人" in page
    assert "申请打开档案" in page
    for part in ("欧*", "12 岁", "138****", "查看完整信息"):
        assert part not in page
    assert acts(db) == []


def test_nothing_of_a_closed_record_is_shown_changed_or_moved(client_for, db, world):
    make.community(world.street)
    client = client_for(world.asker)
    form = {"fields": ["name"], "reason": "counter", "area": make.grid(world.area).id}
    for path in ("reveal", "move"):
        answer = client.get(f"/desk/people/{world.child.id}/{path}")
        assert answer.status_code == 403
        assert "欧" not in answer.text
        assert client.post(f"/desk/people/{world.child.id}/{path}", data=form).status_code == 403
    with pytest.raises(access.ApprovalNeeded):
        service.move(actor=make.actor(world.asker), person_id=world.child.id, area_id=form["area"])
    with pytest.raises(access.ApprovalNeeded):
        service.reveal(
            actor=make.actor(world.asker), person_id=world.child.id, fields=["name"], reason="counter"
        )
    assert acts(db) == []


def test_asking_and_being_answered(client_for, db, world):
    client, answering = client_for(world.asker), client_for(world.other)
    answer = client.post(f"/desk/people/{world.child.id}/access", data={"reason": REASON})
    assert answer.status_code == 303
    assert "正在等另一位工作人员答复" in client.get(f"/desk/people/{world.child.id}").text
    asked = db.session.scalars(sa.select(RecordAccess)).one()
    page = answering.get("/desk/access-requests").text
    assert REASON in page
    assert "欧" not in page
    answer = answering.post(f"/desk/access-requests/{asked.id}", data={"decision": "approve"})
    assert answer.status_code == 303
    assert "欧*" in client.get(f"/desk/people/{world.child.id}").text
    assert "欧*" not in answering.get(f"/desk/people/{world.child.id}").text  # the approval is the asker's
    told = db.session.scalars(sa.select(Message)).all()
    assert {(one.person_id, one.kind) for one in told} == {(world.asker.id, "record_access_approved")}
    assert f"/desk/people/{world.child.id}" in client.get("/messages").text


def test_every_opening_leaves_a_row(client_for, db, world):
    approved(world)
    db.session.commit()
    client = client_for(world.asker)
    before = acts(db)
    for _ in range(2):
        client.get(f"/desk/people/{world.child.id}")
    client.post(f"/desk/people/{world.child.id}/reveal", data={"fields": ["name"], "reason": "counter"})
    new = ["minor_record_opened"] * 3 + ["person_revealed"]
    assert acts(db) == before + new
    adult = make.person(world.area)
    client.get(f"/desk/people/{adult.id}")
    assert acts(db) == before + new


def test_an_approval_ends(client_for, db, world):
    approved(world)
    asker = make.actor(world.asker)
    with clock.fixed(clock.now() + dt.timedelta(hours=24) - dt.timedelta(seconds=1)):
        assert access.may_open(asker, world.child)
    with clock.fixed(clock.now() + dt.timedelta(hours=24)):
        assert not access.may_open(asker, world.child)
        assert access.ask(actor=asker, person_id=world.child.id, reason=REASON).state == "asked"


def test_a_refusal_is_told_and_opens_nothing(db, world):
    asked = access.ask(actor=make.actor(world.asker), person_id=world.child.id, reason=REASON)
    access.decide(actor=make.actor(world.other), access_id=asked.id, approve=False)
    assert not access.may_open(make.actor(world.asker), world.child)
    assert acts(db) == ["record_access_asked", "record_access_refused"]
    with pytest.raises(access.AlreadyDecided):
        access.decide(actor=make.actor(world.other), access_id=asked.id, approve=True)


def test_nobody_approves_the_own_request(client_for, db, world):
    asked = access.ask(actor=make.actor(world.asker), person_id=world.child.id, reason=REASON)
    db.session.commit()
    client = client_for(world.asker)
    assert "这是您自己的申请" in client.get("/desk/access-requests").text
    answer = client.post(f"/desk/access-requests/{asked.id}", data={"decision": "approve"})
    assert answer.status_code == 404
    with pytest.raises(NotFound):
        access.decide(actor=make.actor(world.asker), access_id=asked.id, approve=True)
    assert asked.state == "asked"


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (SUBDISTRICT_STAFF, True),
        (SYSTEM_ADMIN, True),
        (AUDITOR, False),
        (COUNTER_CLERK, False),
    ],
)
def test_who_answers(db, world, role, may):
    asked = access.ask(actor=make.actor(world.asker), person_id=world.child.id, reason=REASON)
    actor = make.actor(make.staff(role, world.street))
    if may:
        access.decide(actor=actor, access_id=asked.id, approve=True)
    else:
        with pytest.raises(NotFound):
            access.decide(actor=actor, access_id=asked.id, approve=True)
    assert access.may_open(make.actor(world.asker), world.child) is may


def test_another_community_neither_asks_nor_answers_nor_sees(client_for, db, world):
    asked = access.ask(actor=make.actor(world.asker), person_id=world.child.id, reason=REASON)
    stranger = make.staff(COMMUNITY_STAFF, make.community(world.street))
    with pytest.raises(NotFound):
        access.ask(actor=make.actor(stranger), person_id=world.child.id, reason=REASON)
    with pytest.raises(NotFound):
        access.decide(actor=make.actor(stranger), access_id=asked.id, approve=True)
    client = client_for(stranger)
    assert world.child.number not in client.get("/desk/access-requests").text
    assert client.post(f"/desk/access-requests/{asked.id}").status_code == 404


def test_what_is_asked_in_vain_is_refused(db, world):
    asker = make.actor(world.asker)
    with pytest.raises(access.NotAMinor):
        access.ask(actor=asker, person_id=make.person(world.area).id, reason=REASON)
    with pytest.raises(NotFound):
        access.ask(actor=asker, person_id=10**15, reason=REASON)
    access.ask(actor=asker, person_id=world.child.id, reason=REASON)
    with pytest.raises(access.AlreadyAsked):
        access.ask(actor=asker, person_id=world.child.id, reason=REASON)
    waiting = db.session.scalars(sa.select(RecordAccess)).one()
    access.decide(actor=make.actor(world.other), access_id=waiting.id, approve=True)
    with pytest.raises(access.AlreadyOpen):
        access.ask(actor=asker, person_id=world.child.id, reason=REASON)
    assert len(db.session.scalars(sa.select(RecordAccess)).all()) == 1


@pytest.mark.parametrize("reason", ["", " ", "长" * 201, "电话 13812345678"])
def test_a_request_without_a_sound_reason_is_refused(client_for, db, world, reason):
    answer = client_for(world.asker).post(f"/desk/people/{world.child.id}/access", data={"reason": reason})
    assert answer.status_code == 422
    assert db.session.scalars(sa.select(RecordAccess)).all() == []


def test_an_approval_does_not_outlive_the_scope(client_for, db, world):
    approved(world)
    db.session.commit()
    elsewhere = make.community(world.street)
    world.child.area_id = elsewhere.id
    db.session.commit()
    assert client_for(world.asker).get(f"/desk/people/{world.child.id}").status_code == 404


def test_the_registrar_may_finish_what_was_just_begun(db, world):
    child = make.person(world.area, born_on=CHILD["born_on"], registered_by_id=world.asker.id)
    asker, other = make.actor(world.asker), make.actor(world.other)
    assert access.may_finish_registration(asker, child)
    assert not access.may_finish_registration(other, child)
    assert not access.may_open(asker, child)
    with clock.fixed(clock.now() + dt.timedelta(hours=25)):
        assert not access.may_finish_registration(asker, child)


def test_the_desk_counts_what_waits_for_the_reader(client_for, db, world):
    access.ask(actor=make.actor(world.asker), person_id=world.child.id, reason=REASON)
    db.session.commit()

    def waiting(person):
        text = client_for(person).get("/desk").text
        task = text[text.index("查看未成年人档案的申请") :]
        return int(task[task.index("todo-count") :].split(">")[1].split("<")[0])

    assert waiting(world.other) == 1
    assert waiting(world.asker) == 0


def test_residents_and_clerks_see_no_requests(client_for, db, world):
    for person in (make.person(world.area), make.staff(COUNTER_CLERK, world.area)):
        assert client_for(person).get("/desk/access-requests").status_code == 403
    page = client_for(make.staff(AUDITOR, world.area)).get("/desk/access-requests")
    assert page.status_code == 200


def test_the_list_needs_as_many_statements_however_long_it_is(client_for, db, world, count_statements):
    client = client_for(world.other)

    def ask_one():
        child = make.person(world.area, **CHILD)
        access.ask(actor=make.actor(world.asker), person_id=child.id, reason=REASON)
        db.session.commit()

    ask_one()
    client.get("/desk/access-requests")
    seen = count_statements()
    seen.clear()
    client.get("/desk/access-requests")
    few = len(seen)
    for _ in range(5):
        ask_one()
    seen.clear()
    client.get("/desk/access-requests")
    assert len(seen) == few <= 6
