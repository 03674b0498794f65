"""A rush on few places: 100 people at once over 4 workers, every form sent twice.

None oversold, none doubled, every seat filled, no server error, and both sends
of one form get the same answer. The controls run the same rush with the guards
taken out, and must oversell and double.
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
from flask import Flask

from tests import make
from tests.faults import server, truth, unguarded
from tests.faults.browser import Answer, Visitor, post, sign_in
from volunteer.core import clock, crypto
from volunteer.core.database import db

pytestmark = pytest.mark.thorough


@dataclass(frozen=True)
class Size:
    """Everybody tries `each` of the activities, so that each activity is tried by as many people."""

    people: int
    activities: int
    each: int
    places: int
    together: bool = False  # all go from one activity to the next, as when each one opens at its hour

    @property
    def attempts(self) -> int:
        return self.people * self.each

    @property
    def seats(self) -> int:
        return self.activities * self.places

    def choice(self, person: int, occurrence_ids: list[int], chance: random.Random) -> list[int]:
        if self.together:
            return occurrence_ids[: self.each]
        first = person * self.activities // self.people
        chosen = [occurrence_ids[(first + n) % self.activities] for n in range(self.each)]
        return chance.sample(chosen, self.each)


QUICK = Size(people=100, activities=40, each=20, places=25)
SMALL = Size(people=20, activities=10, each=10, places=3, together=True)
LONG = Size(people=100, activities=400, each=200, places=25)


@dataclass
class Rush:
    """Everybody tries to get into everything, in an order of their own."""

    port: int
    size: Size
    pairs: list[tuple[Answer, Answer]] = field(default_factory=list)

    async def run(self, visitors: list[Visitor], occurrence_ids: list[int], seed: int) -> None:
        await asyncio.gather(
            *(
                self._visit(visitor, self.size.choice(number, occurrence_ids, chance), chance)
                for number, visitor in enumerate(visitors)
                for chance in [random.Random(seed * 1000 + number)]
            )
        )

    async def _visit(self, visitor: Visitor, occurrence_ids: list[int], chance: random.Random) -> None:
        for occurrence_id in occurrence_ids:
            self.pairs.append(await self._twice(visitor, occurrence_id, at_once=chance.random() < 0.5))

    async def _twice(self, visitor: Visitor, occurrence_id: int, *, at_once: bool) -> tuple[Answer, Answer]:
        """A double click, or a second try after the answer: the same form, the same key."""
        path, body = f"/activities/{occurrence_id}/sign-up", visitor.body(crypto.token())
        if at_once:
            first, second = await asyncio.gather(
                post(self.port, visitor, path, body), post(self.port, visitor, path, body)
            )
            return first, second
        return await post(self.port, visitor, path, body), await post(self.port, visitor, path, body)

    def statuses(self) -> Counter[int]:
        return Counter(answer.status for pair in self.pairs for answer in pair)


def people_and_activities(app: Flask, size: Size) -> tuple[list[Visitor], list[int]]:
    """People of one community, and activities that do not overlap."""
    area = make.community()
    team = make.team(area)
    series = make.series(team, capacity=size.places)
    start = clock.now() + dt.timedelta(days=2)
    occurrences = [
        make.occurrence(series, starts_at=start + dt.timedelta(hours=3 * n)) for n in range(size.activities)
    ]
    ids = [occurrence.id for occurrence in occurrences]
    return sign_in(app, [make.person(area) for _ in range(size.people)]), ids


def rush(house: Flask, url: str, log: Path, size: Size, **environment: str) -> Rush:
    """Let them all loose; afterwards the session sees what was committed."""
    visitors, occurrence_ids = people_and_activities(house, size)
    db.session.remove()
    seed = random.randrange(10**6)
    began, used = time.monotonic(), server.processor_seconds()
    with server.running(url, log, workers=4, DAY_LIMIT_HOURS="0", **environment) as running:
        everybody = Rush(running.port, size)
        asyncio.run(everybody.run(visitors, occurrence_ids, seed))
    seconds, used = time.monotonic() - began, server.processor_seconds() - used
    print(
        f"\n{size.attempts:,} sign-ups for {size.seats:,} seats, each sent twice, on {db.engine.dialect.name}: "
        f"{dict(everybody.statuses())}, {seconds:.1f} s ({used:.1f} s of processor in the server), seed {seed}"
    )
    return everybody


def assert_fair(everybody: Rush, size: Size) -> None:
    assert set(everybody.statuses()) == {303, 409}
    assert [first.essence for first, _ in everybody.pairs] == [
        second.essence for _, second in everybody.pairs
    ]
    assert truth.places() == [(size.places, size.places, size.places)] * size.activities
    assert set(truth.signed_up().values()) == {1}
    assert everybody.statuses()[303] == 2 * size.seats
    truth.assert_nothing_is_half_done()


def test_nobody_is_oversold_and_nothing_done_twice(house, fresh_url, tmp_path):
    assert_fair(rush(house, fresh_url, tmp_path / "log", QUICK), QUICK)


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_long_twenty_thousand_sign_ups(house, fresh_url, tmp_path):
    assert_fair(rush(house, fresh_url, tmp_path / "log", LONG), LONG)


def test_control_without_the_guard_on_places_it_oversells(house, fresh_url, tmp_path):
    guards = {unguarded.CAPACITY}
    unguarded.strip(db.engine, guards)
    everybody = rush(house, fresh_url, tmp_path / "log", SMALL, **_without(guards))
    oversold = [people - capacity for capacity, _taken, people in truth.places() if people > capacity]
    print(f"oversold: {len(oversold)} of {SMALL.activities} activities, {sum(oversold)} people too many")
    assert oversold
    assert everybody.statuses()[303]


def test_control_without_form_keys_it_doubles(house, fresh_url, tmp_path):
    guards = {unguarded.KEYS}
    unguarded.strip(db.engine, guards)
    rush(house, fresh_url, tmp_path / "log", SMALL, **_without(guards))
    doubled = [times for times in truth.signed_up().values() if times > 1]
    print(f"doubled: {len(doubled)} places")
    assert doubled


def _without(guards: set[str]) -> dict[str, Any]:
    return {"entry": "tests.faults.unguarded:app", "UNGUARDED": ",".join(sorted(guards))}
