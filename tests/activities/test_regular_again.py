"""Dates that come to a standing sign-up once more: after a pause, anew, or because there are more places."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence, Series, SignUp
from volunteer.activities.service.changing.settings import settings_of
from volunteer.activities.together import regulars
from volunteer.core import clock

TUESDAY = dt.date(2026, 11, 24)


@pytest.fixture
def series(db: Any) -> Series:
    """Every Tuesday, eight weeks ahead."""
    return make.weekly(TUESDAY, regular_places=1)


@pytest.fixture
def days(series: Series) -> list[int]:
    statement = sa.select(Occurrence.id).where(Occurrence.series_id == series.id)
    return list(make.db.session.scalars(statement.order_by(Occurrence.id)))


def begin(series: Series, person: Any) -> int:
    id_ = service.begin_regular(actor=make.actor(person), series_id=series.id)
    run()
    return id_


def run() -> None:
    for id_ in regulars.due(clock.now()):
        service.sign_up_regulars(id_)


def held(person: Any) -> list[int]:
    live = sa.select(SignUp.occurrence_id).where(SignUp.person_id == person.id, SignUp.state == "signed_up")
    return list(make.db.session.scalars(live.order_by(SignUp.occurrence_id)))


def pause_and_go_on(person: Any, regular_id: int) -> None:
    service.pause_regular(actor=make.actor(person), regular_id=regular_id)
    service.resume_regular(actor=make.actor(person), regular_id=regular_id)
    run()


def test_going_on_takes_what_the_pause_gave_back(series: Series, days: list[int]) -> None:
    person = make.person()
    id_ = begin(series, person)
    assert service.pause_regular(actor=make.actor(person), regular_id=id_) == (len(days), 0)
    assert held(person) == []
    service.resume_regular(actor=make.actor(person), regular_id=id_)
    run()
    assert held(person) == days


def test_going_on_does_not_undo_a_single_no(series: Series, days: list[int]) -> None:
    """Said before the pause, or after it: either is an answer to that date."""
    person = make.person()
    id_ = begin(series, person)
    service.sign_off(actor=make.actor(person), occurrence_id=days[0])
    pause_and_go_on(person, id_)
    service.sign_off(actor=make.actor(person), occurrence_id=days[1])
    pause_and_go_on(person, id_)
    assert held(person) == days[2:]


def test_who_begins_anew_gets_what_stopping_gave_back(series: Series, days: list[int]) -> None:
    person = make.person()
    service.stop_regular(actor=make.actor(person), regular_id=begin(series, person))
    begin(series, person)
    assert held(person) == days


def test_more_standing_places_reach_the_dates_that_are_made(series: Series, days: list[int]) -> None:
    first, second = make.person(), make.person()
    begin(series, first)
    begin(series, second)
    assert (held(first), held(second)) == (days, [])
    change(series, regular_places=3)
    run()
    assert (held(first), held(second)) == (days, days)
    change(series, regular_places=2)
    assert regulars.due(clock.now()) == []


def change(series: Series, **values: Any) -> None:
    leader = make.db.session.get_one(make.Person, series.person_in_charge_id)
    wanted = replace(settings_of(series), **values)
    assert service.change_settings(actor=make.actor(leader), series_id=series.id, settings=wanted)
