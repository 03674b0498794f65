"""Hours of a flexible task come from the reports that a leader has confirmed (attendance/service/tasks.py)."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from volunteer.attendance import task_queries
from volunteer.core.errors import Refused
from volunteer.hours.planned import Planned
from volunteer.hours.service.credit import Mark


class ReportsWait(Refused):
    """Once the hours are recorded nobody answers a report any more: none is left behind in silence."""

    sentence = _l("还有 %(count)s 条完成情况没有看，先看完，再登记时长。")


class ReportsChanged(Refused):
    sentence = _l("刚刚有完成情况改了。请看一眼现在的名单，再按一次“记录”。")


def refuse_unanswered(plan: Planned, marks: Sequence[Mark]) -> None:
    """Under the date's lock: every report is answered, and who has confirmed ones gets just these minutes."""
    if waiting := task_queries.waiting(plan.id):
        raise ReportsWait(count=waiting)
    confirmed = {id_: sum(days.values()) for id_, days in task_queries.confirmed(plan.id).items()}
    marked = {mark.person_id: mark.minutes for mark in marks if mark.minutes is not None}
    if marked != confirmed:
        raise ReportsChanged
