"""Registering: by oneself, at the counter, from a list."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, crypto
from volunteer.core.database import db as database
from volunteer.outbox.models import Message
from volunteer.people import phones, rules, service, sessions
from volunteer.people.models import (
    COMMUNITY_STAFF,
    SYSTEM_ADMIN,
    Consent,
    NumberSeries,
    Person,
)

PHONE = "13812345678"
HASH = "not-a-real-hash"  # hashing is slow and tested elsewhere


def register(area=None, **more):
    """The person that registering oneself has made."""
    area = area or make.community()
    last = database.session.scalar(sa.select(sa.func.max(Person.id))) or 0
    service.register(
        **{
            "name": "陈小明",
            "phone": PHONE,
            "password": "tree-7-lamp",
            "password_hash": HASH,
            "area_id": area.id,
            "born_on": dt.date(1970, 5, 4),
            "has_consented": True,
            **more,
        }
    )
    return database.session.scalars(sa.select(Person).where(Person.id > last)).first()


def count(model):
    return make.db.session.scalar(sa.select(sa.func.count()).select_from(model))


def nothing_left_behind():
    make.db.session.rollback()
    return count(Person) == count(Consent) == count(NumberSeries) == count(AuditEntry) == 0


def test_a_resident_gets_a_running_number(db):
    area = make.community()
    first = register(area)
    second = register(area, phone="13812345679")
    assert (first.number, second.number) == ("V00000001", "V00000002")
    assert first.status == "active"
    assert first.registered_at == clock.now()


def test_the_password_is_hashed_when_no_hash_came_with_it(db):
    person = register(password_hash=None)
    assert sessions.is_right_password("tree-7-lamp", person.password_hash)


def test_consent_is_kept_with_version_and_time(db):
    person = register()
    consent = db.session.scalars(sa.select(Consent)).one()
    assert (consent.person_id, consent.kind, consent.way) == (person.id, "privacy", "self")
    assert (consent.notice_version, consent.given_at) == (rules.NOTICE_VERSION, clock.now())


def test_registration_is_audited_without_name_and_phone(db):
    person = register()
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.act, entry.object_id, entry.actor_id) == ("person_registered", person.id, person.id)
    assert entry.details == {"way": "self"}


def test_the_phone_is_not_readable_in_the_raw_row(db):
    person = register()
    db.session.commit()
    raw = db.session.execute(sa.text("SELECT * FROM person WHERE id = :id"), {"id": person.id}).one()
    assert not any("8123456" in str(value) for value in raw)
    assert "5678" not in {str(value) for value in raw}
    assert person.phone == "+8613812345678"
    assert raw.phone_hash == phones.phone_hash("+8613812345678")
    assert crypto.decrypt(raw.phone) == "+8613812345678"


def test_a_phone_registers_once_however_it_is_written(db):
    area = make.community()
    first = register(area)
    db.session.commit()
    assert register(area, phone="+86 138-1234-5678", name="别人") is None
    db.session.commit()
    assert count(Person) == count(Consent) == 1
    assert db.session.get_one(Person, first.id).name == "陈小明"


def test_the_owner_of_a_phone_is_told_once_a_day_that_it_was_used_again(db):
    area = make.community()
    owner = register(area)
    for _ in range(3):
        register(area, name="别人")
    kinds = list(db.session.scalars(sa.select(Message.kind).order_by(Message.id)))
    assert kinds == ["welcome", "registered_again"]
    acts = db.session.execute(
        sa.select(AuditEntry.act, AuditEntry.actor_id, AuditEntry.object_id).order_by(AuditEntry.id)
    ).all()
    assert acts[0] == ("person_registered", owner.id, owner.id)
    assert set(acts[1:]) == {("registration_repeated", None, owner.id)}


def test_numbers_do_not_tell_whether_a_phone_was_known(db):
    """Whoever registers before and after a try sees the same gap for a known and for an unknown phone."""
    area = make.community()
    first = register(area)
    register(area)
    second = register(area, phone="13812345671")
    register(area, phone="13812345672")
    third = register(area, phone="13812345673")
    numbers = [int(person.number[1:]) for person in (first, second, third)]
    assert numbers[1] - numbers[0] == numbers[2] - numbers[1] == 2


def test_known_and_unknown_phones_cost_the_same_statements(db, count_statements):
    area = make.community()
    register(area)
    db.session.commit()
    seen = count_statements()
    counted = []
    for phone in ("13812345670", PHONE):
        seen.clear()
        service.register(
            name="陈小明", phone=phone, password="tree-7-lamp", password_hash=HASH, area_id=area.id,
            born_on=dt.date(1970, 5, 4), has_consented=True,
        )  # fmt: skip
        counted.append([statement.split("(")[0].split("VALUES")[0] for statement in seen])
        db.session.commit()
    assert counted[0] == counted[1]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"has_consented": False}, service.ConsentNeeded),
        ({"born_on": dt.date(2027, 1, 1)}, rules.NotABirthDate),
        ({"name": "12345"}, rules.NotAName),
        ({"phone": "12345"}, phones.NotAMobilePhone),
        ({"password": "123456789"}, service.registration.passwords.PasswordTooCommon),
        ({"password": PHONE}, service.registration.passwords.PasswordIsPersonal),
        ({"area_id": 10**15}, service.registration.UnknownArea),
    ],
)
def test_what_is_refused_leaves_nothing_behind(db, wrong, refusal):
    area = make.community()
    with pytest.raises(refusal):
        register(area, **wrong)
    assert nothing_left_behind()


@pytest.mark.parametrize(("born_on", "status"), [("2012-11-21", "active"), ("2012-11-22", "waiting")])
def test_fourteen_may_register_alone_and_who_is_younger_waits(db, born_on, status):
    assert register(born_on=dt.date.fromisoformat(born_on)).status == status


def test_the_first_administrator_brings_the_area_along(db):
    number = service.create_admin(name="管理员", phone=PHONE, password_hash=HASH, area_name="麓谷街道")
    person = db.session.scalars(sa.select(Person).where(Person.number == number)).one()
    actor = make.actor(person)
    assert [role.name for role in actor.roles] == [SYSTEM_ADMIN]
    assert actor.has_role_over(actor.area_path, COMMUNITY_STAFF)


def test_a_second_administrator_joins_the_same_area(db):
    root = make.subdistrict()
    service.create_admin(name="管理员", phone=PHONE, password_hash=HASH, area_name="别的街道")
    assert db.session.scalars(sa.select(Person)).one().area_id == root.id
