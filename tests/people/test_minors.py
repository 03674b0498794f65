"""Children: who waits for a guardian, who decides, what the family sees; right to the day (R007, R010, R011)."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from hypothesis import example, given
from hypothesis import strategies as st

from tests import make
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.outbox.models import Message
from volunteer.people import queries, rules, service
from volunteer.people.models import (
    AUDITOR,
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    Consent,
    Guardian,
    Person,
    PersonLookUp,
)
from volunteer.workdays import queries as workdays

TODAY = dt.date(2026, 11, 21)
CHILD = dt.date(2016, 1, 1)
GUARDIAN = service.GuardianConsent("陈大明", "parent", "13912345678")
PHONE, PASSWORD = "13812345678", "tree-7-lamp"


def anniversary(born_on: dt.date, years: int) -> dt.date:
    """The birthday as the law counts it: who was born on 29 February is older on 1 March of a common year."""
    try:
        return born_on.replace(year=born_on.year + years)
    except ValueError:
        return dt.date(born_on.year + years, 3, 1)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2080, 12, 31)))
@example(dt.date(2012, 2, 29))
@example(dt.date(2008, 2, 29))
@example(dt.date(2012, 12, 31))
def test_a_guardian_is_needed_until_the_day_before_the_fourteenth_birthday(born_on):
    birthday = anniversary(born_on, 14)
    assert rules.needs_guardian(born_on, birthday - dt.timedelta(days=1))
    assert not rules.needs_guardian(born_on, birthday)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2080, 12, 31)))
@example(dt.date(2008, 2, 29))
@example(dt.date(2006, 3, 1))
def test_a_person_is_a_minor_until_the_day_before_the_eighteenth_birthday(born_on):
    birthday = anniversary(born_on, 18)
    assert rules.is_minor(born_on, birthday - dt.timedelta(days=1))
    assert not rules.is_minor(born_on, birthday)


def form(area, **more):
    return {
        "name": "陈小小", "phone": PHONE, "password": PASSWORD, "area": area.id, "born_on": "2016-01-01",
        "consent": "y", **more,
    }  # fmt: skip


def register(client, area, **more):
    """The address of the receipt, and the child."""
    answer = client.post("/register", data=form(area, **more))
    assert answer.status_code == 303, answer.text
    return answer.location, make.db.session.scalars(sa.select(Person).order_by(Person.id.desc())).first()


def guardian_form(**more):
    return {
        "guardian_name": "陈大明", "guardian_relation": "parent", "guardian_phone": "13912345678",
        "consent_way": "in_person", "consent_on": "2026-11-21", **more,
    }  # fmt: skip


def sign_in(client):
    return client.post("/sign-in", data={"account": PHONE, "password": PASSWORD}).status_code


def test_a_child_registers_alone_but_cannot_sign_in(client, db):
    area = make.community(name="桔苑社区")
    address, child = register(client, area)
    assert re.fullmatch(r"/registrations/[\w-]{22}", address)
    assert child.status == "waiting"
    page = client.get(address).text
    assert "请监护人来社区服务台确认" in page
    assert "桔苑社区服务台" in page
    assert "2026年12月4日" in page  # ten working days after the 21st of November
    assert not [word for word in ("陈小小", child.number, PHONE) if word in page]
    assert sign_in(client) == 422


def test_the_guardian_comes_and_the_child_signs_in(client, client_for, db):
    area = make.community()
    address, child = register(client, area)
    staff = make.staff(COMMUNITY_STAFF, area)
    desk = client_for(staff)
    page = desk.get("/desk/registrations").text
    assert child.number in page
    assert "陈小小" not in page
    assert desk.post(f"/desk/people/{child.id}/guardian", data=guardian_form()).status_code == 303
    db.session.refresh(child)
    assert child.status == "active"
    kept = db.session.scalars(sa.select(Guardian)).one()
    assert (kept.ward_id, kept.name, kept.phone, kept.recorded_by_id) == (
        child.id, "陈大明", "+8613912345678", staff.id,
    )  # fmt: skip
    consent = db.session.scalars(sa.select(Consent).where(Consent.kind == "guardian")).one()
    assert (consent.person_id, consent.way, consent.recorded_by_id) == (child.id, "in_person", staff.id)
    assert "现在可以登录了" in client.get(address).text
    assert sign_in(client) == 303
    told = db.session.scalars(sa.select(Message.kind).where(Message.person_id == child.id)).all()
    assert told == ["welcome", "registration_confirmed"]
    acts = set(db.session.scalars(sa.select(AuditEntry.act).where(AuditEntry.actor_id == staff.id)))
    assert {"guardian_recorded", "registration_confirmed"} <= acts
    assert "陈大明" not in str(db.session.scalars(sa.select(AuditEntry.details)).all())
    assert child.number not in desk.get("/desk/registrations").text


def test_a_rejection_has_a_reason_which_the_family_reads(client, client_for, db):  # R011
    area = make.community()
    address, child = register(client, area)
    desk = client_for(make.staff(COMMUNITY_STAFF, area))
    nothing = desk.post(f"/desk/people/{child.id}/reject", data={"reason": " "})
    assert nothing.status_code == 422
    db.session.refresh(child)
    assert child.status == "waiting"
    answer = desk.post(f"/desk/people/{child.id}/reject", data={"reason": "出生日期和户口簿上的不一样"})
    assert answer.location == "/desk/registrations"
    assert "出生日期和户口簿上的不一样" in client.get(address).text
    db.session.refresh(child)
    assert (child.status, child.phone, child.phone_hash, child.password_hash) == ("closed", None, None, None)
    assert db.session.scalars(sa.select(PersonLookUp).where(PersonLookUp.person_id == child.id)).all() == []
    raw = db.session.scalar(sa.text("SELECT reason FROM registration_receipt"))
    assert "户口" not in raw
    assert sign_in(client) == 422
    again, second = register(client, area)
    assert (again != address, second.status) == (True, "waiting")


def test_who_came_with_a_list_can_be_rejected_as_well(db):
    area = make.community()
    (child_id,) = service.register_many([service.NewPerson("陈小小", CHILD, area.id)], recorded_by=None)
    assert db.session.get_one(Person, child_id).status == "waiting"
    actor = make.actor(make.staff(COMMUNITY_STAFF, area))
    service.reject(actor=actor, person_id=child_id, reason="登记了两次")
    with pytest.raises(NotFound):  # closed: nobody decides again
        service.reject(actor=actor, person_id=child_id, reason="登记了两次")


def test_a_grown_up_is_neither_confirmed_nor_rejected(db):
    area = make.community()
    actor, person = make.actor(make.staff(COMMUNITY_STAFF, area)), make.person(area)
    with pytest.raises(service.NotWaiting):
        service.reject(actor=actor, person_id=person.id, reason="不对")
    with pytest.raises(service.NotAMinor):
        service.record_guardian(actor=actor, person_id=person.id, guardian=GUARDIAN, way=rules.IN_PERSON)
    assert person.status == "active"


def test_staff_do_not_confirm_their_own_child(db):
    area = make.community()
    staff = make.staff(COMMUNITY_STAFF, area, phone="+8613912345678")
    child = make.person(area, born_on=CHILD, status="waiting")
    with pytest.raises(service.OwnWard):
        service.record_guardian(
            actor=make.actor(staff), person_id=child.id, guardian=GUARDIAN, way=rules.IN_PERSON
        )
    assert child.status == "waiting"


@pytest.mark.parametrize("what", ["guardian", "reject"])
def test_only_staff_of_the_area_decide(client_for, db, what):
    area = make.community()
    child = make.person(area, born_on=CHILD, status="waiting")
    data = guardian_form(reason="不对")
    for role, place in [(COMMUNITY_STAFF, make.community()), (COUNTER_CLERK, area), (AUDITOR, area)]:
        client = client_for(make.staff(role, place))
        assert client.get(f"/desk/people/{child.id}/{what}").status_code == 404
        assert client.post(f"/desk/people/{child.id}/{what}", data=data).status_code == 404
    db.session.refresh(child)
    assert child.status == "waiting"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"guardian_name": ""}, "请填写这一项"),
        ({"guardian_phone": "110"}, "手机号"),
        ({"guardian_relation": "friend"}, "选"),
        ({"consent_way": ""}, "同意方式"),
        ({"consent_on": "2026-11-22"}, "同意的日期"),
    ],
)
def test_half_a_guardian_activates_nobody(client_for, db, wrong, sentence):
    area = make.community()
    child = make.person(area, born_on=CHILD, status="waiting")
    client = client_for(make.staff(COMMUNITY_STAFF, area))
    answer = client.post(f"/desk/people/{child.id}/guardian", data=guardian_form(**wrong))
    assert answer.status_code == 422
    assert sentence in answer.text
    db.session.refresh(child)
    assert child.status == "waiting"
    assert db.session.scalars(sa.select(Guardian)).all() == []


def test_a_new_guardian_ends_the_consent_of_the_old_one(db):
    area = make.community()
    actor, youth = (
        make.actor(make.staff(COMMUNITY_STAFF, area)),
        make.person(area, born_on=dt.date(2010, 1, 1)),
    )
    youth.registered_by_id = actor.id  # who has just typed it all needs no approval
    db.session.commit()
    assert not queries.has_guardian(youth.id)
    for name in ("陈大明", "李秀英"):
        one = service.GuardianConsent(name, "other", "13912345678")
        assert not service.record_guardian(actor=actor, person_id=youth.id, guardian=one, way=rules.ON_PAPER)
    states = db.session.scalars(sa.select(Consent.withdrawn_at).order_by(Consent.id)).all()
    assert states == [clock.now(), None]
    assert queries.has_guardian(youth.id)
    assert queries.guardian_of(youth.id).name == "李秀英"


def test_a_withdrawn_consent_is_none(db):
    youth = make.person(born_on=dt.date(2010, 1, 1))
    make.guardian(youth, withdrawn=True)
    assert not queries.has_guardian(youth.id)


def test_what_is_overdue_is_marked_for_staff_and_said_to_the_family(client, client_for, db, app):  # R010
    area = make.community()
    address, child = register(client, area)
    staff = make.staff(COMMUNITY_STAFF, area)
    last_day = workdays.working_days_after(TODAY, app.config["CONFIRM_DAYS"])
    for days, is_overdue in ((0, False), (1, True)):
        with clock.fixed(clock.at_local(last_day + dt.timedelta(days=days), dt.time(23, 0))):
            assert ("已超期" in client_for(staff).get("/desk/registrations").text) is is_overdue
            assert ("已经过了确认的日期" in client.get(address).text) is is_overdue


def test_the_list_stays_within_the_area_and_goes_on_page_by_page(client_for, db, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    root = make.subdistrict()
    area = make.community(root)
    children = [make.person(area, born_on=CHILD, status="waiting") for _ in range(3)]
    outside = make.person(make.community(root), born_on=CHILD, status="waiting")
    client = client_for(make.staff(COMMUNITY_STAFF, area))
    first = client.get("/desk/registrations").text
    assert [child.number in first for child in children] == [True, True, False]
    assert outside.number not in first
    rest = re.search(r'rel="next" href="([^"]+)"', first)[1]
    assert children[2].number in client.get(rest).text
    auditor = client_for(make.staff(AUDITOR, area)).get("/desk/registrations").text
    assert children[0].number in auditor
    assert "监护人来了" not in auditor
    assert client_for(make.staff(COUNTER_CLERK, area)).get("/desk/registrations").status_code == 403


def test_an_unknown_receipt_is_not_found(client):
    for token in ("x" * 22, "x", "%00"):
        assert client.get(f"/registrations/{token}").status_code in (404, 422)


def test_at_the_counter_a_child_becomes_active_with_the_guardian(db):
    area = make.community()
    actor = make.actor(make.staff(COMMUNITY_STAFF, area))
    new = service.NewPerson("陈小小", CHILD, area.id, guardian=GUARDIAN)
    child = service.register_by_staff(actor=actor, new=new, consent_way=rules.ON_PAPER)
    assert child.status == "active"
    assert queries.has_guardian(child.id)


@pytest.mark.parametrize(
    ("today", "status"),
    [("2026-02-28", "waiting"), ("2026-03-01", "active"), ("2028-02-28", "active")],
)
def test_a_child_of_29_february_may_register_alone_from_1_march(db, today, status):
    area = make.community()
    with clock.fixed(clock.at_local(dt.date.fromisoformat(today), dt.time(0, 0))):
        service.register(
            name="陈小小", phone=PHONE, password=PASSWORD, password_hash="x", area_id=area.id,
            born_on=dt.date(2012, 2, 29), has_consented=True,
        )  # fmt: skip
    assert db.session.scalars(sa.select(Person.status)).one() == status
