"""A link or a slip for a new password is worth nothing once the way in has changed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests import make
from tests.safety.conftest import PASSWORD
from tests.safety.test_reset import TWICE, ask, link, mails
from volunteer.people import service as people
from volunteer.people.models import COMMUNITY_STAFF, Person
from volunteer.safety import service

NEWER = "lake-4-stone"


@pytest.fixture
def person(app):
    return make.person(password=PASSWORD, email="someone@example.org")


@pytest.fixture
def address(client, db, person):
    ask(client, person.number)
    return link(mails(db)[0])


def change_password(person):
    prepared = people.prepare_password(actor=make.actor(person), current=PASSWORD, new=NEWER)
    people.change_password(actor=make.actor(person), prepared=prepared)


def change_email(person):
    people.set_email(actor=make.actor(person), email="another@example.org")


def disable_and_enable(person):
    staff = make.actor(make.staff(COMMUNITY_STAFF, make.db.session.get_one(make.Area, person.area_id)))
    people.disable(actor=staff, person_id=person.id, reason="核对中")
    people.enable(actor=staff, person_id=person.id, reason="核对好了")


@pytest.mark.parametrize("change", [change_password, change_email, disable_and_enable])
def test_a_link_from_before_the_change_opens_nothing(client, db, person, address, change):
    change(person)
    db.session.commit()
    kept = db.session.scalar(sa.select(Person.password_hash).where(Person.id == person.id))
    assert client.post(address, data=TWICE).status_code == 422
    assert db.session.scalar(sa.select(Person.password_hash).where(Person.id == person.id)) == kept


def test_the_same_address_again_leaves_the_link_alone(client, db, person, address):
    people.set_email(actor=make.actor(person), email="someone@example.org")
    db.session.commit()
    assert client.post(address, data=TWICE).status_code == 303


def test_a_slip_from_before_the_first_password_opens_nothing(client, db):
    area = make.community()
    person = make.person(area)
    code = service.give_code(actor=make.actor(make.staff(COMMUNITY_STAFF, area)), person_id=person.id)
    people.set_first_password(person_id=person.id, password=PASSWORD)
    db.session.commit()
    form = {"account": person.number, "slip_code": code} | TWICE
    assert client.post("/reset", data=form).status_code == 422
