from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound, TooManyAttempts
from volunteer.ledger import service as ledger
from volunteer.ledger.models import POINTS
from volunteer.outbox.models import Message
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, COUNTER_CLERK, SUBDISTRICT_STAFF
from volunteer.points import check, queries, service
from volunteer.points.models import CANCELLED, COLLECTED, EXPIRED, HELD, Order

pytestmark = pytest.mark.usefixtures("app")


class World:
    """A community with a clerk, and a person whose order waits there."""

    def __init__(self) -> None:
        self.area = make.community()
        self.person = make.person(self.area)
        make.points(self.person, 100)
        self.item = make.item(self.area, stock=5)
        self.clerk = make.actor(make.staff(COUNTER_CLERK, self.area))
        placed = service.order(actor=make.actor(self.person), item_id=self.item.id, quantity=2)
        db.session.commit()
        self.order = db.session.get_one(Order, placed.id)

    def stock(self) -> tuple[int, int]:
        db.session.refresh(self.item)
        return self.item.available, self.item.held

    def points(self) -> tuple[int, int, int]:
        """Free, held and spent."""
        held = ledger.account(
            book=POINTS, owner_kind=ledger.PERSON, owner_id=self.person.id, purpose=ledger.HELD
        )
        spent = ledger.account(book=POINTS, owner_kind=ledger.SYSTEM, owner_id=0, purpose=ledger.SPENT)
        return queries.points_of(self.person.id), ledger.balance(held), ledger.balance(spent)

    def state(self) -> str:
        db.session.refresh(self.order)
        return self.order.state


@pytest.fixture
def world(app: Any) -> World:
    return World()


def find(world: World, text: str) -> int:
    return service.find_by_code(actor=world.clerk, text=text)


def test_the_order_is_found_by_digits_and_by_token_as_typed(world: World) -> None:
    code, token = world.order.code, world.order.token
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    spaced, dashed = f" {code[:4]} {code[4:]}\r", f"{code[:4]}-{code[4:]}"
    for typed in (code, spaced, dashed, full_width, token, token.lower()):
        assert find(world, typed) == world.order.id


@pytest.mark.parametrize("text", ["", "1234567", "abc", "0" * 500, "😀", "123456789"])
def test_nonsense_is_not_found(world: World, text: str) -> None:
    with pytest.raises(service.UnknownCode):
        find(world, text)


def test_another_communitys_counter_does_not_find_it(world: World) -> None:
    stranger = make.actor(make.staff(COUNTER_CLERK, make.community()))
    for text in (world.order.code, world.order.token):
        with pytest.raises(service.UnknownCode):
            service.find_by_code(actor=stranger, text=text)
    with pytest.raises(NotFound):
        service.hand_over(actor=stranger, order_id=world.order.id)
    assert world.state() == HELD


def test_the_sub_districts_counter_finds_it(world: World) -> None:
    top = db.session.get_one(make.Area, world.area.parent_id)
    staff = make.actor(make.staff(SUBDISTRICT_STAFF, top))
    assert service.find_by_code(actor=staff, text=world.order.code) == world.order.id


def test_residents_and_auditors_work_no_counter(world: World) -> None:
    for person in (make.person(world.area), make.staff(AUDITOR, world.area)):
        actor = make.actor(person)
        with pytest.raises(NotAllowed):
            service.find_by_code(actor=actor, text=world.order.code)
        with pytest.raises(NotFound):
            service.hand_over(actor=actor, order_id=world.order.id)
    assert world.state() == HELD


def test_after_thirty_wrong_codes_even_the_right_one_is_refused_for_a_while(world: World) -> None:
    wrong = "00000000" if world.order.code != "00000000" else "00000001"
    for _time in range(30):
        find(world, world.order.code)  # right ones are not counted
        with pytest.raises(service.UnknownCode):
            find(world, wrong)
    with pytest.raises(TooManyAttempts):
        find(world, world.order.code)
    colleague = make.actor(make.staff(COUNTER_CLERK, world.area))
    assert service.find_by_code(actor=colleague, text=world.order.code) == world.order.id
    with clock.fixed(clock.now() + dt.timedelta(minutes=15)):
        assert find(world, world.order.code) == world.order.id


