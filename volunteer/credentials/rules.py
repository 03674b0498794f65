"""Words and limits of trainings, qualifications and commendations, on plain values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.credentials.models import COMMENDATION, QUALIFICATION, TRAINING

KIND_LABELS: dict[str, Any] = {
    TRAINING: _l("培训"),
    QUALIFICATION: _l("资格"),
    COMMENDATION: _l("表彰"),
}
# Who stands behind it, by kind (R016, R017).
UNIT_LABELS: dict[str, Any] = {
    TRAINING: _l("组织方"),
    QUALIFICATION: _l("发证单位"),
    COMMENDATION: _l("授予单位"),
}
LONGEST_NAME, LONGEST_CONTENT, LONGEST_UNIT, LONGEST_REASON = 80, 500, 120, 300
MOST_LEARNING_MINUTES = 1000 * 60
MOST_WAITING = 10  # of one person: nobody is helped by more, and each may hold a file
EXPIRES_SOON = dt.timedelta(days=60)  # staff see it coming
TELL_BEFORE = dt.timedelta(days=30)  # the person is told


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written down of a training, qualification or commendation."""

    kind: str
    name: str
    unit: str
    happened_on: dt.date
    content: str = ""
    learning_minutes: int | None = None
    expires_on: dt.date | None = None
    is_from_outside: bool = False


def is_valid_on(day: dt.date, *, happened_on: dt.date, expires_on: dt.date | None) -> bool:
    """Valid from its day to its last day, both counted in."""
    return happened_on <= day and (expires_on is None or day <= expires_on)
