"""A plan, a series or one of its dates in the reader's words: opening, positions, hours, who may come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.activities.models import (
    FEMALE,
    MEETING,
    NO_HOURS,
    PREPARATION,
    SERVICE,
    TRAINING_HOURS,
)
from volunteer.activities.planning import requirements
from volunteer.core import clock, formats
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import pgettext

HOURS_KIND_LABELS: dict[str, Any] = {
    SERVICE: _l("服务"),
    TRAINING_HOURS: _l("培训"),
    PREPARATION: _l("准备工作"),
    MEETING: _l("开会"),
    NO_HOURS: _l("不记时长（聚餐、有报酬的工作等）"),
}


def listed(items: Iterable[str]) -> str:
    return pgettext("list separator", "、").join(items)


def opening(of: Any) -> str:
    """When sign-up opens and closes, of a series or a plan: '提前 7 天 8:00 开放报名，…'; empty when always."""
    said = []
    if of.opens_days is not None:
        at = of.opens_time or dt.time(0, 0)
        time = f"{at.hour}:{at.minute:02d}"
        if of.opens_days:
            said.append(_("提前 %(days)s 天，%(time)s 开放报名", days=of.opens_days, time=time))
        else:
            said.append(_("当天 %(time)s 开放报名", time=time))
    if of.newcomers_hours:
        said.append(_("头 %(hours)s 小时先留给没参加过的人", hours=of.newcomers_hours))
    if of.closes_hours:
        said.append(_("开始前 %(hours)s 小时截止", hours=of.closes_hours))
    return _joined(said)


def opening_of_date(date: Any, now: dt.datetime) -> str:
    """The same of one date, by the moments written when it was made; what is over is not told any more."""
    said = []
    if date.opens_at is not None and now < date.opens_at:
        said.append(_("%(when)s 开放报名", when=formats.moment(date.opens_at)))
    if date.newcomers_until is not None and now < date.newcomers_until:
        said.append(_("到 %(when)s 之前先留给没参加过的人", when=formats.moment(date.newcomers_until)))
    if (
        date.closes_at is not None
        and now < date.closes_at < date.ends_at
        and date.closes_at != date.starts_at
    ):
        said.append(_("%(when)s 截止报名", when=formats.moment(date.closes_at)))
    elif date.closes_at is not None and date.closes_at <= now < date.starts_at:
        said.append(_("报名已经截止"))
    return _joined(said)


def _joined(said: list[str]) -> str:
    return pgettext("between parts of a sentence", "，").join(said)


def people(of: Any) -> str:
    """Who may come: '本队队员，满 18 岁，限女性，服务过 10 小时'; '所有人' without any limit."""
    said = []
    if of.members_only:
        said.append(_("本队队员"))
    if of.minimum_age:
        said.append(_("活动当天年满 %(age)s 岁", age=of.minimum_age))
    if of.sex_needed:
        said.append(sex(of.sex_needed))
    if of.minimum_minutes:
        said.append(_("服务过 %(time)s", time=formats.minutes(of.minimum_minutes)))
    return _joined(said) or _("所有人")


def sex(code: str) -> str:
    return _("限女性") if code == FEMALE else _("限男性")


def sex_reason(code: str, reason: str, *, post: str = "") -> str:
    """The line of the content that says why: only what the task itself asks for justifies it."""
    if post and code == FEMALE:
        return _("岗位“%(post)s”只请女性志愿者：%(reason)s", post=post, reason=reason)
    if post:
        return _("岗位“%(post)s”只请男性志愿者：%(reason)s", post=post, reason=reason)
    if code == FEMALE:
        return _("只请女性志愿者：%(reason)s", reason=reason)
    return _("只请男性志愿者：%(reason)s", reason=reason)


def post(of: Any, wanted: Iterable[requirements.Requirement] = ()) -> str:
    """What one position asks beyond the activity; empty when nothing."""
    limits = people(of) if of.members_only or of.minimum_age or of.sex_needed or of.minimum_minutes else ""
    needs = requirements.words(wanted)
    return _joined([part for part in (limits, _("先要有%(what)s", what=needs) if needs else "") if part])


def hours(of: Any) -> str:
    """Which kind of time it is and whether it counts (R035, R047), and the way there (R034)."""
    if of.hours_kind == NO_HOURS:
        return _("不记服务时长")
    kind = str(HOURS_KIND_LABELS[of.hours_kind]).lower()
    counts = of.hours_kind in counted_kinds()
    said = _("记%(kind)s时长", kind=kind) if counts else _("按%(kind)s登记，不计入服务时长", kind=kind)
    return _joined([said, _("路上的时间也算") if of.counts_travel else _("不含路上的时间")])


def counted_kinds() -> tuple[str, ...]:
    """The kinds of time that count as service, by the setting."""
    return tuple(current_app.config["HOURS_KINDS"].replace(",", " ").split())


def window(date: Any) -> str:
    """Of a flexible date: until when it is to be done and how long it usually takes."""
    return _(
        "%(first)s 到 %(last)s 之间自己安排，大约 %(time)s",
        first=formats.day(clock.local(date.starts_at).date()),
        last=formats.day(clock.local(date.ends_at - dt.timedelta(minutes=1)).date()),
        time=formats.minutes(date.duration_minutes),
    )


def together(of: Any) -> str:
    """What is agreed about coming together; empty when nothing."""
    said = []
    if of.most_companions:
        said.append(_("每人最多带 %(count)s 位同伴", count=of.most_companions))
    if of.takes_pairs:
        said.append(_("可以两人结对，来一个就行"))
    return _joined(said)


def regulars(of: Any) -> str:
    """How many places standing sign-ups may take; empty when none."""
    if not of.regular_places:
        return ""
    return _("最多 %(count)s 个名额给固定报名的人", count=of.regular_places)


def staffing(of: Any) -> str:
    if not of.minimum_people:
        return ""
    return _(
        "至少 %(people)s 人，不够的话提前 %(hours)s 小时提醒",
        people=of.minimum_people,
        hours=of.warn_hours,
    )
