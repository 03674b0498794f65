"""Two phones, one person, one moment: one open pair. And the last free place for who walks in."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests import make
from tests.attendance.scene import Scene
from tests.faults.races import at_once, call, count, refusals, without_locks, won
from volunteer.attendance import refusals as attendance
from volunteer.attendance import service, standing
from volunteer.attendance.models import CheckIn
from volunteer.core.database import db

PHONES = 6


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
        asked = standing.refusal

        def ask(*arguments: Any) -> Any:
            found = asked(*arguments)
            wait_for_all()
            return found

        monkeypatch.setattr(standing, "lock", standing.load)
        monkeypatch.setattr(standing, "refusal", ask)
        at_once(house, deeds)
    assert count(CheckIn) > 1


def _look_without_lock(monkeypatch: pytest.MonkeyPatch, wait_for_all: Any) -> None:
    def look(occurrence_id: int, person_id: int) -> Any:
        row = standing.load(occurrence_id, person_id)
        wait_for_all()
        return row

    monkeypatch.setattr(standing, "lock", look)
