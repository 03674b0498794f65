"""A date on a holiday that waits for a decision: its leaders are told, once, as long as nobody has decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities.repeating import decisions
from volunteer.core import clock
from volunteer.jobs import tasks
from volunteer.outbox.models import Message

DAY = dt.timedelta(days=1)


class World:
    """A series with two shifts a day, one day of which waits; a leader, and a deputy who may not publish."""

    def __init__(self) -> None:
        team = make.team()
        self.leader = make.leader(team)
        make.deputy(team, rights=())
        make.leader(make.team())
        self.series = make.series(team, recurrence="FREQ=WEEKLY;BYDAY=FR", on_holiday="ask")
        starts_at = clock.now() + 20 * DAY
        make.occurrence(self.series, starts_at=clock.now() + 13 * DAY)
        self.shifts = [
            make.occurrence(
                self.series,
                starts_at=starts_at + shift * dt.timedelta(hours=4),
                shift=shift,
                state="undecided",
                asks="holiday",
            )
            for shift in (0, 1)
        ]
        for row in self.shifts:
            row.original_on = clock.local(starts_at).date()
        make.db.session.commit()


@pytest.fixture
def world(db: Any) -> World:
    return World()


def told(db: Any) -> list[int]:
    found = sa.select(Message.person_id).where(
        Message.kind == "activity_to_decide", Message.channel == "inbox"
    )
    return list(db.session.scalars(found))


def test_the_leader_hears_once_of_each_day(world: World, db: Any) -> None:
    assert tasks.tell_of_decisions() > 0
    assert told(db) == [world.leader.id]
    assert tasks.tell_of_decisions() == 0
    assert told(db) == [world.leader.id]


def test_nobody_hears_when_nothing_waits(world: World, db: Any) -> None:
    world.shifts[0].asks, world.shifts[1].state = None, "cancelled"
    db.session.commit()
    assert decisions.write_due(clock.now()) == 0
    assert decisions.write_due(world.shifts[0].starts_at + DAY) == 0


def test_the_message_has_no_point_once_somebody_has_decided(world: World, db: Any) -> None:
    decisions.write_due(clock.now())
    message = db.session.scalars(sa.select(Message).where(Message.kind == "activity_to_decide")).first()
    wanted = decisions.is_still_open
    assert message.payload["occurrence_id"] == world.shifts[0].id
    assert wanted(message.payload, world.leader.id)
    world.shifts[0].asks = None
    db.session.flush()
    assert not wanted(message.payload, world.leader.id)


def test_the_message_leads_to_the_decision(world: World, client_for: Any) -> None:
    tasks.tell_of_decisions()
    page = client_for(world.leader).get("/messages").text
    assert "等您决定" in page
    assert f"/activities/{world.shifts[0].id}/decide" in page


def test_where_nobody_says_why_every_reader_reads_it_in_their_language(
    world: World, db: Any, client_for: Callable[..., FlaskClient]
) -> None:
    date = world.shifts[0]
    world.leader.language = "en"
    browser = client_for(world.leader)
    answer = browser.post(f"/activities/{date.id}/decide", data={"choice": "drop", "words": ""})
    assert answer.status_code == 303
    db.session.refresh(date)
    assert date.cancelled_reason == "这一天不办。"
    assert "原因：这一天不办。" in client_for(make.person()).get(f"/activities/{date.id}").text
    assert "这一天不办。" not in browser.get(f"/activities/{date.id}").text
