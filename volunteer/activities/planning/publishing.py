"""From the filled-in form to a plan, and what the plan would give: for the page that is read before publishing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from volunteer.activities import rules
from volunteer.activities.models import ASKS_HOLIDAY, FLEXIBLE
from volunteer.activities.planning import plan_words, plans
from volunteer.activities.planning.plans import Plan, Post
from volunteer.activities.planning.series_form import SeriesForm
from volunteer.activities.planning.who_form import requirement
from volunteer.activities.repeating import placing, repeats
from volunteer.activities.repeating.placing import Placed
from volunteer.activities.repeating.recurrence import Rule, Shift
from volunteer.core import clock, formats
from volunteer.core.i18n import gettext as _
from volunteer.people.rules import ADULT_FROM
from volunteer.workdays import queries as workdays
from volunteer.workdays.rules import Calendar
from volunteer.workdays.words import label

SHOWN_DATES = 8
_MIDNIGHT = dt.time(0, 0)
_WEEK = dt.timedelta(days=7)
_ANCHORED = (repeats.YEARLY, repeats.LUNAR)  # the first day is the feast itself, from which an offset leads


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
        rule=_rule(data),
        window_days=data["window_days"] if is_flexible else None,
        opens_time=_opening_time(data),
        warn_hours=data["warn_hours"] or 48,
        receivers=tuple(data["receivers"] or ()),
        sex_needed=data["sex_needed"] or None,
        requirements=form.requirements(),
        positions=tuple(_post(row.form) for row in form.positions if not row.form.is_empty),
    )


def _rule(data: dict[str, Any]) -> Rule:
    weekdays = [int(number) for number in data["weekdays"] or ()]
    pattern = repeats.from_first_day(data["repeat"], data["starts_on"], weekdays, data["every"])
    start, minutes = _hours(data)
    return Rule(
        starts_on=_from_on(data),
        start_time=start,
        duration_minutes=minutes,
        rrule=pattern.rrule,
        lunar=pattern.lunar,
        solar_term=pattern.solar_term,
        offset=data["offset"] or None,
        ends_on=data["ends_on"],
        most_dates=data["most_dates"],
        shifts=tuple(_shift(row) for row in data["shifts"] if row["starts_time"]),
        on_holiday=data["on_holiday"],
        on_makeup=data["on_makeup"],
    )


def _from_on(data: dict[str, Any]) -> dt.date:
    """The first day; where an offset may lead to before it, somewhat earlier, but not into the past."""
    first: dt.date = data["starts_on"]
    if data["offset"] and data["repeat"] in _ANCHORED:
        return min(first, max(first - _WEEK, clock.today() + dt.timedelta(days=1)))
    return first


def _hours(data: dict[str, Any]) -> tuple[dt.time, int]:
    if data["kind"] == FLEXIBLE:
        return data["starts_time"] or _MIDNIGHT, data["usual_minutes"]
    return data["starts_time"], _minutes_between(data["starts_time"], data["ends_time"])


def _shift(row: dict[str, Any]) -> Shift:
    return Shift(row["starts_time"], _minutes_between(row["starts_time"], row["ends_time"]))


def _minutes_between(start: dt.time, end: dt.time) -> int:
    return (end.hour - start.hour) * 60 + end.minute - start.minute


def span(start: dt.time, minutes: int) -> str:
    """'9:00–10:30'."""
    end = (start.hour * 60 + start.minute + minutes) % (24 * 60)
    return f"{start.hour}:{start.minute:02d}–{end // 60}:{end % 60:02d}"


def _opening_time(data: dict[str, Any]) -> dt.time | None:
    return None if data["opens_days"] is None else data["opens_time"] or plans.USUAL_OPENS_TIME


def _content(data: dict[str, Any]) -> str:
    """With the reason why only women or only men are asked for, where everybody reads it."""
    if not data["sex_needed"]:
        return str(data["content"])
    return f"{data['content']}\n{plan_words.sex_reason(data['sex_needed'], data['sex_reason'])}"


def _post(row: Any) -> Post:
    return Post(
        name=row.name.data,
        capacity=row.capacity.data,
        minimum_age=row.minimum_age.data or 0,
        sex_needed=row.sex_needed.data or None,
        members_only=row.members_only.data,
        requirements=(requirement(row.needs.data),) if row.needs.data else (),
    )


@dataclass(frozen=True, slots=True)
class Expected:
    """A day of the plan as the preview shows it; `on` is None when it falls out."""

    original_on: dt.date
    on: dt.date | None
    note: str = ""
    kind: str = ""  # of the tag: 'warn' when somebody looks, 'plain' when it is gone


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next dates with what the calendar does to them, and how many the year has."""

    dates: list[Expected]
    count: int
    unknown_years: list[int]


def outlook(plan: Plan) -> Outlook:
    """The year ahead under the plan; years whose holidays are not announced yet are named."""
    first, last = plan.rule.starts_on, clock.today() + rules.LONGEST_AHEAD
    calendar = workdays.calendar(first, last + dt.timedelta(days=placing.FARTHEST_DAYS))
    placed = placing.lay_out(plan.rule, calendar=calendar, first=first, last=last)
    held = [each for each in placed if each.on is not None]
    touched = {each.original_on.year for each in placed} & calendar.missing_years
    return Outlook([_expected(each, calendar) for each in placed[:SHOWN_DATES]], len(held), sorted(touched))


def _expected(placed: Placed, calendar: Calendar) -> Expected:
    day = placed.original_on
    name = label(calendar.name_of(day)) or _("调休")
    if placed.on is None:
        return Expected(day, None, _("%(name)s，不办", name=name), "plain")
    if placed.asks:
        cause = (
            _("%(name)s，到时候问您", name=name) if placed.asks == ASKS_HOLIDAY else _("调休上班，到时候问您")
        )
        return Expected(day, placed.on, cause, "warn")
    if placed.on != day:
        note = _("原定 %(day)s，碰上%(name)s", day=formats.day(day), name=name)
        return Expected(day, placed.on, note, "info")
    if calendar.is_holiday(day):
        return Expected(day, day, _("%(name)s，照常", name=name), "info")
    if calendar.is_makeup(day):
        return Expected(day, day, _("调休上班，照常"), "info")
    return Expected(day, day)


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
    if expected.unknown_years:
        years = plan_words.listed(str(year) for year in expected.unknown_years)
        found.append(_("%(years)s 年的放假安排还没有公布，公布以后会重新核对日期。", years=years))
    return found
