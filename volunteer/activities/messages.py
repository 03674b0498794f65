"""The kinds of messages about activities, and whether each still has a point."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities.models import AGREED, PUBLISHED, SIGNED_UP, Occurrence, SignUp
from volunteer.core import formats
from volunteer.core.database import db
from volunteer.outbox.kinds import register


def told(date: Any, **more: Any) -> dict[str, Any]:
    """What every message about a date says: the payload of its notes and receipts.

    `date` is a row with the columns of a date and the title of its series; where the row is of
    something else, such as a sign-up, the date's number is its `occurrence_id`.
    """
    number = getattr(date, "occurrence_id", None)
    return {
        "occurrence_id": date.id if number is None else number,
        "title": date.title,
        "title_en": date.title_en,
        "starts_at": moments(date.starts_at, date.ends_at),
        "place": date.place,
        **more,
    }


def moments(starts_at: dt.datetime, ends_at: dt.datetime) -> str:
    """When a date is, for a payload: its start, or both ends of what may be done at any time between."""
    ends = f"/{ends_at.isoformat()}" if formats.is_any_time(ends_at) else ""
    return starts_at.isoformat() + ends


def is_then(payload: dict[str, Any]) -> sa.ColumnElement[bool]:
    """The date is still when the message says."""
    starts, _slash, ends = payload["starts_at"].partition("/")
    is_start = Occurrence.starts_at == dt.datetime.fromisoformat(starts)
    return sa.and_(is_start, Occurrence.ends_at == dt.datetime.fromisoformat(ends)) if ends else is_start


def is_still_on(payload: dict[str, Any], person_id: int) -> bool:
    """Still signed up or somebody's partner, not cancelled, and still at the time that the message names."""
    statement = (
        sa.select(Occurrence.id)
        .join(SignUp, SignUp.occurrence_id == Occurrence.id)
        .where(
            Occurrence.id == payload["occurrence_id"],
            Occurrence.state == PUBLISHED,
            is_then(payload),
            takes_part(person_id),
        )
    )
    return db.session.scalar(statement) is not None


def takes_part(person_id: int) -> sa.ColumnElement[bool]:
    """A sign-up that is the person's own, or of which the person is the partner."""
    is_partner = sa.and_(SignUp.partner_id == person_id, SignUp.partner_state == AGREED)
    return sa.and_(SignUp.state == SIGNED_UP, sa.or_(SignUp.person_id == person_id, is_partner))


OF_THE_DATE: dict[str, Any] = {"endpoint": "activities.occurrence", "link_values": ("occurrence_id",)}

register(
    "activity_signed_up",
    subject=_l("报名成功：%(title)s"),
    body=_l("您报名了“%(title)s”，%(starts_at)s，在%(place)s。来不了的话，请早点取消，把名额让给邻居。"),
    still_wanted=is_still_on,
    **OF_THE_DATE,
)
register(
    "activity_signed_up_task",
    subject=_l("报名成功：%(title)s"),
    body=_l(
        "您报名了“%(title)s”，到 %(last_on)s 为止什么时候做都行，在%(place)s。"
        "做完了点开写一下完成情况；做不了的话，请早点取消，把名额让给邻居。"
    ),
    still_wanted=is_still_on,
    **OF_THE_DATE,
)
register(  # no longer written, a receipt says who did it (acting/messages.py); old inboxes hold it still
    "activity_signed_off",
    subject=_l("报名已取消：%(title)s"),
    body=_l("工作人员替您取消了“%(title)s”（%(starts_at)s）的报名。有疑问请联系活动负责人。"),
    **OF_THE_DATE,
)
register(
    "activity_reminder_tomorrow",
    subject=_l("明天见：%(title)s"),
    body=_l("别忘了，您报名的“%(title)s”%(starts_at)s开始，在%(place)s。来不了请尽快取消。"),
    still_wanted=is_still_on,
    **OF_THE_DATE,
)
register(
    "activity_reminder_soon",
    subject=_l("两小时后见：%(title)s"),
    body=_l("您报名的“%(title)s”%(starts_at)s开始，在%(place)s。路上慢点，注意安全。"),
    still_wanted=is_still_on,
    **OF_THE_DATE,
)
register(
    "sign_up_blocked_no_shows",
    subject=_l("报名先停一停，想听听您的情况"),
    body=_l(
        "%(year)s 年您有 %(count)s 次报了名没有来，报名暂时停了。也许有我们不知道的难处："
        "请给社区服务台打个电话或来一趟，说清楚就能恢复。觉得哪一次记错了，点开可以看到是谁记的。"
    ),
    endpoint="hours.my_no_shows",
)
register(
    "sign_up_blocked_staff",
    subject=_l("您的报名暂停了"),
    body=_l("社区工作人员暂停了您的报名，原因：%(note)s。有疑问请联系社区服务台。"),
    endpoint="activities.home",
)
register(
    "sign_up_block_kept",
    subject=_l("您的报名还要再停一阵"),
    body=_l("社区工作人员看过了，报名先继续暂停：%(note)s。有疑问请联系社区服务台。"),
    endpoint="hours.my_no_shows",
)
register(
    "sign_up_block_lifted",
    subject=_l("又可以报名了，欢迎回来"),
    body=_l("您的报名恢复了：%(note)s。来不了的时候提前取消就好，名额会让给邻居。"),
    endpoint="activities.home",
)
register(
    "sign_up_block_fell_away",
    subject=_l("又可以报名了"),
    body=_l("有一次没来的记录已经更正，您的报名恢复了。给您添麻烦了，请多包涵。"),
    endpoint="activities.home",
)
