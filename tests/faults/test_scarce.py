"""The other rows of docs/scarce.md: a person's time, the roll call, running numbers, the scheduler's seat."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from tests.faults.races import AT_ONCE, Race, at_once, call, count, refusals, without_locks, won
from volunteer.activities import service as activities
from volunteer.activities.models import SignUp
from volunteer.activities.service.changing.reopening import NotToBeReopened
from volunteer.activities.signing import refusals as activity_refusals
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.hours import service as hours
from volunteer.hours.models import Batch
from volunteer.hours.service.record import AlreadyRecorded
from volunteer.jobs import lease
from volunteer.people import numbers
from volunteer.people.models import COMMUNITY_STAFF, NumberSeries
from volunteer.reports import books


def one_afternoon() -> Race:
    """Ten activities at the same time, one person."""
    area = make.community()
    team = make.team(area)
    actor = make.actor(make.person(area))
    places = [make.occurrence(make.series(team)).id for _ in range(AT_ONCE)]
    return Race(
        [call(activities.sign_up, actor=actor, occurrence_id=place) for place in places],
        1,
        activity_refusals.Overlaps,
        lambda: count(SignUp),
    )


def one_roll_call() -> Race:
    """Ten members of staff, one list."""
    area = make.community()
    occurrence = make.occurrence(make.series(make.team(area)), starts_at=clock.now() - dt.timedelta(hours=5))
    make.earning_rule(10)
    marks = [hours.Mark(make.person(area).id, "present") for _ in range(3)]
    staff = [make.actor(make.staff(COMMUNITY_STAFF, area)) for _ in range(AT_ONCE)]
    return Race(
        [call(hours.record, actor=actor, occurrence_id=occurrence.id, marks=marks) for actor in staff],
        1,
        AlreadyRecorded,
        lambda: count(Batch),
    )


def one_reopening() -> Race:
    """Ten members of staff, one date that was cancelled by mistake."""
    area = make.community()
    occurrence = make.occurrence(make.series(make.team(area)))
    make.sign_up(occurrence, make.person(area))
    staff = [make.actor(make.staff(COMMUNITY_STAFF, area)) for _ in range(AT_ONCE)]
    activities.cancel_occurrence(actor=staff[0], occurrence_id=occurrence.id, reason="雨不下了")
    db.session.commit()
    return Race(
        [call(activities.reopen_occurrence, actor=actor, occurrence_id=occurrence.id) for actor in staff],
        1,
        NotToBeReopened,
        lambda: count(AuditEntry, AuditEntry.act == "occurrence_reopened"),
    )


RACES = [one_afternoon, one_roll_call, one_reopening]


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_only_one_wins(house, race):
    at = race()
    answers = at_once(house, at.deeds)
    assert won(answers) == at.winners
    assert refusals(answers) == {at.refusal}
    assert at.effects() == at.winners
    assert books.check().faults == []


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_control_without_guards_several_win(house, race):
    at = race()
    db.session.remove()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX uq_batch_live")
    with without_locks(AT_ONCE):
        answers = at_once(house, at.deeds)
    print(f"\n{won(answers)} of {AT_ONCE} won what was there {at.winners} times")
    assert at.effects() > at.winners


def test_running_numbers_are_never_given_twice(house):
    given = at_once(house, [lambda: numbers.take("proof", 3)] * (3 * AT_ONCE))
    assert sorted(given) == list(range(1, 9 * AT_ONCE, 3))


def test_control_numbers_that_are_looked_up_first_are_given_twice(house):
    with_one = numbers.take("proof")
    db.session.commit()

    def look_then_write() -> int:
        number = db.session.scalar(sa.select(NumberSeries.next_number).where(NumberSeries.kind == "proof"))
        wait_for_all()
        db.session.execute(sa.update(NumberSeries).values(next_number=number + 1))
        return int(number)

    with without_locks(AT_ONCE) as wait_for_all:
        given = at_once(house, [look_then_write] * AT_ONCE)
    assert given == [with_one + 1] * AT_ONCE


def test_one_scheduler_gets_the_seat(house):
    answers = at_once(house, [lambda owner=owner: lease.hold(f"owner {owner}") for owner in range(AT_ONCE)])
    assert sorted(answers) == [False] * (AT_ONCE - 1) + [True]


def test_control_a_seat_that_has_always_run_out_is_taken_by_everybody(house, monkeypatch):
    monkeypatch.setattr(lease, "LENGTH", dt.timedelta(seconds=-60))
    answers = at_once(house, [lambda owner=owner: lease.hold(f"owner {owner}") for owner in range(AT_ONCE)])
    assert answers == [True] * AT_ONCE
