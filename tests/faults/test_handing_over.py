"""Who is in charge leaves the team while somebody edits the activity: both are done, neither fails (R019)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm.exc import StaleDataError

from tests import make
from tests.faults.races import Deed, at_once, call, without_row_locks
from volunteer.activities import managed
from volunteer.activities.models import Series
from volunteer.core.database import db
from volunteer.teams.service import membership


@pytest.fixture(autouse=True)
def rows_are_locked(database_kind: str) -> None:
    if database_kind == "sqlite":
        pytest.skip("SQLite locks no rows")


def both() -> tuple[int, list[Deed]]:
    """The leader has the series under the hand when the member leaves, and is done a little later."""
    team = make.team()
    leader, member = make.leader(team), make.member(team)
    series_id = make.series(team, person_in_charge=member).id
    editor, goer = make.actor(leader), make.actor(member)
    team_id, is_held = team.id, threading.Event()

    def edit() -> None:
        managed.locked_series(editor, series_id).title = "改了名字"
        db.session.flush()
        is_held.set()
        time.sleep(0.5)

    return leader.id, [edit, after(is_held, call(membership.leave, actor=goer, team_id=team_id))]


def after(event: threading.Event, deed: Callable[[], object]) -> Deed:
    return lambda: (event.wait(10), deed())


def test_the_edit_is_waited_for(house: Flask) -> None:
    leader_id, deeds = both()
    answers = at_once(house, deeds)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    found = db.session.execute(sa.select(Series.title, Series.person_in_charge_id)).one()
    assert tuple(found) == ("改了名字", leader_id)


def test_control_without_the_lock_it_fails(house: Flask) -> None:
    _leader_id, deeds = both()
    with without_row_locks(), pytest.raises(StaleDataError):
        at_once(house, deeds)
