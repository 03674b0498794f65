"""From the filled-in form to a plan, and what the plan would give: for the page that is read before publishing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from volunteer.activities.models import FLEXIBLE
from volunteer.activities.over_midnight import end_of, is_on_next_day, minutes_between
from volunteer.activities.planning import plan_words, plans
from volunteer.activities.planning.outlook import Outlook
from volunteer.activities.planning.plans import Plan, Post
from volunteer.activities.planning.series_form import SeriesForm
from volunteer.activities.repeating import repeats
from volunteer.activities.repeating.recurrence import Rule, Shift
from volunteer.activities.repeating.rrule import parse
from volunteer.core import clock, formats
from volunteer.core.i18n import gettext as _
from volunteer.people.rules import ADULT_FROM

_MIDNIGHT = dt.time(0, 0)
_WEEK = dt.timedelta(days=7)
_ANCHORED = (
    repeats.YEARLY,
    repeats.YEARLY_WEEKDAY,
    repeats.LUNAR,
    repeats.LEAP,
)  # the first day is the feast itself, from which an offset leads


def plan_of(form: SeriesForm) -> Plan:
    """What was filled in; a choice that does not fit the first day is refused."""
    data = form.data
    counted = (
        *("minimum_age", "minimum_minutes", "newcomers_hours", "closes_hours", "minimum_people"),
        *("regular_places", "most_companions", "rest_minutes"),
    )
    as_typed = (
        *("title", "title_en", "category", "place", "risk_statement", "person_in_charge_id", "capacity"),
        *("kind", "members_only", "is_dangerous", "takes_pairs", "hours_kind", "counts_travel"),
        *("opens_days",),
    )
    same: dict[str, Any] = {name: data[name] for name in as_typed}
    same |= {name: data[name] or 0 for name in counted}
    is_flexible = data["kind"] == FLEXIBLE
    return Plan(
        **same,
        content=_content(data),
        rule=_rule(data, form.repeat.is_rare),
        window_days=data["window_days"] if is_flexible else None,
        opens_time=_opening_time(data),
        warn_hours=data["warn_hours"] or plans.USUAL_WARN_HOURS,
        receivers=tuple(data["receivers"] or ()),
        sex_needed=data["sex_needed"] or None,
        requirements=form.requirements(),
        positions=tuple(_post(row.form) for row in form.positions if not row.form.is_empty),
    )


def _rule(data: dict[str, Any], is_rare: bool) -> Rule:
    weekdays = [int(number) for number in data["weekdays"] or ()]
    pattern = repeats.from_first_day(
        data["repeat"], data["starts_on"], weekdays, data["every"], data["month_days"] or ()
    )
    start, minutes = _hours(data)
    offset = data["offset"] or None if is_rare else None  # beside a common choice it is not to be seen
    return Rule(
        starts_on=_from_on(data, offset),
        start_time=start,
        duration_minutes=minutes,
        rrule=pattern.rrule,
        lunar=pattern.lunar,
        solar_term=pattern.solar_term,
        offset=offset,
        ends_on=data["ends_on"],
        most_dates=data["most_dates"],
        shifts=tuple(_shift(row) for row in data["shifts"] if row["starts_time"]),
        on_holiday=data["on_holiday"],
        on_makeup=data["on_makeup"],
        window_days=data["window_days"] if data["kind"] == FLEXIBLE else None,
    )


def _from_on(data: dict[str, Any], offset: str | None) -> dt.date:
    """The first day; where an offset may lead to before it, somewhat earlier, but not into the past."""
    first: dt.date = data["starts_on"]
    if offset and data["repeat"] in _ANCHORED:
        return min(first, max(first - _WEEK, clock.today() + dt.timedelta(days=1)))
    return first


def _hours(data: dict[str, Any]) -> tuple[dt.time, int]:
    if data["kind"] == FLEXIBLE:
        return data["starts_time"] or _MIDNIGHT, data["usual_minutes"]
    return data["starts_time"], minutes_between(data["starts_time"], data["ends_time"])


def _shift(row: dict[str, Any]) -> Shift:
    return Shift(row["starts_time"], minutes_between(row["starts_time"], row["ends_time"]))


def span(start: dt.time, minutes: int) -> str:
    """'9:00–10:30' or '22:00–次日 1:00'."""
    closes = _clock_time(end_of(start, minutes))
    is_next_day = is_on_next_day(start, minutes)
    return f"{_clock_time(start)}–{formats.JOINED}{formats.next_day(closes) if is_next_day else closes}"


def _clock_time(time: dt.time) -> str:
    return f"{time.hour}:{time.minute:02d}"


def _opening_time(data: dict[str, Any]) -> dt.time | None:
    return None if data["opens_days"] is None else data["opens_time"] or plans.USUAL_OPENS_TIME


def _content(data: dict[str, Any]) -> str:
    """With the reason why only women or only men are asked for, where everybody reads it."""
    said = [str(data["content"])]
    if data["sex_needed"]:
        said.append(plan_words.sex_reason(data["sex_needed"], data["sex_reason"]))
    for post in data["positions"]:
        if post["name"] and post["sex_needed"]:
            said.append(plan_words.sex_reason(post["sex_needed"], post["sex_reason"], post=post["name"]))
    return "\n".join(said)


def _post(row: Any) -> Post:
    return Post(
        name=row.name.data,
        capacity=row.capacity.data,
        minimum_age=row.minimum_age.data or 0,
        sex_needed=row.sex_needed.data or None,
        minimum_minutes=row.minimum_minutes.data or 0,
        members_only=row.members_only.data,
        requirements=row.requirements(),
    )


def warnings(plan: Plan, expected: Outlook) -> list[str]:
    """What the leader should know before pressing the button; nothing of it stands in the way."""
    found = []
    if plan.is_dangerous:
        found.append(_("有危险的活动：未满 18 周岁的谁都报不了名；开始前要给每个报名的人登记人身意外保险。"))
    elif plan.minimum_age >= ADULT_FROM:
        found.append(_("最小年龄 %(age)s 岁，中学生不能参加。", age=plan.minimum_age))
    if plan.positions and plan.position_places < plan.capacity:
        found.append(
            _(
                "岗位的名额加起来只有 %(places)s 人，比需要的 %(capacity)s 人少，最多也就报 %(places)s 人。",
                places=plan.position_places,
                capacity=plan.capacity,
            )
        )
    if plan.kind != FLEXIBLE and is_on_next_day(plan.rule.start_time, plan.rule.duration_minutes):
        closes = _clock_time(end_of(plan.rule.start_time, plan.rule.duration_minutes))
        found.append(_("要过半夜：到第二天 %(time)s 才结束。", time=closes))
    if _skips_months(plan.rule):
        found.append(
            _(
                "有的月份没有这一天，那个月就不办。想月月都办，请在“别的”里选“每月同一天，没有这一天就在月底”。"
            )
        )
    if expected.unknown_years:
        years = plan_words.listed(str(year) for year in expected.unknown_years)
        found.append(_("%(years)s 年的放假安排还没有公布，公布以后会重新核对日期。", years=years))
    return found


def _skips_months(rule: Rule) -> bool:
    """Whether it is on the 29th, 30th or 31st of months, and of those that have it."""
    if rule.rrule is None:
        return False
    parts = parse(rule.rrule)
    return parts.freq == "MONTHLY" and not parts.positions and any(day > 28 for day in parts.monthdays)
