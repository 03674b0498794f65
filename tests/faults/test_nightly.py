"""Several schedulers at the same minute of the night: one of them does the work."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from tests.faults.races import at_once
from volunteer.core import clock
from volunteer.jobs import nightly


def schedulers(house: Flask) -> int:
    """How many of five, all at once, were told to begin."""
    night = clock.at_local(dt.date(2029, 12, 1), dt.time(3))

    def begin() -> bool:
        with clock.fixed(night):
            return nightly.begin(nightly.BOOKS, from_hour=3) is not None

    answers = at_once(house, [begin] * 5)
    assert set(map(type, answers)) == {bool}, answers
    return sum(answers)


def test_one_of_them_begins(house: Flask) -> None:
    assert schedulers(house) == 1
    assert schedulers(house) == 0


def test_control_without_the_condition_all_of_them_begin(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "AGAIN", dt.timedelta(seconds=-1))
    assert schedulers(house) == 5
