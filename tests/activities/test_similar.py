"""Where somebody could come instead."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from tests import make
from volunteer.activities.models import Occurrence
from volunteer.activities.together import similar
from volunteer.core import clock

DAY = dt.timedelta(days=1)
BORN = dt.date(1970, 5, 4)


def row_of(occurrence: Occurrence, series: Any) -> Any:
    return SimpleNamespace(
        id=occurrence.id, series_id=series.id, category=series.category, area_id=series.area_id
    )


def ids(rows: list[Any]) -> list[int]:
    return [row.id for row in rows]


@pytest.fixture
def full(db: Any) -> Any:
    """A date that is full, its series, and who would like to come."""
    series = make.series(category="环境整治")
    occurrence = make.occurrence(series, capacity=1)
    make.sign_up(occurrence)
    return occurrence, series, make.person()


def like(full: Any, born_on: dt.date = BORN) -> list[int]:
    occurrence, series, person = full
    found = similar.like(
        row=row_of(occurrence, series), person_id=person.id, born_on=born_on, now=clock.now()
    )
    return ids(found)


def date(ahead: int, **more: Any) -> Occurrence:
    return make.occurrence(make.series(**more), starts_at=clock.now() + ahead * DAY)


def test_the_next_three_that_are_free_and_at_a_good_time(db: Any) -> None:
    series, person = make.series(), make.person()
    left, busy, full, closed, *fine = (
        make.occurrence(series, starts_at=clock.now() + n * DAY) for n in range(1, 9)
    )
    make.sign_up(make.occurrence(starts_at=busy.starts_at), person)
    full.capacity = full.taken = 5
    closed.closes_at = clock.now()
    db.session.commit()
    found = similar.next_dates(row=row_of(left, series), person_id=person.id, born_on=BORN, now=clock.now())
    assert ids(found) == [one.id for one in fine[:3]]


def test_places_that_are_kept_for_who_waits_are_not_free(db: Any, full: Any) -> None:
    other = date(2, category="环境整治")
    other.held = other.capacity
    db.session.commit()
    assert like(full) == []


def test_the_same_kind_comes_before_the_same_place(db: Any, full: Any) -> None:
    _occurrence, series, _person = full
    of_area = make.occurrence(
        make.series(category="义诊", area_id=series.area_id), starts_at=clock.now() + DAY
    )
    of_kind = date(3, category="环境整治")
    date(1, category="义诊")  # neither
    assert like(full) == [of_kind.id, of_area.id]


def test_each_series_once_and_three_at_most(db: Any, full: Any) -> None:
    series = make.series(category="环境整治")
    first, _second = (make.occurrence(series, starts_at=clock.now() + n * DAY) for n in (2, 3))
    others = [date(4 + n, category="环境整治") for n in range(4)]
    assert like(full) == [first.id, others[0].id, others[1].id]


@pytest.mark.parametrize(
    "asks",
    [
        {"members_only": True},
        {"minimum_age": 70},
        {"sex_needed": "female"},
        {"minimum_minutes": 600},
        {"has_requirements": True},
        {"state": "ended"},
    ],
)
def test_what_would_be_refused_is_not_offered(db: Any, full: Any, asks: dict[str, Any]) -> None:
    date(2, category="环境整治", **asks)
    assert like(full) == []


def test_children_are_offered_nothing_dangerous(db: Any, full: Any) -> None:
    date(2, category="环境整治", is_dangerous=True)
    assert like(full, born_on=dt.date(2012, 1, 1)) == []
    assert len(like(full)) == 1


def test_who_has_left_is_known(db: Any) -> None:
    occurrence, person = make.occurrence(), make.person()
    assert not similar.has_left(occurrence.id, person.id)
    make.sign_up(occurrence, person).state = "withdrawn"
    db.session.commit()
    assert similar.has_left(occurrence.id, person.id)
