"""Staff pages: registering at the counter, the slip, the list of residents."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.people import finding, queries
from volunteer.people.models import (
    AUDITOR,
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    REGISTER,
    SUBDISTRICT_STAFF,
    Consent,
    Person,
)


def people_count(db):
    return db.session.scalar(sa.select(sa.func.count()).select_from(Person))


def counter_form(area, **more):
    form = {
        "name": "刘奶奶", "born_on": "1945-01-01", "area": area.id, "language": "zh_Hans", "consent": "y",
        "consent_way": "in_person", "consent_on": "2026-11-21", "guardian_relation": "parent",
        "document_kind": "id_card",
    }  # fmt: skip
    return {name: value for name, value in {**form, **more}.items() if value is not None}


def shown(page):
    """The text of a page without markup and spaces."""
    return re.sub(r"<[^>]+>|\s", "", page)


def pin_on(page):
    found = re.search(r"六位密码(\d{6})", shown(page))
    return found[1] if found else None


def the_grandmother(db):
    return db.session.scalars(sa.select(Person).where(Person.name_hash == finding.name_hash("刘奶奶"))).one()


@pytest.mark.parametrize("register", [make.leader, make.staff], ids=["leader", "staff"])
def test_who_works_in_a_grid_registers_its_neighbours(client_for, db, register):  # R018
    grid = make.grid()
    who = (
        make.staff(COMMUNITY_STAFF, grid)
        if register is make.staff
        else make.leader(make.team(grid), rights=[REGISTER])
    )
    client = client_for(who)
    assert grid.label in client.get("/desk/people/new").text
    assert client.post("/desk/people/new", data=counter_form(grid)).status_code == 201
    assert the_grandmother(db).area_id == grid.id
    assert client.post("/desk/people/new", data=counter_form(make.community())).status_code == 422


@pytest.mark.parametrize(
    ("again", "sentence"),
    [
        ({"phone": "138 1234 5678"}, "这个手机号已经登记过"),
        ({"document_kind": "passport", "document": "e1234 5678"}, "这个证件已经登记过"),
    ],
)
def test_a_second_registration_is_refused_without_showing_whose(client_for, db, again, sentence):  # R004
    area = make.community()
    client = client_for(make.staff(COMMUNITY_STAFF, area))
    first = counter_form(
        area, name="欧阳娜娜", phone="13812345678", document_kind="passport", document="E12345678"
    )
    assert client.post("/desk/people/new", data=first).status_code == 201
    answer = client.post("/desk/people/new", data=counter_form(area, **again))
    assert answer.status_code == 409
    assert sentence in answer.text
    assert "居民名单里" in answer.text
    known = db.session.scalars(
        sa.select(Person).where(Person.name_hash == finding.name_hash("欧阳娜娜"))
    ).one()
    assert not [word for word in ("欧阳", known.number, str(known.id) + "/slip") if word in answer.text]
    assert people_count(db) == 2


def test_the_same_number_on_another_kind_of_paper_is_another_paper(client_for, db):
    area = make.community()
    client = client_for(make.staff(COMMUNITY_STAFF, area))
    for kind in ("passport", "taiwan_permit"):
        form = counter_form(area, document_kind=kind, document="12345678")
        assert client.post("/desk/people/new", data=form).status_code == 201
    assert people_count(db) == 3


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"consent": None}, "先征得居民同意"),
        ({"consent_way": ""}, "同意方式"),
        ({"consent_on": "2026-11-22"}, "同意的日期"),
        ({"consent_on": None}, "请填写这一项"),
        ({"document": "11010519491231002"}, "身份证号是 18 位"),
        ({"document": "110105194912310021"}, "输错了"),
        ({"document": "11010519491231002X"}, "登记的出生日期不一样"),
        ({"document": "11010519491231002X", "born_on": "1949-12-31", "sex": "male"}, "登记的性别不一样"),
        ({"document_seen": "y"}, "请把证件号码也填上"),
        ({"sex": "other"}, "选"),
        ({"born_on": "2016-01-01"}, "监护人"),
        ({"guardian_name": "陈大明"}, "要一起填"),
        ({"guardian_name": "陈大明", "guardian_phone": "110"}, "手机号"),
        ({"phone": "110"}, "手机号"),
        ({"password": "short"}, "至少要 8 位"),
    ],
)
def test_the_counter_form_says_what_is_wrong(client_for, db, wrong, sentence):
    area = make.community()
    client = client_for(make.staff(COMMUNITY_STAFF, area))
    answer = client.post("/desk/people/new", data=counter_form(area, **wrong))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "刘奶奶" in answer.text
    assert people_count(db) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Consent)) == 0


def test_staff_are_offered_their_own_communities_only(client_for):
    root = make.subdistrict()
    mine, other = make.community(root, name="麓源社区"), make.community(root, name="桔苑社区")
    page = client_for(make.staff(COMMUNITY_STAFF, mine)).get("/desk/people/new").text
    assert "麓源社区" in page
    assert "桔苑社区" not in page
    answer = client_for(make.staff(COMMUNITY_STAFF, mine)).post("/desk/people/new", data=counter_form(other))
    assert answer.status_code == 422


@pytest.mark.parametrize("role", [COUNTER_CLERK, None])
def test_residents_and_clerks_do_not_see_the_directory(client_for, role):
    area = make.community()
    person = make.staff(role, area) if role else make.person(area)
    client = client_for(person)
    assert client.get("/desk/people").status_code == 403
    assert client.get("/desk/people/new").status_code == 403
    assert client.post("/desk/people/new", data=counter_form(area)).status_code == 403


def test_the_directory_is_masked_and_within_the_area(client_for):
    root = make.subdistrict()
    area = make.community(root)
    person = make.person(make.grid(area), name="欧阳娜娜", phone="+8613812345678")
    outside = make.person(make.community(root))
    page = client_for(make.staff(AUDITOR, area)).get("/desk/people").text
    assert person.number in page
    assert "欧*" in page
    assert "欧阳" not in page
    assert "12345678" not in page
    assert outside.number not in page
    assert outside.number in client_for(make.staff(SUBDISTRICT_STAFF, root)).get("/desk/people").text


def test_the_directory_is_searched_and_turned_over(client_for, monkeypatch):
    area = make.community()
    people = [make.person(area) for _ in range(queries.PAGE + 1)]
    client = client_for(make.staff(COMMUNITY_STAFF, area, name="周敏"))
    first = client.get("/desk/people").text
    next_page = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert people[0].number not in first
    assert people[0].number in client.get(next_page).text
    found = client.post("/desk/people", data={"q": people[3].number}).text
    assert people[3].number in found
    assert people[4].number not in found
    assert "没有找到" in client.post("/desk/people", data={"q": "没有这个人"}).text


def test_a_long_search_is_turned_over_without_an_address(client_for):
    area = make.community()
    people = [make.person(area, name="王一") for _ in range(queries.PAGE + 1)]
    client = client_for(make.staff(COMMUNITY_STAFF, area))
    page = client.post("/desk/people", data={"q": "王"}).text
    assert people[0].number not in page
    before = re.search(r'name="before" value="(\d+)"', page)[1]
    assert people[0].number in client.post("/desk/people", data={"q": "王", "before": before}).text


@pytest.mark.parametrize(
    "query", [{"before": "x"}, {"before": "9" * 30}, {"q": "x" * 3000}, {"q": "\x00"}, {"q": "\u202e"}]
)
def test_strange_queries_of_the_directory_are_refused(client_for, query):
    client = client_for(make.staff(COMMUNITY_STAFF, make.community()))
    assert client.post("/desk/people", data=query).status_code == 422


def test_the_directory_needs_few_queries_however_long_it_is(client_for, count_statements):
    area = make.community()
    client = client_for(make.staff(COMMUNITY_STAFF, area))
    for _ in range(3):
        make.person(area)
    seen = count_statements()
    seen.clear()
    client.get("/desk/people")
    few = len(seen)
    for _ in range(20):
        make.person(area)
    seen.clear()
    client.get("/desk/people")
    assert len(seen) == few <= 8
