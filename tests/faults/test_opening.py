"""A popular activity opens at its hour, and everybody is there: each gets a place or a place in the line.

No error, nobody twice, nobody forgotten, and the line is in the order of the answers' ids.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.faults import server
from tests.faults.browser import Visitor, post, sign_in
from volunteer.activities.models import SIGNED_UP, WAITING, Occurrence, SignUp, Waiting
from volunteer.core import clock, crypto
from volunteer.core.database import db
from volunteer.reports import books

pytestmark = pytest.mark.thorough

PLACES = 40
AT_ONCE = 200  # connections
EARLY = 2.0  # seconds before the hour the first ones press the button


@dataclass
class Opening:
    """What the server answered; `ends` is the last answer to each person."""

    port: int
    occurrence_id: int
    opens: float
    statuses: Counter[int] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)

    async def run(self, visitors: list[Visitor], chance: random.Random) -> None:
        gate = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._visit(visitor, gate, chance.uniform(-EARLY, 1)) for visitor in visitors))

    async def _visit(self, visitor: Visitor, gate: asyncio.Semaphore, offset: float) -> None:
        """Sign up, again when it was too early, and wait in line when it is full."""
        await asyncio.sleep(max(0.0, self.opens + offset - time.time()))
        for _try in range(20):
            too_early = time.time() < self.opens
            for verb in ("sign-up", "wait"):
                async with gate:
                    path = f"/activities/{self.occurrence_id}/{verb}"
                    answer = await post(self.port, visitor, path, visitor.body(crypto.token()))
                self.statuses[answer.status] += 1
                if answer.status == 303:
                    self.ends[verb] += 1
                    return
            if too_early:
                await asyncio.sleep(max(0.1, self.opens - time.time()))
        self.ends["nothing"] += 1


def _rush(house: Any, url: str, tmp_path: Any, people: int) -> Opening:
    area = make.community()
    opens_at = clock.now() + dt.timedelta(hours=1)
    series = make.series(make.team(area), capacity=PLACES)
    occurrence_id = make.occurrence(
        series, starts_at=clock.now() + dt.timedelta(days=3), opens_at=opens_at
    ).id
    visitors = sign_in(house, [make.person(area) for _ in range(people)])
    db.session.remove()
    with server.running(url, tmp_path / "log", workers=4) as running:
        opens = time.time() + EARLY + 1
        moment = dt.datetime.fromtimestamp(opens, dt.UTC)
        db.session.execute(sa.update(Occurrence).values(opens_at=moment))
        db.session.commit()
        opening, began = Opening(running.port, occurrence_id, opens), time.monotonic()
        asyncio.run(opening.run(visitors, random.Random(people)))
        said = running.said()
    print(
        f"\n{people:,} people for {PLACES} places on {db.engine.dialect.name}: {dict(opening.statuses)}, "
        f"{dict(opening.ends)}, {time.monotonic() - began:.1f} s"
    )
    assert "Traceback" not in said
    return opening


def _assert_everybody_has_an_answer(opening: Opening, people: int) -> None:
    assert set(opening.statuses) <= {303, 409}
    assert dict(opening.ends) == {"sign-up": PLACES, "wait": people - PLACES}
    signed_up = set(db.session.scalars(sa.select(SignUp.person_id).where(SignUp.state == SIGNED_UP)))
    in_line = list(
        db.session.scalars(sa.select(Waiting.person_id).where(Waiting.state == WAITING).order_by(Waiting.id))
    )
    assert len(signed_up) == PLACES
    assert len(in_line) == len(set(in_line)) == people - PLACES
    assert not signed_up & set(in_line)
    assert books.check().faults == []


def test_everybody_gets_a_place_or_a_place_in_the_line(house, fresh_url, tmp_path):
    _assert_everybody_has_an_answer(_rush(house, fresh_url, tmp_path, 100), 100)


@pytest.mark.proof
@pytest.mark.timeout(1800)
def test_long_the_opening_rush_of_a_thousand(house, fresh_url, tmp_path):
    _assert_everybody_has_an_answer(_rush(house, fresh_url, tmp_path, 1000), 1000)
