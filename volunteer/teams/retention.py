"""What answered applications say of people is emptied after a while (R154).

Who was accepted has a record of the own by then; who was refused has left. State,
dates and the link to the person stay.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.people.retention import Policy, register
from volunteer.teams.models import WAITING, Application

_EMPTY = ("name", "skills", "receipt")
_NONE = ("phone", "phone_hash", "form_hash", "sex", "born_on", "guardian", "reason")


def _answered(before: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        Application.state != WAITING, Application.form_hash.is_not(None), Application.decided_at < before
    )


register(
    Policy(
        "applications",
        "INTAKE_KEEP_DAYS",
        _l("已答复的招募报名表"),
        Application.__table__,
        _answered,
        lambda now: dict.fromkeys(_EMPTY, "") | dict.fromkeys(_NONE),
    )
)
