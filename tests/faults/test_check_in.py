"""Two phones, one person, one moment: one open pair. The last free place for who walks in. Cancelled just then."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests import make
from tests.attendance.scene import MINUTE, Scene
from tests.faults.races import Deed, at_once, call, count, refusals, without_locks, won
from volunteer.activities import service as activities
from volunteer.activities.models import CANCELLED, Occurrence
from volunteer.activities.planning.refusals import SomebodyCame
from volunteer.attendance import refusals as attendance
from volunteer.attendance import service, standing
from volunteer.attendance.models import CARD, CheckIn
from volunteer.core import clock
from volunteer.core.database import db

PHONES, ROUNDS = 6, 5
PAUSE = 0.05  # between looking and writing, so that a hole does not need luck to be seen


def same_person(deed: Any) -> tuple[Scene, list[Any]]:
    scene = Scene()
    me = make.actor(scene.person())
    if deed is service.check_out:
        service.check_in(actor=me, occurrence_id=scene.date.id)
        db.session.commit()
    return scene, [call(deed, actor=me, occurrence_id=scene.date.id) for _ in range(PHONES)]


def test_many_check_ins_of_one_person_make_one_open_pair(house: Flask) -> None:
    _scene, deeds = same_person(service.check_in)
    answers = at_once(house, deeds)
    assert won(answers) == 1
    assert refusals(answers) == {attendance.AlreadyIn}
    assert count(CheckIn, CheckIn.left_at.is_(None)) == 1


def test_many_check_outs_leave_once(house: Flask) -> None:
    _scene, deeds = same_person(service.check_out)
    answers = at_once(house, deeds)
    assert won(answers) == 1
    assert refusals(answers) == {attendance.NotIn}


def test_without_the_lock_the_index_says_no(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    _scene, deeds = same_person(service.check_in)
    with without_locks(PHONES) as wait_for_all:
        _look_without_lock(monkeypatch, wait_for_all)
        answers = at_once(house, deeds)
    assert count(CheckIn) == 1
    assert won(answers) == 1


def test_control_without_guards_one_person_is_there_several_times(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _scene, deeds = same_person(service.check_in)
    db.session.remove()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX uq_check_in_open")
    with without_locks(PHONES) as wait_for_all:
        _look_without_lock(monkeypatch, wait_for_all)
        at_once(house, deeds)
    assert count(CheckIn) > 1


def last_place() -> list[Any]:
    scene = Scene()
    scene.date.capacity = 1
    db.session.commit()
    actors = [make.actor(make.person(scene.area)) for _ in range(PHONES)]
    return [call(service.check_in, actor=actor, occurrence_id=scene.date.id) for actor in actors]


def test_the_last_free_place_lets_one_walk_in(house: Flask) -> None:
    answers = at_once(house, last_place())
    assert won(answers) == 1
    assert refusals(answers) == {attendance.NoPlaceLeft}


def test_control_without_locks_several_walk_into_the_last_place(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    deeds = last_place()
    with without_locks(PHONES) as wait_for_all:
        monkeypatch.setattr(standing, "lock", standing.load)
        _after_looking(monkeypatch, wait_for_all)
        at_once(house, deeds)
    assert count(CheckIn) > 1


def by_phone(scene: Scene) -> Deed:
    return call(service.check_in, actor=make.actor(scene.person()), occurrence_id=scene.date.id)


def by_card(scene: Scene) -> Deed:
    of = {"occurrence_id": scene.date.id, "person_id": scene.person().id}
    return call(service.scan, actor=make.actor(scene.leader), way=CARD, **of)


def walking_in(scene: Scene) -> Deed:
    somebody = make.person(scene.area)
    return call(service.check_in, actor=make.actor(somebody), occurrence_id=scene.date.id)


def as_it_is_cancelled(coming: Callable[[Scene], Deed]) -> list[Deed]:
    """A date that has begun, to which nobody has come: the first comes, and it is cancelled."""
    scene = Scene()
    scene.date.starts_at = clock.now() - 10 * MINUTE
    deed, leader = coming(scene), make.actor(scene.leader)
    db.session.commit()
    said = {"occurrence_id": scene.date.id, "reason": "没有人来"}
    return [deed, call(activities.cancel_occurrence, actor=leader, **said)]


def came_to_nothing() -> int:
    """Comings to dates that were cancelled after they had begun."""
    return count(
        CheckIn,
        CheckIn.occurrence_id == Occurrence.id,
        Occurrence.state == CANCELLED,
        CheckIn.void_at.is_(None),
    )


@pytest.mark.parametrize("coming", [by_phone, by_card, walking_in])
def test_one_comes_or_it_is_cancelled_never_both(
    house: Flask, monkeypatch: pytest.MonkeyPatch, coming: Callable[[Scene], Deed]
) -> None:
    _after_looking(monkeypatch, lambda: time.sleep(PAUSE))
    for _round in range(ROUNDS):
        answers = at_once(house, as_it_is_cancelled(coming))
        assert won(answers) == 1
        assert refusals(answers) <= {attendance.Cancelled, SomebodyCame}
        assert came_to_nothing() == 0


@pytest.mark.parametrize("coming", [by_phone, by_card, walking_in])
def test_control_without_locks_one_comes_to_a_cancelled_date(
    house: Flask, monkeypatch: pytest.MonkeyPatch, coming: Callable[[Scene], Deed]
) -> None:
    deeds = as_it_is_cancelled(coming)
    with without_locks(2) as wait_for_all:  # the leader waits before the first write
        _after_looking(monkeypatch, wait_for_all)
        answers = at_once(house, deeds)
    assert won(answers) == 2
    assert came_to_nothing() == 1


def _after_looking(monkeypatch: pytest.MonkeyPatch, wait: Callable[[], Any]) -> None:
    asked = standing.refusal

    def ask(*arguments: Any) -> Any:
        found = asked(*arguments)
        wait()
        return found

    monkeypatch.setattr(standing, "refusal", ask)


def _look_without_lock(monkeypatch: pytest.MonkeyPatch, wait_for_all: Any) -> None:
    def look(occurrence_id: int, person_id: int) -> Any:
        row = standing.load(occurrence_id, person_id)
        wait_for_all()
        return row

    monkeypatch.setattr(standing, "lock", look)
