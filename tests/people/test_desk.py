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
    SUBDISTRICT_STAFF,
    Consent,
    Person,
)


def people_count(db):
    return db.session.scalar(sa.select(sa.func.count()).select_from(Person))


def counter_form(area, **more):
    form = {"name": "刘奶奶", "born_on": "1945-01-01", "area": area.id, "language": "zh_Hans"}
    return {**form, "consent_way": "in_person", "guardian_relation": "parent", **more}


def test_staff_register_and_print_a_slip(client_for, db):
    area = make.community()
    client = client_for(make.staff(COMMUNITY_STAFF, area))
    answer = client.post("/desk/people/new", data=counter_form(area, elder_mode="y"))
    assert answer.status_code == 303
    page = client.get(answer.location).text
    person = db.session.scalars(
        sa.select(Person).where(Person.name_hash == finding.name_hash("刘奶奶"))
    ).one()
    assert person.elder_mode
    assert re.search(r"V\s*000", re.sub(r"<[^>]+>| ", "", page))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"consent_way": ""}, "同意方式"),
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


def test_a_slip_is_printed_in_the_own_area_only(client_for):
    area = make.community()
    person = make.person(area)
    address = f"/desk/people/{person.id}/slip"
    assert client_for(make.staff(COMMUNITY_STAFF, area)).get(address).status_code == 200
    for role, place in [(COMMUNITY_STAFF, make.community()), (COUNTER_CLERK, area), (AUDITOR, area)]:
        assert client_for(make.staff(role, place)).get(address).status_code == 404
    assert client_for(person).get(address).status_code == 404
    assert client_for(make.staff(COMMUNITY_STAFF, area)).get(f"/desk/people/{10**15}/slip").status_code == 404


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
    found = client.get("/desk/people", query_string={"q": people[3].number}).text
    assert people[3].number in found
    assert people[4].number not in found
    assert "没有找到" in client.get("/desk/people", query_string={"q": "没有这个人"}).text


@pytest.mark.parametrize(
    "query", [{"before": "x"}, {"before": "9" * 30}, {"q": "x" * 3000}, {"q": "\x00"}, {"q": "\u202e"}]
)
def test_strange_queries_of_the_directory_are_refused(client_for, query):
    client = client_for(make.staff(COMMUNITY_STAFF, make.community()))
    assert client.get("/desk/people", query_string=query).status_code == 422


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
