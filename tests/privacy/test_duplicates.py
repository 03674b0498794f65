"""Staff find records that may be one person's, and say so or not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests import make
from volunteer.areas.models import Area
from volunteer.core.database import db as database
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, COUNTER_CLERK, Person
from volunteer.privacy import duplicates, service

BORN = dt.date(1962, 3, 9)


@pytest.fixture
def area(app) -> Area:
    return make.community()


def _person(area: Area, phone: str, born_on: dt.date = BORN, name: str = "欧阳明") -> Person:
    return make.person(area, phone=phone, name=name, born_on=born_on)


def _pairs(area: Area) -> list[tuple[int, int]]:
    return [(pair.older.id, pair.newer.id) for pair in duplicates.pairs([area.path]).pairs]


def test_same_name_and_birth_date(area):
    one, other = _person(area, "+8613900001111"), _person(area, "+8613900002222")
    assert _pairs(area) == [(one.id, other.id)]


def test_same_name_and_end_of_the_phone_with_a_birth_date_mistyped(area):
    one = _person(area, "+8613900001111")
    other = _person(area, "+8613800001111", dt.date(1963, 3, 9))
    assert _pairs(area) == [(one.id, other.id)]


def test_the_name_alone_says_nothing(area):
    _person(area, "+8613900001111")
    _person(area, "+8613800002222", dt.date(1963, 3, 9))
    assert _pairs(area) == []


def test_another_name_says_nothing(area):
    _person(area, "+8613900001111")
    _person(area, "+8613800001111", name="欧阳亮")
    assert _pairs(area) == []


def test_of_another_community_nothing_is_said(area):
    elsewhere = make.community()
    _person(area, "+8613900001111")
    _person(elsewhere, "+8613900002222")
    assert _pairs(area) == []
    assert _pairs(elsewhere) == []


def test_who_is_closed_or_merged_is_not_listed(area):
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    one, other = _person(area, "+8613900001111"), _person(area, "+8613900002222")
    third = _person(area, "+8613900003333")
    service.merge(actor=staff, kept_id=one.id, gone_id=other.id, reason="核对过")
    assert _pairs(area) == [(one.id, third.id)]
    service.erase(third.id, by=None)
    assert _pairs(area) == []


def test_two_people_are_not_listed_again(area):
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    one, other = _person(area, "+8613900001111"), _person(area, "+8613900002222")
    service.say_distinct(actor=staff, one_id=other.id, other_id=one.id)
    assert _pairs(area) == []


def test_statements_do_not_grow_with_pairs(area, count_statements):
    _person(area, "+8613900001111")
    _person(area, "+8613900002222")
    path = area.path
    before = len(count_statements())
    duplicates.pairs([path])
    few = len(count_statements()) - before
    for n in range(6):
        _person(area, f"+86139000033{n:02d}")
    database.session.commit()
    before = len(count_statements())
    found = duplicates.pairs([path])
    assert len(found.pairs) == 28
    assert len(count_statements()) - before == few


def test_every_pair_is_on_one_of_the_pages(area, monkeypatch):
    monkeypatch.setattr(duplicates, "WINDOW", 3)
    for n in range(8):
        _person(
            area,
            f"+86139000033{n:02d}",
            name=f"欧阳{'明亮'[n % 2]}",
            born_on=dt.date(1960 + n // 2 // 2, 1, 1),
        )
    seen, before = [], None
    for _page in range(10):
        page = duplicates.pairs([area.path], before=before)
        seen += [(pair.older.id, pair.newer.id) for pair in page.pairs]
        before = page.next_before
        if before is None:
            break
    assert len(seen) == len(set(seen)) == 4


# The pages


def _staff(area: Area, client_for: Any, role: str = COMMUNITY_STAFF) -> Any:
    return client_for(make.staff(role, area))


def test_the_list_is_masked(area, client_for):
    one, other = _person(area, "+8613912341111"), _person(area, "+8613912342222")
    page = _staff(area, client_for).get("/desk/duplicates").get_data(as_text=True)
    assert one.number in page
    assert other.number in page
    assert "139****1111" in page
    assert "欧阳明" not in page
    assert "13912341111" not in page
    assert "1962-03-09" not in page


@pytest.mark.parametrize("role", [COUNTER_CLERK, AUDITOR])
def test_who_registers_nobody_sees_no_list(area, client_for, role):
    assert _staff(area, client_for, role).get("/desk/duplicates").status_code == 403


def test_merge_and_undo_through_the_pages(area, client_for):
    one, other = _person(area, "+8613900001111"), _person(area, "+8613900002222")
    browser = _staff(area, client_for)
    address = f"/desk/merges/{one.id}/{other.id}"
    assert "会移过去的" in browser.get(address).get_data(as_text=True)
    assert browser.post(address, data={"reason": ""}).status_code == 422
    answer = browser.post(address, data={"reason": "本人带证件来核对过"})
    assert answer.status_code == 303
    assert "撤销这次合并" in browser.get(answer.location).get_data(as_text=True)
    answer = browser.post(answer.location + "/undo")
    assert answer.status_code == 303
    assert "已经撤销" in browser.get(answer.location).get_data(as_text=True)
    assert browser.post(answer.location + "/undo").status_code == 409
    assert database.session.get_one(Person, other.id).status == "active"


def test_two_people_through_the_page(area, client_for):
    one, other = _person(area, "+8613900001111"), _person(area, "+8613900002222")
    browser = _staff(area, client_for)
    assert browser.post(f"/desk/merges/{one.id}/{other.id}/distinct").status_code == 303
    page = browser.get("/desk/duplicates").get_data(as_text=True)
    assert one.number not in page


def test_another_community_s_records_and_merges_do_not_exist(area, client_for):
    one, other = _person(area, "+8613900001111"), _person(area, "+8613900002222")
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    merge_id = service.merge(actor=staff, kept_id=one.id, gone_id=other.id, reason="核对过").id
    database.session.commit()
    stranger = _staff(make.community(), client_for)
    pair = f"/desk/merges/{one.id}/{other.id}"
    assert stranger.get(pair).status_code == 404
    assert stranger.post(pair, data={"reason": "核对过"}).status_code == 404
    assert stranger.post(pair + "/distinct").status_code == 404
    assert stranger.get(f"/desk/merges/{merge_id}").status_code == 404
    assert stranger.post(f"/desk/merges/{merge_id}/undo").status_code == 404
    assert _staff(area, client_for).get("/desk/merges/999999").status_code == 404


def test_of_children_the_list_shows_the_number_alone(area, client_for):
    born = dt.date(2015, 3, 9)
    one, other = _person(area, "+8613900001111", born), _person(area, "+8613900002222", born)
    browser = _staff(area, client_for)
    page = browser.get("/desk/duplicates").get_data(as_text=True)
    assert one.number in page
    assert "139****1111" not in page
    answer = browser.get(f"/desk/merges/{one.id}/{other.id}")
    assert answer.status_code >= 400
    assert "139****1111" not in answer.get_data(as_text=True)


def test_what_stands_in_the_way_is_said_before_anything_is_typed(area, client_for):
    one, other = _person(area, "+8613900001111"), _person(area, "+8613900002222")
    make.leader(make.team(area), other)
    page = _staff(area, client_for).get(f"/desk/merges/{one.id}/{other.id}").get_data(as_text=True)
    assert "担任着职务或队长" in page
    assert "合并成一份" not in page
