"""Staff at the counter find who stands before them, and see what may be done for that person, and nothing else."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from tests import make
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, COUNTER_CLERK

PHONE = "13800135678"


@pytest.fixture
def area(db: Any) -> Any:
    return make.community()


@pytest.fixture
def elder(area: Any) -> Any:
    return make.person(area, name="袁桂英", phone=f"+86{PHONE}")


@pytest.fixture
def clerk(area: Any) -> Any:
    return make.staff(COUNTER_CLERK, area)


def hits(browser: Any, text: str) -> list[str]:
    answer = browser.post("/desk/serve", data={"q": text})
    assert answer.status_code == 200
    assert "袁桂英" not in answer.text.replace(f'value="{text}"', "")
    assert PHONE not in answer.text.replace(f'value="{text}"', "")
    return re.findall(r"/desk/people/\d+(?:/serve)?", answer.text)


@pytest.mark.parametrize("by", ["number", "name", "phone", "tail", "card"])
def test_a_clerk_finds_by_what_the_person_says_or_brings(
    client_for: Any, elder: Any, clerk: Any, by: str
) -> None:
    typed = {"number": elder.number, "name": "袁桂英", "phone": PHONE, "tail": PHONE[-4:]}
    text = typed.get(by) or f"https://example.org/card/{make.card(elder)}"
    assert hits(client_for(clerk), text) == [f"/desk/people/{elder.id}/serve"]


def test_the_beginning_of_a_name_and_people_elsewhere_are_not_found(
    client_for: Any, elder: Any, clerk: Any
) -> None:
    browser = client_for(clerk)
    assert hits(browser, "袁") == []
    other = make.person(make.community(), name="袁桂英", phone="+8613900135678")
    for text in (other.number, "13900135678"):
        assert hits(browser, text) == []
    assert browser.get(f"/desk/people/{other.id}/serve").status_code == 404


def test_the_number_of_a_record_merged_away_finds_the_one_that_stayed(
    client_for: Any, db: Any, elder: Any, clerk: Any, area: Any
) -> None:
    middle = make.person(area, status="merged", merged_into_id=elder.id)
    first = make.person(area, status="merged", merged_into_id=middle.id)
    assert hits(client_for(clerk), first.number) == [f"/desk/people/{elder.id}/serve"]


def test_staff_with_the_record_are_led_there_and_nobody_serves_themselves(
    client_for: Any, elder: Any, clerk: Any, area: Any
) -> None:
    staff = client_for(make.staff(COMMUNITY_STAFF, area))
    assert hits(staff, elder.number) == [f"/desk/people/{elder.id}"]
    browser = client_for(clerk)
    assert hits(browser, clerk.number) == []
    assert browser.get(f"/desk/people/{clerk.id}/serve").status_code == 404


def test_a_clerk_sees_the_deeds_of_the_counter_and_no_others(client_for: Any, elder: Any, clerk: Any) -> None:
    browser = client_for(clerk)
    page = browser.get(f"/desk/people/{elder.id}/serve").text
    assert "袁*" in page
    assert "袁桂英" not in page
    linked = re.findall(rf'<a href="/desk/people/{elder.id}/(\w+)"', page)
    assert sorted(linked) == ["card", "helpers"]
    for name in linked:
        answer = browser.get(f"/desk/people/{elder.id}/{name}")
        assert answer.status_code == 200
        assert f"/desk/people/{elder.id}/serve" in answer.text
    for name in ("reveal", "slip", "move", "identity"):
        assert browser.get(f"/desk/people/{elder.id}/{name}").status_code == 404


def test_of_a_child_the_counter_sees_the_number_alone(client_for: Any, area: Any, clerk: Any) -> None:
    child = make.person(area, name="袁小小", born_on=dt.date(2014, 6, 1))
    page = client_for(clerk).get(f"/desk/people/{child.id}/serve").text
    assert child.number in page
    assert "袁" not in page
    assert "/card" not in page


def test_the_desk_has_one_field_that_leads_to_what_the_reader_may_do(
    client_for: Any, clerk: Any, area: Any
) -> None:
    assert 'action="/desk/serve"' in client_for(clerk).get("/desk").text
    for role in (COMMUNITY_STAFF, AUDITOR):
        assert 'action="/desk/people"' in client_for(make.staff(role, area)).get("/desk").text
    both = make.staff(COUNTER_CLERK, area)
    make.grant(both, COMMUNITY_STAFF, area=make.community())
    assert 'action="/desk/serve"' in client_for(both).get("/desk").text
