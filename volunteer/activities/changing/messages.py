"""What people are told when dates they signed up for are changed or cancelled by an edit (R065)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import messages
from volunteer.activities.models import PUBLISHED, SIGNED_UP, Occurrence, SignUp
from volunteer.core.database import db
from volunteer.outbox.kinds import register

WORDS: tuple[str, Any] = ("words", _l("负责人说：%(words)s"))
BUSY: tuple[str, Any] = (
    "busy_with",
    _l("新的时间和您报名的“%(busy_with)s”撞上了。两个名额都还是您的，请看一看，来不了的那一场请取消。"),
)
_OF_THE_DATE: dict[str, Any] = {"endpoint": "activities.occurrence", "link_values": ("occurrence_id",)}


def is_one_still_on(payload: dict[str, Any], person_id: int) -> bool:
    """Still signed up for one of several dates."""
    statement = (
        sa.select(Occurrence.id)
        .join(SignUp, SignUp.occurrence_id == Occurrence.id)
        .where(
            Occurrence.id.in_(payload["occurrence_ids"]),
            Occurrence.state == PUBLISHED,
            SignUp.person_id == person_id,
            SignUp.state == SIGNED_UP,
        )
        .limit(1)
    )
    return db.session.scalar(statement) is not None


register(
    "activity_cancelled",
    subject=_l("活动取消：%(title)s"),
    body=_l("原定%(starts_at)s的“%(title)s”取消了。原因：%(reason)s。请不要前往，谢谢您的热心。"),
    **_OF_THE_DATE,
)
register(
    "activity_changed",
    subject=_l("时间或地点有变：%(title)s"),
    body=_l("“%(title)s”改为%(starts_at)s，在%(place)s。您的报名还在；新的安排不方便的话，可以取消。"),
    still_wanted=messages.is_still_on,
    also=(WORDS, BUSY),
    **_OF_THE_DATE,
)
register(
    "activity_word",
    subject=_l("负责人有话说：%(title)s"),
    body=_l("关于您报名的“%(title)s”（%(starts_at)s，在%(place)s），负责人说：%(words)s"),
    still_wanted=messages.is_still_on,
    **_OF_THE_DATE,
)
register(
    "activity_dates_changed",
    subject=_l("几场活动的时间或地点有变：%(title)s"),
    body=_l(
        "“%(title)s”有几场变了，您报名的改为：%(dates_at)s，在%(place)s。"
        "您的报名都还在；哪一场不方便，可以单独取消。"
    ),
    still_wanted=is_one_still_on,
    also=(WORDS, BUSY),
    endpoint="activities.mine",
)
register(
    "activity_dates_cancelled",
    subject=_l("几场活动取消：%(title)s"),
    body=_l("“%(title)s”取消了您报名的几场：%(dates_at)s。原因：%(reason)s。请不要前往，谢谢您的热心。"),
    endpoint="activities.mine",
)
register(
    "activity_dates_word",
    subject=_l("负责人有话说：%(title)s"),
    body=_l("关于您报名的“%(title)s”（%(dates_at)s），负责人说：%(words)s"),
    still_wanted=is_one_still_on,
    endpoint="activities.mine",
)
