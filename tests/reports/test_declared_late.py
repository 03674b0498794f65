"""R028: what is for ten volunteers or more is published three days before, or the staff see it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests import make
from volunteer.core import clock
from volunteer.people.models import COMMUNITY_STAFF
from volunteer.reports import waiting

HOUR = dt.timedelta(hours=1)


def seen(app: Any, **of_the_date: Any) -> list[str]:
    """The rows of the list for a date of ten, published now and starting tomorrow unless told otherwise."""
    area = make.community()
    values = {"published_at": clock.now(), "capacity": 10, **of_the_date}
    make.occurrence(make.series(make.team(area, name="萤火虫队")), **values)
    with app.test_request_context():
        lines, _after = waiting.lines(waiting.by_key("declared_late"), (area.path,))
    return [f"{line.title} {line.meta}" for line in lines]


def test_published_too_late(app: Any) -> None:
    (row,) = seen(app)
    assert "周五卫生大扫除" in row
    assert "萤火虫队" in row
    assert "11月21日 周六 10:00 才发布" in row


@pytest.mark.parametrize(
    "values",
    [
        {"capacity": 9},
        {"starts_at": "an hour ago"},
        {"state": "cancelled"},
        {"state": "undecided", "published_at": None},
        {"published_at": None},
    ],
)
def test_what_is_not_late(app: Any, values: dict[str, Any]) -> None:
    if "starts_at" in values:
        values = {"starts_at": clock.now() - HOUR}
    assert seen(app, **values) == []


def test_three_days_to_the_minute_are_in_time(app: Any) -> None:
    starts_at = clock.now() + 72 * HOUR
    ends_at = starts_at + HOUR
    assert seen(app, starts_at=starts_at, ends_at=ends_at) == []
    assert seen(app, starts_at=starts_at - dt.timedelta(minutes=1), ends_at=ends_at)


def test_the_desk_leads_there(client_for: Any) -> None:
    area = make.community()
    make.occurrence(make.series(make.team(area)), published_at=clock.now(), capacity=12)
    staff = client_for(make.staff(COMMUNITY_STAFF, area))
    assert "开始前三天内才发布的大活动" in staff.get("/desk").text
    assert "12 人" in staff.get("/desk/waiting/declared_late").text
