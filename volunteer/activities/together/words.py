"""A standing sign-up in words."""

from __future__ import annotations

from typing import Any

from volunteer.activities.together.regulars import WEEKDAYS, is_paused
from volunteer.core import clock, formats
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import pgettext


def days(regular: Any) -> str:
    """'每次都来' or '每个周二、周四都来'."""
    if not regular.weekdays:
        return _("每次都来")
    names = [formats.weekday_name(WEEKDAYS.index(day)) for day in regular.weekdays.split(",")]
    return _("每个%(days)s都来", days=pgettext("list separator", "、").join(names))


def state(regular: Any) -> str:
    """Empty while it runs."""
    if not is_paused(regular, clock.today()):
        return ""
    if regular.paused_until is None:
        return _("暂停中")
    return _("暂停到%(day)s", day=formats.day(regular.paused_until))
