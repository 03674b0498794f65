"""Two leaders accept the same 106 people at the same moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import make
from tests.conftest import SECRET
from tests.faults.races import at_once, call, without_locks
from volunteer import create_app
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people import service as people
from volunteer.people.models import Person
from volunteer.teams.models import Application, Membership
from volunteer.teams.service import intake as intakes
from volunteer.teams.service.intake import accepting

CROWD = 106


@pytest.fixture(autouse=True)
def present() -> dt.datetime:
    """Threads ask the real clock."""
    return clock.now()


@pytest.fixture
def house(fresh_url: str) -> Iterator[Flask]:
    """The application over a fresh, committed database."""
    app = create_app({"DATABASE_URL": fresh_url, "SECRET_KEY": SECRET, "LOG_LEVEL": "ERROR"})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def deeds(house: Any) -> list[Any]:
    """Nobody has a phone, so that only the lock on the applications stands between one person and two."""
    community = make.community()
    team = make.team(community)
    leaders = [make.actor(make.leader(team)) for _ in range(2)]
    intake = intakes.open_intake(actor=leaders[0], team_id=team.id, title="春季招募会")
    for n in range(CROWD):
        form = intakes.Form(f"陈{chr(0x4E00 + n)}", dt.date(1970, 1, 1) + dt.timedelta(days=n), community.id)
        intakes.apply(token=intake.token, form=form, has_consented=True)
    db.session.commit()
    ids = list(db.session.scalars(sa.select(Application.id)))
    return [
        call(intakes.accept, actor=leader, intake_id=intake.id, application_ids=ids) for leader in leaders
    ]


def recruited() -> tuple[int, int]:
    """(people, memberships) that the intake has made."""
    made = (
        sa.select(sa.func.count()).select_from(Person).where(Person.name_hash != "", Person.phone.is_(None))
    )
    joined = sa.select(sa.func.count()).select_from(Membership).where(Membership.way == "recruitment")
    return int(db.session.scalar(made) or 0), int(db.session.scalar(joined) or 0)


def test_106_people_accepted_by_two_leaders_are_106_people(house: Any, deeds: list[Any]) -> None:
    outcomes = at_once(house, deeds)
    assert sorted(len(outcome.accepted) for outcome in outcomes) == [0, CROWD]
    assert sorted(len(outcome.decided_before) for outcome in outcomes) == [0, CROWD]
    assert recruited() == (CROWD, CROWD)


def test_control_without_the_lock_each_is_registered_twice(
    house: Any, deeds: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    register_many = people.register_many
    with without_locks(2) as wait_for_all:

        def wait_then_register(*arguments: Any, **named: Any) -> list[int]:
            wait_for_all()
            return register_many(*arguments, **named)

        monkeypatch.setattr(people, "register_many", wait_then_register)
        monkeypatch.setattr(accepting, "_write", lambda *arguments: None)  # the second guard
        at_once(house, deeds)
    assert recruited()[0] == 2 * CROWD
