"""What people hear of a date that was cancelled and takes place after all."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import messages
from volunteer.activities.changing.messages import WORDS
from volunteer.activities.messages import OF_THE_DATE
from volunteer.activities.models import CANCELLED, Occurrence
from volunteer.activities.signing.messages import is_offered
from volunteer.core.database import db
from volunteer.outbox.kinds import register

COMPANIONS: tuple[str, Any] = (
    "companions",
    _l("只留了您自己的名额。原来带的同伴没有留：您答应以后，还有空位的话，请再填上他们。"),
)
ASKED_AGAIN, ON_AGAIN = "date_reopened_place", "date_reopened"


def is_on(payload: dict[str, Any], _person_id: int) -> bool:
    """Not cancelled once more, and when the message says."""
    statement = sa.select(Occurrence.id).where(
        Occurrence.id == payload["occurrence_id"], Occurrence.state != CANCELLED, messages.is_then(payload)
    )
    return db.session.scalar(statement) is not None


register(
    ASKED_AGAIN,
    subject=_l("又照常办了，您还来吗：%(title)s"),
    body=_l(
        "取消过的“%(title)s”（%(starts_at)s，在%(place)s）又照常办了。您原来的名额给您留到 %(until_at)s。"
        "要来，请打开点“我要来”；不来，点“让给下一位”。"
    ),
    also=(COMPANIONS, WORDS),
    still_wanted=is_offered,
    **OF_THE_DATE,
)
register(
    ON_AGAIN,
    subject=_l("又照常办了：%(title)s"),
    body=_l("取消过的“%(title)s”（%(starts_at)s，在%(place)s）又照常办了。想来的话，打开看看还有没有名额。"),
    also=(WORDS,),
    still_wanted=is_on,
    **OF_THE_DATE,
)
