"""Many at once for the last pieces and the last points (R107), with real threads and commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from tests import make
from volunteer import create_app
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.transaction import transaction
from volunteer.people import identity
from volunteer.people.models import COUNTER_CLERK
from volunteer.points import check, queries, service
from volunteer.points.models import Item

AT_ONCE = 10


@pytest.fixture
def own_app(fresh_url: str) -> Iterator[Flask]:
    app = create_app({"DATABASE_URL": fresh_url, "TESTING": True, "LOG_LEVEL": "ERROR"})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def at_once(app: Flask, deeds: list[Callable[[], Any]]) -> list[Any]:
    """What each deed answered, or its refusal; each in a thread and a transaction of its own."""

    def run(deed: Callable[[], Any]) -> Any:
        with app.app_context():
            try:
                with transaction():
                    return deed()
            except Refused as refusal:
                return refusal
            finally:
                db.session.remove()

    db.session.commit()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, deeds))


def buys(person_id: int, item_id: int) -> Callable[[], Any]:
    return lambda: service.order(actor=identity.load(person_id), item_id=item_id)


def test_the_last_pieces_go_to_as_many_as_there_are(own_app: Flask) -> None:
    area = make.community()
    item_id = make.item(area, stock=3).id
    people = [make.person(area).id for _n in range(AT_ONCE)]
    for person_id in people:
        make.points(db.session.get_one(make.Person, person_id), 10)
    answers = at_once(own_app, [buys(person_id, item_id) for person_id in people])
    refusals = [answer for answer in answers if isinstance(answer, Refused)]
    assert {type(refusal) for refusal in refusals} == {service.SoldOut}
    assert len(answers) - len(refusals) == 3
    item = db.session.get_one(Item, item_id)
    assert (item.available, item.held) == (0, 3)
    assert check.check().faults == []


def test_the_last_points_are_spent_once(own_app: Flask) -> None:
    area = make.community()
    person_id = make.person(area).id
    make.points(db.session.get_one(make.Person, person_id), 10)
    items = [make.item(area).id for _n in range(AT_ONCE)]
    answers = at_once(own_app, [buys(person_id, item_id) for item_id in items])
    refusals = [answer for answer in answers if isinstance(answer, Refused)]
    assert {type(refusal) for refusal in refusals} == {service.NotEnoughPoints}
    assert len(refusals) == AT_ONCE - 1
    assert queries.points_of(person_id) == 0
    assert check.check().faults == []


def test_an_order_ends_once_whoever_comes_first(own_app: Flask) -> None:
    area = make.community()
    person_id, item_id = make.person(area).id, make.item(area, stock=5).id
    make.points(db.session.get_one(make.Person, person_id), 10)
    clerk_id = make.staff(COUNTER_CLERK, area).id
    with transaction():
        placed = service.order(actor=identity.load(person_id), item_id=item_id)

    def hands_over() -> Any:
        return service.hand_over(actor=identity.load(clerk_id), order_id=placed.id) or "ended"

    def cancels() -> Any:
        return service.cancel_order(actor=identity.load(person_id), order_id=placed.id) or "ended"

    def expires() -> Any:
        return "ended" if service.expire(placed.id, placed.collect_until) else None

    answers = at_once(own_app, [hands_over, cancels, expires] * 3)
    assert answers.count("ended") == 1
    assert check.check().faults == []
