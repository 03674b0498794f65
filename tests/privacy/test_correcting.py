"""Correcting the own data: at once, within what may be changed by oneself (R145)."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from tests.safety.conftest import unconfirm
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.outbox.models import Message
from volunteer.people import documents, queries, rules
from volunteer.people.models import Person, SignInSession
from volunteer.privacy.service import correcting


def known(person, **more):
    values = correcting.Correction(
        name=person.name, sex=person.sex, born_on=person.born_on, phone=person.phone or "",
        address=person.address or "", school=person.school or "",
    )  # fmt: skip
    return dataclasses.replace(values, **more)


def correct(person, **more):
    return correcting.correct(actor=make.actor(person), correction=known(person, **more))


@pytest.fixture
def person(db):
    return make.person(name="袁桂兰", phone="+8613800138001", verified_at=None)


def test_a_corrected_name_and_phone_are_found_and_the_old_ones_no_more(db, person):
    assert correct(person, name="袁桂芳", phone="13900139001") == ["name", "phone"]
    for text in ("袁桂芳", "13900139001", "9001"):
        assert [found.id for found in queries.find(text)] == [person.id], text
    for text in ("袁桂兰", "13800138001", "8001"):
        assert queries.find(text) == [], text


def test_the_log_holds_before_and_after_masked(db, person):
    correct(person, name="王桂兰", phone="13900139001", address="麓山路1号")
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "person_corrected")).one()
    assert entry.details["before"] == {"name": "袁*", "phone": "138****8001", "address": ""}
    assert entry.details["after"] == {"name": "王*", "phone": "139****9001", "address": "…"}


def test_nothing_changed_writes_nothing(db, person):
    assert correct(person) == []
    assert (
        db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "person_corrected")).first() is None
    )


@pytest.mark.parametrize("more", [{"name": "王桂兰"}, {"sex": "male"}])
def test_what_was_compared_with_the_document_stays(db, more):
    person = make.person(sex="female", verified_at=clock.now())
    with pytest.raises(correcting.Verified):
        correct(person, **more)


def test_a_birth_date_is_changed_at_the_counter_alone(db, person):
    """Or a child of thirteen could make itself fourteen (R007)."""
    with pytest.raises(correcting.BirthDateFixed):
        correct(person, born_on=dt.date(1990, 1, 1))


def test_a_phone_that_is_somebodys_is_refused_in_words_that_do_not_say_so(db, person):
    other = make.person(phone="+8613900139002")
    with pytest.raises(correcting.PhoneNotUsable) as refusal:
        correct(person, phone="13900139002")
    db.session.rollback()
    assert "登记过" not in refusal.value.message
    assert "已" not in refusal.value.message
    assert db.session.get_one(Person, person.id).phone == "+8613800138001"
    assert [found.id for found in queries.find("13900139002")] == [other.id]


@pytest.mark.parametrize("more", [{"name": "12345"}, {"phone": "12"}, {"address": "长" * 121}, {"sex": "x"}])
def test_what_cannot_be_is_refused(db, person, more):
    with pytest.raises((rules.NotAName, correcting.TooLong, rules.UnknownChoice, correcting.Refused)):
        correct(person, **more)


def test_a_new_phone_ends_the_other_sign_ins(db, person, client_for):
    here, there = client_for(person), client_for(person)
    data = {"name": "袁桂兰", "sex": "", "born_on": "1970-05-04", "phone": "13900139001"}
    assert here.post("/me/privacy/correct", data=data).status_code == 303
    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == 302
    assert len(db.session.scalars(sa.select(SignInSession.person_id)).all()) == 1


def test_what_was_typed_stays_after_a_refusal(db, person, client_for):
    data = {"name": "袁桂兰", "sex": "", "born_on": "1970-05-04", "phone": "12", "address": "麓山路1号"}
    answer = client_for(person).post("/me/privacy/correct", data=data)
    assert answer.status_code == 422
    assert 'value="12"' in answer.text
    assert "麓山路1号" in answer.text


def test_the_sex_does_not_contradict_the_own_document(db):
    """R005: otherwise the check at the counter fails after the person's way there."""
    person = make.person(
        sex="male", born_on=dt.date(1970, 5, 4), document_kind="id_card", document="430104197005041235",
        verified_at=None,
    )  # fmt: skip
    with pytest.raises(documents.SexDisagrees):
        correct(person, sex="female")
    db.session.rollback()
    assert correct(person, sex="") == ["sex"]


def test_before_the_phone_is_changed_one_proves_who_one_is(db, person, client_for):
    """Whoever finds the browser open would take the name one signs in with."""
    client = client_for(person)
    unconfirm()
    data = {"name": "袁桂兰", "sex": "", "born_on": "1970-05-04", "phone": "13700001111"}
    for answer in (client.get("/me/privacy/correct"), client.post("/me/privacy/correct", data=data)):
        assert answer.status_code == 303
        assert answer.location.startswith("/confirm?next=/me/privacy/correct")
    assert db.session.get_one(Person, person.id).phone == "+8613800138001"


def test_a_new_phone_is_told(db, person):
    assert correct(person, address="麓山路1号") == ["address"]
    assert db.session.scalars(sa.select(Message.kind)).all() == []
    assert correct(person, address="麓山路1号", phone="13900139001") == ["phone"]
    assert set(db.session.scalars(sa.select(Message.kind))) == {"phone_changed"}
