"""A small world for races on waiting lists: random deeds of many people, and what must hold afterwards.

`python -m tests.faults.line_world` runs a share of the deeds in a process of its own.
The order of the line is checked against the audit log, whose rows are written
under the lock of the date, by a model that knows nothing of the product's queries.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask

from tests import make
from volunteer import create_app
from volunteer.activities import service
from volunteer.activities.models import (
    OFFERED,
    PUBLISHED,
    SIGNED_UP,
    WAITING,
    Occurrence,
    OccurrencePosition,
    Position,
    SignUp,
    Waiting,
)
from volunteer.activities.service.signing import waiting
from volunteer.activities.signing import standing
from volunteer.activities.signing.companions import Guest
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.transaction import transaction
from volunteer.people import identity
from volunteer.reports import books

LATER = dt.timedelta(hours=13)  # every offer has run out by then
PEOPLE, PLACES = 14, 2


@dataclass(frozen=True)
class World:
    people: list[int]
    dates: list[int]
    leader: int
    positions: dict[int, list[int]]  # by date


def build() -> World:
    """Fourteen people and six dates of two places: two of them overlap, one has two positions."""
    area = make.community()
    team = make.team(area)
    leader = make.leader(team)
    start = clock.now() + dt.timedelta(days=5)
    plain = make.series(team, capacity=PLACES, most_companions=2)
    with_posts = make.series(team, capacity=PLACES + 1, has_positions=True)
    dates = [make.occurrence(plain, starts_at=start + dt.timedelta(days=2 * n)) for n in range(4)]
    dates.append(make.occurrence(plain, starts_at=dates[0].starts_at + dt.timedelta(hours=1)))
    split = make.occurrence(with_posts, starts_at=start + dt.timedelta(days=1))
    posts = []
    for name in ("登记", "引导"):
        post = Position(series_id=with_posts.id, name=name, capacity=PLACES)
        db.session.add(post)
        db.session.flush()
        db.session.add(OccurrencePosition(occurrence_id=split.id, position_id=post.id, capacity=PLACES))
        posts.append(post.id)
    db.session.commit()
    people = [make.person(area).id for _ in range(PEOPLE)]
    return World(people, [*(date.id for date in dates), split.id], leader.id, {split.id: posts})


@dataclass
class Outcome:
    """How often each deed was done, refused, or failed in another way."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    def add(self, other: dict[str, Any]) -> None:
        self.done.update(other["done"])
        self.refused.update(other["refused"])
        self.failed += other["failed"]


def run(app: Flask, world: World, *, seed: int, deeds: int, threads: int, may_cancel: bool = True) -> Outcome:
    """So many random deeds, spread over threads."""
    outcome = Outcome()

    def some(number: int) -> None:
        chance = random.Random(seed * 1000 + number)
        with app.app_context():
            for _ in range(deeds // threads):
                _one(world, chance, outcome, may_cancel)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(some, range(threads)))
    return outcome


def _one(world: World, chance: random.Random, outcome: Outcome, may_cancel: bool) -> None:
    name = chance.choices(list(DEEDS), [weight for _deed, weight in DEEDS.values()])[0]
    if name == "cancel" and not may_cancel:
        return
    try:
        with transaction():
            DEEDS[name][0](world, chance)
        outcome.done[name] += 1
    except Refused as refusal:
        outcome.refused[type(refusal).__name__] += 1
    except Exception as error:  # whatever it is, it counts as a fault
        outcome.failed.append(f"{name}: {type(error).__name__} {error}"[:300])
    finally:
        db.session.remove()


def _who(world: World, chance: random.Random) -> dict[str, Any]:
    actor = identity.load(chance.choice(world.people))
    return {"actor": actor, "occurrence_id": chance.choice(world.dates)}


