"""The kinds of messages about activities, and whether each still has a point."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities.models import PUBLISHED, SIGNED_UP, Occurrence, SignUp
from volunteer.core.database import db
from volunteer.outbox.kinds import register


def told(
    *, occurrence_id: int, title: str, title_en: str | None, starts_at: dt.datetime, place: str, **more: Any
) -> dict[str, Any]:
    """What every message about a date says: the payload of its notes and receipts."""
    return {
        "occurrence_id": occurrence_id,
        "title": title,
        "title_en": title_en,
        "starts_at": starts_at.isoformat(),
        "place": place,
        **more,
    }


def is_still_on(payload: dict[str, Any], person_id: int) -> bool:
    """Still signed up, not cancelled, and still at the time that the message names."""
    statement = (
        sa.select(Occurrence.id)
        .join(SignUp, SignUp.occurrence_id == Occurrence.id)
        .where(
            Occurrence.id == payload["occurrence_id"],
            Occurrence.state == PUBLISHED,
            Occurrence.starts_at == dt.datetime.fromisoformat(payload["starts_at"]),
            SignUp.person_id == person_id,
            SignUp.state == SIGNED_UP,
        )
    )
    return db.session.scalar(statement) is not None


_OF_THE_ACTIVITY: dict[str, Any] = {"endpoint": "activities.occurrence", "link_values": ("occurrence_id",)}

register(
    "activity_signed_up",
    subject=_l("报名成功：%(title)s"),
    body=_l("您报名了“%(title)s”，%(starts_at)s，在%(place)s。来不了的话，请早点取消，把名额让给邻居。"),
    still_wanted=is_still_on,
    **_OF_THE_ACTIVITY,
)
register(  # no longer written, a receipt says who did it (acting/messages.py); old inboxes hold it still
    "activity_signed_off",
    subject=_l("报名已取消：%(title)s"),
    body=_l("工作人员替您取消了“%(title)s”（%(starts_at)s）的报名。有疑问请联系活动负责人。"),
    **_OF_THE_ACTIVITY,
)
register(
    "activity_reminder_tomorrow",
    subject=_l("明天见：%(title)s"),
    body=_l("别忘了，您报名的“%(title)s”%(starts_at)s开始，在%(place)s。来不了请尽快取消。"),
    still_wanted=is_still_on,
    **_OF_THE_ACTIVITY,
)
register(
    "activity_reminder_soon",
    subject=_l("两小时后见：%(title)s"),
    body=_l("您报名的“%(title)s”%(starts_at)s开始，在%(place)s。路上慢点，注意安全。"),
    still_wanted=is_still_on,
    **_OF_THE_ACTIVITY,
)
register(
    "activity_cancelled",
    subject=_l("活动取消：%(title)s"),
    body=_l("原定%(starts_at)s的“%(title)s”取消了。原因：%(reason)s。请不要前往，谢谢您的热心。"),
    **_OF_THE_ACTIVITY,
)
register(
    "activity_changed",
    subject=_l("时间或地点有变：%(title)s"),
    body=_l("“%(title)s”改为%(starts_at)s，在%(place)s。您的报名还在；新的安排不方便的话，可以取消。"),
    still_wanted=is_still_on,
    **_OF_THE_ACTIVITY,
)
