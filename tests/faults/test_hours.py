"""Hours from two sides at one moment: two proposals of one date, two roll calls of one person, paper and phone."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import make
from tests.faults.races import Deed, at_once, call, count, refusals, without_locks, won
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.hours import service
from volunteer.hours.models import Batch, Proposal
from volunteer.hours.service import Mark, approving
from volunteer.hours.service.record import AlreadyRecorded
from volunteer.hours.service.same_minutes import SameMinutes
from volunteer.ledger import service as ledger
from volunteer.ledger.models import HOURS

HOUR = dt.timedelta(hours=1)
AT_ONCE = 4
RECORD = sys.modules["volunteer.hours.service.record"]  # the package shows the function of this name
WAITS = Proposal.state == "waiting"


# Two leaders hand in the hours of one long day


def proposals_at_once(times: int) -> tuple[int, int, list[Deed]]:
    """(Staff who approve, the date, the deeds): nine hours, each with words of its own."""
    area = make.community()
    team, staff = make.team(area), make.staff("community_staff", area)
    starts_at = clock.now() - 10 * HOUR
    date = make.occurrence(make.series(team), starts_at=starts_at, ends_at=starts_at + 9 * HOUR)
    marks = [Mark(make.person(area).id, "present")]
    leaders = [make.actor(make.leader(team)) for _ in range(times)]
    ids = staff.id, date.id
    deeds = [
        call(approving.propose, actor=leader, occurrence_id=ids[1], marks=marks, reason=f"值守 {number}")
        for number, leader in enumerate(leaders)
    ]
    return (*ids, deeds)


def test_of_several_proposals_the_last_one_waits(house: Flask) -> None:
    staff_id, date_id, deeds = proposals_at_once(AT_ONCE)
    answers = at_once(house, deeds)
    assert won(answers) == AT_ONCE
    assert (count(Proposal), count(Proposal, WAITS)) == (AT_ONCE, 1)
    waiting = db.session.scalar(sa.select(Proposal.id).where(WAITS))
    staff = make.actor(db.session.get_one(make.Person, staff_id))
    answers = at_once(house, [call(approving.approve, actor=staff, proposal_id=waiting)])
    assert won(answers) == 1
    assert count(Batch, Batch.occurrence_id == date_id) == 1
    assert count(Proposal, WAITS) == 0


def test_control_without_lock_and_index_two_proposals_wait(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _staff_id, _date_id, deeds = proposals_at_once(2)
    db.session.remove()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX uq_proposal_waiting")
    monkeypatch.setattr(db.session, "begin_nested", contextlib.nullcontext)  # on SQLite it is a lock as well
    with without_locks(2) as wait_for_all:
        withdraw = approving.withdraw_waiting

        def withdraw_then_wait(occurrence_id: int) -> None:
            withdraw(occurrence_id)
            wait_for_all()

        monkeypatch.setattr(approving, "withdraw_waiting", withdraw_then_wait)
        at_once(house, deeds)
    assert count(Proposal, WAITS) == 2


def test_a_proposal_and_the_approval_of_the_one_before_do_not_hold_each_other_up(house: Flask) -> None:
    """Both lock people, date and proposal in this order: one of them comes first, and neither dies of a deadlock."""
    for _ in range(5):
        staff_id, date_id, (first, second) = proposals_at_once(2)
        at_once(house, [first])
        staff = make.actor(db.session.get_one(make.Person, staff_id))
        proposal_id = db.session.scalar(
            sa.select(Proposal.id).where(WAITS, Proposal.occurrence_id == date_id)
        )
        answers = at_once(house, [call(approving.approve, actor=staff, proposal_id=proposal_id), second])
        assert won(answers) == 1
        assert refusals(answers) <= {approving.AlreadyAnswered, AlreadyRecorded}
        waiting = count(Proposal, WAITS, Proposal.occurrence_id == date_id)
        assert waiting + count(Batch, Batch.occurrence_id == date_id) == 1


# Two roll calls of one person at the same time of the day


def roll_calls_at_once() -> tuple[int, list[Deed]]:
    """(The person, the deeds of two leaders): nine to eleven at one team, ten to twelve at the other."""
    person = make.person()
    starts_at = clock.now() - 30 * HOUR
    deeds = []
    for begins in (starts_at, starts_at + HOUR):
        team = make.team()
        date = make.occurrence(make.series(team, duration_minutes=120), starts_at=begins)
        actor, marks = make.actor(make.leader(team)), [Mark(person.id, "present")]
        deeds.append(call(service.record, actor=actor, occurrence_id=date.id, marks=marks))
    return person.id, deeds


def minutes_of(person_id: int) -> int:
    own = ledger.account(book=HOURS, owner_kind=ledger.PERSON, owner_id=person_id, purpose=ledger.MAIN)
    return ledger.balance(own)


def test_of_two_roll_calls_of_the_same_minutes_one_is_recorded(house: Flask) -> None:
    person_id, deeds = roll_calls_at_once()
    answers = at_once(house, deeds)
    assert won(answers) == 1
    assert refusals(answers) == {SameMinutes}
    assert (count(Batch), minutes_of(person_id)) == (1, 120)


def test_control_without_the_locks_both_count(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has looked before the other one writes: the lock on the person keeps them apart, not the look."""
    person_id, deeds = roll_calls_at_once()
    minutes_of(person_id)  # the account is there: opening one is a first write of its own
    db.session.commit()
    with without_locks(2) as wait_for_all:
        begin = RECORD._begin

        def wait_then_begin(*arguments: Any) -> Batch:
            wait_for_all()
            return begin(*arguments)

        monkeypatch.setattr(RECORD, "_begin", wait_then_begin)
        at_once(house, deeds)
    assert minutes_of(person_id) == 240


# The marks of a phone arrive while the sheet of paper is typed in


def test_the_phone_and_the_paper_make_one_record(house: Flask) -> None:
    team = make.team()
    actor, person = make.actor(make.leader(team)), make.person()
    date = make.occurrence(make.series(team, duration_minutes=120), starts_at=clock.now() - 5 * HOUR)
    make.sign_up(date, person)
    roster_id = service.print_roster(actor=actor, occurrence_id=date.id).id
    date_id, person_id = date.id, person.id
    phone = call(service.record, actor=actor, occurrence_id=date_id, marks=[Mark(person_id, "late", 30)])
    paper = call(
        service.record, actor=actor, occurrence_id=date_id, marks=[Mark(person_id, "present")],
        paper=service.Paper(roster_id),
    )  # fmt: skip
    db.session.commit()
    answers = at_once(house, [phone, paper] * 2)
    assert won(answers) == 1
    assert refusals(answers) == {AlreadyRecorded}
    assert (count(Batch), minutes_of(person_id)) in [(1, 120), (1, 90)]
