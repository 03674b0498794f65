"""The switches for sensitive kinds of data (R143, R144)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit.models import AuditEntry
from volunteer.outbox import kinds
from volunteer.outbox.models import Message
from volunteer.people import rules as people_rules
from volunteer.people.models import COMMUNITY_STAFF, Consent
from volunteer.privacy import rules
from volunteer.privacy.service import consents


def rows(db, person):
    return list(
        db.session.scalars(sa.select(Consent).where(Consent.person_id == person.id).order_by(Consent.id))
    )


def test_each_switch_stands_alone_with_version_and_time(db, present):
    person = make.person()
    actor = make.actor(person)
    consents.give(actor=actor, person_id=person.id, kind="health")
    (row,) = rows(db, person)
    assert (row.kind, row.notice_version, row.given_at, row.way) == (
        "health", people_rules.NOTICE_VERSION, present, people_rules.SELF,
    )  # fmt: skip
    assert row.recorded_by_id is None
    assert consents.has_consented(person.id, "health")
    assert not any(consents.has_consented(person.id, kind) for kind in rules.SWITCHES if kind != "health")


def test_giving_twice_keeps_one_row_and_withdrawing_twice_one_moment(db):
    person = make.person()
    actor = make.actor(person)
    for _ in range(2):
        consents.give(actor=actor, person_id=person.id, kind="location")
    for _ in range(2):
        consents.withdraw(actor=actor, person_id=person.id, kind="location")
    (row,) = rows(db, person)
    assert row.withdrawn_at is not None
    assert not consents.has_consented(person.id, "location")
    acts = db.session.scalars(sa.select(AuditEntry.act).where(AuditEntry.object_id == person.id)).all()
    assert sorted(acts) == ["consent_given", "consent_withdrawn"]


def test_given_again_after_withdrawing_leaves_the_history(db):
    person = make.person()
    actor = make.actor(person)
    consents.give(actor=actor, person_id=person.id, kind="location")
    consents.withdraw(actor=actor, person_id=person.id, kind="location")
    consents.give(actor=actor, person_id=person.id, kind="location")
    assert [row.withdrawn_at is None for row in rows(db, person)] == [False, True]


def test_a_consent_to_an_older_notice_is_marked(db, monkeypatch):
    person = make.person()
    consents.give(actor=make.actor(person), person_id=person.id, kind="health")
    monkeypatch.setattr(people_rules, "NOTICE_VERSION", "2099-01")
    state = next(state for state in consents.states(person.id) if state.kind == "health")
    assert state.is_of_older_notice


def test_staff_record_what_was_said_at_the_counter_with_way_and_operator(db, client_for):
    area = make.community()
    staff, person = make.staff(COMMUNITY_STAFF, area), make.person(area)
    page = f"/desk/people/{person.id}/consents"
    answer = client_for(staff).post(page, data={"kind": "hardship", "wanted": "1", "way": "on_paper"})
    assert answer.status_code == 303
    (row,) = rows(db, person)
    assert (row.way, row.recorded_by_id) == ("on_paper", staff.id)


@pytest.mark.parametrize(
    "data", [{"kind": "x", "wanted": "1", "way": "on_paper"}, {"kind": "health", "wanted": "1"}]
)
def test_an_unknown_switch_or_way_is_refused(db, client_for, data):
    area = make.community()
    person = make.person(area)
    answer = client_for(make.staff(COMMUNITY_STAFF, area)).post(
        f"/desk/people/{person.id}/consents", data=data
    )
    assert answer.status_code == 422
    assert rows(db, person) == []
    assert person.number in answer.text  # the page itself again, with the resident and what can be pressed
    assert 'name="way"' in answer.text


@pytest.mark.portable
def test_one_press_says_that_and_how(db, client_for):
    area = make.community()
    person = make.person(area)
    page = client_for(make.staff(COMMUNITY_STAFF, area)).get(f"/desk/people/{person.id}/consents").text
    for way in people_rules.COUNTER_WAYS:
        assert page.count(f'name="way" value="{way}"') == len(rules.SWITCHES)
    assert 'type="radio"' not in page


def test_staff_of_elsewhere_and_oneself_are_not_found(db, client_for):
    area = make.community()
    staff, person = make.staff(COMMUNITY_STAFF, make.community()), make.person(area)
    assert client_for(staff).get(f"/desk/people/{person.id}/consents").status_code == 404
    assert client_for(staff).get(f"/desk/people/{staff.id}/consents").status_code == 404


def test_the_own_page_switches_on_and_off(db, client_for):
    person = make.person()
    browser = client_for(person)
    assert browser.post("/me/privacy/consents/location", data={"wanted": "1"}).status_code == 303
    assert consents.has_consented(person.id, "location")
    page = browser.get("/me/privacy").text
    assert "手机位置" in page
    browser.post("/me/privacy/consents/location", data={"wanted": "0"})
    assert not consents.has_consented(person.id, "location")
    assert browser.post("/me/privacy/consents/nothing", data={"wanted": "1"}).status_code == 404


def test_refusing_every_switch_leaves_the_basic_functions(db, client_for):
    """R144: who agrees to nothing beyond the notice signs up, sees the time and files a wish."""
    person = make.person()
    browser = client_for(person)
    occurrence = make.occurrence(make.series(make.team()))
    assert browser.post(f"/activities/{occurrence.id}/sign-up").status_code == 303
    for address in ("/my-time", "/wishes/new", "/shop"):
        assert browser.get(address).status_code == 200


def test_what_staff_switch_is_told_to_the_person_and_what_one_switches_oneself_is_not(db):
    area = make.community()
    person, clerk = make.person(area), make.actor(make.staff(COMMUNITY_STAFF, area))
    for actor in (make.actor(person), clerk):
        consents.give(actor=actor, person_id=person.id, kind="health", way="in_person")
        consents.withdraw(actor=actor, person_id=person.id, kind="health")
    told = db.session.scalars(sa.select(Message).where(Message.person_id == person.id).order_by(Message.id))
    bodies = [kinds.render(message.kind, message.payload)[1] for message in told]
    assert len(bodies) == 2
    assert all("健康情况" in body and clerk.number in body and "周*" in body for body in bodies)
    assert ("同意" in bodies[0], "收回" in bodies[1]) == (True, True)
