"""Who is new to an activity, in the hours that are theirs: also after it was split (R060)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests import make
from volunteer.activities import mine, service
from volunteer.activities.models import Occurrence, Series
from volunteer.activities.signing import refusals
from volunteer.core import clock

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def parts(db: Any) -> list[Series]:
    """A series that was split twice: the first, and two that follow it or each other."""
    team = make.team()
    first = make.series(team)
    second = make.series(team, follows_id=first.id)
    return [first, second, make.series(team, follows_id=first.id), make.series(team, follows_id=second.id)]


def coming(series: Series) -> Occurrence:
    return make.occurrence(series, newcomers_until=clock.now() + HOUR)


def came(series: Series, someone: Any) -> None:
    make.sign_up(make.occurrence(series, starts_at=clock.now() - 30 * HOUR), someone)


@pytest.mark.parametrize("was", range(4))
@pytest.mark.parametrize("now", range(4))
def test_who_came_to_any_part_is_no_newcomer_to_another(parts: list[Series], was: int, now: int) -> None:
    someone = make.person()
    came(parts[was], someone)
    with pytest.raises(refusals.NewcomersFirst):
        service.sign_up(actor=make.actor(someone), occurrence_id=coming(parts[now]).id)


def test_the_list_says_the_same(parts: list[Series]) -> None:
    someone, now = make.person(), clock.now()
    came(parts[0], someone)
    asked = [part.id for part in parts[1:]] + [make.series().id]
    assert mine.come_to(person_id=someone.id, series_ids=asked, now=now) == {part.id for part in parts[1:]}


def test_who_came_to_something_else_is_one(parts: list[Series]) -> None:
    someone = make.person()
    came(make.series(), someone)
    assert service.sign_up(actor=make.actor(someone), occurrence_id=coming(parts[1]).id)


def test_a_chain_costs_no_more_statements(
    parts: list[Series], count_statements: Callable[[], list[str]]
) -> None:
    counts = []
    for series in (make.series(), parts[3]):
        actor, date_id = make.actor(make.person()), coming(series).id
        before = len(count_statements())
        service.sign_up(actor=actor, occurrence_id=date_id)
        counts.append(len(count_statements()) - before)
    assert counts[0] == counts[1]
