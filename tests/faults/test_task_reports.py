"""What was done of a task, told from two devices, answered and recorded at one moment: each is true or refused."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import make
from tests.attendance.tasks import TaskScene
from tests.faults.races import Deed, at_once, call, count, refusals, without_locks, won
from volunteer.attendance import service, standing
from volunteer.attendance import task_refusals as no
from volunteer.attendance.models import CONFIRMED, REPORTED, TaskReport
from volunteer.attendance.service import task_answers, tasks
from volunteer.attendance.service.task_answers import seen_as
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.hours import service as hours
from volunteer.hours.models import Batch, ServiceRecord
from volunteer.hours.service.reported import ReportsChanged, ReportsWait
from volunteer.ledger.models import Transfer
from volunteer.outbox.models import Message
from volunteer.people.models import Person

DEVICES, ROUNDS = 6, 5
OTHER_MINUTES = 30


def same_work() -> list[Deed]:
    scene = TaskScene()
    me = make.actor(scene.person())
    said = {"occurrence_id": scene.date.id, "did_on": scene.first, "minutes": 60}
    return [call(service.report_task, actor=me, **said) for _ in range(DEVICES)]


def test_the_same_work_told_from_several_devices_is_written_once(house: Flask) -> None:
    answers = at_once(house, same_work())
    assert won(answers) == 1
    assert refusals(answers) == {no.SameDay}
    assert count(TaskReport) == 1


def test_control_without_locks_it_is_written_several_times(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    deeds = same_work()
    with without_locks(DEVICES) as wait_for_all:
        _then(monkeypatch, tasks, "is_taken", wait_for_all)
        at_once(house, deeds)
    assert count(TaskReport) > 1


def to_answer(deed: Callable[..., Any], **said: Any) -> tuple[TaskScene, int, list[Deed]]:
    """The leader says yes to what the page shows; the person does something else with it."""
    scene = TaskScene()
    person = scene.person()
    report = scene.report(person)
    of = {"occurrence_id": scene.date.id, "report_id": report.id}
    leader = make.actor(scene.leader)
    yes = call(service.confirm_task, actor=leader, minutes=report.minutes, seen=seen_as(report), **of)
    return scene, report.id, [yes, call(deed, actor=make.actor(person), **of, **said)]


def told(kind: str) -> int:
    return count(Message, Message.kind == kind)


def state_of(report_id: int) -> tuple[str, int] | None:
    row = db.session.execute(
        sa.select(TaskReport.state, TaskReport.minutes).where(TaskReport.id == report_id)
    ).first()
    return (row.state, row.minutes) if row else None


def test_it_is_confirmed_or_withdrawn_never_both(house: Flask) -> None:
    for _round in range(ROUNDS):
        before = told("attendance_task_confirmed")
        _scene, report_id, deeds = to_answer(service.withdraw_task)
        answers = at_once(house, deeds)
        was_confirmed = not isinstance(answers[0], Exception)
        assert won(answers) == 1
        assert refusals(answers) <= {no.Answered, no.ChangedMeanwhile, NotFound}
        assert state_of(report_id) == ((CONFIRMED, 90) if was_confirmed else None)
        assert (told("attendance_task_confirmed") > before) is was_confirmed


def test_control_without_locks_what_was_confirmed_is_gone(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _scene, report_id, deeds = to_answer(service.withdraw_task)
    with without_locks(1):
        answers = at_once(house, _confirmed_in_between(monkeypatch, deeds))
    assert won(answers) == 2
    assert state_of(report_id) is None
    assert told("attendance_task_confirmed")


def test_what_is_confirmed_is_what_the_leader_saw(house: Flask) -> None:
    for _round in range(ROUNDS):
        _scene, report_id, deeds = to_answer(
            service.correct_task, did_on=clock.today(), minutes=OTHER_MINUTES
        )
        answers = at_once(house, deeds)
        was_confirmed = not isinstance(answers[0], Exception)
        assert won(answers) == 1
        assert refusals(answers) <= {no.Answered, no.ChangedMeanwhile}
        assert state_of(report_id) == ((CONFIRMED, 90) if was_confirmed else (REPORTED, OTHER_MINUTES))


def test_control_without_locks_the_minutes_change_behind_the_leaders_yes(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _scene, report_id, deeds = to_answer(service.correct_task, did_on=clock.today(), minutes=OTHER_MINUTES)
    with without_locks(1):
        at_once(house, _confirmed_in_between(monkeypatch, deeds))
    assert state_of(report_id) == (CONFIRMED, OTHER_MINUTES)


def at_the_roll_call() -> list[Deed]:
    """One has a confirmed report and the roll is called; the other tells of the own work just then."""
    scene = TaskScene()
    done, late = scene.person(), scene.person()
    scene.confirm(scene.report(done))
    marks = [hours.Mark(done.id, "present", minutes=90)]
    leader = make.actor(scene.leader)
    return [
        call(hours.record, actor=leader, occurrence_id=scene.date.id, marks=marks),
        _told_by(scene, late),
    ]


def _told_by(scene: TaskScene, person: Person) -> Deed:
    said = {"occurrence_id": scene.date.id, "did_on": scene.first, "minutes": 60}
    return call(service.report_task, actor=make.actor(person), **said)


def left_behind() -> int:
    """Reports that nobody answers any more, of a date whose hours are recorded."""
    recorded = sa.select(Batch.occurrence_id).scalar_subquery()
    return count(TaskReport, TaskReport.state == REPORTED, TaskReport.occurrence_id.in_(recorded))


def test_the_roll_call_leaves_no_report_behind(house: Flask) -> None:
    for _round in range(ROUNDS):
        answers = at_once(house, at_the_roll_call())
        assert won(answers) == 1
        assert refusals(answers) <= {no.RecordedAlready, ReportsWait}
        assert left_behind() == 0


def test_control_without_locks_a_report_is_left_behind(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    deeds = at_the_roll_call()
    with without_locks(2) as wait_for_all:  # the roll call waits at its first write
        _then(monkeypatch, tasks, "closed", wait_for_all)
        answers = at_once(house, deeds)
    assert won(answers) == 2
    assert left_behind() == 1


def confirmed_at_the_roll_call() -> list[Deed]:
    """The roll is called while a second leader lowers what was confirmed."""
    scene = TaskScene()
    done = scene.person()
    report = scene.report(done)
    scene.confirm(report)
    marks = [hours.Mark(done.id, "present", minutes=90)]
    second = make.actor(make.leader(scene.team))
    answer = {"occurrence_id": scene.date.id, "report_id": report.id, "seen": seen_as(report)}
    return [
        call(hours.record, actor=make.actor(scene.leader), occurrence_id=scene.date.id, marks=marks),
        call(service.confirm_task, actor=second, minutes=OTHER_MINUTES, words="只有一栋楼", **answer),
    ]


def unlike_the_books() -> int:
    """Confirmed reports whose minutes are not those of the record."""
    statement = (
        sa.select(sa.func.count())
        .select_from(TaskReport)
        .join(Batch, Batch.occurrence_id == TaskReport.occurrence_id)
        .join(
            ServiceRecord,
            sa.and_(ServiceRecord.batch_id == Batch.id, ServiceRecord.person_id == TaskReport.person_id),
        )
        .join(Transfer, Transfer.id == ServiceRecord.hours_transfer_id)
        .where(Transfer.amount != TaskReport.minutes)
    )
    return int(db.session.scalar(statement) or 0)


def test_the_books_hold_what_the_report_says(house: Flask) -> None:
    for _round in range(ROUNDS):
        answers = at_once(house, confirmed_at_the_roll_call())
        assert won(answers) == 1
        assert refusals(answers) <= {no.RecordedAlready, ReportsChanged}
        assert unlike_the_books() == 0


def test_control_without_locks_the_report_says_something_else(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    deeds = confirmed_at_the_roll_call()
    with without_locks(2) as wait_for_all:
        _then(monkeypatch, task_answers, "_to_answer", wait_for_all)
        answers = at_once(house, deeds)
    assert won(answers) == 2
    assert unlike_the_books() == 1


def _then(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, wait: Callable[[], Any]) -> None:
    """After what the function finds, and before anything is written, wait for the others."""
    asked = getattr(module, name)

    def ask(*arguments: Any, **more: Any) -> Any:
        found = asked(*arguments, **more)
        wait()
        return found

    monkeypatch.setattr(module, name, ask)


def _confirmed_in_between(monkeypatch: pytest.MonkeyPatch, deeds: Sequence[Deed]) -> list[Deed]:
    """The leader's yes falls between what the person's deed has read and what it writes."""
    yes, own = deeds
    has_read, has_answered = threading.Event(), threading.Event()

    def let_the_leader_in() -> None:
        has_read.set()
        assert has_answered.wait(30)

    def answer() -> Any:
        assert has_read.wait(30)
        done = yes()
        db.session.commit()
        has_answered.set()
        return done

    monkeypatch.setattr(standing, "lock_both", standing.load)
    _then(monkeypatch, tasks, "_own", let_the_leader_in)
    return [answer, own]
