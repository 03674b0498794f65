"""Below 14 the guardian decides, at the counter: over sensitive data and over the account's end (R144, PIPL 31)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.people.models import COMMUNITY_STAFF, Consent, Person
from volunteer.people.sessions import hash_password
from volunteer.privacy import service
from volunteer.privacy.service import consents

CHILD, FOURTEEN = dt.date(2016, 1, 1), dt.date(2012, 1, 1)
WORDS = "请监护人到社区服务台"


def child_of(born_on: dt.date = CHILD) -> Person:
    child = make.person(born_on=born_on, password_hash=hash_password("lantern-river-9"))
    make.guardian(child)
    return child


def given(db, person: Person) -> int:
    return db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Consent)
        .where(Consent.person_id == person.id, Consent.kind == "location", Consent.withdrawn_at.is_(None))
    )


def test_a_child_gives_no_sensitive_consent_alone(db, client_for):
    child = child_of()
    answer = client_for(child).post("/me/privacy/consents/location", data={"wanted": "1"})
    assert answer.status_code == 409
    assert WORDS in answer.text
    assert given(db, child) == 0


def test_nor_any_helper_or_service_in_its_name(db):
    child = child_of()
    with pytest.raises(consents.GuardianAtTheCounter):
        consents.give(actor=make.actor(child), person_id=child.id, kind="health")


def test_the_childs_page_says_where_instead_of_a_button(client_for):
    page = client_for(child_of()).get("/me/privacy").text
    assert WORDS in page
    assert "我同意</button>" not in page


def test_a_child_takes_back_alone(db, client_for):
    child = child_of()
    staff = make.actor(make.staff(COMMUNITY_STAFF, make.community()))
    consents.give(actor=staff, person_id=child.id, kind="location", way="in_person")
    assert given(db, child) == 1
    db.session.commit()
    answer = client_for(child).post("/me/privacy/consents/location", data={"wanted": "0"})
    assert answer.status_code == 303
    assert given(db, child) == 0


def test_from_fourteen_on_one_decides_oneself(db, client_for):
    youth = child_of(FOURTEEN)
    assert client_for(youth).post("/me/privacy/consents/location", data={"wanted": "1"}).status_code == 303
    assert given(db, youth) == 1


def test_a_child_does_not_close_the_account_alone(db, client_for):
    child = child_of()
    data = {"secret": "lantern-river-9", "word": "注销"}
    answer = client_for(child).post("/me/privacy/close", data=data)
    assert answer.status_code == 409
    assert WORDS in answer.text
    db.session.expire_all()
    assert child.status == "active"
    page = client_for(child).get("/me/privacy/close").text
    assert WORDS in page
    assert 'name="secret"' not in page


def test_staff_close_it_for_the_guardian(db):
    child = child_of()
    staff = make.staff(COMMUNITY_STAFF, make.community())
    make.grant(staff, COMMUNITY_STAFF, area=db.session.get(type(make.community()), child.area_id))
    asked = make.record_access(child, staff)
    asked.state, asked.expires_at = "approved", dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    service.erase_for(actor=make.actor(staff), person_id=child.id, reason="监护人到服务台申请")
    assert child.status == "closed"
