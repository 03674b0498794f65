"""Two of the staff add an area of one name at the same moment: there is one, and the second is told."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import make
from tests.faults.races import at_once, call
from volunteer.areas import queries, service
from volunteer.areas.models import COMMUNITY, Area
from volunteer.core.database import db


def add(parent_id: int, code: str) -> None:
    parent = db.session.get_one(Area, parent_id)
    service.add(actor_id=None, code=code, level=COMMUNITY, name="双生社区", parent=parent)


def test_one_name_is_given_once(house: Flask) -> None:
    root = make.subdistrict()
    answers = at_once(house, [call(add, parent_id=root.id, code=f"twin-{n}") for n in range(6)])
    assert [
        answer for answer in answers if answer is not None and not isinstance(answer, service.NameTaken)
    ] == []
    assert len(queries.children(root)) == 1


def test_control_without_the_index_the_name_is_given_twice(house: Flask, database_kind: str) -> None:
    if database_kind == "sqlite":
        pytest.skip("one writer at a time: the look is enough")
    root = make.subdistrict()
    db.session.execute(sa.text("DROP INDEX uq_area_name"))
    db.session.commit()
    at_once(house, [call(add_slowly, parent_id=root.id, code=f"twin-{n}") for n in range(6)])
    assert len(queries.children(root)) > 1


def add_slowly(parent_id: int, code: str) -> None:
    add(parent_id, code)
    time.sleep(0.3)  # the others look meanwhile
