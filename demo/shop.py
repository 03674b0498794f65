"""The love supermarkets: goods in, years of redemptions, and a few orders that wait at the counter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from demo import facts
from demo.plan import CLERK, FOUNDED, HOME, ROOT, STAFF, SUBDISTRICT
from demo.timeline import Timeline
from demo.world import World
from volunteer.core import clock
from volunteer.people.identity import Actor
from volunteer.points import service as points

OPENED = FOUNDED + dt.timedelta(days=90)
FIRST_ORDERS = OPENED + dt.timedelta(days=75)
STOCK = 160
RESTOCK_EVERY = dt.timedelta(days=365)
PLACES = (ROOT, HOME, "luquan")
WAITING_HOURS = (4, 9, 21, 28, 45)  # how long the open orders have been waiting
COLLECTED, CANCELLED, EXPIRED, WAITING = "collected", "cancelled", "expired", "waiting"


@dataclass
class Shelf:
    """One kind of goods at one counter."""

    goods: facts.Goods
    area: str
    item_id: int = 0


@dataclass
class Redemption:
    """One order; who places it is decided when its moment comes, by who has the points."""

    area: str
    ending: str
    buyer: int | None = None
    order_id: int = 0
    price: int = 0


def add(timeline: Timeline, world: World, *, known_buyer: int) -> None:
    areas = [area for area in PLACES if area in world.plan.size.communities or _has_root_shop(world, area)]
    shelves = [Shelf(goods, area) for area in areas for goods in facts.goods()]
    for shelf in shelves:
        timeline.add(_at(OPENED, 9), _open, shelf)
        day = OPENED + RESTOCK_EVERY
        while day < world.plan.today:
            timeline.add(_at(day, 9), _restock, shelf)
            day += RESTOCK_EVERY
    for moment, redemption in _redemptions(world, areas, known_buyer):
        _add_redemption(timeline, world, moment, redemption, shelves)


def _has_root_shop(world: World, area: str) -> bool:
    return area == ROOT and len(world.plan.size.communities) > 1


def _at(day: dt.date, hour: int) -> dt.datetime:
    return clock.at_local(day, dt.time(hour))


def _redemptions(world: World, areas: list[str], known_buyer: int) -> list[tuple[dt.datetime, Redemption]]:
    """Spread over the years; the last ones wait at the counter."""
    rng, last = world.rng, world.plan.today - dt.timedelta(days=5)
    days = (last - FIRST_ORDERS).days
    planned = []
    for _n in range(world.plan.size.orders):
        day = FIRST_ORDERS + dt.timedelta(days=rng.randrange(days))
        ending = rng.choices((COLLECTED, CANCELLED, EXPIRED), (92, 3, 5))[0]
        moment = _at(day, 9) + dt.timedelta(minutes=rng.randrange(480))
        planned.append((moment, Redemption(rng.choice(areas), ending)))
    for place, hours in enumerate(WAITING_HOURS):
        moment = world.now - dt.timedelta(hours=hours)
        buyer = known_buyer if place == 0 else None
        planned.append((moment, Redemption(HOME if place < 3 else areas[-1], WAITING, buyer)))
    return planned


def _add_redemption(
    timeline: Timeline, world: World, moment: dt.datetime, redemption: Redemption, shelves: list[Shelf]
) -> None:
    timeline.add(moment, _order, redemption, shelves)
    if redemption.ending == COLLECTED:
        later = moment + dt.timedelta(minutes=world.rng.randint(15, 48 * 60))
        timeline.add(later, _hand_over, redemption)
    elif redemption.ending == CANCELLED:
        timeline.add(moment + dt.timedelta(hours=5), _cancel, redemption)
    elif redemption.ending == EXPIRED:
        timeline.add(moment + dt.timedelta(hours=73), _expire, redemption)


def _keeper(world: World, area: str) -> Actor:
    return world.on_duty(SUBDISTRICT if area == ROOT else STAFF, area)


def _open(world: World, shelf: Shelf) -> None:
    item = points.add_item(
        actor=_keeper(world, shelf.area),
        area_id=world.areas[shelf.area],
        code=f"{shelf.area}-{shelf.goods.code}",
        name=shelf.goods.name,
        name_en=shelf.goods.name_en,
        price_points=shelf.goods.price_points,
        quantity=STOCK,
    )
    shelf.item_id = item.id


def _restock(world: World, shelf: Shelf) -> None:
    actor = _keeper(world, shelf.area)
    points.stock_in(actor=actor, item_id=shelf.item_id, quantity=STOCK // 4, note="年度补货")


def _order(world: World, redemption: Redemption, shelves: list[Shelf]) -> None:
    """Somebody of the area who has enough points takes something; if nobody has, nothing happens."""
    buyer = redemption.buyer if redemption.buyer is not None else _somebody(world, redemption.area)
    if buyer is None:
        return
    affordable = [
        shelf
        for shelf in shelves
        if shelf.area == redemption.area and shelf.goods.price_points <= world.points[buyer]
    ]
    if not affordable:
        return
    shelf = world.rng.choice(affordable)
    placed = points.order(actor=world.actor(buyer), item_id=shelf.item_id)
    redemption.buyer, redemption.order_id, redemption.price = buyer, placed.id, shelf.goods.price_points
    world.points[buyer] -= redemption.price


def _somebody(world: World, area: str) -> int | None:
    least = min(goods.price_points for goods in facts.goods())
    able = [
        person
        for person, have in sorted(world.points.items())
        if have >= least and area in (ROOT, world.plan.people[person].community)
    ]
    return world.rng.choice(able) if able else None


def _hand_over(world: World, redemption: Redemption) -> None:
    if redemption.order_id:
        role = SUBDISTRICT if redemption.area == ROOT else CLERK
        points.hand_over(actor=world.on_duty(role, redemption.area), order_id=redemption.order_id)


def _cancel(world: World, redemption: Redemption) -> None:
    if redemption.order_id and redemption.buyer is not None:
        points.cancel_order(actor=world.actor(redemption.buyer), order_id=redemption.order_id)
        world.points[redemption.buyer] += redemption.price


def _expire(world: World, redemption: Redemption) -> None:
    if redemption.order_id and redemption.buyer is not None:
        points.expire(redemption.order_id, clock.now())
        world.points[redemption.buyer] += redemption.price
