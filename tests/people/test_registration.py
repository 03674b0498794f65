"""Registering: by oneself, at the counter, from a list."""

from __future__ import annotations

import datetime as dt
import time

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, crypto
from volunteer.core.errors import NotAllowed
from volunteer.people import phones, rules, service, sessions
from volunteer.people.models import (
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    SYSTEM_ADMIN,
    Consent,
    Guardian,
    NumberSeries,
    Person,
    PersonSkill,
    PersonSlot,
)

PHONE = "13812345678"
HASH = "not-a-real-hash"  # hashing is slow and tested elsewhere


def register(area=None, **more):
    area = area or make.community()
    return service.register(
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


def at_counter(actor, area, **more):
    return service.register_by_staff(
        **{
            "actor": actor,
            "name": "刘奶奶",
            "born_on": dt.date(1945, 1, 1),
            "area_id": area.id,
            "consent_way": rules.IN_PERSON,
            **more,
        }
    )


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
    register(area)
    db.session.commit()
    with pytest.raises(service.PhoneNotUsable):
        register(area, phone="+86 138-1234-5678", name="别人")
    db.session.rollback()
    assert count(Person) == count(Consent) == 1


def test_the_refusal_of_a_phone_says_nothing_of_its_owner(app, db):
    with app.test_request_context():
        register()
        with pytest.raises(service.PhoneNotUsable) as refusal:
            register()
        assert "陈" not in refusal.value.message
        assert "登录" in refusal.value.message


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"has_consented": False}, service.ConsentNeeded),
        ({"born_on": dt.date(2012, 11, 22)}, rules.GuardianNeeded),
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


def test_fourteen_may_register_alone(db):
    assert register(born_on=dt.date(2012, 11, 21)).status == "active"


def test_staff_register_without_phone_and_are_recorded(db):
    area = make.community()
    staff = make.staff(COMMUNITY_STAFF, area)
    person = at_counter(make.actor(staff), area)
    assert person.phone is None
    assert person.password_hash is None
    assert person.registered_by_id == staff.id
    consent = db.session.scalars(sa.select(Consent)).one()
    assert (consent.way, consent.recorded_by_id) == (rules.IN_PERSON, staff.id)
    assert at_counter(make.actor(staff), area).id != person.id


def test_staff_may_set_a_first_password_typed_by_the_resident(db):
    area = make.community()
    actor = make.actor(make.staff(COMMUNITY_STAFF, area))
    assert at_counter(actor, area, password="tree-7-lamp", password_hash=HASH).password_hash == HASH
    assert at_counter(actor, area, password=None, password_hash=HASH).password_hash is None


@pytest.mark.parametrize("role", [COUNTER_CLERK, "auditor"])
def test_who_is_no_registrar_may_not_register_others(db, role):
    area = make.community()
    actor = make.actor(make.staff(role, area))
    with pytest.raises(NotAllowed):
        at_counter(actor, area)


def test_staff_register_only_in_their_own_area(db):
    actor = make.actor(make.staff(COMMUNITY_STAFF, make.community()))
    with pytest.raises(NotAllowed):
        at_counter(actor, make.community())
    assert count(Consent) == 0


def test_staff_are_told_that_a_phone_is_registered(db):
    area = make.community()
    actor = make.actor(make.staff(COMMUNITY_STAFF, area))
    make.person(area, phone="+8613812345678")
    with pytest.raises(service.PhoneRegistered):
        at_counter(actor, area, phone=PHONE)


def test_a_way_of_consent_that_is_not_listed_is_refused(db):
    area = make.community()
    actor = make.actor(make.staff(COMMUNITY_STAFF, area))
    with pytest.raises(rules.UnknownChoice):
        at_counter(actor, area, consent_way="assumed")


def test_a_child_needs_a_guardian_at_the_counter(db):
    area = make.community()
    actor = make.actor(make.staff(COMMUNITY_STAFF, area))
    with pytest.raises(rules.GuardianNeeded):
        at_counter(actor, area, born_on=dt.date(2016, 1, 1))
    guardian = service.GuardianConsent("陈大明", "parent", "13912345678")
    child = at_counter(actor, area, born_on=dt.date(2016, 1, 1), guardian=guardian)
    kept = db.session.scalars(sa.select(Guardian).where(Guardian.ward_id == child.id)).one()
    assert (kept.name, kept.phone, kept.recorded_by_id) == ("陈大明", "+8613912345678", actor.id)
    kinds = db.session.scalars(
        sa.select(Consent.kind).where(Consent.person_id == child.id).order_by(Consent.id)
    )
    assert list(kinds) == ["privacy", "guardian"]


def test_a_guardian_is_not_readable_in_the_raw_row(db):
    area = make.community()
    actor = make.actor(make.staff(COMMUNITY_STAFF, area))
    guardian = service.GuardianConsent("陈大明", "parent", "13912345678")
    at_counter(actor, area, born_on=dt.date(2016, 1, 1), guardian=guardian)
    raw = db.session.execute(sa.text("SELECT name, phone FROM guardian")).one()
    assert "陈" not in raw.name
    assert "1391" not in raw.phone


def people(n, area, **more):
    return [
        service.NewPerson(
            name=f"志愿者{i}",
            born_on=dt.date(1960, 1, 1 + i % 28),
            area_id=area.id,
            phone=f"139{i:08d}",
            skills=("repair",),
            slots=((5, "morning"),),
            **more,
        )
        for i in range(n)
    ]


def test_a_list_is_registered_in_its_order(db):
    area = make.community()
    registered_at = dt.datetime(2019, 3, 5, tzinfo=dt.UTC)
    ids = service.register_many(people(3, area, registered_at=registered_at), recorded_by=None)
    rows = [db.session.get_one(Person, id) for id in ids]
    assert [row.name for row in rows] == ["志愿者0", "志愿者1", "志愿者2"]
    assert [row.number for row in rows] == ["V00000001", "V00000002", "V00000003"]
    assert {row.registered_at for row in rows} == {registered_at}
    assert count(Consent) == count(PersonSkill) == count(PersonSlot) == 3
    assert register(area).number == "V00000004"


def test_a_list_with_a_repeated_phone_is_refused_whole(db):
    area = make.community()
    with pytest.raises(service.PhoneRegistered):
        service.register_many([*people(2, area), *people(1, area)], recorded_by=None)
    assert nothing_left_behind()


def test_a_list_with_a_registered_phone_is_refused_whole(db):
    area = make.community()
    service.register_many(people(1, area), recorded_by=None)
    db.session.commit()
    with pytest.raises(service.PhoneRegistered):
        service.register_many(people(600, area), recorded_by=None)
    db.session.rollback()
    assert count(Person) == 1


def test_an_empty_list_takes_no_number(db):
    assert service.register_many([], recorded_by=None) == []
    assert count(NumberSeries) == 0


def test_a_sub_district_is_registered_in_seconds(db):
    area = make.community()
    began = time.perf_counter()
    ids = service.register_many(people(3208, area), recorded_by=None, password="tree-7-lamp")
    assert time.perf_counter() - began < 5
    assert len(set(ids)) == 3208


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
