"""Too few people: sign-ups are counted, not places, and each fall below the minimum is told once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence, SignUp
from volunteer.activities.planning import staffing, turnout
from volunteer.activities.signing.companions import Guest
from volunteer.core import clock
from volunteer.outbox.models import Message

HOUR = dt.timedelta(hours=1)
NOW = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)


class World:
    """A date in 40 hours that wants two people."""

    def __init__(self) -> None:
        self.team = make.team()
        self.leader = make.leader(self.team)
        self.series = make.series(
            self.team, minimum_people=2, warn_hours=48, most_companions=3, takes_pairs=True, capacity=10
        )
        self.date = make.occurrence(self.series, starts_at=clock.now() + 40 * HOUR)
        self.first, self.second = make.person(), make.person()

    def up(self, person: Any, *guests: Guest) -> int:
        return service.sign_up(actor=make.actor(person), occurrence_id=self.date.id, companions=guests)

    def off(self, person: Any) -> None:
        service.sign_off(actor=make.actor(person), occurrence_id=self.date.id)

    def told(self, db: Any) -> int:
        """How many warnings the leader has after the job ran once more."""
        staffing.write_due(clock.now())
        of_leader = (Message.kind == "activity_short", Message.channel == "inbox")
        return int(db.session.scalar(sa.select(sa.func.count(Message.id)).where(*of_leader)))


@pytest.fixture
def world(db: Any) -> World:
    return World()


def test_who_comes_along_is_not_counted(world: World, db: Any, client: FlaskClient) -> None:
    world.up(world.first, Guest("小李"), Guest("小宝", is_child=True))
    assert db.session.scalar(sa.select(Occurrence.taken)) == 3
    assert world.told(db) == 1
    assert "还差 1 人" in client.get(f"/activities/{world.date.id}").text
    payload = db.session.scalars(sa.select(Message.payload).where(Message.kind == "activity_short")).first()
    assert (payload["taken"], payload["lacking"]) == (1, 1)


def test_a_pair_is_one(world: World, db: Any) -> None:
    sign_up_id = world.up(world.first)
    service.ask_partner(actor=make.actor(world.first), occurrence_id=world.date.id, person_id=world.second.id)
    service.answer_partner(actor=make.actor(world.second), sign_up_id=sign_up_id, agrees=True)
    assert world.told(db) == 1


def test_each_fall_below_the_minimum_is_told_once(world: World, db: Any) -> None:
    assert [world.told(db), world.told(db)] == [1, 1]
    counts = []
    for hour in range(3):
        with clock.fixed(clock.now() + hour * HOUR + dt.timedelta(minutes=1)):
            world.up(world.first)
            if hour == 0:
                world.up(world.second)
            counts.append(world.told(db))
        with clock.fixed(clock.now() + hour * HOUR + dt.timedelta(minutes=30)):
            world.off(world.first)
            counts += [world.told(db), world.told(db)]
    assert counts == [1, 2, 2, 2, 3, 3, 3, 4, 4]


def test_falling_further_is_the_same_fall(world: World, db: Any) -> None:
    world.up(world.first)
    world.up(world.second)
    assert world.told(db) == 0
    with clock.fixed(clock.now() + HOUR):
        world.off(world.first)
        assert world.told(db) == 1
    with clock.fixed(clock.now() + 2 * HOUR):
        world.off(world.second)
        assert world.told(db) == 1


def test_the_job_asks_no_more_for_more_dates(world: World, db: Any, count_statements: Any) -> None:
    def statements() -> int:
        before = len(count_statements())
        staffing.write_due(clock.now())
        return len(count_statements()) - before

    few = statements()
    for n in range(4):
        date = make.occurrence(world.series, starts_at=clock.now() + (20 + n) * HOUR)
        make.sign_up(date)
    assert statements() == few


@pytest.mark.parametrize(
    ("comings", "fall"),
    [
        ([], None),
        ([(1, 0, None)], None),  # never enough
        ([(1, 0, None), (2, 1, None)], None),
        ([(1, 0, 5), (2, 1, None)], 1),
        ([(1, 0, 5), (2, 1, 6)], 1),  # the first is the fall
        ([(1, 0, 5), (2, 1, None), (3, 6, 7)], 3),  # enough again, and fallen again
        ([(1, 0, 5), (2, 1, None), (3, 5, None)], None),  # handed on in one moment
    ],
)
def test_the_last_fall(comings: list[tuple[int, int, int | None]], fall: int | None) -> None:
    rows = [
        (id_, NOW + begun * HOUR, None if ended is None else NOW + ended * HOUR)
        for id_, begun, ended in comings
    ]
    assert turnout.last_fall(rows, 2) == fall


def test_the_place_that_is_kept_for_the_line_is_told(db: Any, client: FlaskClient) -> None:
    date = make.occurrence(make.series(), capacity=2)
    first, second, waits = make.person(), make.person(), make.person()
    for person in (first, second):
        service.sign_up(actor=make.actor(person), occurrence_id=date.id)
    service.join_line(actor=make.actor(waits), occurrence_id=date.id)
    service.sign_off(actor=make.actor(first), occurrence_id=date.id)
    db.session.commit()
    assert "已报 1 人，共 2 人，1 个正在问排队的人" in client.get(f"/activities/{date.id}").text
    assert db.session.scalar(sa.select(SignUp.state).where(SignUp.person_id == second.id)) == "signed_up"
