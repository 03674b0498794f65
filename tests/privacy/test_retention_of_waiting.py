"""What nobody agreed to or answered is not kept for ever (R154, PIPL 19)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from tests import make
from tests.teams.test_intake_service import GUARDIAN, Hall
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.jobs import retention as declared
from volunteer.people import service as people
from volunteer.people.models import COMMUNITY_STAFF, Person, RegistrationReceipt
from volunteer.privacy.service import retention
from volunteer.teams.models import REFUSED, WAITING, Application

DAY = dt.timedelta(days=1)
CHILDREN, FORMS = "waiting_registrations", "unanswered_applications"
TERM = 90


def refresh(person: Person) -> Person:
    return make.db.session.get_one(Person, person.id, populate_existing=True)


def test_a_child_whose_guardian_never_came_is_erased_and_the_family_reads_why(db, present, client):
    child, token = make.waiting_child()
    name, since = child.name, child.registered_at
    assert retention.due(since + TERM * DAY)[CHILDREN] == 0
    later = since + TERM * DAY + dt.timedelta(seconds=1)
    assert retention.due(later)[CHILDREN] == 1
    assert declared.run([CHILDREN], later) == {CHILDREN: 1}
    assert retention.due(later)[CHILDREN] == 0
    child = refresh(child)
    assert (child.status, child.phone) == ("closed", None)
    assert child.name != name
    receipt = db.session.scalars(sa.select(RegistrationReceipt)).one()
    assert receipt.state == "rejected"
    assert "监护人" in receipt.reason
    assert receipt.reason in client.get(f"/registrations/{token}").text


def test_the_same_for_a_child_of_a_list_without_receipt(db, present):
    child = make.person(born_on=dt.date(2016, 1, 1), status="waiting")
    assert declared.run([CHILDREN], child.registered_at + (TERM + 1) * DAY) == {CHILDREN: 1}
    assert refresh(child).status == "closed"


def test_who_waits_again_after_having_taken_part_is_left_to_staff(db, present):
    child, _token = make.waiting_child()
    db.session.scalars(sa.select(RegistrationReceipt)).one().decided_at = clock.now()
    db.session.commit()
    assert retention.due(present + 1000 * DAY)[CHILDREN] == 0


def test_a_child_that_waits_again_after_having_been_disabled_is_left_to_staff(db, present, client):
    child, token = make.waiting_child()
    staff = make.actor(make.staff(COMMUNITY_STAFF, db.session.get_one(make.Area, child.area_id)))
    people.disable(actor=staff, person_id=child.id, reason="手机丢了")
    later = child.registered_at + (TERM + 1) * DAY
    with clock.fixed(later):
        people.enable(actor=staff, person_id=child.id, reason="又找到了")
        db.session.commit()
        assert refresh(child).status == "waiting"
        assert people.progress(token).confirm_by_on > later.date()
    assert retention.due(later + DAY)[CHILDREN] == 0


def test_others_are_never_touched(db, present):
    for status in ("active", "disabled"):
        make.person(born_on=dt.date(2016, 1, 1), status=status)
    assert retention.due(present + 1000 * DAY)[CHILDREN] == 0


def test_a_form_nobody_answered_is_refused_and_then_emptied(db, present):
    hall = Hall()
    hall.apply(name="童乐乐", born_on=dt.date(2016, 1, 1), guardian=GUARDIAN)
    db.session.commit()
    closes_at = hall.intake.closes_at
    assert retention.due(closes_at + TERM * DAY)[FORMS] == 0
    later = closes_at + TERM * DAY + dt.timedelta(seconds=1)
    assert retention.run(FORMS, later) == 1
    row = db.session.scalars(sa.select(Application).execution_options(populate_existing=True)).one()
    assert (row.state, row.decided_by_id, row.decided_at) == (REFUSED, None, later)
    assert row.reason
    noted = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "application_refused")).one()
    assert (noted.actor_id, noted.object_id, noted.details) == (None, row.id, {"intake": hall.intake.id})
    assert retention.run("applications", later + 31 * DAY) == 1
    db.session.expire_all()
    assert (row.name, row.phone, row.guardian, row.reason) == ("", None, None, None)


def test_an_answered_form_keeps_its_answer(db, present):
    hall = Hall()
    hall.apply()
    row = db.session.scalars(sa.select(Application)).one()
    assert row.state == WAITING
    row.state, row.decided_at, row.reason = REFUSED, clock.now(), "人满了"
    db.session.commit()
    assert retention.due(hall.intake.closes_at + 1000 * DAY)[FORMS] == 0
