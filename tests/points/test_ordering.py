from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, crypto
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.ledger import service as ledger
from volunteer.ledger.models import POINTS, Transfer
from volunteer.outbox.models import Message
from volunteer.people.models import COMMUNITY_STAFF, COUNTER_CLERK
from volunteer.points import check, queries, rules, service
from volunteer.points.models import HELD, Item, Order, StockMovement

pytestmark = pytest.mark.usefixtures("app")


def held_points(person: Any) -> int:
    return ledger.balance(
        ledger.account(book=POINTS, owner_kind=ledger.PERSON, owner_id=person.id, purpose=ledger.HELD)
    )


def rows(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def world(points: int = 100, **item: Any) -> tuple[Any, Any]:
    area = make.community()
    person = make.person(area)
    if points:
        make.points(person, points)
    return person, make.item(area, **item)


def nothing_left(person: Any, item: Any, *, points: int, stock: int) -> None:
    db.session.rollback()
    db.session.refresh(item)
    assert (item.available, item.held) == (stock, 0)
    assert (queries.points_of(person.id), held_points(person)) == (points, 0)
    assert (rows(Order), rows(Message)) == (0, 0)
    assert check.stock_check() == []


def test_an_order_holds_points_and_stock() -> None:
    person, item = world(points=100, stock=5)
    placed = service.order(actor=make.actor(person), item_id=item.id, quantity=3)
    db.session.refresh(item)
    assert (item.available, item.held) == (2, 3)
    assert (queries.points_of(person.id), held_points(person)) == (70, 30)
    assert placed.total == 30
    assert check.check().faults == []


def test_an_order_has_number_code_and_time_to_collect() -> None:
    person, item = world()
    placed = service.order(actor=make.actor(person), item_id=item.id)
    order = db.session.get_one(Order, placed.id)
    assert order.number == placed.number == "D2026-000001"
    assert rules.is_digits(order.code)
    assert len(order.token) == rules.TOKEN_LETTERS
    assert order.collect_until == clock.now() + dt.timedelta(hours=72)
    assert order.state == HELD


def test_code_and_token_are_not_readable_in_the_database() -> None:
    person, item = world()
    placed = service.order(actor=make.actor(person), item_id=item.id)
    order = db.session.get_one(Order, placed.id)
    raw = db.session.execute(sa.text("SELECT * FROM redemption")).mappings().one()
    assert not any(secret in str(dict(raw)) for secret in (order.code, order.token))


def test_an_order_is_told_and_written_down() -> None:
    person, item = world()
    placed = service.order(actor=make.actor(person), item_id=item.id)
    message = db.session.scalars(sa.select(Message)).one()
    assert (message.kind, message.person_id) == ("order_placed", person.id)
    assert message.payload["until_at"] == placed.collect_until.isoformat()
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "order_placed")).one()
    assert (entry.actor_id, entry.object_id) == (person.id, placed.id)
    movement = db.session.scalars(sa.select(StockMovement).where(StockMovement.kind == "hold")).one()
    assert (movement.available_change, movement.held_change, movement.order_id) == (-1, 1, placed.id)


def test_an_order_needs_few_statements(count_statements: Any) -> None:
    person, item = world()
    actor, item_id = make.actor(person), item.id
    service.order(actor=actor, item_id=item_id)  # opens the accounts
    db.session.commit()
    before = len(count_statements())
    service.order(actor=actor, item_id=item_id)
    locks = [statement for statement in count_statements() if statement.endswith("FOR UPDATE")]
    assert len(count_statements()) - before - (1 if locks else 0) <= 10


def test_a_later_price_does_not_change_an_order() -> None:
    """R113."""
    person, item = world(points=100)
    placed = service.order(actor=make.actor(person), item_id=item.id, quantity=2)
    item.price_points = 99
    db.session.commit()
    slip = queries.slip(placed.id)
    assert slip is not None
    assert slip.total == 20
    service.cancel_order(actor=make.actor(person), order_id=placed.id)
    assert queries.points_of(person.id) == 100


