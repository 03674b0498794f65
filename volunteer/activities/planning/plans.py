"""What a leader writes down before a series is published, and what of it makes no sense."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.activities.models import FLEXIBLE, HOURS_KINDS, POLICIES, SERVICE, TIMED
from volunteer.activities.over_midnight import WHOLE_DAY, minute
from volunteer.activities.planning import shifts
from volunteer.activities.repeating.recurrence import Rule
from volunteer.core.errors import Refused
from volunteer.people.rules import ADULT_FROM

MOST_PLACES = 100_000
MOST_POSITIONS = 12
MOST_FURTHER_SHIFTS = 5
MOST_COMPANIONS = 9
MOST_WARN_HOURS = 14 * 24
MOST_OPENS_DAYS = 90
LONGEST_WINDOW_DAYS = 31
MOST_DATES = 1000
LONGEST_REST_MINUTES = 24 * 60
USUAL_OPENS_TIME = dt.time(8, 0)
USUAL_WARN_HOURS = 48
NEEDED_TO_PUBLISH = (
    "title",
    "place",
    "content",
    "person_in_charge_id",
    "risk_statement",
)  # R019, with the times


@dataclass(frozen=True, slots=True)
class Post:
    """A position with its own quota."""

    name: str
    capacity: int
    name_en: str | None = None
    minimum_age: int = 0
    sex_needed: str | None = None
    minimum_minutes: int = 0
    members_only: bool = False
    requirements: tuple[Any, ...] = ()  # of requirements.Requirement
    sex_reason: str = ""  # of one that is added later; a new activity has it in its content


@dataclass(frozen=True, slots=True)
class Plan:
    """A series before it is one; the names are those of its columns, when it takes place stands in the rule."""

    title: str
    category: str
    content: str
    place: str
    risk_statement: str
    person_in_charge_id: int | None
    rule: Rule
    capacity: int
    title_en: str | None = None
    kind: str = TIMED
    window_days: int | None = None
    positions: tuple[Post, ...] = ()
    minimum_age: int = 0
    sex_needed: str | None = None
    minimum_minutes: int = 0
    members_only: bool = False
    is_dangerous: bool = False
    requirements: tuple[Any, ...] = ()  # of requirements.Requirement
    opens_days: int | None = None
    opens_time: dt.time | None = None
    newcomers_hours: int = 0
    closes_hours: int = 0
    minimum_people: int = 0
    warn_hours: int = USUAL_WARN_HOURS
    receivers: tuple[int, ...] = ()
    regular_places: int = 0
    most_companions: int = 0
    takes_pairs: bool = False
    rest_minutes: int = 0
    hours_kind: str = SERVICE
    counts_travel: bool = False

    @property
    def position_places(self) -> int:
        return sum(post.capacity for post in self.positions)


class MorePeopleThanPlaces(Refused):
    sentence = _l("最少要 %(people)s 人，可名额只有 %(places)s 个。请把两个数对一对。")
    status = 422
    field = "minimum_people"


class MoreRegularsThanPlaces(Refused):
    sentence = _l("留给固定报名的名额不能比总名额 %(places)s 个多。")
    status = 422
    field = "regular_places"


class DangerousWithCompanions(Refused):
    """R009 and R021: who comes along is neither known by age nor insured."""

    sentence = _l("有危险的活动不能带同伴，同来的人要自己报名。请把同伴填成 0。")
    status = 422
    field = "most_companions"


class MoreCompanionsThanPlaces(Refused):
    sentence = _l("一个人带的同伴太多，名额一共只有 %(places)s 个。")
    status = 422
    field = "most_companions"


class PositionTooLarge(Refused):
    sentence = _l("岗位“%(name)s”的名额比整个活动的 %(places)s 个还多，请改小，或者把活动的名额改大。")
    status = 422
    field = "positions"


class PositionTwice(Refused):
    sentence = _l("有两个岗位都叫“%(name)s”，请合成一个，或者换个名字。")
    status = 422
    field = "positions"


class PositionForMinors(Refused):
    sentence = _l("活动有危险，未满 18 周岁不能参加。岗位“%(name)s”的最小年龄请填 18 以上，或者不填。")
    status = 422
    field = "positions"


class TooManyPositions(Refused):
    sentence = _l("岗位最多 %(most)s 个，请把相近的合在一起。")
    status = 422
    field = "positions"


class DangerousForMinors(Refused):
    """R009."""

    sentence = _l("有危险的活动，未满 18 周岁不能参加。最小年龄请填 18 以上，或者不填。")
    status = 422
    field = "minimum_age"


class NewcomersWithoutOpening(Refused):
    sentence = _l("要先留给新人，请先填提前几天开放报名。")
    status = 422
    field = "newcomers_hours"


class ClosesBeforeItOpens(Refused):
    sentence = _l("照这样填，报名还没开放就截止了。请早些开放，或者晚些截止。")
    status = 422
    field = "closes_hours"


class NewcomersUntilTheEnd(Refused):
    sentence = _l("照这样填，到报名截止都只有新人能报。请把留给新人的时间改短。")
    status = 422
    field = "newcomers_hours"


class ShiftTwice(Refused):
    sentence = _l("有两个班次的时间撞在一起了，请把时间错开。")
    status = 422
    field = "shifts"


class TooManyShifts(Refused):
    sentence = _l("一天最多再加 %(most)s 个班次，请分成两个活动。")
    status = 422
    field = "shifts"


class WindowNeeded(Refused):
    sentence = _l("请填几天之内做完，1 到 %(most)s 天。")
    status = 422
    field = "window_days"


class FlexibleHasNoShifts(Refused):
    sentence = _l("自己安排时间的活动不分班次，请把班次清空。")
    status = 422
    field = "shifts"


class EndsBeforeItBegins(Refused):
    sentence = _l("最后一天在第一次之前，请核对两个日期。")
    status = 422
    field = "ends_on"


def missing(plan: Plan) -> str | None:
    """The first thing that R019 asks for and the plan does not say."""
    for name in NEEDED_TO_PUBLISH:
        value = getattr(plan, name)
        if not (value.strip() if isinstance(value, str) else value):
            return name
    return None


def refuse_senseless(plan: Plan) -> None:
    """Refuse the first thing that contradicts another; what no form can send is our own mistake."""
    assert plan.kind in (TIMED, FLEXIBLE)
    assert plan.hours_kind in HOURS_KINDS
    assert {plan.rule.on_holiday, plan.rule.on_makeup} <= set(POLICIES)
    for refusal in _contradictions(plan):
        raise refusal


def _contradictions(plan: Plan) -> Iterator[Refused]:
    yield from about_places(plan, places=plan.capacity)
    yield from _about_positions(plan)
    yield from _about_time(plan)
    yield from about_opening(plan, starts=plan.rule.start_time)
    if plan.is_dangerous and 0 < plan.minimum_age < ADULT_FROM:
        yield DangerousForMinors()
    yield from about_company(plan.most_companions, is_dangerous=plan.is_dangerous)


def about_company(most_companions: int, *, is_dangerous: bool) -> Iterator[Refused]:
    if is_dangerous and most_companions:
        yield DangerousWithCompanions()


def about_places(of: Any, *, places: int) -> Iterator[Refused]:
    """What does not go with so many places, of a plan or of the settings of a series."""
    if of.minimum_people > places:
        yield MorePeopleThanPlaces(people=of.minimum_people, places=places)
    if of.regular_places > places:
        yield MoreRegularsThanPlaces(places=places)
    if of.most_companions >= places > 0 and of.most_companions:
        yield MoreCompanionsThanPlaces(places=places)


def _about_positions(plan: Plan) -> Iterator[Refused]:
    if len(plan.positions) > MOST_POSITIONS:
        yield TooManyPositions(most=MOST_POSITIONS)
    names: set[str] = set()
    for post in plan.positions:
        if post.name in names:
            yield PositionTwice(name=post.name)
        names.add(post.name)
        yield from about_post(post, capacity=plan.capacity, is_dangerous=plan.is_dangerous)


def about_post(post: Post, *, capacity: int, is_dangerous: bool) -> Iterator[Refused]:
    """What speaks against one position of an activity with so many places."""
    if post.capacity > capacity:
        yield PositionTooLarge(name=post.name, places=capacity)
    if is_dangerous and 0 < post.minimum_age < ADULT_FROM:
        yield PositionForMinors(name=post.name)


def _about_time(plan: Plan) -> Iterator[Refused]:
    if plan.kind == FLEXIBLE:
        if plan.window_days is None or not 1 <= plan.window_days <= LONGEST_WINDOW_DAYS:
            yield WindowNeeded(most=LONGEST_WINDOW_DAYS)
        if plan.rule.shifts:
            yield FlexibleHasNoShifts()
    if plan.rule.ends_on is not None and plan.rule.ends_on < plan.rule.starts_on:
        yield EndsBeforeItBegins()
    if len(plan.rule.shifts) > MOST_FURTHER_SHIFTS:
        yield TooManyShifts(most=MOST_FURTHER_SHIFTS)
    if shifts.clash(plan.rule):
        yield ShiftTwice()


def about_opening(of: Any, *, starts: dt.time) -> Iterator[Refused]:
    """What contradicts itself about when sign-up opens and closes, of a plan or of settings."""
    if of.opens_days is None:
        if of.newcomers_hours:
            yield NewcomersWithoutOpening()
        return
    opening = of.opens_time or USUAL_OPENS_TIME
    open_minutes = of.opens_days * WHOLE_DAY + minute(starts) - minute(opening) - of.closes_hours * 60
    if open_minutes <= 0:
        yield ClosesBeforeItOpens()
    elif of.newcomers_hours * 60 >= open_minutes:
        yield NewcomersUntilTheEnd()
