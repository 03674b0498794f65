"""Arithmetic and choices of activities on plain values: no database, no request, no clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.activities import refusals
from volunteer.activities.models import CANCELLED
from volunteer.activities.recurrence import Rule
from volunteer.core.errors import Refused
from volunteer.people.rules import age_on, is_minor

FREE, FULL, MINE, OVERLAPS = "free", "full", "mine", "overlaps"
MEMBERS_ONLY, TOO_YOUNG, BEGUN, GONE = "members_only", "too_young", "begun", "cancelled"
NEEDS_GUARDIAN, NEEDS_TRAINING = "needs_guardian", "needs_training"

LONGEST_AHEAD = dt.timedelta(days=365)  # R062
RENEW_BEFORE = dt.timedelta(days=60)  # from here on the series' page asks to renew
LONGEST_OCCURRENCE = dt.timedelta(hours=24)
NEEDED_TO_PUBLISH = (
    "title",
    "place",
    "content",
    "person_in_charge_id",
    "risk_statement",
)  # R019, with the times

# The word is what is stored; the reader sees it in their language.
CATEGORIES: dict[str, Any] = {
    "便民服务": _l("便民服务"),
    "环境保护": _l("环境保护"),
    "环境整治": _l("环境整治"),
    "垃圾分类": _l("垃圾分类"),
    "文明劝导": _l("文明劝导"),
    "交通劝导": _l("交通劝导"),
    "文明祭扫": _l("文明祭扫"),
    "文体活动": _l("文体活动"),
    "我们的节日": _l("我们的节日"),
    "学雷锋": _l("学雷锋"),
    "理论宣讲": _l("理论宣讲"),
    "道德讲堂": _l("道德讲堂"),
    "道德实践": _l("道德实践"),
    "网格服务": _l("网格服务"),
    "无偿献血": _l("无偿献血"),
    "综合服务": _l("综合服务"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a leader writes down before a series is published."""

    title: str
    category: str
    content: str
    place: str
    risk_statement: str
    person_in_charge_id: int | None
    rule: Rule
    capacity: int
    title_en: str | None = None
    minimum_age: int = 0
    members_only: bool = False
    is_dangerous: bool = False
    requirements: tuple[Any, ...] = ()  # of requirements.Requirement


def missing(plan: Plan) -> str | None:
    """The first thing that R019 asks for and the plan does not say."""
    for name in NEEDED_TO_PUBLISH:
        value = getattr(plan, name)
        if not (value.strip() if isinstance(value, str) else value):
            return name
    return None


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a person may sign up; the refusal carries the reason in words."""

    state: str
    refusal: Refused | None = None

    @property
    def is_free(self) -> bool:
        return self.refusal is None


_FREE = Availability(FREE)


def availability(
    *,
    now: dt.datetime,
    starts_at: dt.datetime,
    starts_on: dt.date,
    state: str,
    places_left: int,
    minimum_age: int,
    born_on: dt.date | None,
    members_only: bool,
    is_member: bool,
    is_signed_up: bool,
    team: str,
    overlapping: str | None,
    today: dt.date | None = None,
    is_dangerous: bool = False,
    has_guardian: bool = True,
    untrained: str = "",
) -> Availability:
    """What a sign-up would meet, the most final reason first; the list and the service ask the same.

    `starts_on` is the local date of the start, `overlapping` the title of another
    activity of this person at that time. Nobody in particular has `born_on=None`.
    `has_guardian` says that a guardian's consent is recorded; who is under 18 on
    `today`, the day of signing up, needs one (R008), and may not do what is dangerous (R009).
    `untrained` names the trainings and qualifications that the person lacks on the day.
    """
    if state == CANCELLED:
        return Availability(GONE, refusals.Cancelled())
    if starts_at <= now:
        return Availability(BEGUN, refusals.Begun())
    if is_signed_up:
        return Availability(MINE, refusals.AlreadySignedUp())
    if members_only and not is_member:
        return Availability(MEMBERS_ONLY, refusals.MembersOnly(team=team))
    if minimum_age and born_on is not None and age_on(born_on, starts_on) < minimum_age:
        return Availability(TOO_YOUNG, refusals.TooYoung(age=minimum_age))
    if (is_dangerous or not has_guardian) and born_on is not None and is_minor(born_on, today or starts_on):
        return _not_for_minors(is_dangerous)
    if untrained:
        return Availability(NEEDS_TRAINING, refusals.NeedsTraining(what=untrained))
    if places_left <= 0:
        return Availability(FULL, refusals.Full())
    if overlapping is not None:
        return Availability(OVERLAPS, refusals.Overlaps(other=overlapping))
    return _FREE


def _not_for_minors(is_dangerous: bool) -> Availability:
    if is_dangerous:
        return Availability(TOO_YOUNG, refusals.TooDangerous())
    return Availability(NEEDS_GUARDIAN, refusals.NeedsGuardian())


def is_late(now: dt.datetime, starts_at: dt.datetime, hours: int) -> bool:
    """R026: a sign-off within the last hours before the start is late."""
    return now > starts_at - dt.timedelta(hours=hours)
