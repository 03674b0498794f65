"""A standing sign-up in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from volunteer.activities.together.regulars import WEEKDAYS, is_paused, lost_days, own_days
from volunteer.core import clock, formats
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import pgettext


def days(regular: Any) -> str:
    """'每次都来' or '每个周二、周四都来'."""
    if not regular.weekdays:
        return _("每次都来")
    return _("每个%(days)s都来", days=names(own_days(regular)))


def names(weekdays: Iterable[str]) -> str:
    """'周二、周四'."""
    named = (formats.weekday_name(WEEKDAYS.index(day)) for day in weekdays)
    return pgettext("list separator", "、").join(named)


def state(regular: Any, rule: Any) -> str:
    """Empty while it runs and `rule`, the columns of its series, gives the days that were chosen."""
    if lost_days(regular, rule):
        return _("日子没有了") if lost_days(regular, rule) == own_days(regular) else _("少了一天")
    if not is_paused(regular, clock.today()):
        return ""
    if regular.asked_at:
        return _("等着答复")
    if regular.paused_until is None:
        return _("暂停中")
    return _("暂停到%(day)s", day=formats.day(regular.paused_until))
