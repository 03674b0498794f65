"""Staff correct a record at the counter (R145): only what is wrong, with a reason, and nobody's own."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.outbox.models import Message
from volunteer.people import finding, queries
from volunteer.people.documents import DocumentDisagrees
from volunteer.people.models import ACTIVE, COMMUNITY_STAFF, COUNTER_CLERK, SYSTEM_ADMIN, WAITING, Person
from volunteer.people.service import access
from volunteer.privacy.service import correcting
from volunteer.privacy.service.correcting_for import Corrected, NothingToCorrect, correct_for

REASON = "本人带证件来更正"


@pytest.fixture
def area(app):
    return make.community()


@pytest.fixture
def staff(area):
    return make.actor(make.staff(COMMUNITY_STAFF, area))


def correct(staff, person, **values):
    changed = correct_for(actor=staff, person_id=person.id, corrected=Corrected(**values), reason=REASON)
    make.db.session.commit()
    return changed


def test_a_name_is_corrected_found_and_written_down_masked(db, area, staff):
    person = make.person(area, name="陈小名")
    assert correct(staff, person, name="陈小明", address="麓山南路12号") == ["name", "address"]
    row = db.session.get_one(Person, person.id)
    assert (row.name, row.name_hash, row.verified_at) == ("陈小明", finding.name_hash("陈小明"), None)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "record_corrected")).one()
    assert (entry.actor_id, entry.details["reason"]) == (staff.id, REASON)
    assert "麓山南路" not in str(entry.details)
    assert "小" not in str(entry.details["before"])
    assert (
        db.session.scalar(sa.select(Message.kind).where(Message.person_id == person.id)) == "record_corrected"
    )


def test_who_turns_out_to_be_a_child_waits_for_a_guardian(db, area, staff):
    person = make.person(area, born_on=dt.date(1970, 5, 4))
    correct(staff, person, born_on=dt.date(2015, 5, 4))
    assert db.session.get_one(Person, person.id).status == "waiting"
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "record_corrected")).one()
    assert "05-04" not in str(entry.details)  # a birth date names somebody


@pytest.mark.parametrize("born_on", [dt.date(1980, 5, 4), dt.date(2011, 1, 1)])
def test_who_turns_out_to_be_old_enough_waits_no_longer(db, area, staff, born_on):
    child = make.person(area, born_on=dt.date(2018, 5, 4), status=WAITING)
    opened = make.record_access(child, db.session.get_one(Person, staff.id))
    opened.state, opened.expires_at = "approved", clock.now() + dt.timedelta(days=1)
    correct(staff, child, born_on=born_on)
    assert child.status == ACTIVE
    told = db.session.scalars(sa.select(Message.kind).where(Message.person_id == child.id)).all()
    assert "guardian_not_needed" in told


def test_what_the_document_says_stands(db, area, staff):
    person = make.person(
        area, document_kind="id_card", document="11010519491231002X", born_on=dt.date(1949, 12, 31)
    )
    with pytest.raises(DocumentDisagrees):
        correct(staff, person, born_on=dt.date(1950, 1, 1))


def test_a_phone_of_somebody_else_is_refused(db, area, staff):
    other, person = make.person(area), make.person(area)
    with pytest.raises(correcting.PhoneNotUsable):
        correct(staff, person, phone=other.phone)
    db.session.rollback()
    assert queries.credentials(other.number).person_id == other.id


def test_a_phone_that_has_another_owner_is_taken_out_and_free_again(db, area, staff):
    person = make.person(area, phone="+8613812340001", address="翠园路 1 号")
    correct(staff, person, removed=("phone", "school"))
    assert (person.phone, person.phone_hash, person.address) == (None, None, "翠园路 1 号")
    assert correct(staff, make.person(area), phone="13812340001") == ["phone"]
    with pytest.raises(NothingToCorrect):
        correct(staff, person, removed=("phone",))


def test_nothing_typed_changes_nothing(db, area, staff):
    with pytest.raises(NothingToCorrect):
        correct(staff, make.person(area))


def test_nobody_corrects_the_own_record_a_colleagues_or_one_from_elsewhere(db, area, staff):
    admin = make.staff(SYSTEM_ADMIN, area)
    clerk = make.actor(make.staff(COUNTER_CLERK, area))
    for actor, person in (
        (staff, db.session.get_one(Person, staff.id)),
        (staff, admin),
        (staff, make.person(make.community())),
        (clerk, make.person(area)),
    ):
        with pytest.raises(NotFound):
            correct(actor, person, name="陈小明")


def test_a_minors_record_needs_an_approval(db, area, staff):
    child = make.person(area, born_on=dt.date(2012, 5, 4))
    with pytest.raises(access.ApprovalNeeded):
        correct(staff, child, born_on=dt.date(2000, 5, 4))


def test_the_page_shows_nothing_of_what_stands_there(client_for, db, area, staff):
    person = make.person(area, name="欧阳若兰", address="麓山南路12号")
    browser = client_for(db.session.get_one(Person, staff.id))
    address = f"/desk/people/{person.id}/correct"
    page = browser.get(address).text
    assert "欧阳若兰" not in page
    assert "麓山南路" not in page
    assert browser.post(address, data={"sex": "", "reason": REASON}).status_code == 422
    assert browser.post(address, data={"name": "欧阳若梅", "sex": "", "reason": ""}).status_code == 422
    assert browser.post(address, data={"name": "欧阳若梅", "sex": "", "reason": REASON}).status_code == 303
    assert db.session.get_one(Person, person.id).name == "欧阳若梅"
