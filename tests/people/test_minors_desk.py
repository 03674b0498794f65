"""Working on a minor's record at the desk needs the same approval as opening it, and leaves a row (条例 36)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from tests.people.test_minors import guardian_form
from volunteer.acting import service as acting
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.credentials import service as credentials
from volunteer.credentials.models import QUALIFICATION
from volunteer.credentials.rules import Entry
from volunteer.people import pins, queries, service
from volunteer.people.models import COMMUNITY_STAFF, COUNTER_CLERK, Consent, Person, SignInSession
from volunteer.people.service import access
from volunteer.safety import service as safety

BORN_ON = dt.date(2011, 6, 1)
NAME = "欧阳若兰"
WORK = (
    "identity",
    "guardian",
    "helpers",
    "card",
    "consents",
    "credentials",
    "credentials/new",
    "move",
    "reveal",
)
PRESSED = ("reset-password", "remove-factor", "type-size", "pin")


class World:
    """A minor, staff without approval, and a colleague who gives it."""

    def __init__(self) -> None:
        self.area = make.community()
        self.child = make.person(self.area, name=NAME, born_on=BORN_ON, verified=False)
        self.asker = make.staff(COMMUNITY_STAFF, self.area)
        self.other = make.staff(COMMUNITY_STAFF, self.area)

    def address(self, page: str) -> str:
        return f"/desk/people/{self.child.id}/{page}"

    def approve(self) -> None:
        asked = access.ask(actor=make.actor(self.asker), person_id=self.child.id, reason="家长在柜台")
        access.decide(actor=make.actor(self.other), access_id=asked.id, approve=True)
        make.db.session.commit()


@pytest.fixture
def world(app) -> World:
    return World()


def rows(db, page):
    opened = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "minor_record_opened"))
    return [entry for entry in opened if entry.details["page"] == page]


@pytest.mark.parametrize("page", WORK)
def test_no_page_about_a_minor_opens_without_approval(client_for, world, page):
    answer = client_for(world.asker).get(world.address(page))
    assert answer.status_code in (403, 404)
    assert "欧" not in answer.text


@pytest.mark.parametrize("page", PRESSED)
def test_nothing_is_done_to_a_minors_record_without_approval(client_for, db, world, page):
    answer = client_for(world.asker).post(world.address(page), data={"large": "1"})
    assert answer.status_code in (403, 404)
    assert not db.session.scalar(sa.select(AuditEntry.id).where(AuditEntry.object_id == world.child.id))


@pytest.mark.parametrize(
    ("page", "noted"),
    [
        ("identity", "identity"),
        ("guardian", "guardian"),
        ("consents", "consents"),
        ("credentials/new", "credentials"),
        ("helpers", "helpers"),
    ],
)
def test_with_approval_each_page_leaves_a_row(client_for, db, world, page, noted):
    world.approve()
    assert client_for(world.asker).get(world.address(page)).status_code == 200
    assert len(rows(db, noted)) == 1


def test_the_services_refuse_as_well(db, world):
    actor = make.actor(world.asker)
    pin = acting.NewPin("482915", pins.hash_pin("482915"))
    entry = Entry(QUALIFICATION, "急救员", "红十字会", clock.today())
    guardian = service.GuardianConsent("陈大明", "parent", "13912345678")
    id = world.child.id
    deeds = [
        lambda: service.verify(
            actor=actor, person_id=id, kind="passport", number="E12345678", born_on=BORN_ON, sex=None
        ),
        lambda: service.record_guardian(actor=actor, person_id=id, guardian=guardian, way="in_person"),
        lambda: acting.issue_card(actor=actor, person_id=id, pin=pin),
        lambda: acting.set_pin(actor=actor, person_id=id, pin=pin),
        lambda: acting.set_type_size(actor=actor, person_id=id, is_large=True),
        lambda: safety.give_code(actor=actor, person_id=id),
        lambda: credentials.record(actor=actor, person_id=id, entry=entry),
    ]
    for deed in deeds:
        with pytest.raises(access.ApprovalNeeded):
            deed()
    assert not db.session.scalar(sa.select(AuditEntry.id).where(AuditEntry.object_id == id))


def test_a_proof_of_a_minor_does_not_name_the_minor_without_approval(client_for, world):
    entry = make.credential(world.child, proof=b"%PDF-1.4\n%%EOF")
    answer = client_for(world.asker).get(f"/credentials/{entry.id}/proof")
    assert answer.status_code == 403
    assert "欧" not in answer.text


def test_the_registrar_finishes_what_was_just_typed(client_for, db, world):
    world.child.registered_by_id, world.child.registered_at = world.asker.id, clock.now()
    db.session.commit()
    desk = client_for(world.asker)
    for page in ("identity", "guardian"):
        assert desk.get(world.address(page)).status_code == 200
    world.child.registered_at = clock.now() - dt.timedelta(days=2)
    db.session.commit()
    for page in ("identity", "guardian"):
        assert desk.get(world.address(page)).status_code == 403


def test_a_registration_that_waits_is_finished_by_its_number_alone(client_for, db, world):
    child, _token = make.waiting_child(world.area)
    desk = client_for(world.asker)
    for page in ("guardian", "reject"):
        answer = desk.get(f"/desk/people/{child.id}/{page}")
        assert answer.status_code == 200
        assert child.number in answer.text
        assert "陈*" not in answer.text
        assert len(rows(db, page)) == 1
    done = desk.post(f"/desk/people/{child.id}/guardian", data=guardian_form(), follow_redirects=True)
    assert done.status_code == 200
    assert "登记确认了" in done.text


def test_a_clerk_opens_no_minors_record(client_for, world):
    clerk = client_for(make.staff(COUNTER_CLERK, world.area))
    for page in ("helpers", "card"):
        assert clerk.get(world.address(page)).status_code == 403


def test_the_slip_of_somebody_else_shows_no_whole_name(client_for, db):
    """A whole name is an act of its own (R142): of the registrar, or with a new PIN, which the log knows."""
    area = make.community()
    staff, other = make.staff(COMMUNITY_STAFF, area), make.staff(COMMUNITY_STAFF, area)
    adult = make.person(area, name=NAME, registered_by_id=other.id)
    address = f"/desk/people/{adult.id}/slip"
    assert NAME not in client_for(staff).get(address).text
    assert NAME in client_for(other).get(address).text
    assert NAME in client_for(staff).post(f"/desk/people/{adult.id}/pin").text
    assert "pin_made" in set(db.session.scalars(sa.select(AuditEntry.act)))


def withdraw_form():
    return {"guardian_withdraws": "1"}


def test_a_guardian_takes_the_consent_back_and_the_sign_up_is_closed_again(client_for, db, world):
    make.guardian(world.child)
    world.approve()
    occurrence = make.occurrence()
    desk = client_for(world.asker)
    assert "收回同意" in desk.get(world.address("guardian")).text
    answer = desk.post(world.address("guardian"), data=withdraw_form())
    assert answer.status_code == 303
    assert not queries.has_guardian(world.child.id)
    refused = client_for(world.child).post(f"/activities/{occurrence.id}/sign-up")
    assert refused.status_code == 409
    assert "guardian_withdrew" in set(db.session.scalars(sa.select(AuditEntry.act)))
    assert db.session.scalar(sa.select(Consent.withdrawn_at).where(Consent.kind == "guardian")) is not None


def test_a_child_below_14_whose_guardian_withdraws_waits_again(db):
    area = make.community()
    child = make.person(area, born_on=dt.date(2016, 1, 1))
    make.guardian(child)
    staff, other = make.staff(COMMUNITY_STAFF, area), make.staff(COMMUNITY_STAFF, area)
    asked = access.ask(actor=make.actor(staff), person_id=child.id, reason="家长在柜台")
    access.decide(actor=make.actor(other), access_id=asked.id, approve=True)
    db.session.add(
        SignInSession(
            token_hash="x",
            person_id=child.id,
            created_at=clock.now(),
            last_seen_at=clock.now(),
            way="password",
        )
    )
    service.withdraw_guardian(actor=make.actor(staff), person_id=child.id)
    db.session.commit()
    assert db.session.get_one(Person, child.id).status == "waiting"
    assert db.session.scalar(sa.select(SignInSession.person_id)) is None
    with pytest.raises(service.NoGuardian):
        service.withdraw_guardian(actor=make.actor(staff), person_id=child.id)


def test_a_retention_run_for_guardians_of_the_grown_up_leaves_those_of_minors(db, world):
    from volunteer.privacy.service import retention

    make.guardian(world.child)
    assert retention.run("guardians", clock.now()) == 0
    assert queries.has_guardian(world.child.id)
