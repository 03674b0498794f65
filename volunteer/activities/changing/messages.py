"""What people are told when dates they signed up for are changed or cancelled by an edit (R065)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import messages
from volunteer.activities.messages import OF_THE_DATE, takes_part
from volunteer.activities.models import OFFERED, PUBLISHED, WAITING, Occurrence, SignUp, Waiting
from volunteer.activities.together import regulars
from volunteer.core.database import db
from volunteer.outbox.kinds import register

WORDS: tuple[str, Any] = ("words", _l("负责人说：%(words)s"))
BUSY: tuple[str, Any] = (
    "busy_with",
    _l("新的时间和您报名的“%(busy_with)s”撞上了。两个名额都还是您的，请看一看，来不了的那一场请取消。"),
)
BUSY_LINE: tuple[str, Any] = (
    "busy_with",
    _l("新的时间和您报名的“%(busy_with)s”撞上了：想来这一场，要先取消那一场。"),
)


def is_one_still_on(payload: dict[str, Any], person_id: int) -> bool:
    """Still signed up for one of several dates, or somebody's partner there."""
    statement = (
        sa.select(Occurrence.id)
        .join(SignUp, SignUp.occurrence_id == Occurrence.id)
        .where(
            Occurrence.id.in_(payload["occurrence_ids"]),
            Occurrence.state == PUBLISHED,
            takes_part(person_id),
        )
        .limit(1)
    )
    return db.session.scalar(statement) is not None


def is_in_line(payload: dict[str, Any], person_id: int) -> bool:
    """Still waits or is offered a place, on one of the dates; one date alone is still when the message says."""
    ids = payload.get("occurrence_ids")
    which = sa.true() if ids else messages.is_then(payload)
    statement = (
        sa.select(Waiting.id)
        .join(Occurrence, Occurrence.id == Waiting.occurrence_id)
        .where(
            Occurrence.id.in_(ids or [payload["occurrence_id"]]),
            which,
            Occurrence.state == PUBLISHED,
            Waiting.person_id == person_id,
            Waiting.state.in_((WAITING, OFFERED)),
        )
        .limit(1)
    )
    return db.session.scalar(statement) is not None


def is_regular(payload: dict[str, Any], person_id: int) -> bool:
    return regulars.of_person_in(payload["series_id"], person_id) is not None


def lacks_position(payload: dict[str, Any], person_id: int) -> bool:
    """Asked for a post, and none taken meanwhile."""
    own = regulars.of_person_in(payload["series_id"], person_id)
    return own is not None and own.lacks_position


register(
    "activity_cancelled",
    subject=_l("活动取消：%(title)s"),
    body=_l("原定%(starts_at)s的“%(title)s”取消了。原因：%(reason)s。请不要前往，谢谢您的热心。"),
    **OF_THE_DATE,
)
register(
    "activity_changed",
    subject=_l("时间或地点有变：%(title)s"),
    body=_l("“%(title)s”改为%(starts_at)s，在%(place)s。您的报名还在；新的安排不方便的话，可以取消。"),
    still_wanted=messages.is_still_on,
    also=(WORDS, BUSY),
    **OF_THE_DATE,
)
register(
    "activity_word",
    subject=_l("负责人有话说：%(title)s"),
    body=_l("关于您报名的“%(title)s”（%(starts_at)s，在%(place)s），负责人说：%(words)s"),
    still_wanted=messages.is_still_on,
    **OF_THE_DATE,
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

# To those who wait for a place, or are offered one.
register(
    "activity_line_changed",
    subject=_l("时间或地点有变：%(title)s"),
    body=_l("您排队等的“%(title)s”改为%(starts_at)s，在%(place)s。您排的位置还在；不方便的话，可以不等了。"),
    still_wanted=is_in_line,
    also=(WORDS, BUSY_LINE),
    **OF_THE_DATE,
)
register(
    "activity_offer_changed",
    subject=_l("时间或地点有变：%(title)s"),
    body=_l(
        "给您留着名额的“%(title)s”改为%(starts_at)s，在%(place)s。"
        "名额还给您留着，请在 %(until_at)s 之前答复；不方便的话，让给下一位就行。"
    ),
    still_wanted=is_in_line,
    also=(WORDS, BUSY_LINE),
    **OF_THE_DATE,
)
register(
    "activity_line_word",
    subject=_l("负责人有话说：%(title)s"),
    body=_l("关于您排队等的“%(title)s”（%(starts_at)s，在%(place)s），负责人说：%(words)s"),
    still_wanted=is_in_line,
    **OF_THE_DATE,
)
register(
    "activity_dates_line_changed",
    subject=_l("几场活动的时间或地点有变：%(title)s"),
    body=_l(
        "“%(title)s”有几场变了，您排队等的改为：%(dates_at)s，在%(place)s。"
        "您排的位置都还在；哪一场不方便，可以单独不等。"
    ),
    still_wanted=is_in_line,
    also=(WORDS, BUSY_LINE),
    endpoint="activities.mine",
)
register(
    "activity_dates_line_word",
    subject=_l("负责人有话说：%(title)s"),
    body=_l("关于您排队等的“%(title)s”（%(dates_at)s），负责人说：%(words)s"),
    still_wanted=is_in_line,
    endpoint="activities.mine",
)

# To those with a standing sign-up, when the rule gives other days.
_OF_THE_REGULAR: dict[str, Any] = {"endpoint": "activities.regular", "link_values": ("series_id",)}
register(
    "regular_day_gone",
    subject=_l("固定报名的日子没有了：%(title)s"),
    body=_l(
        "“%(title)s”以后%(lost)s不办了，没法再按固定报名替您报这一天。"
        "要改到新的日子，打开按一下就行；已经报好的场次不受影响。"
    ),
    still_wanted=is_regular,
    also=(("repeats", _l("以后是%(repeats)s。")), WORDS),
    **_OF_THE_REGULAR,
)
register(
    "regular_asked",
    subject=_l("还每次都来吗：%(title)s"),
    body=_l(
        "“%(title)s”改了，以后是%(repeats)s。您的固定报名先停着，还来的话，打开按一下就接着替您报；"
        "已经报好的场次不受影响。"
    ),
    still_wanted=is_regular,
    also=(WORDS,),
    **_OF_THE_REGULAR,
)
register(
    "regular_position_asked",
    subject=_l("请选一个岗位：%(title)s"),
    body=_l(
        "“%(title)s”的岗位有变，您的固定报名先停着。还来的话，打开选一个岗位，就接着替您报；"
        "已经报好的场次不受影响。"
    ),
    still_wanted=lacks_position,
    **_OF_THE_REGULAR,
)
register(
    "regular_ended",
    subject=_l("固定报名结束了：%(title)s"),
    body=_l("“%(title)s”办到%(last_on)s为止，您的固定报名也到那天为止。谢谢您一直来。"),
    also=(("reason", _l("原因：%(reason)s")),),
    endpoint="activities.series",
    link_values=("series_id",),
)
register(
    "regular_days_changed",
    subject=_l("固定报名的日子变了：%(title)s"),
    body=_l(
        "“%(title)s”以后换了日子，照旧每一场都替您报名，报好一场告诉您一声。"
        "新的日子不方便的话，可以暂停或者停掉固定报名。"
    ),
    still_wanted=is_regular,
    also=(WORDS,),
    **_OF_THE_REGULAR,
)
