"""The kinds of messages about presence."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities.messages import is_still_on
from volunteer.attendance.models import CheckIn, TaskReport
from volunteer.core.database import db
from volunteer.outbox.kinds import register


def is_still_here(payload: dict[str, Any], person_id: int) -> bool:
    """The pair is still open: nobody has left or been taken back meanwhile."""
    mark = db.session.get(CheckIn, payload["check_in_id"])
    return mark is not None and mark.left_at is None and mark.void_at is None


def has_not_reported(payload: dict[str, Any], person_id: int) -> bool:
    """The place is still the person's, the task is on, and nothing has been reported yet."""
    reported = sa.exists().where(
        TaskReport.occurrence_id == payload["occurrence_id"], TaskReport.person_id == person_id
    )
    return is_still_on(payload, person_id) and not db.session.scalar(sa.select(reported))


register(
    "attendance_no_check_out",
    subject=_l("您还没有签退：%(title)s"),
    body=_l(
        "“%(title)s”已经结束，辛苦了！您还没有签退。还在现场的话，扫一下现场的码签退；"
        "已经到家也不要紧，负责人点名时会替您确认，时间不会白费。"
    ),
    endpoint="activities.occurrence",
    link_values=("occurrence_id",),
    still_wanted=is_still_here,
)


_OF_THE_TASK: dict[str, Any] = {"endpoint": "attendance.task", "link_values": ("occurrence_id",)}

register(
    "attendance_task_confirmed",
    subject=_l("完成情况确认了：%(title)s"),
    body=_l("您写的 %(did_on)s 做“%(title)s”%(did_minutes)s，负责人确认了，谢谢您！登记以后就是服务时长。"),
    **_OF_THE_TASK,
)
register(
    "attendance_task_lowered",
    subject=_l("完成情况确认了：%(title)s"),
    body=_l(
        "您写的 %(did_on)s 做“%(title)s”，负责人确认 %(did_minutes)s，谢谢您！负责人说明：%(words)s。"
        "觉得不对，请和负责人说一声。"
    ),
    **_OF_THE_TASK,
)
register(
    "attendance_task_refused",
    subject=_l("完成情况退回了：%(title)s"),
    body=_l("您写的 %(did_on)s 做“%(title)s”，负责人退回了，理由：%(words)s。可以改好了再写一次。"),
    **_OF_THE_TASK,
)
register(
    "attendance_task_last_day",
    subject=_l("还有一天：%(title)s"),
    body=_l(
        "“%(title)s”到 %(last_on)s 为止，您还没有写完成情况。做完了点开写一下，负责人确认以后记时长；"
        "做不了的话，请取消报名，把名额让给邻居。"
    ),
    still_wanted=has_not_reported,
    **_OF_THE_TASK,
)