def test_handing_over_spends_the_points_and_takes_the_goods(world: World) -> None:
    service.hand_over(actor=world.clerk, order_id=world.order.id)
    assert world.state() == COLLECTED
    assert world.order.handed_over_by_id == world.clerk.id
    assert world.stock() == (3, 0)
    assert world.points() == (80, 0, 20)
    assert check.check().faults == []
    kinds = db.session.scalars(sa.select(Message.kind).order_by(Message.id)).all()
    assert kinds == ["order_placed", "order_collected"]


def test_the_second_time_is_refused_with_the_time_of_the_first(world: World) -> None:
    service.hand_over(actor=world.clerk, order_id=world.order.id)
    db.session.commit()
    with clock.fixed(clock.now() + dt.timedelta(hours=1)):
        assert find(world, world.order.code) == world.order.id
        with pytest.raises(service.AlreadyCollected) as refusal:
            service.hand_over(actor=world.clerk, order_id=world.order.id)
    assert "10:00" in refusal.value.message
    db.session.rollback()
    assert world.stock() == (3, 0)
    assert world.points() == (80, 0, 20)


def test_nobody_hands_over_to_oneself(world: World) -> None:
    make.grant(world.person, COMMUNITY_STAFF, area=world.area)
    with pytest.raises(service.OwnOrder):
        service.hand_over(actor=make.actor(world.person), order_id=world.order.id)
    db.session.rollback()
    assert (world.state(), world.stock(), world.points()) == (HELD, (3, 2), (80, 20, 0))


def test_cancelling_gives_back_points_and_goods_once(world: World) -> None:
    actor = make.actor(world.person)
    service.cancel_order(actor=actor, order_id=world.order.id)
    db.session.commit()
    assert (world.state(), world.stock(), world.points()) == (CANCELLED, (5, 0), (100, 0, 0))
    with pytest.raises(service.NotHeld):
        service.cancel_order(actor=actor, order_id=world.order.id)
    db.session.rollback()
    assert (world.stock(), world.points()) == ((5, 0), (100, 0, 0))
    assert check.check().faults == []


def test_what_was_collected_cannot_be_cancelled(world: World) -> None:
    service.hand_over(actor=world.clerk, order_id=world.order.id)
    with pytest.raises(service.NotHeld):
        service.cancel_order(actor=make.actor(world.person), order_id=world.order.id)
    assert world.points() == (80, 0, 20)


def test_a_neighbour_cannot_cancel(world: World) -> None:
    with pytest.raises(NotFound):
        service.cancel_order(actor=make.actor(make.person(world.area)), order_id=world.order.id)
    assert world.state() == HELD


def test_a_cancelled_order_is_not_handed_over(world: World) -> None:
    service.cancel_order(actor=make.actor(world.person), order_id=world.order.id)
    with pytest.raises(service.Returned):
        service.hand_over(actor=world.clerk, order_id=world.order.id)
    assert world.points() == (100, 0, 0)


def test_not_collected_in_time_both_go_back_once_and_it_is_told(world: World) -> None:
    """R106."""
    later = world.order.collect_until + dt.timedelta(minutes=1)
    assert service.due_order_ids(clock.now()) == []
    assert service.due_order_ids(later) == [world.order.id]
    assert service.expire(world.order.id, later)
    assert not service.expire(world.order.id, later)
    assert (world.state(), world.stock(), world.points()) == (EXPIRED, (5, 0), (100, 0, 0))
    assert service.due_order_ids(later) == []
    assert check.check().faults == []
    told = db.session.scalars(sa.select(Message).where(Message.kind == "order_returned")).one()
    assert (told.person_id, told.payload["points"]) == (world.person.id, 20)


def test_an_order_does_not_expire_early(world: World) -> None:
    assert not service.expire(world.order.id, clock.now())
    assert world.state() == HELD


def test_an_expired_order_is_not_handed_over(world: World) -> None:
    service.expire(world.order.id, world.order.collect_until)
    with pytest.raises(service.Returned):
        service.hand_over(actor=world.clerk, order_id=world.order.id)


def test_the_check_sees_stock_that_was_changed_by_hand(world: World) -> None:
    db.session.execute(sa.text("UPDATE item SET available = available + 1"))
    assert len(check.stock_check()) == 1
