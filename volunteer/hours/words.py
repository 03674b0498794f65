"""Names that pages and messages of this slice share."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from volunteer.core import formats, i18n
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext
from volunteer.hours import rules
from volunteer.hours.models import (
    ABSENT,
    BACK_FILLED,
    EXCUSED,
    LATE,
    LEFT_EARLY,
    MISSING,
    NO_SHOW,
    OVER_LIMIT,
    PRESENT,
    WRONG,
)
from volunteer.hours.rules import Stars

ATTENDANCES: dict[str, Any] = {
    PRESENT: lazy_pgettext("roll call", "到"),
    LATE: lazy_pgettext("roll call", "迟到"),
    LEFT_EARLY: lazy_pgettext("roll call", "早走"),
    EXCUSED: lazy_pgettext("roll call", "请假"),
    ABSENT: lazy_pgettext("roll call", "缺席"),
}
SOURCES: dict[str, Any] = {
    "auto": _l("签到签退"),
    "leader": _l("队长点名"),
    "back_filled": _l("补录"),
    "imported": _l("导入"),
    "granted": _l("授予"),
}
PROPOSALS: dict[str, Any] = {
    OVER_LIMIT: _l("一天超过 8 小时"),
    BACK_FILLED: _l("补录"),
}
OBJECTIONS: dict[str, Any] = {
    WRONG: _l("说记录不对"),
    MISSING: _l("说漏记了自己"),
    NO_SHOW: _l("说自己没有缺席"),
}


def star_name(stars: Stars) -> str:
    """'三星志愿者', or '志愿者' before the first star."""
    return (
        _("志愿者"),
        _("一星志愿者"),
        _("二星志愿者"),
        _("三星志愿者"),
        _("四星志愿者"),
        _("五星志愿者"),
    )[min(stars.count, 5)]


def star_words(stars: Stars) -> str:
    """Where one stands on the ladder, and what is missing to the next step."""
    missing = formats.minutes(stars.missing_minutes)
    if stars.next_at_minutes is None:
        return _("%(star)s，最高一级，谢谢您", star=star_name(stars))
    if not stars.count:
        return _("再服务 %(missing)s，就是一星志愿者", missing=missing)
    following = star_name(Stars(stars.count + 1, None, 0))
    star = star_name(stars)
    return _("%(star)s · 再服务 %(missing)s，升%(next)s", star=star, missing=missing, next=following)


def big_time(minutes: int) -> list[tuple[str, str]]:
    """Number and unit apart, for the big figure: 554 小时 20 分; a part that is zero is left out."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return [(str(rest), _("分钟"))]
    parts = [(formats.number(hours), ngettext("小时", "小时", hours))]
    return [*parts, (str(rest), _("分"))] if rest else parts


def signed_minutes(minutes: int) -> str:
    return ("+" if minutes > 0 else "") + formats.minutes(minutes)


def signed_points(points: int) -> str:
    return ("+" if points > 0 else "") + formats.points(points)


def amount(minutes: int, points: int) -> str:
    """'+2 小时 30 分 · +25 分': the amounts that are not zero."""
    parts = [signed_minutes(minutes) if minutes else "", signed_points(points) if points else ""]
    return " · ".join(part for part in parts if part)


def activity_label(row: Any) -> str:
    """The title of a row with `title` and `title_en` in the reader's language."""
    return i18n.label(row.title, row.title_en)


def attendance_why(row: Any, minutes: int) -> str:
    """'16:30 离开，少记 30 分钟。' for those who were not there all the time, else nothing.

    Where the minutes come from the check-ins, they and the plan say it better than the attendance.
    """
    off = {"late_minutes" if row.attendance == LATE else "early_minutes": row.off_minutes}
    plan = (row.starts_at, row.ends_at, row.attendance)
    parts = []
    if row.is_flexible:
        parts.append(_("没有固定时间的任务，按确认的完成情况记。"))
    elif minutes != rules.credited_minutes(*plan, **off, extra_minutes=row.extra_minutes):
        parts.append(_("在场 %(minutes)s 分钟，照实记。", minutes=minutes))
    elif row.attendance in (LATE, LEFT_EARLY) or row.extra_minutes:
        parts.append(rules.explain_minutes(*plan, **off, extra_minutes=row.extra_minutes))
    if row.reason:
        parts.append(_("负责人说明：%(reason)s", reason=row.reason))
    return " ".join(parts)
