"""kill -9 of workers under load: nothing that was acknowledged is lost, doubled or half done.

People sign up and order; some hang up before the answer comes. Whoever got no
answer sends the same form again, with the same key, until there is one. The
control does so without form keys, and must double.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import make
from tests.faults import server, truth, unguarded
from tests.faults.browser import Answer, NoAnswer, Visitor, post, sign_in
from volunteer.core import clock, crypto
from volunteer.core.database import db
from volunteer.points.models import Order

pytestmark = pytest.mark.thorough

WORKERS = 4
PATIENCE = 120.0  # seconds for one form, after which the server counts as dead


@dataclass
class Load:
    """What people do, and what they were told."""

    running: server.Server
    occurrence_ids: list[int]
    item_ids: list[int]
    chance: random.Random
    hang_up: float
    sign_ups: list[tuple[int, int]] = field(default_factory=list)
    orders: list[tuple[int, str]] = field(default_factory=list)
    resent: int = 0
    strange: list[Answer] = field(default_factory=list)
    over: bool = False

    @property
    def acknowledged(self) -> int:
        return len(self.sign_ups) + len(self.orders)

    async def live(self, visitor: Visitor) -> None:
        """One person's day: sign up for one thing after the other, order something now and then."""
        waiting = self.chance.sample(self.occurrence_ids, len(self.occurrence_ids))
        while not self.over:
            if waiting and self.chance.random() < 0.8:
                await self._sign_up(visitor, waiting.pop())
            else:
                await self._order(visitor)

    async def _sign_up(self, visitor: Visitor, occurrence_id: int) -> None:
        answer = await self._until_answered(visitor, f"/activities/{occurrence_id}/sign-up")
        if answer is not None:
            self.sign_ups.append((occurrence_id, visitor.person_id))

    async def _order(self, visitor: Visitor) -> None:
        item_id = self.chance.choice(self.item_ids)
        answer = await self._until_answered(visitor, f"/shop/{item_id}/order", quantity=1)
        if answer is not None:
            self.orders.append((visitor.person_id, answer.location))

    async def _until_answered(self, visitor: Visitor, path: str, **fields: Any) -> Answer | None:
        """The same form with the same key, again and again; 503 says 'later', all else is an answer."""
        body = visitor.body(crypto.token(), fields)
        hang_up = self.chance.random() < self.hang_up
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                answer = await post(self.running.port, visitor, path, body, hang_up=hang_up)
                if answer.status == 303:
                    return answer
                self.strange.append(answer)
                return None
            except NoAnswer:
                hang_up = False
                self.resent += 1
                await asyncio.sleep(0.02)
        raise AssertionError(f"no answer within {PATIENCE:.0f} seconds")

    async def kill(self, count: int) -> None:
        """kill -9 a worker, wait for the next one and for somebody to be served, and again."""
        try:
            for _ in range(count):
                workers = await asyncio.to_thread(self.running.wait_for_workers, WORKERS)
                self.running.kill(self.chance.choice(workers))
                served, end = self.acknowledged, time.monotonic() + PATIENCE
                while self.acknowledged < served + 10:
                    assert time.monotonic() < end, "nobody is served any more"
                    await asyncio.sleep(0.01)
                await asyncio.sleep(self.chance.random() * 0.1)
        finally:
            self.over = True


def under_load(
    house: Flask,
    url: str,
    log: Path,
    *,
    kills: int,
    people: int = 24,
    activities: int = 150,
    hang_up: float = 0.1,
    **environment: str,
) -> Load:
    """Kill workers while people sign up and order; the session afterwards sees what was committed."""
    area = make.community()
    series = make.series(make.team(area), capacity=people)
    start = clock.now() + dt.timedelta(days=2)
    occurrences = [
        make.occurrence(series, starts_at=start + dt.timedelta(hours=3 * n)) for n in range(activities)
    ]
    items = [make.item(area, stock=1_000_000, price_points=1) for _ in range(4)]
    persons = [make.person(area) for _ in range(people)]
    for person in persons:
        make.points(person, 1_000_000)
    occurrence_ids, item_ids = [row.id for row in occurrences], [row.id for row in items]
    visitors = sign_in(house, persons)
    db.session.remove()
    seed, began = random.randrange(10**6), time.monotonic()
    with server.running(url, log, workers=WORKERS, DAY_LIMIT_HOURS="0", **environment) as running:
        load = Load(running, occurrence_ids, item_ids, random.Random(seed), hang_up)
        asyncio.run(_together(load, visitors, kills))
    print(
        f"\n{kills} kills on {db.engine.dialect.name}: {len(load.sign_ups):,} sign-ups and {len(load.orders):,} orders "
        f"acknowledged, {load.resent:,} forms sent again, {time.monotonic() - began:.1f} s, seed {seed}"
    )
    return load


async def _together(load: Load, visitors: list[Visitor], kills: int) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(load.kill(kills))
        for visitor in visitors:
            tasks.create_task(load.live(visitor))


def ordered() -> Counter[tuple[int, str]]:
    """The orders in the database as their owners were told of them."""
    rows = db.session.execute(sa.select(Order.person_id, Order.id))
    return Counter((person_id, f"/orders/{id_}") for person_id, id_ in rows)


def assert_every_word_was_kept(load: Load) -> None:
    assert load.strange == []
    assert truth.signed_up() == Counter(load.sign_ups)
    assert ordered() == Counter(load.orders)
    assert len(load.sign_ups) == len(set(load.sign_ups))
    assert len(load.orders) == len(set(load.orders))
    truth.assert_nothing_is_half_done()


def test_fifty_kills_lose_and_double_nothing(house, fresh_url, tmp_path):
    load = under_load(house, fresh_url, tmp_path / "log", kills=50)
    assert load.resent > 50
    assert_every_word_was_kept(load)


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_long_five_hundred_kills(house, fresh_url, tmp_path):
    load = under_load(house, fresh_url, tmp_path / "log", kills=500, people=30, activities=500)
    assert_every_word_was_kept(load)


def test_control_without_form_keys_sending_again_doubles(house, fresh_url, tmp_path):
    guards = {unguarded.KEYS}
    unguarded.strip(db.engine, guards)
    load = under_load(
        house,
        fresh_url,
        tmp_path / "log",
        kills=5,
        hang_up=0.3,
        entry="tests.faults.unguarded:app",
        UNGUARDED=unguarded.KEYS,
    )
    twice = sum(times > 1 for times in truth.signed_up().values())
    more = ordered().total() - len(load.orders)
    print(f"{twice} places taken twice, {more} orders that nobody was told of")
    assert twice + more > 0
