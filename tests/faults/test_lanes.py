"""Chunks of a job that run beside each other on PostgreSQL: each date once, and one that fails stops no other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities.models import Occurrence, Series
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.jobs import bulk, tasks

MANY = 24


@pytest.fixture
def series_ids(house: Any, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    monkeypatch.setattr(bulk, "CHUNK", 5)
    team = make.team()
    rule = {"recurrence": "FREQ=DAILY;INTERVAL=7", "starts_on": clock.today() + dt.timedelta(days=1)}
    ids = [make.series(team, **rule, start_time=dt.time(9)).id for _ in range(MANY)]
    db.session.execute(sa.update(Series).where(Series.id == ids[7]).values(recurrence="FREQ=NEVER"))
    db.session.commit()
    return ids


def numbers() -> dict[int, list[int | None]]:
    found: dict[int, list[int | None]] = {}
    rows = db.session.execute(
        sa.select(Occurrence.series_id, Occurrence.issue_number).order_by(Occurrence.starts_at)
    )
    for series_id, number in rows:
        found.setdefault(series_id, []).append(number)
    return found


def test_every_series_gets_its_dates_once_whatever_fails_beside_it(series_ids: list[int]) -> None:
    assert tasks.extend_series() == MANY - 1
    found = numbers()
    assert set(found) == set(series_ids) - {series_ids[7]}
    assert all(row == list(range(1, len(row) + 1)) for row in found.values())
    assert tasks.extend_series() == 0
    assert numbers() == found
