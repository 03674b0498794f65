"""The log of acts: who may read it, what is found, and that the export carries no formula."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit import queries, service
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, csv_export
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, SYSTEM_ADMIN


@pytest.fixture
def street(db):
    return make.subdistrict()


def note(actor, act="wish_verified", **more):
    service.record(actor_id=actor.id, act=act, kind=more.pop("kind", "wish"), id=more.pop("id", 7), **more)


def test_an_auditor_reads_who_what_when_before_and_after_and_from_where(db, street, client_for):
    staff = make.staff(COMMUNITY_STAFF, make.community(street), name="周敏")
    resident = make.person(make.community(street), name="袁桂兰")
    old, new = make.community(street, name="桃源社区"), make.community(street, name="平山社区")
    note(
        staff, "person_moved", kind="person", id=resident.id, before={"area": old.id}, after={"area": new.id}
    )
    page = client_for(make.staff(AUDITOR, street)).get("/desk/audit").text
    for text in (
        staff.number,
        "周*",
        resident.number,
        "袁*",
        "社区：桃源社区 → 平山社区",
        "2026年11月21日",
        "系统自己",
    ):
        assert text in page
    assert "袁桂兰" not in page


def test_who_may_not_read_the_log_is_told_so(db, street, client_for):
    for person in (make.person(), make.staff(COMMUNITY_STAFF, make.community(street))):
        assert client_for(person).get("/desk/audit").status_code == 403
    assert client_for(make.staff(SYSTEM_ADMIN, street)).get("/desk/audit").status_code == 200


def test_an_auditor_of_one_community_sees_nothing_of_the_other(db, street, client_for):
    here, there = make.community(street), make.community(street)
    one, other = make.person(here), make.person(there)
    note(one)
    note(other)
    note(make.staff(SYSTEM_ADMIN, street), "person_disabled", kind="person", id=one.id)
    page = client_for(make.staff(AUDITOR, here)).get("/desk/audit").text
    assert one.number in page
    assert other.number not in page
    assert page.count("<tr>") == 1 + 2


def test_the_page_needs_as_many_statements_however_much_the_entries_tell(
    db, street, client_for, count_statements
):
    auditor = client_for(make.staff(AUDITOR, street))
    seen = count_statements()
    counts = []
    for _ in range(2):
        for _ in range(5):
            details = {"person": make.person(street).id, "team": make.team(street).id, "area": street.id}
            note(make.person(street), **details)
        auditor.get("/desk/audit")
        seen.clear()
        auditor.get("/desk/audit")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 7


def test_the_search_narrows_by_person_act_and_day(db, street, client_for):
    one, other = make.person(make.community(street)), make.person(make.community(street))
    note(one, "signed_up")
    with clock.fixed(clock.now() - dt.timedelta(days=3)):
        note(one, "signed_off")
    note(other, "signed_up")
    auditor = client_for(make.staff(AUDITOR, street))

    def rows(query: dict[str, str]) -> int:
        return int(auditor.get("/desk/audit", query_string=query).text.count("<tr>")) - 1

    assert rows({"who": one.number}) == 2
    assert rows({"who": one.number, "act": "signed_up"}) == 1
    assert rows({"who": one.number, "until": "2026-11-19"}) == 1
    assert rows({"who": one.number, "since": "2026-11-20"}) == 1
    assert rows({"who": "V99999999"}) <= 0


def test_a_day_that_is_none_is_said_in_words_and_what_was_typed_stays(db, street, client_for):
    answer = client_for(make.staff(AUDITOR, street)).get("/desk/audit?since=2026-02-30&who=V1")
    assert answer.status_code == 422
    assert "请填一个真实的日期" in answer.text
    assert 'value="V1"' in answer.text


def test_pages_follow_each_other_without_gap_or_repeat(db, street):
    actor = make.person()
    for n in range(7):
        note(actor, id=n + 1)
    search = queries.Search(actor_id=actor.id)
    first = queries.entries(search, limit=4)
    second = queries.entries(search, below=first[-1].id, limit=4)
    assert [entry.object_id for entry in (*first, *second)] == [7, 6, 5, 4, 3, 2, 1]
    assert [entry.object_id for entry in queries.each(search, chunk=3)] == [7, 6, 5, 4, 3, 2, 1]


def test_the_export_is_a_table_and_an_entry_of_the_log_itself(db, street, client_for):
    note(make.person(make.community(street)), "signed_up", note="=1+1")
    auditor = make.staff(AUDITOR, street)
    answer = client_for(auditor).post("/desk/audit/export?act=signed_up")
    assert answer.status_code == 200
    assert answer.data.startswith("\ufeff序号".encode())
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.count("signed_up") == 1
    written = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "log_exported")).one()
    assert (written.actor_id, written.details["wanted"]["act"]) == (auditor.id, "signed_up")


def test_the_export_asks_first_whether_it_is_still_the_same_person(db, street, client_for):
    browser = client_for(make.staff(AUDITOR, street))
    with clock.fixed(clock.now() + dt.timedelta(minutes=30)):
        answer = browser.post("/desk/audit/export")
        assert answer.status_code in {302, 303}
        assert "/confirm" in answer.location
    assert db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "log_exported")).first() is None


@pytest.mark.parametrize("text", ["=1+1", "+86", "-2", "@x", "\t=1", "\r=1"])
def test_no_cell_is_run_as_a_formula(text):
    assert csv_export.cell(text) == f"'{text}"
    assert csv_export.cell("袁桂兰") == "袁桂兰"
    assert csv_export.cell(None) == ""


def test_a_phone_is_no_search_for_it_would_stand_in_the_address(client_for, db):
    area = make.community()
    someone = make.person(area, phone="+8613812345678")
    auditor = client_for(make.staff(AUDITOR, area))
    page = auditor.get("/desk/audit?who=13812345678&about=13812345678")
    assert page.status_code == 422
    assert "志愿者编号" in page.text
    assert 'value="13812345678"' not in page.text
    assert auditor.get(f"/desk/audit?who={someone.number}").status_code == 200
