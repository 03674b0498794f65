"""How hours earn points from a day on."""

from __future__ import annotations

import datetime as dt

from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.hours.models import EarningRule


def set_rate(
    *, actor_id: int | None, points_per_hour: int, valid_from: dt.date, most_minutes_per_activity: int = 0
) -> EarningRule:
    """Put a rule in force from a day on; records made before keep theirs (R100). No actor means a command."""
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
    )  # fmt: skip
    return rule
