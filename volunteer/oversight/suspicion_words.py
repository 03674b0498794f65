"""Findings in words that accuse nobody."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.core import formats
from volunteer.core.i18n import gettext as _
from volunteer.oversight import findings, presence
from volunteer.oversight.findings import (
    BACK_FILLED,
    NO_CHECK_OUT,
    OVERLAPS,
    OWN,
    REVERSALS,
    SAME_MINUTE,
    SAME_PHONE,
    TOO_LONG,
)

TITLES: dict[str, Any] = {
    BACK_FILLED: _l("补记比较多"),
    SAME_MINUTE: _l("同一分钟记了几场"),
    OWN: _l("记到自己名下"),
    TOO_LONG: _l("比计划的长"),
    REVERSALS: _l("冲正比较多"),
    OVERLAPS: _l("时间有重叠"),
    SAME_PHONE: _l("一部手机替多人签到"),
    NO_CHECK_OUT: _l("常常没有签退"),
}


def explain(key: str) -> str:
    """What the list holds, and why it may well be in order."""
    if key == BACK_FILLED:
        return _(
            "近一年里，活动结束 %(days)s 天以后才记的时长，超过全部时长的 %(percent)s%%。常常只是忘了记，请核对一下。",
            days=current_app.config["BACKFILL_DAYS"],
            percent=current_app.config["BACKFILL_PERCENT"],
        )
    if key == SAME_MINUTE:
        return _(
            "一个人在同一分钟里记了 %(count)s 项以上不同的活动。可能是集中补录，请核对一下。",
            count=findings.MANY_AT_ONCE,
        )
    if key == REVERSALS:
        return _(
            "半年里冲正过 %(count)s 次以上。可能是在改正从前的错误，请核对一下。",
            count=findings.MANY_REVERSALS,
        )
    if key == SAME_PHONE:
        return _(
            "同一场里，一部手机给 %(count)s 个以上的人签了到。可能是邻居之间借手机用，请核对一下。",
            count=presence.MANY_ON_ONE_PHONE,
        )
    if key == NO_CHECK_OUT:
        return _(
            "半年里有 %(count)s 场以上没有签退，时长是点名时定的。可能只是忘了签退，请核对一下。",
            count=presence.MANY_WITHOUT_LEAVING,
        )
    return {
        OWN: _("点名的人自己也在名单里。带队的人也出了力，很平常，请核对一下。"),
        TOO_LONG: _("记下的时长比活动计划的长。可能活动后来改过时间，请核对一下。"),
        OVERLAPS: _("同一个人两场活动的时间碰在一起。可能是来回赶场，请核对一下。"),
    }[key]


def line(key: str, row: Any) -> str:
    """One finding in a sentence, with its numbers."""
    if key == BACK_FILLED:
        late, total = formats.minutes(row.first), formats.minutes(row.second)
        return _("近一年 %(total)s，其中 %(late)s 是后来补记的", total=total, late=late)
    if key == SAME_MINUTE:
        return _("一分钟里记了 %(count)s 项活动", count=row.first)
    if key == OWN:
        return _("点名的人自己也记了 %(amount)s", amount=formats.minutes(row.first))
    if key == TOO_LONG:
        planned, amount = formats.minutes(row.second), formats.minutes(row.first)
        return _("计划 %(planned)s，记了 %(amount)s", planned=planned, amount=amount)
    if key == REVERSALS:
        return _("半年里冲正了 %(count)s 次", count=row.first)
    if key == SAME_PHONE:
        return _("一部手机给 %(count)s 个人签了到", count=row.first)
    if key == NO_CHECK_OUT:
        return _("半年里 %(count)s 场没有签退", count=row.first)
    return _("和另一场的时间有重叠")
