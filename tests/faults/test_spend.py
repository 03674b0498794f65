"""Many people at once for one scarce thing: as many win as there are things, and everybody else is refused in words.

Each race runs in real threads with a transaction of its own. The control runs
the same race without locks, without the conditional writes and without the
database's own constraints, everybody looking before anybody writes: it must go wrong.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.faults.races import AT_ONCE, Deed, Race, at_once, call, count, refusals, without_locks, won
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.transaction import transaction
from volunteer.hours import service as hours
from volunteer.hours.service.reverse import BatchAlreadyReversed
from volunteer.ledger import service as ledger
from volunteer.ledger import triggers
from volunteer.ledger.models import POINTS, Transfer
from volunteer.people.models import COMMUNITY_STAFF, COUNTER_CLERK
from volunteer.points import service as points
from volunteer.points.models import Item, Order
from volunteer.points.service import ending, shelf
from volunteer.reports import books
from volunteer.wishes import rules as wish_rules
from volunteer.wishes import service as wishes
from volunteer.wishes.models import CLAIM_ACTIVE, CLAIMED, Claim, Wish
from volunteer.wishes.service import claiming

Loosen = Callable[[pytest.MonkeyPatch], None]


def last_points() -> Race:
    """Ten items, points for one."""
    area = make.community()
    person = make.person(area)
    make.points(person, 10)
    items = [make.item(area).id for _ in range(AT_ONCE)]
    actor = make.actor(person)
    _open_held(person.id)
    return Race(
        [_order(actor, item_id) for item_id in items],
        1,
        points.NotEnoughPoints,
        lambda: count(Order),
    )


def last_pieces() -> Race:
    """Twenty orders for five pieces."""
    area = make.community()
    item_id = make.item(area, stock=5).id
    actors = []
    for _ in range(2 * AT_ONCE):
        person = make.person(area)
        make.points(person, 10)
        _open_held(person.id)
        actors.append(make.actor(person))
    return Race([_order(actor, item_id) for actor in actors], 5, points.SoldOut, lambda: count(Order))


def one_code() -> Race:
    """Ten counters, one pick-up code."""
    area = make.community()
    person, item = make.person(area), make.item(area)
    make.points(person, 10)
    with transaction():
        placed = points.order(actor=make.actor(person), item_id=item.id)
        ledger.account(book=POINTS, owner_kind=ledger.SYSTEM, owner_id=0, purpose=ledger.SPENT)
    clerks = [make.actor(make.staff(COUNTER_CLERK, area)) for _ in range(AT_ONCE)]
    return Race(
        [call(points.hand_over, actor=clerk, order_id=placed.id) for clerk in clerks],
        1,
        points.AlreadyCollected,
        lambda: count(Transfer, Transfer.kind == "order_settled"),
    )


def one_wish() -> Race:
    """Ten volunteers, one wish."""
    area = make.community()
    wish_id = make.wish(area).id
    claimers = [make.actor(make.person(area)) for _ in range(AT_ONCE)]
    return Race(
        [call(wishes.claim, actor=claimer, wish_id=wish_id) for claimer in claimers],
        1,
        wish_rules.AlreadyClaimed,
        lambda: count(Claim, Claim.state == CLAIM_ACTIVE),
    )


def one_batch() -> Race:
    """Ten members of staff, one batch to be reversed."""
    area = make.community()
    team = make.team(area)
    occurrence = make.occurrence(make.series(team), starts_at=clock.now() - dt.timedelta(hours=5))
    make.earning_rule(10)
    people = [make.person(area).id for _ in range(3)]
    staff = [make.actor(make.staff(COMMUNITY_STAFF, area)) for _ in range(AT_ONCE)]
    with transaction():
        marks = [hours.Mark(person_id, "present") for person_id in people]
        batch_id = hours.record(actor=staff[0], occurrence_id=occurrence.id, marks=marks).id
    return Race(
        [call(hours.reverse, actor=actor, batch_id=batch_id, reason="点错了") for actor in staff],
        1,
        BatchAlreadyReversed,
        lambda: count(Transfer, Transfer.kind == "reversal") // (2 * len(people)),
    )


def _order(actor: Any, item_id: int) -> Deed:
    return call(points.order, actor=actor, item_id=item_id)


def _open_held(person_id: int) -> None:
    with transaction():
        ledger.account(book=POINTS, owner_kind=ledger.PERSON, owner_id=person_id, purpose=ledger.HELD)


RACES = [last_points, last_pieces, one_code, one_wish, one_batch]


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_only_as_many_win_as_there_are_things(house, race):
    at = race()
    answers = at_once(house, at.deeds)
    assert won(answers) == at.winners
    assert refusals(answers) == {at.refusal}
    assert at.effects() == at.winners
    assert books.check().faults == []


def _without_triggers() -> None:
    with db.engine.begin() as connection:
        for statement in triggers.drop_no_overdraft(connection.dialect.name):
            connection.exec_driver_sql(statement)


def _spend_blindly(monkeypatch: pytest.MonkeyPatch) -> None:
    _without_triggers()


def _set_aside_blindly(monkeypatch: pytest.MonkeyPatch) -> None:
    def set_aside(item: Any, quantity: int) -> None:
        left = item.available - quantity
        db.session.execute(
            sa.update(Item.__table__).where(Item.id == item.id).values(available=left, held=5 - left)
        )

    monkeypatch.setattr(shelf, "set_aside", set_aside)


def _move_without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Transfers under a key of their own each time, and reversals that do not say of what."""
    row, number = ledger._row, itertools.count()

    def keyless(*arguments: Any) -> dict[str, Any]:
        return {**row(*arguments), "key": f"blind:{next(number)}", "reverses_id": None}

    monkeypatch.setattr(ledger, "_earlier", lambda movements: {})
    monkeypatch.setattr(ledger, "_row", keyless)
    monkeypatch.setattr(
        ledger,
        "move_all",
        lambda movements, *, recorded_by: [_moved(keyless, m, recorded_by) for m in movements],
    )


