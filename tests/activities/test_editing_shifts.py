"""An edit is refused what publishing refuses: shifts that run into each other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests import make
from volunteer.activities import service
from volunteer.activities.changing.editing import ALL
from volunteer.activities.models import Occurrence, SeriesShift
from volunteer.activities.planning import plans
from volunteer.activities.service.changing.editing import Wish

TUESDAY = dt.date(2026, 11, 24)


@pytest.fixture
def at(db: Any) -> Any:
    """Tuesdays from three to five and from six to seven."""
    series = make.series(make.team(), starts_on=TUESDAY, recurrence="FREQ=WEEKLY;BYDAY=TU", content="打扫")
    db.session.add(SeriesShift(series_id=series.id, number=1, start_time=dt.time(18), duration_minutes=60))
    db.session.flush()
    service.extend([series.id])
    db.session.commit()
    return series


def edit(series: Any, wish: Wish) -> None:
    first = make.db.session.query(Occurrence).filter_by(series_id=series.id).first()
    leader = make.leader(make.db.session.get_one(make.Team, series.team_id))
    service.edit_series(actor=make.actor(leader), occurrence_id=first.id, scope=ALL, wish=wish)


def test_a_shift_does_not_begin_before_the_other_ends(at: Any) -> None:
    with pytest.raises(plans.ShiftTwice):
        edit(at, Wish(times={1: (dt.time(15, 30), 60)}))


def test_a_shift_may_begin_when_the_other_ends(at: Any) -> None:
    edit(at, Wish(times={1: (dt.time(17), 60)}))
    assert service.whole_rule(at, at.id).shifts[0].start_time == dt.time(17)


def test_shifts_that_clash_already_do_not_stand_in_the_way_of_other_words(at: Any) -> None:
    at.start_time = dt.time(17, 30)
    edit(at, Wish(values={"title": "大扫除"}))
    assert at.title == "大扫除"
