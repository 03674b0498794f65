"""The switches for sensitive kinds of data (R143, R144)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit.models import AuditEntry
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
        consents.give(actor=actor, person_id=person.id, kind="photo")
    for _ in range(2):
        consents.withdraw(actor=actor, person_id=person.id, kind="photo")
    (row,) = rows(db, person)
    assert row.withdrawn_at is not None
    assert not consents.has_consented(person.id, "photo")
    acts = db.session.scalars(sa.select(AuditEntry.act).where(AuditEntry.object_id == person.id)).all()
    assert sorted(acts) == ["consent_given", "consent_withdrawn"]


def test_given_again_after_withdrawing_leaves_the_history(db):
    person = make.person()
    actor = make.actor(person)
    consents.give(actor=actor, person_id=person.id, kind="photo")
    consents.withdraw(actor=actor, person_id=person.id, kind="photo")
    consents.give(actor=actor, person_id=person.id, kind="photo")
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


def test_staff_of_elsewhere_and_oneself_are_not_found(db, client_for):
    area = make.community()
    staff, person = make.staff(COMMUNITY_STAFF, make.community()), make.person(area)
    assert client_for(staff).get(f"/desk/people/{person.id}/consents").status_code == 404
    assert client_for(staff).get(f"/desk/people/{staff.id}/consents").status_code == 404


def test_the_own_page_switches_on_and_off(db, client_for):
    person = make.person()
    browser = client_for(person)
    assert browser.post("/me/privacy/consents/photo", data={"wanted": "1"}).status_code == 303
    assert consents.has_consented(person.id, "photo")
    page = browser.get("/me/privacy").text
    assert "活动照片" in page
    browser.post("/me/privacy/consents/photo", data={"wanted": "0"})
    assert not consents.has_consented(person.id, "photo")
    assert browser.post("/me/privacy/consents/nothing", data={"wanted": "1"}).status_code == 404


def test_refusing_every_switch_leaves_the_basic_functions(db, client_for):
    """R144: who agrees to nothing beyond the notice signs up, sees the time and files a wish."""
    person = make.person()
    browser = client_for(person)
    occurrence = make.occurrence(make.series(make.team()))
    assert browser.post(f"/activities/{occurrence.id}/sign-up").status_code == 303
    for address in ("/my-time", "/wishes/new", "/shop"):
        assert browser.get(address).status_code == 200