def _moved(row: Callable[..., dict[str, Any]], movement: Any, recorded_by: int | None) -> int:
    statement = sa.insert(Transfer.__table__).returning(Transfer.id)
    return int(db.session.execute(statement, row(movement, clock.now(), recorded_by)).scalar_one())


def _hand_over_blindly(monkeypatch: pytest.MonkeyPatch) -> None:
    _without_triggers()
    _move_without_keys(monkeypatch)

    def end_order(order_id: int, state: str, **more: Any) -> None:
        db.session.execute(sa.update(Order.__table__).where(Order.id == order_id).values(state=state))

    monkeypatch.setattr(ending, "end_order", end_order)
    monkeypatch.setattr(shelf, "change", lambda *args, **kwargs: None)


def _claim_blindly(monkeypatch: pytest.MonkeyPatch) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX uq_claim_live")

    def take(wish: Wish) -> None:
        db.session.execute(sa.update(Wish.__table__).where(Wish.id == wish.id).values(state=CLAIMED))
        db.session.expire(wish)

    monkeypatch.setattr(claiming, "_take", take)


def _reverse_blindly(monkeypatch: pytest.MonkeyPatch) -> None:
    _without_triggers()
    _move_without_keys(monkeypatch)


@pytest.mark.parametrize(
    ("race", "loosen"),
    [
        (last_points, _spend_blindly),
        (last_pieces, _set_aside_blindly),
        (one_code, _hand_over_blindly),
        (one_wish, _claim_blindly),
        (one_batch, _reverse_blindly),
    ],
    ids=lambda part: part.__name__.strip("_"),
)
def test_control_without_guards_more_win_than_there_are_things(house, monkeypatch, race, loosen: Loosen):
    at = race()
    db.session.remove()
    loosen(monkeypatch)
    with without_locks(AT_ONCE):
        answers = at_once(house, at.deeds[:AT_ONCE])
    print(f"\n{won(answers)} of {AT_ONCE} won what was there {at.winners} times")
    assert at.effects() > at.winners


def test_without_the_lock_the_database_still_says_no(house, database_kind):
    """The second net: whoever forgets to lock meets the trigger, and the transaction leaves nothing."""
    if database_kind == "sqlite":
        pytest.skip("on SQLite the lock is the transaction itself")
    at = last_points()
    with without_locks(AT_ONCE):
        answers = at_once(house, at.deeds)
    assert won(answers) == 1
    assert all("overdraft" in str(answer) for answer in answers if isinstance(answer, Exception))
    assert at.effects() == 1
    assert books.check().faults == []
