"""What applications say of people is emptied some time after the answer; without one they are refused (R154).

Who was accepted has a record of the own by then; who was refused has left. State,
dates and the link to the person stay.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.people.retention import Policy, register
from volunteer.teams.models import REFUSED, WAITING, Application, Intake
from volunteer.teams.service.intake.refusing import note_refused

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


def _unanswered(before: dt.datetime) -> sa.ColumnElement[bool]:
    """Of an intake that closed so long ago."""
    closed = sa.select(Intake.id).where(Intake.closes_at < before)
    return sa.and_(Application.state == WAITING, Application.intake_id.in_(closed))


def _note_refused(ids: Sequence[int]) -> None:
    rows = sa.select(Application.id, Application.intake_id).where(Application.id.in_(ids))
    note_refused(db.session.execute(rows.order_by(Application.id)), by=None)


register(
    Policy(
        "unanswered_applications",
        "KEEP_UNANSWERED_DAYS",
        _l("一直没有答复的招募报名表"),
        Application.__table__,
        _unanswered,
        lambda now: {
            "state": REFUSED,
            "decided_at": now,
            "reason": _("队伍一直没有答复，报名表按规定结束了。欢迎您再报名。"),
        },
        note=_note_refused,
    )
)
