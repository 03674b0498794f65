"""Signing up, wishing and redeeming for another: by right, with a receipt; points by PIN or after 24 hours."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.acting import queries, service
from volunteer.acting.models import Delegation, Receipt
from volunteer.acting.rules import REDEEM, RIGHTS, SIGN_UP, WISH, collect_from
from volunteer.activities import service as activities
from volunteer.activities.models import SignUp
from volunteer.activities.signing import of_another
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.core.errors import NotAllowed, NotFound
from volunteer.ledger import check
from volunteer.outbox.models import Message
from volunteer.people import pins
from volunteer.people.models import COUNTER_CLERK
from volunteer.points import queries as shop
from volunteer.points import service as points
from volunteer.points.models import COLLECTED, Order
from volunteer.wishes import service as wishes
from volunteer.wishes.models import Wish

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(hours=24)
ALL_BUT = {right: [other for other in RIGHTS if other != right] for right in RIGHTS}


def receipts() -> list[tuple[int, int, str, bool]]:
    rows = database.session.execute(
        sa.select(Receipt.person_id, Receipt.acted_by_id, Receipt.act, Receipt.by_pin).order_by(Receipt.id)
    )
    return [tuple(row) for row in rows]


def count(model: Any) -> int:
    return database.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def end_all() -> None:
    database.session.execute(sa.update(Delegation).values(ended_at=clock.now()))
    database.session.commit()


def test_a_helper_signs_up_and_off_and_leaves_receipts(db: Any) -> None:
    person, occurrence = make.person(), make.occurrence()
    helper = make.actor(make.helper(person, SIGN_UP))
    activities.sign_up(actor=helper, occurrence_id=occurrence.id, person_id=person.id)
    row = db.session.scalars(sa.select(SignUp)).one()
    assert (row.person_id, row.signed_up_by_id) == (person.id, helper.id)
    with pytest.raises(of_another.PersonAlreadySignedUp):
        activities.sign_up(actor=helper, occurrence_id=occurrence.id, person_id=person.id)
    activities.sign_off(actor=helper, occurrence_id=occurrence.id, person_id=person.id)
    assert receipts() == [
        (person.id, helper.id, "signed_up", False),
        (person.id, helper.id, "signed_off", False),
    ]
    told = db.session.execute(sa.select(Message.kind, Message.person_id).order_by(Message.id)).all()
    assert [tuple(row) for row in told] == [
        ("receipt_signed_up", person.id),
        ("receipt_signed_off", person.id),
    ]
    off, on = queries.receipts_of(person.id)
    assert on.sentence.startswith(f"林*（{helper.number}）替您报名参加“周五卫生大扫除”，11月22日")
    assert "取消" in off.sentence


@pytest.mark.parametrize("rights", [ALL_BUT[SIGN_UP], []])
def test_without_that_right_nobody_is_signed_up_or_off(db: Any, rights: list[str]) -> None:
    person, occurrence = make.person(), make.occurrence()
    helper = make.actor(make.helper(person, *rights))
    with pytest.raises(NotAllowed):
        activities.sign_up(actor=helper, occurrence_id=occurrence.id, person_id=person.id)
    make.sign_up(occurrence, person)
    with pytest.raises(NotAllowed):
        activities.sign_off(actor=helper, occurrence_id=occurrence.id, person_id=person.id)
    db.session.refresh(occurrence)
    assert (occurrence.taken, receipts()) == (1, [])


def test_after_the_end_nobody_is_signed_up(db: Any) -> None:
    person, occurrence = make.person(), make.occurrence()
    helper = make.helper(person, SIGN_UP)
    end_all()
    with pytest.raises(NotAllowed):
        activities.sign_up(actor=make.actor(helper), occurrence_id=occurrence.id, person_id=person.id)
    assert (count(SignUp), receipts()) == (0, [])


def test_what_a_leader_or_clerk_does_leaves_a_receipt_too(db: Any) -> None:
    area = make.community()
    person, team = make.person(area), make.team(area)
    leader, clerk = make.leader(team), make.staff(COUNTER_CLERK, area)
    for actor in (leader, clerk):
        occurrence = make.occurrence(make.series(team), starts_at=clock.now() + (4 * actor.id + 30) * HOUR)
        activities.sign_up(actor=make.actor(actor), occurrence_id=occurrence.id, person_id=person.id)
    assert receipts() == [
        (person.id, leader.id, "signed_up", False),
        (person.id, clerk.id, "signed_up", False),
    ]


def test_what_one_does_oneself_leaves_none(db: Any) -> None:
    person, occurrence = make.person(), make.occurrence()
    activities.sign_up(actor=make.actor(person), occurrence_id=occurrence.id)
    activities.sign_off(actor=make.actor(person), occurrence_id=occurrence.id)
    assert receipts() == []


def wish_for(actor: Any, ward_id: int) -> Wish:
    return wishes.collect(
        actor=actor, kind="company", public_text="想有人陪我下棋", contact_name="袁桂英",
        contact_phone="13900000001", address="麓山南路12号", consent_version="1", ward_id=ward_id,
    )  # fmt: skip


def test_a_helper_files_a_wish_in_the_wards_name(db: Any) -> None:
    person = make.person()
    helper = make.actor(make.helper(person, WISH))
    wish = wish_for(helper, person.id)
    assert (wish.wisher_id, wish.collected_by_id, wish.area_id) == (person.id, helper.id, person.area_id)
    assert receipts() == [(person.id, helper.id, "wish_filed", False)]


@pytest.mark.parametrize("rights", [ALL_BUT[WISH], []])
def test_without_that_right_no_wish_is_filed(db: Any, rights: list[str]) -> None:
    person = make.person()
    helper = make.actor(make.helper(person, *rights))
    with pytest.raises(NotFound):
        wish_for(helper, person.id)
    assert (count(Wish), receipts()) == (0, [])


def test_a_minors_wish_still_needs_the_guardian(db: Any) -> None:
    minor = make.person(born_on=dt.date(2010, 1, 1))
    with pytest.raises(wishes.MinorNeedsGuardian):
        wish_for(make.actor(make.helper(minor, WISH)), minor.id)
    assert count(Wish) == 0


class Shop:
    """An elder with a hundred points, a helper who may redeem, a clerk and a towel."""

    def __init__(self) -> None:
        area = make.community()
        self.person = make.person(area)
        self.helper = make.actor(make.helper(self.person, REDEEM))
        self.clerk = make.actor(make.staff(COUNTER_CLERK, area))
        self.item = make.item(area)
        make.points(self.person, 100)

    def order(self, *, actor: Any = None, pin: pins.Checked | None = None) -> Order:
        placed = points.order(
            actor=actor or self.helper, item_id=self.item.id, person_id=self.person.id, pin=pin
        )
        database.session.commit()
        return database.session.get_one(Order, placed.id)

    def stock(self) -> tuple[int, int]:
        database.session.refresh(self.item)
        return self.item.available, self.item.held


@pytest.fixture
def world(db: Any) -> Shop:
    return Shop()


def test_with_the_pin_it_can_be_collected_at_once(world: Shop) -> None:
    order = world.order(pin=pins.Checked(world.person.id))
    assert order.collect_from is None
    points.hand_over(actor=world.clerk, order_id=order.id)
    database.session.refresh(order)
    assert order.state == COLLECTED
    assert receipts() == [(world.person.id, world.helper.id, "ordered_by_pin", True)]


def test_anothers_pin_is_no_pin(world: Shop) -> None:
    assert world.order(pin=pins.Checked(world.helper.id)).collect_from == clock.now() + DAY


def test_without_the_pin_points_are_held_and_24_hours_pass_to_the_minute(world: Shop) -> None:
    order = world.order()
    assert order.collect_from == clock.now() + DAY
    assert order.collect_until == clock.now() + DAY + 72 * HOUR
    assert (shop.points_of(world.person.id), world.stock()) == (90, (9, 1))
    assert receipts() == [(world.person.id, world.helper.id, "ordered_to_wait", False)]
    with clock.fixed(order.collect_from - dt.timedelta(minutes=1)):
        with pytest.raises(points.TooEarly) as refused:
            points.hand_over(actor=world.clerk, order_id=order.id)
        assert "11月22日 周日 10:00 以后才能交付" in refused.value.message
        database.session.rollback()
        assert (shop.points_of(world.person.id), world.stock()) == (90, (9, 1))
    with clock.fixed(order.collect_from):
        points.hand_over(actor=world.clerk, order_id=order.id)
    database.session.refresh(order)
    assert order.state == COLLECTED
    assert check.check().faults == []


def test_the_moment_is_rounded_up_never_down() -> None:
    at = dt.datetime(2026, 11, 21, 10, 0, 1, tzinfo=dt.UTC)
    assert collect_from(at) == dt.datetime(2026, 11, 22, 10, 1, tzinfo=dt.UTC)
    assert collect_from(at.replace(second=0)) == dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)


def test_the_person_is_told_with_the_way_to_cancel_and_gets_all_back(world: Shop) -> None:
    order = world.order()
    note = database.session.scalars(sa.select(Message)).one()
    assert (note.kind, note.person_id) == ("receipt_ordered_to_wait", world.person.id)
    line = queries.receipts_of(world.person.id)[0]
    assert "11月22日 周日 10:00 以后" in line.sentence
    assert "取消" in line.sentence
    points.cancel_order(actor=make.actor(world.person), order_id=order.id)
    assert (shop.points_of(world.person.id), world.stock()) == (100, (10, 0))
    assert check.check().faults == []


def test_the_helper_may_cancel_too(world: Shop) -> None:
    order = world.order()
    points.cancel_order(actor=world.helper, order_id=order.id)
    assert shop.points_of(world.person.id) == 100
    assert [act for _person, _by, act, _pin in receipts()] == ["ordered_to_wait", "order_cancelled"]


def test_staff_at_the_counter_need_the_pin_as_well(world: Shop) -> None:
    assert world.order(actor=world.clerk).collect_from is not None
    assert world.order(actor=world.clerk, pin=pins.Checked(world.person.id)).collect_from is None


def test_nobody_hands_over_what_the_same_person_ordered_without_the_pin(world: Shop) -> None:
    order = world.order(actor=world.clerk)
    with clock.fixed(order.collect_from), pytest.raises(points.OwnErrand):
        points.hand_over(actor=world.clerk, order_id=order.id)
    with_pin = world.order(actor=world.clerk, pin=pins.Checked(world.person.id))
    points.hand_over(actor=world.clerk, order_id=with_pin.id)
    database.session.refresh(with_pin)
    assert with_pin.state == COLLECTED


def test_for_oneself_nothing_waits(world: Shop) -> None:
    placed = points.order(actor=make.actor(world.person), item_id=world.item.id)
    assert placed.collect_from is None
    assert receipts() == []


@pytest.mark.parametrize("rights", [ALL_BUT[REDEEM], []])
def test_without_that_right_nothing_is_redeemed(world: Shop, rights: list[str]) -> None:
    neighbour = make.actor(make.helper(world.person, *rights))
    for pin in (None, pins.Checked(world.person.id)):
        with pytest.raises(NotFound):
            world.order(actor=neighbour, pin=pin)
    assert (count(Order), receipts(), world.stock()) == (0, [], (10, 0))


def test_after_the_end_nothing_is_redeemed_or_cancelled(world: Shop) -> None:
    order = world.order()
    end_all()
    with pytest.raises(NotFound):
        world.order()
    with pytest.raises(NotFound):
        points.cancel_order(actor=world.helper, order_id=order.id)
    assert (count(Order), shop.points_of(world.person.id)) == (1, 90)


def test_receipts_are_paged(db: Any, count_statements: Any) -> None:
    person = make.person()
    helper = make.actor(make.helper(person, WISH))
    for _time in range(queries.PAGE + 2):
        service.leave_receipt(
            actor=helper, person_id=person.id, act="wish_filed", kind="wish", object_id=1, number="0001"
        )
    before = len(count_statements())
    lines = queries.receipts_of(person.id)
    assert len(count_statements()) - before == 1
    assert len(lines) == queries.PAGE + 1
    assert len(queries.receipts_of(person.id, before=lines[queries.PAGE - 1].id)) == 2
