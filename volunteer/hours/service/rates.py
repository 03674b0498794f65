"""How hours earn points from a day on."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.hours.models import EarningRule

MOST_POINTS_PER_HOUR = 1000
MOST_MINUTES = 24 * 60
# Hours of so many days back may still be recorded under the first rule; later they are settled.
EARLIEST, LATEST = dt.timedelta(days=31), dt.timedelta(days=366)


class RateOutOfRange(Refused):
    sentence = _l("每小时的积分要在 0 到 1000 之间。")
    status = 422
    field = "points_per_hour"


class DayOutOfRange(Refused):
    sentence = _l("从哪天起算，最早 31 天以前，最晚一年以后。")
    status = 422
    field = "valid_from"


def set_rate(
    *, actor_id: int | None, points_per_hour: int, valid_from: dt.date, most_minutes_per_activity: int = 0
) -> EarningRule:
    """Put a rule in force from a day on; records made before keep theirs (R100). No actor means a command.

    A second rule of the same day takes the place of the first for what is recorded from now on.
    0 points: hours earn none from that day. 0 minutes: no cap on one activity (R101).
    """
    if not 0 <= points_per_hour <= MOST_POINTS_PER_HOUR:
        raise RateOutOfRange
    today = clock.today()
    if actor_id is not None and not today - EARLIEST <= valid_from <= today + LATEST:
        raise DayOutOfRange
    assert 0 <= most_minutes_per_activity <= MOST_MINUTES, "the form holds the bounds"
    rule = EarningRule(
        points_per_hour=points_per_hour,
        most_minutes_per_activity=most_minutes_per_activity,
        valid_from=valid_from,
        created_at=clock.now(),
    )
    db.session.add(rule)
    db.session.flush()
    audit.record(
        actor_id=actor_id, act="earning_rule_set", kind="earning_rule", id=rule.id,
        points_per_hour=points_per_hour, valid_from=valid_from.isoformat(),
        most_minutes_per_activity=most_minutes_per_activity,
    )  # fmt: skip
    return rule
