"""Registering somebody at the counter: by staff, and by a leader with the single right (R006, R018)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from tests.people.test_registration import HASH, PHONE, count
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.errors import NotAllowed
from volunteer.people import rules, service
from volunteer.people.models import (
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    LEADER,
    Consent,
    Guardian,
    Person,
)


def at_counter(actor, area, *, consent_way=rules.IN_PERSON, consent_on=None, **more):
    how = {name: more.pop(name) for name in ("password", "password_hash", "pin_hash") if name in more}
    new = service.NewPerson(**{"name": "刘奶奶", "born_on": dt.date(1945, 1, 1), "area_id": area.id, **more})
    return service.register_by_staff(
        actor=actor, new=new, consent_way=consent_way, consent_on=consent_on, **how
    )


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


def test_the_counter_notes_sex_address_school_and_pin(db):
    area = make.community()
    actor = make.actor(make.staff(COMMUNITY_STAFF, area))
    person = at_counter(actor, area, sex="female", address="桔苑小区 3 栋", school="麓谷小学", pin_hash=HASH)
    assert (person.sex, person.address, person.school, person.pin_hash) == (
        "female", "桔苑小区 3 栋", "麓谷小学", HASH,
    )  # fmt: skip
    raw = db.session.execute(sa.text("SELECT address, school FROM person WHERE id = :id"), {"id": person.id})
    assert not any("小" in value for value in raw.one())


def test_consent_on_an_earlier_day_is_kept_with_its_day(db):
    area = make.community()
    actor = make.actor(make.staff(COMMUNITY_STAFF, area))
    at_counter(actor, area, consent_on=dt.date(2026, 11, 20))
    given_at = db.session.scalars(sa.select(Consent.given_at)).one()
    assert clock.local(given_at).date() == dt.date(2026, 11, 20)


@pytest.mark.parametrize("day", ["2026-11-22", "2025-11-01"])
def test_consent_of_tomorrow_or_of_long_ago_is_none(db, day):
    area = make.community()
    actor = make.actor(make.staff(COMMUNITY_STAFF, area))
    before = count(Person)
    with pytest.raises(rules.NotAConsentDate):
        at_counter(actor, area, consent_on=dt.date.fromisoformat(day))
    db.session.rollback()
    assert (count(Person), count(Consent)) == (before, 0)


def registrar(team, *rights):
    """A leader with these single rights."""
    leader = make.member(team)
    make.grant(leader, LEADER, team=team).rights = " ".join(rights)
    return make.actor(leader)


def test_a_leader_with_the_right_registers_where_the_team_is(db):
    area = make.community()
    leader = registrar(make.team(area), "register")
    assert at_counter(leader, make.grid(area)).registered_by_id == leader.id
    with pytest.raises(NotAllowed):
        at_counter(leader, make.community())


@pytest.mark.parametrize("rights", [(), ("accept", "publish", "record", "message")])
def test_a_leader_without_the_right_registers_nobody(db, rights):
    area = make.community()
    with pytest.raises(NotAllowed):
        at_counter(registrar(make.team(area), *rights), area)
    assert count(Consent) == 0


def test_a_leader_of_a_closed_team_registers_nobody(db):
    team = make.team(closed_at=clock.now())
    with pytest.raises(NotAllowed):
        at_counter(registrar(team, "register"), db.session.get_one(Area, team.area_id))


def test_a_leader_notes_a_document_but_only_staff_verify_it(db):
    area = make.community()
    paper = {"document_kind": "passport", "document": "E12345678", "is_verified": True}
    by_leader = at_counter(registrar(make.team(area), "register"), area, **paper)
    assert (by_leader.document, by_leader.verified_at) == ("E12345678", None)
    staff = make.staff(COMMUNITY_STAFF, area)
    by_staff = at_counter(make.actor(staff), area, **paper | {"document": "E12345679"})
    assert (by_staff.verified_at, by_staff.verified_by_id) == (clock.now(), staff.id)


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


def test_a_way_of_consent_that_is_not_listed_is_refused(db):
    area = make.community()
    actor = make.actor(make.staff(COMMUNITY_STAFF, area))
    with pytest.raises(rules.UnknownChoice):
        at_counter(actor, area, consent_way="assumed")
