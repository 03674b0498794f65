"""A date is opened again while its series gets its first position: whoever is second sees what the first did."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from tests import make
from tests.faults.races import at_once
from volunteer.activities import managed, service
from volunteer.activities.planning.plans import Post
from volunteer.activities.service.changing import reopening
from volunteer.activities.service.planning import positions
from volunteer.core.database import db
from volunteer.reports import books


def race(house: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The position's maker has looked which dates are to come; now the date is opened. What the check says then."""
    series = make.series(make.team())
    date = make.occurrence(series)
    actor = make.actor(make.leader(db.session.get_one(make.Team, series.team_id)))
    service.cancel_occurrence(actor=actor, occurrence_id=date.id, reason="雨")
    series_id, date_id = series.id, date.id
    db.session.commit()
    looked, opened = threading.Event(), threading.Event()
    look: Callable[..., Any] = positions._coming

    def look_and_wait(*of: Any) -> Any:
        found = look(*of)
        looked.set()
        opened.wait(1)
        return found

    def add() -> None:
        service.add_position(actor=actor, series_id=series_id, post=Post("引导员", 2))

    def reopen() -> None:
        looked.wait(5)
        service.reopen_occurrence(actor=actor, occurrence_id=date_id)
        opened.set()

    monkeypatch.setattr(positions, "_coming", look_and_wait)
    assert at_once(house, [add, reopen]) == [None, None]
    return books.check().faults


def test_the_date_has_the_position(house, monkeypatch):
    assert race(house, monkeypatch) == []


def test_control_without_the_lock_of_the_series_it_lacks_it(house, monkeypatch, database_kind):
    if database_kind == "sqlite":
        pytest.skip("on SQLite the lock is the transaction itself")
    without = SimpleNamespace(
        date=managed.date, locked_date=managed.locked_date, locked_series=lambda *of: None
    )
    monkeypatch.setattr(reopening, "managed", without)
    assert len(race(house, monkeypatch)) == 1
