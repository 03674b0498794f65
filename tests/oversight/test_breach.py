"""After a breach: who is hit, with contacts (R152)."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit import service as audit
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, LEADER, SUBDISTRICT_STAFF, Guardian
from volunteer.people.service import roles
from volunteer.teams.models import Membership

GIVEN = {"who": "area", "kinds": ["name", "phone"], "reason": "备份盘丢失"}


@pytest.fixture
def street(db):
    return make.subdistrict()


@pytest.fixture
def browser(street, client_for):
    return client_for(make.staff(SUBDISTRICT_STAFF, street))


def rows(answer):
    assert answer.status_code == 200, answer.text[:300]
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))[1:]


def test_everybody_of_an_area_is_listed_with_contacts_and_kinds(db, street, browser):
    here, there = make.community(street), make.community(street)
    person = make.person(here, name="袁桂兰", phone="+8613800138001", email="y@example.cn")
    make.person(there, name="别处的人")
    (line,) = rows(browser.post("/desk/breach", data={**GIVEN, "area": here.id}))
    assert line[:4] == [person.number, "袁桂兰", "'+8613800138001", "y@example.cn"]
    assert line[-1] == "姓名、电话"


def test_a_childs_contact_is_the_guardian(db, street, browser):
    here = make.community(street)
    child = make.person(here, born_on=dt.date(2015, 1, 1))
    db.session.add(
        Guardian(
            ward_id=child.id, name="袁妈妈", relation="parent", phone="+8613900139009",
            recorded_at=clock.now(), recorded_by_id=child.id,
        )
    )  # fmt: skip
    db.session.commit()
    (line,) = rows(browser.post("/desk/breach", data={**GIVEN, "area": here.id}))
    assert line[4:6] == ["袁妈妈", "'+8613900139009"]


def test_only_those_whom_the_stolen_account_opened_in_that_time(db, street, browser):
    here = make.community(street)
    thief = make.staff(COMMUNITY_STAFF, here)
    opened, before, untouched = make.person(here), make.person(here), make.person(here)
    audit.record(actor_id=thief.id, act="person_revealed", kind="person", id=opened.id)
    with clock.fixed(clock.now() - dt.timedelta(days=9)):
        audit.record(actor_id=thief.id, act="person_revealed", kind="person", id=before.id)
    db.session.commit()
    data = {**GIVEN, "who": "account", "area": here.id, "account": thief.number, "since": "2026-11-20"}
    assert [line[0] for line in rows(browser.post("/desk/breach", data=data))] == [opened.number]
    assert untouched.number != opened.number


def test_whose_proof_or_wish_was_opened_is_in_the_list(db, street, browser):
    here = make.community(street)
    thief = make.staff(COMMUNITY_STAFF, here)
    holder, wisher = make.person(here), make.person(here)
    proof = make.credential(holder)
    wish = make.wish(here, wisher_id=wisher.id)
    audit.record(actor_id=thief.id, act="proof_opened", kind="credential", id=proof.id, person=holder.id)
    audit.record(actor_id=thief.id, act="wish_contact_seen", kind="wish", id=wish.id)
    db.session.commit()
    data = {**GIVEN, "who": "account", "area": here.id, "account": thief.number}
    found = {line[0] for line in rows(browser.post("/desk/breach", data=data))}
    assert found == {holder.number, wisher.number}


def test_the_list_leaves_a_row_in_the_log_without_names(db, street, browser):
    here = make.community(street)
    make.person(here, name="袁桂兰")
    browser.post("/desk/breach", data={**GIVEN, "area": here.id})
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "breach_exported")).one()
    assert entry.details["people"] == 1
    assert "袁" not in str(entry.details)


@pytest.mark.parametrize(
    "wrong",
    [{"kinds": []}, {"reason": ""}, {"who": "x"}, {"area": 10**9}, {"who": "account", "account": "V99999999"},
     {"since": "2026-11-20", "until": "2026-11-19"}],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_is_exported(db, street, browser, wrong):
    here = make.community(street)
    answer = browser.post("/desk/breach", data={**GIVEN, "area": here.id, **wrong})
    assert answer.status_code == 422
    assert (
        db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "breach_exported")).first() is None
    )


def test_others_may_not(db, street, client_for):
    for person in (
        make.person(),
        make.staff(AUDITOR, street),
        make.staff(COMMUNITY_STAFF, make.community(street)),
    ):
        assert client_for(person).get("/desk/breach").status_code == 403


def account_of(browser, street, thief, **span):
    data = {**GIVEN, "who": "account", "area": street.id, "account": thief.number, **span}
    return {line[0] for line in rows(browser.post("/desk/breach", data=data))}


def test_a_leaders_account_has_read_the_lists_of_the_team(db, street, browser):
    team = make.team(make.community(street))
    below = make.team(parent=team)
    thief, member, far = make.leader(team), make.member(team), make.member(below)
    occurrence = make.occurrence(make.series(team))
    guest, stranger = make.person(make.community(street)), make.person(make.community(street))
    make.sign_up(occurrence, guest)
    db.session.commit()
    found = account_of(browser, street, thief)
    assert found >= {member.number, far.number, guest.number}
    assert stranger.number not in found


def test_a_role_that_ended_or_began_outside_of_the_time_counts_for_nothing(db, street, browser):
    """The leader came two days ago and went yesterday."""
    team, day = make.team(make.community(street)), dt.timedelta(days=1)
    with clock.fixed(clock.now() - 10 * day):
        member, thief = make.member(team), make.person(make.community(street))
    given = {"actor_id": None, "person_id": thief.id}
    with clock.fixed(clock.now() - 2 * day):
        scope = {"scope_kind": "team", "scope_id": team.id}
        roles.write_grant(**given, role=LEADER, **scope)
    with clock.fixed(clock.now() - day):
        roles.revoke_team_roles(**given, team_id=team.id, roles=(LEADER,))
    db.session.commit()
    today = clock.today()
    assert account_of(browser, street, thief, since=str(today - 5 * day)) >= {member.number}
    assert member.number not in account_of(browser, street, thief, since=str(today))
    assert member.number not in account_of(browser, street, thief, until=str(today - 3 * day))
    assert account_of(browser, street, thief, since=str(today - 2 * day), until=str(today - day)) >= {
        member.number
    }


def test_who_left_before_the_time_is_not_told(db, street, browser):
    team, day = make.team(make.community(street)), dt.timedelta(days=1)
    thief, gone = make.leader(team), make.member(team)
    row = db.session.scalars(sa.select(Membership).where(Membership.person_id == gone.id)).one()
    row.requested_at, row.ended_at, row.state = clock.now() - 9 * day, clock.now() - 5 * day, "left"
    db.session.commit()
    assert gone.number not in account_of(browser, street, thief, since=str(clock.today() - 2 * day))
    assert gone.number in account_of(browser, street, thief, since=str(clock.today() - 6 * day))
