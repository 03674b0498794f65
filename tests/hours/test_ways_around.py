"""Ways around the day's limit and past an approval that somebody dishonest would try."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests import make
from tests.hours.test_proposals import Hall, batches
from volunteer.core import clock
from volunteer.hours.extension import Extension
from volunteer.hours.models import APPROVED, WAITING
from volunteer.hours.service import approving

HOUR = dt.timedelta(hours=1)


def two_on_one_day(hours: int) -> tuple[Hall, Any]:
    """A date of so many hours this morning, and a second one of as many that evening, of one team."""
    hall = Hall(hours=hours, ago=2 * hours * HOUR + HOUR)
    starts_at = hall.date.ends_at
    return hall, make.occurrence(
        make.series(hall.team), starts_at=starts_at, ends_at=starts_at + hours * HOUR
    )


def propose(hall: Hall, date: Any) -> Any:
    return approving.propose(
        actor=make.actor(hall.leader), occurrence_id=date.id, marks=hall.marks, reason="值守"
    )


def test_two_proposals_for_one_day_do_not_split_what_needs_two_approvals(db: Any) -> None:
    with clock.fixed(clock.at_local(clock.today(), dt.time(23, 0))):
        hall, second = two_on_one_day(9)
        proposals = [propose(hall, hall.date), propose(hall, second)]
        assert [one.approvals_needed for one in proposals] == [1, 1]
        assert hall.approve(proposals[0], hall.staff) is not None
        assert hall.approve(proposals[1], hall.staff) is None
        assert (proposals[1].state, proposals[1].approvals_needed) == (WAITING, 2)
        assert len(batches()) == 1
        assert hall.approve(proposals[1], hall.street) is not None
        assert proposals[1].state == APPROVED


def test_who_approves_sees_the_minutes_with_the_extension(client_for: Any, db: Any) -> None:
    hall = Hall(hours=7, ago=10 * HOUR)
    row = approving.propose(
        actor=make.actor(hall.leader), occurrence_id=hall.date.id, marks=hall.marks, reason="汛期",
        extension=Extension(120, "水还没退"),
    )  # fmt: skip
    db.session.commit()
    page = client_for(hall.staff).get(f"/desk/proposals/{row.id}").get_data(as_text=True)
    assert "9 小时" in page
    assert "7 小时" not in page.split("<table", 1)[-1]
