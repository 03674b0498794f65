"""Waiting lists attacked: what happens to offers and to the order when something else changes at the same time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import service
from volunteer.activities.models import (
    Occurrence,
    OccurrencePosition,
    Position,
    Series,
    SignUpBlock,
    Waiting,
)
from volunteer.activities.planning import refusals as series_refusals
from volunteer.activities.service.changing.changes import DateWish
from volunteer.activities.service.changing.editing import Wish
from volunteer.activities.service.signing import waiting
from volunteer.activities.signing import refusals
from volunteer.activities.signing.companions import Guest
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.core.errors import Refused
from volunteer.outbox.models import Message
from volunteer.people.models import Person
from volunteer.reports import books

HOUR = dt.timedelta(hours=1)


@dataclass
class Line:
    """A date with one place; who holds it, and two in line."""

    leader: Any
    date: Occurrence
    position: int | None
    holder: Person
    first: Person
    second: Person

    @property
    def here(self) -> dict[str, Any]:
        return {"occurrence_id": self.date.id}

    def states(self) -> tuple[str, str]:
        states = []
        for person in (self.first, self.second):
            last = sa.select(Waiting.state).where(Waiting.person_id == person.id).order_by(Waiting.id.desc())
            states.append(database.session.scalars(last).first() or "")
        return states[0], states[1]

    def capacity(self, places: int) -> None:
        service.change_capacity(actor=self.leader, capacity=places, **self.here)

    def accept(self, person: Person, **more: Any) -> None:
        service.sign_up(actor=make.actor(person), **self.here, **more)

    def job(self) -> None:
        for occurrence_id in waiting.due(clock.now()):
            waiting.settle(occurrence_id)


@pytest.fixture(params=[False, True], ids=["date", "position"])
def line(db: Any, request: Any) -> Line:
    """For the whole date, and for a position of it."""
    return build(has_positions=request.param)


def build(*, has_positions: bool = False, **more: Any) -> Line:
    team = make.team()
    leader = make.actor(make.leader(team))
    series = make.series(team, has_positions=has_positions, **more)
    date = make.occurrence(series, capacity=1, starts_at=clock.now() + 120 * HOUR)
    post = _position(date) if has_positions else None
    people = [make.person() for _ in range(3)]
    for person, verb in zip(people, (service.sign_up, service.join_line, service.join_line), strict=True):
        verb(actor=make.actor(person), occurrence_id=date.id, position_id=post)
    database.session.commit()
    return Line(leader, date, post, *people)


def _position(date: Occurrence) -> int:
    post = Position(series_id=date.series_id, name="登记", capacity=5)
    database.session.add(post)
    database.session.flush()
    database.session.add(OccurrencePosition(occurrence_id=date.id, position_id=post.id, capacity=5))
    database.session.commit()
    return int(post.id)


@pytest.fixture(autouse=True)
def books_are_right(db: Any) -> Any:
    yield
    assert books.check().faults == []


def refused(refusal: type[Refused], deed: Any, **arguments: Any) -> None:
    database.session.commit()
    with pytest.raises(refusal):
        deed(**arguments)
    database.session.rollback()


def told(person: Person) -> list[str]:
    kinds = sa.select(Message.kind).where(Message.person_id == person.id, Message.channel == "inbox")
    return list(database.session.scalars(kinds.order_by(Message.id)))


def test_the_capacity_does_not_go_below_an_offer(line: Line) -> None:
    line.capacity(2)
    assert line.states() == ("offered", "waiting")
    refused(series_refusals.CapacityTooLow, line.capacity, places=1)
    line.accept(line.first)


def test_a_lower_capacity_of_the_series_keeps_room_for_an_offer(db: Any) -> None:
    line = build(recurrence="FREQ=WEEKLY")
    line.capacity(2)
    wish = Wish({"capacity": 1})
    service.edit_series(actor=line.leader, scope="all", wish=wish, **line.here)
    line.accept(line.first)


def test_a_closed_position_leaves_the_offer_and_tells_only_who_waits(db: Any) -> None:
    line = build(has_positions=True)
    line.capacity(2)
    service.close_position(actor=line.leader, position_id=line.position, **line.here)
    assert told(line.first) == ["place_offered"]
    assert told(line.second) == ["line_position_closed"]
    line.accept(line.first)
    service.sign_off(actor=make.actor(line.first), **line.here)
    assert line.states() == ("accepted", "waiting")
    service.open_position(actor=line.leader, position_id=line.position, **line.here)
    assert line.states() == ("accepted", "offered")


def test_a_declined_offer_of_a_closed_position_goes_to_nobody(db: Any) -> None:
    line = build(has_positions=True)
    line.capacity(2)
    service.close_position(actor=line.leader, position_id=line.position, **line.here)
    service.leave_line(actor=make.actor(line.first), **line.here)
    assert line.states() == ("declined", "waiting")


def test_who_is_blocked_under_an_offer_cannot_take_it_and_it_goes_on(line: Line) -> None:
    line.capacity(2)
    make._keep(SignUpBlock(person_id=line.first.id, cause="no_shows", blocked_at=clock.now()))
    refused(refusals.Blocked, line.accept, person=line.first)
    with clock.fixed(clock.now() + 13 * HOUR):
        line.job()
    assert line.states() == ("lapsed", "offered")


def test_who_is_too_young_since_the_limit_changed_cannot_take_it(line: Line) -> None:
    line.capacity(2)
    database.session.execute(sa.update(Series).values(minimum_age=90))
    refused(refusals.TooYoung, line.accept, person=line.first)


def test_of_two_offers_at_the_same_time_one_is_taken(line: Line) -> None:
    """Two shifts: who said yes to the one cannot say yes to the other, and the next one is asked."""
    other = make.occurrence(starts_at=line.date.starts_at, capacity=1)
    holder = make.actor(make.person())
    service.sign_up(actor=holder, occurrence_id=other.id)
    service.join_line(actor=make.actor(line.first), occurrence_id=other.id)
    service.sign_off(actor=holder, occurrence_id=other.id)
    line.capacity(2)
    service.accept_offer(actor=make.actor(line.first), occurrence_id=other.id)
    refused(refusals.Overlaps, line.accept, person=line.first)
    service.leave_line(actor=make.actor(line.first), **line.here)
    assert line.states()[1] == "offered"


def test_companions_of_an_offer_pass_nobody_by(db: Any) -> None:
    """A place that the job has not offered yet belongs to the next in line."""
    line = build(most_companions=2)
    line.capacity(2)
    database.session.execute(sa.update(Occurrence).values(capacity=3))
    refused(refusals.TooFew, line.accept, person=line.first, companions=[Guest("小李")])
    line.job()
    assert line.states() == ("offered", "offered")
    line.accept(line.first)


def test_companions_of_an_offer_come_along_where_nobody_waits(db: Any) -> None:
    line = build(most_companions=2)
    line.capacity(2)
    service.leave_line(actor=make.actor(line.second), **line.here)
    line.capacity(3)
    line.accept(line.first, companions=[Guest("小李")])


def test_who_was_passed_over_is_asked_as_soon_as_the_new_time_suits(line: Line) -> None:
    elsewhere = make.occurrence(starts_at=line.date.starts_at)
    for person in (line.first, line.second):
        service.sign_up(actor=make.actor(person), occurrence_id=elsewhere.id)
    service.sign_off(actor=make.actor(line.holder), **line.here)
    assert line.states() == ("waiting", "waiting")
    by = 5 * HOUR
    wish = DateWish(line.date.starts_at + by, line.date.ends_at + by)
    service.edit_date(actor=line.leader, wish=wish, **line.here)
    assert line.states() == ("offered", "waiting")


def test_an_offer_of_a_date_that_has_moved_into_the_last_hour_can_still_be_taken(line: Line) -> None:
    line.capacity(2)
    by = clock.now() + HOUR / 2 - line.date.starts_at
    wish = DateWish(line.date.starts_at + by, line.date.ends_at + by)
    service.edit_date(actor=line.leader, wish=wish, **line.here)
    newcomer = make.actor(make.person())
    refused(refusals.FullLate, service.sign_up, actor=newcomer, position_id=line.position, **line.here)
    line.accept(line.first)


def test_an_offer_that_ran_out_ends_at_the_end_of_the_line(line: Line) -> None:
    line.capacity(2)
    with clock.fixed(clock.now() + 13 * HOUR):
        refused(refusals.OfferOver, service.accept_offer, actor=make.actor(line.first), **line.here)
        service.join_line(actor=make.actor(line.first), position_id=line.position, **line.here)
        assert line.states() == ("waiting", "offered")


def test_an_offer_that_an_outage_left_behind_is_cleared_after_the_start(line: Line) -> None:
    line.capacity(2)
    with clock.fixed(line.date.starts_at + HOUR):
        line.job()
    assert line.states() == ("lapsed", "waiting")


def test_nothing_is_accepted_while_nobody_has_decided_whether_it_takes_place(line: Line) -> None:
    line.capacity(2)
    database.session.execute(sa.update(Occurrence).values(state="undecided"))
    refused(refusals.Undecided, line.accept, person=line.first)
    with clock.fixed(clock.now() + 13 * HOUR):
        line.job()
    assert line.states() == ("lapsed", "waiting")


def test_a_closed_account_hands_its_offer_on(line: Line) -> None:
    line.capacity(2)
    waiting.leave_all(line.first.id)
    assert line.states() == ("left", "offered")
