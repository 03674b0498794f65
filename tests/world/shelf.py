"""Something on offer with an order that waits, and a wish in each state."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tests.world.rows import keep
from volunteer.core import clock, crypto
from volunteer.ledger import service as ledger
from volunteer.points.models import Item, Order
from volunteer.wishes.models import Claim, FollowUp, Wish

if TYPE_CHECKING:
    from tests.world import World


def fill(world: World) -> None:
    item = keep(
        Item(code=f"soap-{world.tag}", area_id=world.a.id, name="肥皂", price_points=20, available=5, held=1)
    )
    world.ids |= {"item_id": item.id, "order_id": _order(world, item).id}
    states = ("collected", "claimed", "published", "fulfilled")
    world.wishes = {state: _wish(world, f"W{number}", state) for number, state in enumerate(states, 1)}
    for wished, state in (("claimed", "active"), ("fulfilled", "fulfilled")):
        keep(
            Claim(
                wish_id=world.wishes[wished].id, person_id=world.owner.id, claimed_by_id=world.owner.id,
                claimed_at=clock.now(), contact_by=clock.now(), state=state,
            )
        )  # fmt: skip
    follow_up = keep(FollowUp(wish_id=world.wishes["fulfilled"].id, due_on=clock.today()))
    world.ids["follow_up_id"] = follow_up.id


def _order(world: World, item: Item) -> Order:
    person_id, number = world.owner.id, f"D{world.tag}"
    main = ledger.account(book="points", owner_kind="person", owner_id=person_id)
    held = ledger.account(book="points", owner_kind="person", owner_id=person_id, purpose="held")
    movement = ledger.Movement(
        "points", main, held, 20, "order", f"order:{number}:hold", f"order:{number}", clock.now()
    )
    code, token = f"1234{world.tag}", "T" * 22
    order: Order = keep(
        Order(
            number=number, person_id=person_id, item_id=item.id, area_id=world.a.id, quantity=1, price_points=20,
            code=code, code_hash=crypto.look_up_hash("code", code),
            token=token, token_hash=crypto.look_up_hash("token", f"T{world.tag}"),
            placed_at=clock.now(), placed_by_id=person_id, collect_until=clock.now() + dt.timedelta(days=3),
            hold_transfer_id=ledger.move(movement, recorded_by=None),
        )
    )  # fmt: skip
    return order


def _wish(world: World, number: str, state: str) -> Wish:
    wish: Wish = keep(
        Wish(
            number=f"{number}-{world.tag}", area_id=world.a.id, kind="company",
            public_text="想有人陪我下棋", contact_name="某某", contact_phone="+8613900000000", address="某处",
            private_note="", consent_version="1", consent_at=clock.now(), collected_at=clock.now(),
            collected_by_id=world.people["clerk"].id, state=state,
            verified_at=None if state == "collected" else clock.now(),
            fulfilled_on=clock.today() if state == "fulfilled" else None,
        )
    )  # fmt: skip
    return wish
