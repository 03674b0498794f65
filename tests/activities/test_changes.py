"""Cancelling and moving one occurrence."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import refusals, reminders, service
from volunteer.activities.models import Occurrence, SignUp
from volunteer.core import clock
from volunteer.core.errors import NotFound, Refused
from volunteer.outbox.models import Message

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def world(db: Any) -> tuple[Any, Occurrence, list[int]]:
    """A leader, tomorrow's occurrence and two people signed up for it."""
    team = make.team()
    leader = make.leader(team)
    occurrence = make.occurrence(make.series(team))
    people = [make.sign_up(occurrence).person_id for _ in range(2)]
    return make.actor(leader), occurrence, people


def told(db: Any, kind: str) -> list[tuple[int, str]]:
    rows = db.session.execute(
        sa.select(Message.person_id, Message.channel)
        .where(Message.kind == kind)
        .order_by(Message.person_id, Message.channel)
    )
    return [(person, channel) for person, channel in rows]


def both(people: list[int]) -> list[tuple[int, str]]:
    return [(person, channel) for person in people for channel in ("email", "inbox")]


def test_everybody_signed_up_hears_that_it_is_cancelled(db: Any, world: Any) -> None:
    leader, occurrence, people = world
    withdrawn = make.sign_up(occurrence)
    withdrawn.state = "withdrawn"
    db.session.commit()
    assert service.cancel_occurrence(actor=leader, occurrence_id=occurrence.id, reason=" 下大雨 ") == 2
    db.session.refresh(occurrence)
    assert (occurrence.state, occurrence.cancelled_reason) == ("cancelled", "下大雨")
    assert told(db, "activity_cancelled") == both(people)
    note = db.session.scalars(sa.select(Message).where(Message.kind == "activity_cancelled")).first()
    assert note.payload["reason"] == "下大雨"


def test_cancelling_takes_back_unsent_reminders(db: Any, world: Any) -> None:
    leader, occurrence, _people = world
    with clock.fixed(occurrence.starts_at - HOUR):
        reminders.write_due(clock.now())
        service.cancel_occurrence(actor=leader, occurrence_id=occurrence.id, reason="下雨")
        states = set(
            db.session.scalars(
                sa.select(Message.state).where(
                    Message.channel == "email", Message.kind == "activity_reminder_soon"
                )
            )
        )
    assert states == {"cancelled"}


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"state": "cancelled"}, refusals.Cancelled),
        ({"recorded_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)}, refusals.AlreadyRecorded),
    ],
)
def test_what_is_done_is_not_touched(db: Any, world: Any, change: Any, refusal: type[Refused]) -> None:
    leader, occurrence, _people = world
    for name, value in change.items():
        setattr(occurrence, name, value)
    db.session.commit()
    with pytest.raises(refusal):
        service.cancel_occurrence(actor=leader, occurrence_id=occurrence.id, reason="下雨")
    with pytest.raises(refusal):
        service.change_place_or_time(actor=leader, occurrence_id=occurrence.id, place="别处")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


def test_cancelling_needs_a_reason(db: Any, world: Any) -> None:
    leader, occurrence, _people = world
    with pytest.raises(refusals.NotComplete):
        service.cancel_occurrence(actor=leader, occurrence_id=occurrence.id, reason=" ")
    db.session.refresh(occurrence)
    assert occurrence.state == "published"


def test_strangers_change_nothing(db: Any, world: Any) -> None:
    leader, occurrence, _people = world
    stranger = make.actor(make.leader(make.team()))
    with pytest.raises(NotFound):
        service.cancel_occurrence(actor=stranger, occurrence_id=occurrence.id, reason="下雨")
    with pytest.raises(NotFound):
        service.change_place_or_time(actor=stranger, occurrence_id=occurrence.id, place="别处")
    with pytest.raises(NotFound):
        service.cancel_occurrence(actor=leader, occurrence_id=10**12, reason="下雨")
    db.session.refresh(occurrence)
    assert (occurrence.state, occurrence.place) == ("published", "社区广场")


def test_moving_tells_those_signed_up_and_keeps_their_places(db: Any, world: Any) -> None:
    leader, occurrence, people = world
    starts_at = occurrence.starts_at + 24 * HOUR
    number = service.change_place_or_time(
        actor=leader,
        occurrence_id=occurrence.id,
        starts_at=starts_at,
        ends_at=starts_at + HOUR,
        place="二楼活动室",
    )
    db.session.refresh(occurrence)
    assert (number, occurrence.starts_at, occurrence.place) == (2, starts_at, "二楼活动室")
    assert told(db, "activity_changed") == both(people)
    live = sa.select(sa.func.count()).where(SignUp.state == "signed_up").select_from(SignUp)
    assert db.session.scalar(live) == occurrence.taken == 2


def test_each_change_is_told_once_more_and_no_change_is_not_told(db: Any, world: Any) -> None:
    leader, occurrence, people = world
    first, original = occurrence.place, occurrence.id
    for minute, place in enumerate(("二楼", first, "二楼")):
        with clock.fixed(clock.now() + dt.timedelta(minutes=minute)):
            service.change_place_or_time(actor=leader, occurrence_id=original, place=place)
    assert service.change_place_or_time(actor=leader, occurrence_id=original, place=" 二楼 ") == 0
    assert len(told(db, "activity_changed")) == 3 * 2 * len(people)


@pytest.mark.parametrize(
    ("starts", "length", "refusal"),
    [
        (dt.timedelta(hours=-1), HOUR, refusals.BadTimes),
        (dt.timedelta(hours=5), dt.timedelta(), refusals.BadTimes),
        (dt.timedelta(hours=5), 25 * HOUR, refusals.BadTimes),
        (dt.timedelta(days=366), HOUR, refusals.TooFarAhead),
    ],
)
def test_times_that_cannot_be(
    db: Any, world: Any, starts: dt.timedelta, length: dt.timedelta, refusal: type[Refused]
) -> None:
    leader, occurrence, _people = world
    starts_at, before = clock.now() + starts, occurrence.starts_at
    with pytest.raises(refusal):
        service.change_place_or_time(
            actor=leader, occurrence_id=occurrence.id, starts_at=starts_at, ends_at=starts_at + length
        )
    db.session.refresh(occurrence)
    assert occurrence.starts_at == before


def test_what_is_over_is_not_moved(db: Any, world: Any) -> None:
    leader, occurrence, _people = world
    with clock.fixed(occurrence.ends_at), pytest.raises(refusals.OccurrenceOver):
        service.change_place_or_time(actor=leader, occurrence_id=occurrence.id, place="别处")
