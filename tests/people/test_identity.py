"""Who somebody is: the own document, the check of the original by staff, nobody's own entry (R002, R004, R005)."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from tests import make
from tests.people.test_documents import SAMPLE
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.outbox.models import Message
from volunteer.people import documents, service
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, COUNTER_CLERK
from volunteer.people.views import identity

BORN = dt.date(1949, 12, 31)


def newcomer(area=None, **more):
    return make.person(area, verified=False, **{"born_on": BORN, **more})


def own(number=SAMPLE, kind="id_card"):
    return {"document_kind": kind, "document": number}


def seen(number=SAMPLE, kind="id_card", born_on=BORN, sex="female"):
    return {**own(number, kind), "born_on": born_on.isoformat(), "sex": sex}


def acts(db):
    return list(db.session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.id)))


def test_the_own_document_is_kept_encrypted_and_waits(client_for, db):
    person = newcomer()
    client = client_for(person)
    assert "身份未核验" in client.get("/me").text
    assert client.post("/me/identity", data=own("11010519491231002x")).status_code == 303
    db.session.refresh(person)
    assert (person.document, person.document_kind, person.sex) == (SAMPLE, "id_card", "female")
    assert person.verified_at is None
    page = client.get("/me/identity").text
    assert "110105********002X" in page
    assert SAMPLE not in page
    raw = db.session.execute(
        sa.text("SELECT document, document_hash FROM person WHERE id = :id"), {"id": person.id}
    )
    assert not any(SAMPLE in value or "1949" in value for value in raw.one())
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert entry.details["after"] == {"kind": "id_card", "document": "110105********002X"}


def test_a_document_of_somebody_else_is_refused_without_saying_whose(client_for, db):
    newcomer(name="欧阳娜娜", document=SAMPLE, document_hash=documents.read("id_card", SAMPLE).hash)
    person = newcomer()
    answer = client_for(person).post("/me/identity", data=own())
    assert answer.status_code == 409
    assert "这个证件已经登记过" in answer.text
    assert "欧" not in answer.text
    db.session.refresh(person)
    assert person.document is None
    assert acts(db) == []


def test_the_own_document_may_be_entered_again_until_it_is_verified(client_for, db):
    person = newcomer()
    client = client_for(person)
    client.post("/me/identity", data=own("E12345678", "passport"))
    assert client.post("/me/identity", data=own()).status_code == 303
    person.verified_at = clock.now()
    db.session.commit()
    answer = client.post("/me/identity", data=own("E12345678", "passport"))
    assert answer.status_code == 409
    db.session.refresh(person)
    assert person.document == SAMPLE


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"born_on": dt.date(1949, 12, 30)}, "登记的出生日期不一样"),
        ({"sex": "male"}, "登记的性别不一样"),
    ],
)
def test_the_own_document_must_agree_with_the_record(client_for, db, wrong, sentence):
    person = newcomer(**wrong)
    answer = client_for(person).post("/me/identity", data=own())
    assert answer.status_code == 422
    assert sentence in answer.text
    db.session.refresh(person)
    assert person.document is None


def test_nobody_tries_out_many_documents(client_for, monkeypatch):
    monkeypatch.setattr(identity, "ENTRIES", 2)
    client = client_for(newcomer())
    for _ in range(2):
        assert client.post("/me/identity", data=own("nonsense")).status_code == 422
    assert client.post("/me/identity", data=own()).status_code == 429


def test_staff_verify_from_the_original_and_the_person_is_told(client_for, db):
    area = make.community()
    staff, person = make.staff(COMMUNITY_STAFF, area), newcomer(area, name="欧阳娜娜")
    client, address = client_for(staff), f"/desk/people/{person.id}/identity"
    page = client.get(address).text
    assert "欧*" in page
    assert "欧阳" not in page
    assert not re.search(r"1949", page)
    assert client.post(address, data=seen()).status_code == 303
    db.session.refresh(person)
    assert (person.verified_at, person.verified_by_id, person.sex) == (clock.now(), staff.id, "female")
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.act, entry.actor_id, entry.object_id) == ("identity_verified", staff.id, person.id)
    assert SAMPLE not in str(entry.details)
    assert db.session.scalars(sa.select(Message.kind)).one() == "identity_verified"
    assert "身份已核验" in client_for(person).get("/me").text


@pytest.mark.parametrize(
    ("record", "typed", "sentence"),
    [
        ({}, {"born_on": dt.date(1949, 12, 30)}, "证件号码里的出生日期"),
        ({"born_on": dt.date(1949, 12, 30)}, {}, "证件上的出生日期和登记的不一样"),
        ({"sex": "male"}, {}, "证件上的性别和登记的不一样"),
        ({}, {"sex": "male"}, "证件号码里的性别"),
        ({}, {"number": "110105194912310021"}, "输错了"),
        ({}, {"number": "E12345678", "kind": "passport", "born_on": dt.date(1950, 1, 1)}, "登记的不一样"),
        ({}, {"number": ""}, "请填写这一项"),
    ],
)
def test_what_disagrees_is_said_and_nothing_is_verified(client_for, db, record, typed, sentence):
    area = make.community()
    person = newcomer(area, **record)
    client = client_for(make.staff(COMMUNITY_STAFF, area))
    answer = client.post(f"/desk/people/{person.id}/identity", data=seen(**typed))
    assert answer.status_code == 422
    assert sentence in answer.text
    db.session.refresh(person)
    assert (person.verified_at, person.document) == (None, None)
    assert acts(db) == []


def test_staff_are_told_that_a_document_is_anothers(client_for, db):
    area = make.community()
    newcomer(area, name="欧阳娜娜", document=SAMPLE, document_hash=documents.read("id_card", SAMPLE).hash)
    person = newcomer(area)
    client = client_for(make.staff(COMMUNITY_STAFF, area))
    answer = client.post(f"/desk/people/{person.id}/identity", data=seen())
    assert answer.status_code == 409
    assert "居民名单里" in answer.text
    assert "欧阳" not in answer.text
    db.session.refresh(person)
    assert person.verified_at is None


def test_nobody_verifies_oneself_or_somebody_outside_the_area(client_for, db):
    area = make.community()
    staff, person = make.staff(COMMUNITY_STAFF, area, verified=False, born_on=BORN), newcomer(area)
    colleague = make.staff(COUNTER_CLERK, area)
    visitors = [
        (staff, staff), (make.staff(COMMUNITY_STAFF, make.community()), person), (colleague, person),
        (make.staff(AUDITOR, area), person), (person, person), (make.leader(make.team(area)), person),
    ]  # fmt: skip
    for visitor, whom in visitors:
        client, address = client_for(visitor), f"/desk/people/{whom.id}/identity"
        assert client.get(address).status_code == 404
        assert client.post(address, data=seen()).status_code == 404
        db.session.refresh(whom)
        assert whom.verified_at is None


@pytest.mark.parametrize("status", ["closed", "merged"])
def test_a_closed_record_is_not_verified(client_for, status):
    area = make.community()
    person = newcomer(area, status=status)
    assert (
        client_for(make.staff(COMMUNITY_STAFF, area)).get(f"/desk/people/{person.id}/identity").status_code
        == 404
    )


def test_verifying_again_replaces_the_paper(db):
    area = make.community()
    actor, person = make.actor(make.staff(COMMUNITY_STAFF, area)), newcomer(area)
    for kind, number in (("passport", "E12345678"), ("id_card", SAMPLE)):
        service.verify(actor=actor, person_id=person.id, kind=kind, number=number, born_on=BORN, sex=None)
    assert person.document == SAMPLE
    last = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last.details["before"] == {"document": "E1****78", "verified": True}
