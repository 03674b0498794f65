"""Rejected registrations: records from before they were erased at once, and the reasons on receipts (R154)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from tests.teams.test_intake_service import GUARDIAN, Hall
from volunteer.core import clock
from volunteer.jobs import retention as declared
from volunteer.people import service
from volunteer.people.models import CLOSED, COMMUNITY_STAFF, Person, RegistrationReceipt
from volunteer.privacy.models import Erasure
from volunteer.privacy.service import retention
from volunteer.teams.models import REFUSED, Application
from volunteer.teams.service import intake as intakes

DAY = dt.timedelta(days=1)
TERM = 90
RECORDS, REASONS = "rejected_registrations", "receipt_reasons"


def rejected_before_the_rule() -> Person:
    """Closed with a reason on the receipt, and everything else still there."""
    child, _token = make.waiting_child()
    child.status = CLOSED
    receipt = make.db.session.scalars(
        sa.select(RegistrationReceipt).where(RegistrationReceipt.person_id == child.id)
    ).one()
    receipt.state, receipt.reason, receipt.decided_at = "rejected", "材料不全", clock.now()
    make.db.session.commit()
    return child


def rejected_now() -> str:
    child, token = make.waiting_child()
    area = make.db.session.get_one(make.Area, child.area_id)
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    service.reject(actor=staff, person_id=child.id, reason="监护人不同意")
    make.db.session.commit()
    return token


def refresh(person: Person) -> Person:
    return make.db.session.get_one(Person, person.id, populate_existing=True)


def test_who_was_rejected_before_the_rule_is_erased_after_the_term(db, present):
    child = rejected_before_the_rule()
    name = child.name
    assert retention.due(present + TERM * DAY)[RECORDS] == 0
    later = present + (TERM + 1) * DAY
    assert retention.due(later)[RECORDS] == 1
    assert declared.run([RECORDS], later) == {RECORDS: 1}
    child = refresh(child)
    assert child.name != name
    assert (child.phone, child.document) == (None, None)
    assert db.session.get(Erasure, child.id) is not None
    assert declared.run([RECORDS], later) == {RECORDS: 0}


def test_who_came_with_a_list_and_has_no_receipt_is_taken_as_well(db, present):
    child = make.person(status=CLOSED, registered_at=present)
    db.session.commit()
    assert declared.run([RECORDS], present + (TERM + 1) * DAY) == {RECORDS: 1}
    assert db.session.get(Erasure, child.id) is not None


def test_open_disabled_and_erased_accounts_are_left_alone(db, present):
    for status in ("active", "waiting", "disabled"):
        make.person(status=status)
    rejected_now()
    assert retention.due(present + 1000 * DAY)[RECORDS] == 0


def test_the_reason_on_a_receipt_goes_after_the_term_and_the_answer_stays(db, client, present):
    token = rejected_now()
    assert retention.run(REASONS, present + TERM * DAY) == 0
    assert "监护人不同意" in client.get(f"/registrations/{token}").text
    assert retention.run(REASONS, present + (TERM + 1) * DAY) == 1
    db.session.expire_all()
    page = client.get(f"/registrations/{token}").text
    assert "没有通过" in page
    assert "监护人不同意" not in page
    assert "None" not in page


def test_the_dry_run_counts_both_as_the_run_finds_them(db, present):
    rejected_before_the_rule()
    rejected_now()
    later = present + 1200 * DAY
    expected = retention.due(later)
    assert (expected[RECORDS], expected[REASONS]) == (1, 2)
    assert declared.run(expected, later) == expected


@pytest.mark.parametrize("way", ["apply", "on_paper"])
def test_a_refused_application_is_emptied_however_it_came(db, present, way):
    hall = Hall()
    getattr(hall, way)(born_on=dt.date(2015, 3, 4), guardian=GUARDIAN)
    row = db.session.scalars(sa.select(Application)).one()
    intakes.refuse(actor=hall.actor, intake_id=hall.intake.id, application_ids=[row.id], reason="人满了")
    db.session.commit()
    assert retention.run("applications", present + 31 * DAY) == 1
    db.session.refresh(row)
    assert row.state == REFUSED
    assert (row.name, row.phone, row.born_on, row.guardian, row.reason) == ("", None, None, None, None)
