"""Which kinds of time count as service (R035), and what produces no hours at all (R047)."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import make
from tests.hours.test_record import Mark, balance, held
from volunteer.hours import planned, service
from volunteer.hours.models import Batch, ServiceRecord
from volunteer.hours.service.record import GivesNoHours
from volunteer.ledger.models import HOURS


def record(kind: str) -> Any:
    """A roll call with one person present; gives the person."""
    at = held()
    at.series.hours_kind = kind
    make.db.session.commit()
    person = make.person()
    service.record(actor=at.actor, occurrence_id=at.occurrence.id, marks=[Mark(person.id, "present")])
    return person


def test_service_counts(db: Any) -> None:
    assert balance(HOURS, record("service")) == 150


@pytest.mark.parametrize("kind", ["training", "preparation", "meeting"])
def test_other_kinds_are_attended_and_give_no_hours(db: Any, kind: str) -> None:
    assert balance(HOURS, record(kind)) == 0
    row = db.session.scalars(sa.select(ServiceRecord)).one()
    assert (row.attendance, row.hours_transfer_id) == ("present", None)


def test_the_setting_says_which_count(app: Flask, db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "HOURS_KINDS", "service, training")
    assert balance(HOURS, record("training")) == 150
    assert balance(HOURS, record("meeting")) == 0


def test_what_is_excluded_produces_no_hours(db: Any) -> None:
    with pytest.raises(GivesNoHours):
        record("none")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 0


def test_it_waits_for_nobody_on_the_leaders_page(db: Any, client_for: Any) -> None:
    at = held(hours_ago=5)
    make.sign_up(at.occurrence)
    leader = client_for(at.leader)
    assert "等您点名" in leader.get("/my-teams").text
    at.series.hours_kind = "none"
    db.session.commit()
    assert "等您点名" not in leader.get("/my-teams").text


def test_the_arithmetic_says_why_there_is_none(db: Any) -> None:
    at = held()
    at.series.hours_kind = "meeting"
    db.session.commit()
    plan = planned.load(at.occurrence.id)
    assert plan is not None
    assert plan.credited("present", 0) == 0
    assert "不计入服务时长" in plan.explain("present", 0)
