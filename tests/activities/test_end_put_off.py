"""A series that was ended by mistake goes on for longer again; what was cancelled with its end is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Series
from volunteer.activities.service.changing import ending

SignIn = Callable[[Any], FlaskClient]
TUESDAY = dt.date(2026, 11, 24)
WEEK = dt.timedelta(weeks=1)
STAYS = "3 场是取消了的，还是不办"


@pytest.fixture
def team(db: Any) -> Any:
    return make.team()


@pytest.fixture
def leader(team: Any) -> Any:
    return make.leader(team)


@pytest.fixture
def series(team: Any, leader: Any, db: Any) -> Series:
    """Five dates, of which the last three were cancelled with an end."""
    row = make.series(
        team, starts_on=TUESDAY, recurrence="FREQ=WEEKLY;BYDAY=TU", content="打扫", person_in_charge=leader,
        ends_on=TUESDAY + 4 * WEEK,
    )  # fmt: skip
    service.extend([row.id])
    ending.end_series(actor=make.actor(leader), series_id=row.id, on=TUESDAY + 2 * WEEK, reason="错了")
    db.session.commit()
    return row


def put_off(leader: FlaskClient, series: Series, ends_on: dt.date | str) -> str:
    address = f"/series/{series.id}/settings"
    typed = {
        "person_in_charge_id": series.person_in_charge_id, "category": series.category, "hours_kind": "service",
        "ends_on": str(ends_on),
    }  # fmt: skip
    answer = leader.post(address, data=typed)
    assert answer.status_code == 303, answer.text
    return leader.get(answer.location).text


@pytest.mark.parametrize("ends_on", ["", TUESDAY + 4 * WEEK])
def test_what_stays_cancelled_is_said(
    series: Series, leader: Any, client_for: SignIn, ends_on: dt.date | str
) -> None:
    assert STAYS in put_off(client_for(leader), series, ends_on)


def test_only_of_the_days_that_come_back(series: Series, leader: Any, client_for: SignIn) -> None:
    page = put_off(client_for(leader), series, TUESDAY + 2 * WEEK)
    assert "1 场是取消了的" in page


def test_nothing_is_said_when_the_end_stays(series: Series, leader: Any, client_for: SignIn) -> None:
    assert "取消了的，还是不办" not in put_off(
        client_for(leader), series, TUESDAY + 2 * WEEK - dt.timedelta(days=1)
    )
