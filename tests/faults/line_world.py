"""A small world for races on waiting lists: random deeds of many people.

`python -m tests.faults.line_world` runs a share of the deeds in a process of its own.
What must hold afterwards is in `line_truth`.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask

from tests import make
from volunteer import create_app
from volunteer.activities import service
from volunteer.activities.models import (
    AGREED,
    ASKED,
    OFFERED,
    OPEN,
    SIGNED_UP,
    WAITING,
    Occurrence,
    OccurrencePosition,
    Position,
    SignUp,
    StandIn,
    Waiting,
)
from volunteer.activities.service.changing.changes import DateWish
from volunteer.activities.service.signing import waiting
from volunteer.activities.signing.companions import Guest
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotDone
from volunteer.core.transaction import transaction
from volunteer.people import identity

LATER = dt.timedelta(hours=23)  # every offer has run out by then: twelve hours awake and a night
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
    plain = make.series(team, capacity=PLACES, most_companions=2, takes_pairs=True)
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
    except NotDone as refusal:
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


def _move(world: World, chance: random.Random) -> None:
    """Some hours: people keep their places and their turn, some of them have something else then."""
    row = _some(sa.select(Occurrence.id, Occurrence.starts_at, Occurrence.ends_at), chance)
    by = dt.timedelta(hours=chance.choice((-2, -1, 1, 2)))
    wish = DateWish(row.starts_at + by, row.ends_at + by)
    service.edit_date(actor=identity.load(world.leader), occurrence_id=row.id, wish=wish)


_HELD = sa.select(SignUp.id, SignUp.person_id, SignUp.partner_id, SignUp.occurrence_id).where(
    SignUp.state == SIGNED_UP
)


def _ask_partner(world: World, chance: random.Random) -> None:
    row = _some(_HELD, chance)
    if row is not None:
        actor, partner_id = identity.load(row.person_id), chance.choice(world.people)
        service.ask_partner(actor=actor, occurrence_id=row.occurrence_id, person_id=partner_id)


def _agree(world: World, chance: random.Random) -> None:
    row = _some(_HELD.where(SignUp.partner_state == ASKED), chance)
    if row is not None:
        service.answer_partner(actor=identity.load(row.partner_id), sign_up_id=row.id, agrees=True)


def _end_pair(world: World, chance: random.Random) -> None:
    row = _some(_HELD.where(SignUp.partner_state == AGREED), chance)
    if row is not None:
        service.end_pair(actor=identity.load(row.partner_id), sign_up_id=row.id)


def _look_for_somebody(world: World, chance: random.Random) -> None:
    row = _some(_HELD, chance)
    if row is not None:
        service.ask_stand_in(actor=identity.load(row.person_id), occurrence_id=row.occurrence_id)


def _stand_in(world: World, chance: random.Random) -> None:
    row = _some(sa.select(StandIn.id).where(StandIn.state == OPEN), chance)
    if row is not None:
        actor = identity.load(chance.choice(world.people))
        service.accept_stand_in(actor=actor, stand_in_id=row.id)


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
    "move": (_move, 4),
    "ask_partner": (_ask_partner, 5),
    "agree": (_agree, 6),
    "end_pair": (_end_pair, 1),
    "look": (_look_for_somebody, 4),
    "stand_in": (_stand_in, 5),
    "cancel": (_cancel, 2),
}


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