def test_sold_out_is_refused() -> None:
    person, item = world(points=100, stock=1)
    with pytest.raises(service.SoldOut, match="SoldOut") as refusal:
        service.order(actor=make.actor(person), item_id=item.id, quantity=2)
    assert "1" in refusal.value.message
    nothing_left(person, item, points=100, stock=1)


def test_too_few_points_are_refused_with_what_is_missing() -> None:
    person, item = world(points=8)
    with pytest.raises(service.NotEnoughPoints) as refusal:
        service.order(actor=make.actor(person), item_id=item.id)
    assert refusal.value.values == {"needed": 10, "available": 8, "lacking": 2}
    nothing_left(person, item, points=8, stock=10)


def test_held_points_cannot_be_spent_again() -> None:
    person, item = world(points=15)
    service.order(actor=make.actor(person), item_id=item.id)
    with pytest.raises(service.NotEnoughPoints):
        service.order(actor=make.actor(person), item_id=item.id)


def test_an_item_taken_out_of_the_shop_is_refused() -> None:
    person, item = world(offered=False)
    with pytest.raises(service.NotOffered):
        service.order(actor=make.actor(person), item_id=item.id)
    nothing_left(person, item, points=100, stock=10)


def test_items_of_another_community_are_not_found() -> None:
    person, _item = world()
    elsewhere = make.item(make.community())
    with pytest.raises(NotFound):
        service.order(actor=make.actor(person), item_id=elsewhere.id)
    nothing_left(person, elsewhere, points=100, stock=10)


def test_an_unknown_item_is_not_found() -> None:
    person, _item = world()
    with pytest.raises(NotFound):
        service.order(actor=make.actor(person), item_id=987654321)


def test_items_above_and_below_ones_own_area_can_be_ordered() -> None:
    top = make.subdistrict()
    home = make.community(top)
    person = make.person(home)
    make.points(person, 100)
    for area in (top, home, make.grid(home)):
        service.order(actor=make.actor(person), item_id=make.item(area).id)
    assert rows(Order) == 3


def test_staff_order_for_a_person_of_their_area() -> None:
    person, item = world(points=20)
    home = db.session.get_one(make.Area, person.area_id)
    clerk = make.staff(COUNTER_CLERK, home)
    placed = service.order(actor=make.actor(clerk), item_id=item.id, person_id=person.id)
    order = db.session.get_one(Order, placed.id)
    assert (order.person_id, order.placed_by_id) == (person.id, clerk.id)
    assert queries.points_of(person.id) == 10


def test_nobody_orders_with_anothers_points() -> None:
    person, item = world()
    home = db.session.get_one(make.Area, person.area_id)
    neighbour, staff_elsewhere = make.person(home), make.staff(COMMUNITY_STAFF, make.community())
    for stranger in (neighbour, staff_elsewhere):
        with pytest.raises(NotFound):
            service.order(actor=make.actor(stranger), item_id=item.id, person_id=person.id)
    nothing_left(person, item, points=100, stock=10)


def test_a_code_of_another_live_order_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    person, item = world()
    drawn = iter(["11111111", "11111111", "22222222"])
    monkeypatch.setattr(crypto, "digits", lambda count: next(drawn))
    actor = make.actor(person)
    first = service.order(actor=actor, item_id=item.id)
    second = service.order(actor=actor, item_id=item.id)
    assert db.session.get_one(Order, first.id).code == "11111111"
    assert db.session.get_one(Order, second.id).code == "22222222"


def test_the_database_refuses_stock_below_zero() -> None:
    _person, item = world(stock=1)
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(Item).where(Item.id == item.id).values(available=-1))
    db.session.rollback()


def test_each_hold_has_the_key_of_its_order() -> None:
    person, item = world()
    placed = service.order(actor=make.actor(person), item_id=item.id)
    order = db.session.get_one(Order, placed.id)
    transfer = db.session.get_one(Transfer, order.hold_transfer_id)
    assert (transfer.key, transfer.operation) == (f"order:{order.number}:hold", f"order:{order.number}")
