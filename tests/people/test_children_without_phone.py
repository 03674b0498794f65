"""A child below 14 registers without a phone, and no receipt leads nowhere in silence (R004, R007)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests import make
from tests.people.test_known_phones import form
from volunteer.people.models import Person

ELSE_ANEW = "这个手机号以前登记过的"


@pytest.fixture
def area(app):
    return make.community()


def test_a_child_leaves_the_phone_empty_and_waits(db, client, area):
    make.person(area)  # without a phone as well: nobody owns the empty one
    answer = client.post("/register", data=form(area, "", "2016-01-01"))
    assert answer.status_code == 303
    child = db.session.scalars(sa.select(Person).where(Person.status == "waiting")).one()
    assert (child.phone, child.phone_hash) == (None, None)
    assert "回执号" in client.get(answer.location).text


def test_two_children_without_a_phone_are_two(db, client, area):
    for _ in range(2):
        assert client.post("/register", data=form(area, "", "2016-01-01")).status_code == 303
    count = sa.select(sa.func.count()).select_from(Person).where(Person.status == "waiting")
    assert db.session.scalar(count) == 2


def test_from_fourteen_on_a_phone_is_needed(db, client, area):
    answer = client.post("/register", data=form(area, "", "2012-01-01"))
    assert answer.status_code == 422
    assert 'id="phone-error"' in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 0


@pytest.mark.parametrize("phone", ["", "13812345678", "13812345679"])
def test_each_waiting_receipt_says_what_to_do_about_a_known_phone(client, area, phone):
    make.person(area, phone="+8613812345678")
    answer = client.post("/register", data=form(area, phone, "2016-01-01"))
    assert ELSE_ANEW in client.get(answer.location).text
