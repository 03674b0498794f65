"""Registering a whole list at once: all or none, in its order."""

from __future__ import annotations

import datetime as dt

import pytest

from tests import make
from tests.people.test_registration import count, nothing_left_behind, register
from volunteer.people import service
from volunteer.people.models import (
    Consent,
    NumberSeries,
    Person,
    PersonSkill,
    PersonSlot,
)


def people(n, area, **more):
    return [
        service.NewPerson(
            name=f"志愿者{i}",
            born_on=dt.date(1960, 1, 1 + i % 28),
            area_id=area.id,
            phone=f"139{i:08d}",
            skills=("repair",),
            slots=((5, "morning"),),
            **more,
        )
        for i in range(n)
    ]


def test_a_list_is_registered_in_its_order(db):
    area = make.community()
    registered_at = dt.datetime(2019, 3, 5, tzinfo=dt.UTC)
    ids = service.register_many(people(3, area, registered_at=registered_at), recorded_by=None)
    rows = [db.session.get_one(Person, id) for id in ids]
    assert [row.name for row in rows] == ["志愿者0", "志愿者1", "志愿者2"]
    assert [row.number for row in rows] == ["V00000001", "V00000002", "V00000003"]
    assert {row.registered_at for row in rows} == {registered_at}
    assert count(Consent) == count(PersonSkill) == count(PersonSlot) == 3
    assert register(area).number == "V00000004"


def test_a_list_with_a_repeated_phone_is_refused_whole(db):
    area = make.community()
    with pytest.raises(service.PhoneRegistered):
        service.register_many([*people(2, area), *people(1, area)], recorded_by=None)
    assert nothing_left_behind()


def test_a_list_with_a_registered_phone_is_refused_whole(db):
    area = make.community()
    service.register_many(people(1, area), recorded_by=None)
    db.session.commit()
    with pytest.raises(service.PhoneRegistered):
        service.register_many(people(600, area), recorded_by=None)
    db.session.rollback()
    assert count(Person) == 1


def test_an_empty_list_takes_no_number(db):
    assert service.register_many([], recorded_by=None) == []
    assert count(NumberSeries) == 0


def test_a_list_is_registered_in_a_few_statements_however_long_it_is(db, count_statements):
    area = make.community()
    ids = service.register_many(people(800, area), recorded_by=None, password="tree-7-lamp")
    assert len(set(ids)) == 800
    assert len(count_statements()) < 60
