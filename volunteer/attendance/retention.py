"""What a check-in says beyond coming and leaving is emptied after a while (R154).

The mark of the phone serves to see one phone checking in for many (R156), the
distance to judge a check-in; both have served when the month is over.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.attendance.models import CheckIn
from volunteer.people.retention import Policy, register


def _marked(before: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        CheckIn.came_at < before,
        sa.or_(CheckIn.device.is_not(None), CheckIn.distance_metres.is_not(None)),
    )


register(
    Policy(
        "check_in_marks",
        "KEEP_CHECK_IN_MARKS_DAYS",
        _l("签到时手机的标记和距离"),
        CheckIn.__table__,
        _marked,
        lambda now: {"device": None, "distance_metres": None},
    )
)
