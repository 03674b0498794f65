"""R041: hours not recorded ten working days after the end."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests import make
from volunteer.activities import for_leaders
from volunteer.core import clock


def test_a_roll_call_is_overdue_after_ten_working_days(app: Any) -> None:
    """Ended on Friday, 6 November: due on Friday the 20th, overdue on Saturday the 21st, which is today."""
    team = make.team()
    for day in (6, 9):
        make.sign_up(
            make.occurrence(make.series(team), starts_at=clock.at_local(dt.date(2026, 11, day), dt.time(9)))
        )
    with app.test_request_context():
        late, timely = for_leaders.roll_calls([team.id])[team.id]
    assert (late.kind, timely.kind) == ("urgent", "")
    assert "过了期限" in late.text


def test_the_national_holiday_does_not_count(app: Any) -> None:
    """R042: from 28 September ten working days reach to 16 October."""
    team = make.team()
    with clock.fixed(clock.at_local(dt.date(2026, 9, 28), dt.time(18))):
        make.sign_up(make.occurrence(make.series(team), starts_at=clock.now() - dt.timedelta(hours=4)))
    for day, kind in ((16, ""), (17, "urgent")):
        with clock.fixed(clock.at_local(dt.date(2026, 10, day), dt.time(12))), app.test_request_context():
            [todo] = for_leaders.roll_calls([team.id])[team.id]
            assert todo.kind == kind