def _post(world: World, who: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    posts = world.positions.get(who["occurrence_id"])
    return {"position_id": chance.choice(posts)} if posts else {}


def _sign_up(world: World, chance: random.Random) -> None:
    who = _who(world, chance)
    guests = (
        [Guest("小李")] * chance.choice((0, 0, 0, 0, 1))
        if who["occurrence_id"] not in world.positions
        else []
    )
    service.sign_up(**who, **_post(world, who, chance), companions=guests)


def _sign_off(world: World, chance: random.Random) -> None:
    row = _some(sa.select(SignUp.person_id, SignUp.occurrence_id).where(SignUp.state == SIGNED_UP), chance)
    if row is not None:
        service.sign_off(actor=identity.load(row.person_id), occurrence_id=row.occurrence_id)


def _join(world: World, chance: random.Random) -> None:
    who = _who(world, chance)
    service.join_line(**who, **_post(world, who, chance))


def _answer(verb: Callable[..., Any], state: str) -> Callable[[World, random.Random], None]:
    """By somebody who is in line, if there is anybody: a random person seldom is."""

    def deed(world: World, chance: random.Random) -> None:
        row = _some(sa.select(Waiting.person_id, Waiting.occurrence_id).where(Waiting.state == state), chance)
        if row is not None:
            verb(actor=identity.load(row.person_id), occurrence_id=row.occurrence_id)

    return deed


def _some(statement: Any, chance: random.Random) -> Any:
    """One of the rows; what was seen here is old news by the time the deed begins."""
    rows = db.session.execute(statement).all()
    db.session.rollback()
    return chance.choice(rows) if rows else None


def _change_companions(world: World, chance: random.Random) -> None:
    service.change_companions(**_who(world, chance), companions=[Guest("小王")] * chance.randrange(3))


def _capacity(world: World, chance: random.Random) -> None:
    service.change_capacity(
        actor=identity.load(world.leader),
        occurrence_id=chance.choice(world.dates),
        capacity=chance.randint(1, PLACES + 2),
    )


def _position(world: World, chance: random.Random) -> None:
    for occurrence_id, posts in world.positions.items():
        verb = chance.choice((service.close_position, service.open_position, service.open_position))
        verb(actor=identity.load(world.leader), occurrence_id=occurrence_id, position_id=chance.choice(posts))


def _expire(world: World, chance: random.Random) -> None:
    """The job, at a time when every offer made by now has run out."""
    with clock.fixed(clock.now() + LATER):
        for occurrence_id in waiting.due(clock.now())[:2]:
            db.session.rollback()
            waiting.settle(occurrence_id)
            return


def _cancel(world: World, chance: random.Random) -> None:
    if chance.random() < 0.02:
        service.cancel_occurrence(
            actor=identity.load(world.leader), occurrence_id=world.dates[-2], reason="下大雨"
        )


DEEDS: dict[str, tuple[Callable[[World, random.Random], None], int]] = {
    "sign_up": (_sign_up, 22),
    "join": (_join, 20),
    "sign_off": (_sign_off, 12),
    "accept": (_answer(service.accept_offer, OFFERED), 14),
    "decline": (_answer(service.leave_line, OFFERED), 5),
    "leave": (_answer(service.leave_line, WAITING), 3),
    "companions": (_change_companions, 4),
    "capacity": (_capacity, 6),
    "position": (_position, 2),
    "expire": (_expire, 5),
    "cancel": (_cancel, 2),
}


def a_minute_later() -> None:
    """The job's round; twice, because a place that nobody takes goes on to the next one."""
    for _round in range(2):
        db.session.rollback()
        for occurrence_id in waiting.due(clock.now()):
            with transaction():
                waiting.settle(occurrence_id)


def faults() -> list[str]:
    """Everything that is not as it must be."""
    db.session.rollback()
    return [*books.check().faults, *_empty_seats(), *_out_of_order(), *_double()]


def _double() -> Iterator[str]:
    rows = db.session.execute(
        sa.text(
            "SELECT occurrence_id, person_id, count(*) FROM sign_up WHERE state = 'signed_up' "
            "GROUP BY occurrence_id, person_id HAVING count(*) > 1"
        )
    )
    yield from (f"person {person} has {count} places at {date}" for date, person, count in rows)


def _empty_seats() -> Iterator[str]:
    """A free place, and somebody waits who could take it."""
    for row in db.session.execute(
        sa.select(Waiting.occurrence_id, Waiting.person_id, Waiting.position_id)
        .join(Occurrence, Occurrence.id == Waiting.occurrence_id)
        .where(
            Waiting.state == WAITING,
            Occurrence.state == PUBLISHED,
            Occurrence.taken + Occurrence.held < Occurrence.capacity,
        )
        .order_by(Waiting.id)
    ).all():
        found = standing.load(
            occurrence_id=row.occurrence_id, person_id=row.person_id, position_id=row.position_id
        )
        has_room = found.post is None or (found.post.is_open and found.post.places_left > 0)
        if has_room and standing.availability(found, clock.now(), is_kept=True).is_free:
            yield f"person {row.person_id} waits for {row.occurrence_id}, which has a free place"


def _out_of_order() -> Iterator[str]:
    """The log of each date, played again: offers go to the first, newcomers pass by nobody."""
    model = Model(dict(db.session.execute(sa.select(Waiting.id, Waiting.position_id)).all()))
    for entry in db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)):
        replay = getattr(model, entry.act, None)
        if replay is not None:
            yield from replay(entry.object_id, entry.details)


