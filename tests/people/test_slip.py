"""The slip with number and PIN: shown once, given anew, printed by who may."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from tests.people.test_desk import counter_form, people_count, pin_on, shown, the_grandmother
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, crypto
from volunteer.core.errors import TooManyAttempts
from volunteer.outbox.models import Message
from volunteer.people import pins
from volunteer.people.models import (
    AUDITOR,
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    LEADER,
    SignInSession,
)
from volunteer.people.sessions import is_right_password


def test_staff_register_and_print_a_slip(client_for, db):
    area = make.community()
    client = client_for(make.staff(COMMUNITY_STAFF, area))
    answer = client.post("/desk/people/new", data=counter_form(area, elder_mode="y"))
    assert answer.status_code == 201
    person = the_grandmother(db)
    assert person.elder_mode
    assert answer.location == f"/desk/people/{person.id}/slip"
    assert person.number in shown(answer.text)
    assert "刘奶奶" in answer.text
    assert is_right_password(pin_on(answer.text), person.pin_hash)


def test_the_pin_is_shown_once_and_stands_nowhere_else(client_for, db):
    area = make.community()
    client = client_for(make.staff(COMMUNITY_STAFF, area))
    form = counter_form(area) | {"form_key": crypto.token()}
    answer = client.post("/desk/people/new", data=form)
    pin = pin_on(answer.text)
    assert "no-store" in answer.headers["Cache-Control"]
    with client.session_transaction() as cookie:
        assert pin not in str(dict(cookie))
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)):
            assert pin not in {str(value) for value in row}, table.name
    again = client.post("/desk/people/new", data=form)  # reloading the slip sends the form again
    assert (again.status_code, again.location) == (303, answer.location)
    page = client.get(again.location).text
    assert pin not in shown(page)
    assert "换一个六位密码" in page
    assert people_count(db) == 2


def test_a_new_pin_kills_the_old_one_and_the_person_is_told(client_for, db):
    area = make.community()
    staff = make.staff(COMMUNITY_STAFF, area)
    person = make.person(area, pin_hash="old")
    answer = client_for(staff).post(f"/desk/people/{person.id}/pin")
    assert answer.status_code == 201
    db.session.refresh(person)
    assert is_right_password(pin_on(answer.text), person.pin_hash)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "pin_made")).one()
    assert (entry.actor_id, entry.object_id, entry.details) == (staff.id, person.id, {"replaced": True})
    told = db.session.execute(sa.select(Message.kind, Message.person_id)).all()
    assert told == [("pin_given", person.id)]


def test_a_new_pin_opens_the_lock_that_sent_one_to_the_counter(app, client_for, db):
    area = make.community()
    staff, person = make.staff(COMMUNITY_STAFF, area), make.person(area, pin_hash="old")
    for _ in range(pins.ATTEMPTS):
        with pytest.raises(pins.WrongPin):
            pins.check(person_id=person.id, pin="000000")
    with pytest.raises(TooManyAttempts):
        pins.check(person_id=person.id, pin="000000")
    pin = pin_on(client_for(staff).post(f"/desk/people/{person.id}/pin").text)
    assert pins.check(person_id=person.id, pin=pin).person_id == person.id


def test_a_new_pin_closes_what_the_card_had_opened(client_for, db):
    area = make.community()
    person = make.person(area, pin_hash="old")
    client_for(person)
    row = db.session.scalars(sa.select(SignInSession)).one()
    row.way = "card"
    db.session.commit()
    assert (
        client_for(make.staff(COMMUNITY_STAFF, area)).post(f"/desk/people/{person.id}/pin").status_code == 201
    )
    left = db.session.scalars(sa.select(SignInSession.person_id)).all()
    assert person.id not in left


def test_a_minors_pin_needs_an_approval(client_for, db):
    area = make.community()
    staff, youth = make.staff(COMMUNITY_STAFF, area), make.person(area, born_on=dt.date(2010, 1, 1))
    client = client_for(staff)
    assert client.post(f"/desk/people/{youth.id}/pin").status_code == 403
    page = client.get(f"/desk/people/{youth.id}/slip").text
    assert "陈小明" not in page
    leave = make.record_access(youth, staff)
    leave.state, leave.expires_at = "approved", clock.now() + dt.timedelta(hours=1)
    db.session.commit()
    assert client.post(f"/desk/people/{youth.id}/pin").status_code == 201


def test_nobody_gives_a_pin_to_oneself_or_outside_the_area(client_for, db):
    area = make.community()
    staff, person = make.staff(COMMUNITY_STAFF, area), make.person(area, pin_hash="old")
    clerk, outsider = make.staff(COUNTER_CLERK, area), make.staff(COMMUNITY_STAFF, make.community())
    assert client_for(staff).post(f"/desk/people/{staff.id}/pin").status_code == 404
    for visitor in (clerk, outsider, person, make.staff(AUDITOR, area)):
        assert client_for(visitor).post(f"/desk/people/{person.id}/pin").status_code == 404
    db.session.refresh(person)
    assert person.pin_hash == "old"


def leader_who_registers(area):
    team = make.team(area)
    leader = make.member(team)
    make.grant(leader, LEADER, team=team).rights = "register"
    make.db.session.commit()
    return leader


def test_a_leader_with_the_right_registers_and_prints_the_own_slips_only(client_for, db):
    area = make.community()
    leader, other = leader_who_registers(area), make.person(area)
    client = client_for(leader)
    assert "为居民登记注册" in client.get("/me").text
    assert "我看过原件" not in client.get("/desk/people/new").text
    answer = client.post("/desk/people/new", data=counter_form(area))
    assert answer.status_code == 201
    assert client.get(answer.location).status_code == 200
    assert '/desk/people"' not in answer.text
    assert client.get(f"/desk/people/{other.id}/slip").status_code == 404
    assert client.post(f"/desk/people/{other.id}/pin").status_code == 404
    assert client.get("/desk/people").status_code == 403
    elsewhere = counter_form(make.community())
    assert client.post("/desk/people/new", data=elsewhere).status_code == 422


def test_a_slip_is_printed_in_the_own_area_only(client_for):
    area = make.community()
    person = make.person(area)
    address = f"/desk/people/{person.id}/slip"
    assert client_for(make.staff(COMMUNITY_STAFF, area)).get(address).status_code == 200
    for role, place in [(COMMUNITY_STAFF, make.community()), (COUNTER_CLERK, area), (AUDITOR, area)]:
        assert client_for(make.staff(role, place)).get(address).status_code == 404
    assert client_for(person).get(address).status_code == 404
    assert client_for(make.staff(COMMUNITY_STAFF, area)).get(f"/desk/people/{10**15}/slip").status_code == 404
