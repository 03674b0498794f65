"""Looking people up for a roll call, a counter and the list of residents."""

from __future__ import annotations

from tests import make
from volunteer.people import queries


def ids(found):
    return [person.id for person in found]


def test_number_phone_tail_and_name_find_the_same_person(db):
    person = make.person(phone="+8613812345678", name="欧阳小明")
    make.person(name="陈大明")
    for text in [
        person.number,
        person.number.lower(),
        person.number[1:],
        "138 1234 5678",
        "5678",
        "欧阳",
        "欧阳小明",
    ]:
        assert ids(queries.find(text)) == [person.id], text


def test_names_and_phones_come_masked(db):
    make.person(phone="+8613812345678", name="欧阳小明")
    (found,) = queries.find("欧阳")
    assert (found.masked_name, found.masked_phone) == ("欧*", "138****5678")


def test_who_may_not_browse_types_the_whole_name(db):
    person = make.person(name="欧阳小明")
    assert queries.find("欧阳", exact=True) == []
    assert ids(queries.find("欧阳小明", exact=True)) == [person.id]


def test_a_percent_sign_is_no_wildcard(db):
    make.person()
    for text in ["%", "_", "%小%", "", "   "]:
        assert queries.find(text) == []


def test_a_search_stays_within_its_areas(db):
    area = make.community()
    person = make.person(make.grid(area), name="王一")
    make.person(name="王二")
    assert ids(queries.find("王", area_paths=[area.path])) == [person.id]
    assert queries.find("王", area_paths=[]) == []


def test_disabled_people_are_not_found_but_listed(db):
    area = make.community()
    person = make.person(area, status="disabled")
    assert queries.find(person.number) == []
    assert ids(queries.directory(area_paths=[area.path])) == [person.id]


def test_the_directory_goes_on_where_the_page_ended(db):
    area = make.community()
    everybody = [make.person(area).id for _ in range(5)]
    first = queries.directory(area_paths=[area.path], limit=2)
    assert ids(first) == everybody[:1:-1]
    second = queries.directory(area_paths=[area.path], limit=2, before=first[1].id)
    assert ids(second) == everybody[2::-1]