class Model:
    """The lines as the log tells them: one method for each act, which yields what is wrong."""

    def __init__(self, positions: dict[int, int | None]) -> None:
        self.positions = positions
        self.lines: dict[tuple[int, int | None], list[int]] = defaultdict(list)
        self.passed: set[int] = set()

    def _line(self, date: int, waiting_id: int) -> list[int]:
        return self.lines[(date, self.positions[waiting_id])]

    def _leave(self, date: int, details: dict[str, Any]) -> Iterator[str]:
        line = self._line(date, details["waiting"])
        if details["waiting"] in line:
            line.remove(details["waiting"])
        yield from ()

    left_line = declined_offer = offer_lapsed = _leave

    def joined_line(self, date: int, details: dict[str, Any]) -> Iterator[str]:
        line = self._line(date, details["waiting"])
        if details["waiting"] < max(line, default=0):
            yield f"{details['waiting']} joined out of order"
        line.append(details["waiting"])

    def passed_over(self, date: int, details: dict[str, Any]) -> Iterator[str]:
        self.passed.add(details["waiting"])
        yield from ()

    def place_offered(self, date: int, details: dict[str, Any]) -> Iterator[str]:
        waiting_id = details["waiting"]
        line = self._line(date, waiting_id)
        ahead = [id_ for id_ in line if id_ < waiting_id and id_ not in self.passed]
        if waiting_id not in line or ahead:
            yield f"{waiting_id} was offered a place at {date} before {ahead}"
        self.passed.discard(waiting_id)
        yield from self._leave(date, details)

    def signed_up(self, date: int, details: dict[str, Any]) -> Iterator[str]:
        before = [id_ for id_ in self.lines[(date, details.get("position"))] if id_ not in self.passed]
        if before and details.get("way") != "offer":
            yield f"person {details['person']} passed by {before} at {date}"

    def occurrence_cancelled(self, date: int, details: dict[str, Any]) -> Iterator[str]:
        for (of, _position), line in self.lines.items():
            if of == date:
                line.clear()
        yield from ()


def main() -> None:
    world = World(**json.loads(os.environ["WORLD"]))
    world = World(world.people, world.dates, world.leader, {int(k): v for k, v in world.positions.items()})
    app = create_app()
    outcome = run(
        app,
        world,
        seed=int(os.environ["SEED"]),
        deeds=int(os.environ["DEEDS"]),
        threads=int(os.environ["THREADS"]),
    )
    print(json.dumps({"done": outcome.done, "refused": outcome.refused, "failed": outcome.failed}))


if __name__ == "__main__":
    main()
    sys.exit(0)
