"""Which activities take place when, and who takes part: plain values only.

Each past date of a series is held, called off or, when it is very recent, not
recorded yet, so that leaders and desks have something to do. Nobody is at two
activities on one day.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from demo import facts
from demo.plan import FIREFLY, FOUNDED, HOME, SEED, Plan, PlannedTeam, known_on
from volunteer.activities.repeating import recurrence
from volunteer.activities.repeating.placing import lay_out
from volunteer.activities.repeating.recurrence import Rule
from volunteer.core import clock
from volunteer.people.rules import age_on
from volunteer.workdays import known
from volunteer.workdays.rules import Calendar

Attendance = Literal["present", "late", "left_early", "excused", "absent"]
HELD, CALLED_OFF, OPEN = "held", "called_off", "open"
PAUSE = (dt.date(2020, 1, 27), dt.date(2020, 5, 3))  # the spring in which nobody gathered
UNRECORDED = dt.timedelta(days=3)  # leaders have not come to it yet
FORGOTTEN = ("w-chess", dt.timedelta(days=24), dt.timedelta(days=17))  # a roll call that nobody made in time
SIGNED_UP_SINCE = dt.timedelta(days=21)  # before that only roll calls are loaded, no sign-ups
AHEAD = dt.timedelta(days=12)
WEEKLY_SINCE = dt.timedelta(weeks=26)  # our own weekly activities began half a year ago
ELSEWHERE = "大家那天都在另一场活动上"
YEARLY_BEFORE = dt.timedelta(days=21)
FULL, NEARLY_FULL = ("w-homework",), ("w-chess",)
SKIPPED, TOO_OFTEN = "w-green", 5
YOUNGEST = {"无偿献血": 18, "交通劝导": 16}


@dataclass(frozen=True)
class Mark:
    person: int
    attendance: Attendance
    off_minutes: int = 0


@dataclass
class Date:
    """One occurrence, past or coming; `original_on` is the day that the rule gave before holidays moved it."""

    series: PlannedSeries
    on: dt.date
    starts_at: dt.datetime
    original_on: dt.date
    fate: str = OPEN
    reason: str = ""
    marks: list[Mark] = field(default_factory=list)
    sign_ups: list[int] = field(default_factory=list)

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(minutes=self.series.fact.minutes)


@dataclass
class PlannedSeries:
    fact: facts.Activity
    team: PlannedTeam
    rule: Rule
    dates: list[Date] = field(default_factory=list)

    @property
    def published_at(self) -> dt.datetime:
        """Two weeks before its first day, but not before the product was in use."""
        day = max(self.rule.starts_on - dt.timedelta(days=14), FOUNDED + dt.timedelta(days=8))
        return clock.at_local(day, dt.time(10, 0))

    @property
    def repeats(self) -> bool:
        return bool(self.rule.rrule or self.rule.lunar)


def build(plan: Plan, now: dt.datetime) -> list[PlannedSeries]:
    """All series of the plan with their dates up to some days ahead of now."""
    programme = [_series(plan, fact) for fact in _facts(plan)]
    today = clock.local(now).date()
    calendar = known_calendar(FOUNDED, today + AHEAD)
    for series in programme:
        for placed in lay_out(
            series.rule, calendar=calendar, first=series.rule.starts_on, last=today + AHEAD
        ):
            if placed.on is not None:
                starts_at = recurrence.local_start(placed.on, series.rule, clock.zone())
                series.dates.append(Date(series, placed.on, starts_at, placed.original_on))
    dates = sorted((date for series in programme for date in series.dates), key=_order)
    _Crowd(plan, now).fill(dates)
    _stay_away(plan, programme, now)
    return programme


def known_calendar(first: dt.date, last: dt.date) -> Calendar:
    """Holidays as the product knows them before anybody has entered any."""
    years = range(first.year, last.year + 2)
    return Calendar({day.day: day for year in years for day in known.days_of(year)})


def absentee(plan: Plan) -> int:
    """Somebody of the community who signs up and does not come."""
    team = plan.teams[FIREFLY]
    fits = (n for _day, n in team.members[3:] if plan.people[n].is_adult_on(FOUNDED))
    return next(n for n in fits if plan.people[n].community == HOME and plan.people[n].is_verified)


def _stay_away(plan: Plan, programme: Sequence[PlannedSeries], now: dt.datetime) -> None:
    """The last five dates of one year, as many as stop the sign-ups of who was absent (R027)."""
    held = [
        date
        for series in programme
        for date in series.dates
        if series.fact.code == SKIPPED and date.fate == HELD
    ]
    year = max(on.year for on in (date.on for date in held) if _count(held, on.year) >= TOO_OFTEN)
    for date in [date for date in held if date.on.year == year][-TOO_OFTEN:]:
        date.sign_ups.append(absentee(plan))
        date.marks.append(Mark(absentee(plan), "absent"))


def _count(dates: Sequence[Date], year: int) -> int:
    return sum(date.on.year == year for date in dates)


def _order(date: Date) -> tuple[dt.datetime, str]:
    return date.starts_at, date.series.fact.code


def _facts(plan: Plan) -> list[facts.Activity]:
    own = facts.weekly(plan.today - WEEKLY_SINCE)
    return [
        fact
        for fact in (*facts.reported(), *own, *facts.yearly(plan.today - YEARLY_BEFORE))
        if fact.team in plan.teams or (fact.team == "auto" and fact.area in plan.size.communities)
    ]


def _series(plan: Plan, fact: facts.Activity) -> PlannedSeries:
    rule = Rule(
        fact.starts.date(),
        fact.starts.time(),
        fact.minutes,
        fact.recurrence,
        fact.lunar,
        offset=fact.offset,
        on_holiday=fact.on_holiday,
        on_makeup=fact.on_makeup,
    )
    return PlannedSeries(fact, _team(plan, fact), rule)


def _team(plan: Plan, fact: facts.Activity) -> PlannedTeam:
    """The team of the report; for our own activities the first numbered one of the community."""
    if fact.team != "auto":
        return plan.teams[fact.team]
    return next(
        team
        for team in plan.teams.values()
        if team.fact.area == fact.area and team.fact.code.startswith("team-")
    )


class _Crowd:
    """Chooses who takes part, day by day."""

    def __init__(self, plan: Plan, now: dt.datetime) -> None:
        self.plan = plan
        self.now = now
        self.rng = random.Random(SEED + 1)
        self.eagerness = [self.rng.paretovariate(1.6) for _person in plan.people]
        self.day = dt.date.min
        self.busy: set[int] = set()

    def fill(self, dates: Sequence[Date]) -> None:
        for date in dates:
            if date.on != self.day:
                self.day, self.busy = date.on, {*self.plan.staff, absentee(self.plan)}
            self._decide(date)

    def _decide(self, date: Date) -> None:
        if date.starts_at > self.now:
            self._sign_up_ahead(date)
        elif (reason := self._reason(date)) is not None:
            date.fate, date.reason = CALLED_OFF, reason
        else:
            people = self._choose(date, self._how_many(date))
            recent = date.starts_at > self.now - SIGNED_UP_SINCE
            date.sign_ups = people if recent else []
            if not people:
                date.fate, date.reason = CALLED_OFF, ELSEWHERE
            elif date.ends_at < self.now - UNRECORDED and not self._is_forgotten(date):
                date.fate = HELD
                date.marks = [self._mark(date, person, has_place=recent) for person in people]

    def _reason(self, date: Date) -> str | None:
        if PAUSE[0] <= date.on <= PAUSE[1]:
            return "按上级通知，聚集性活动暂停"
        if date.series.repeats and date.starts_at < self.now - UNRECORDED and self.rng.random() < 0.012:
            return "大雨，改到下一次"
        return None

    def _is_forgotten(self, date: Date) -> bool:
        code, most, least = FORGOTTEN
        return date.series.fact.code == code and self.now - most < date.starts_at <= self.now - least

    def _how_many(self, date: Date) -> int:
        fact = date.series.fact
        if fact.attended is not None:
            return fact.attended
        return min(self.rng.randint(fact.least, fact.most), fact.capacity)

    def _sign_up_ahead(self, date: Date) -> None:
        fact = date.series.fact
        taken = self.rng.randint(fact.least // 3, max(fact.least * 2 // 3, 1))
        if fact.code in FULL:
            taken = fact.capacity
        elif fact.code in NEARLY_FULL:
            taken = fact.capacity - 1
        date.sign_ups = self._choose(date, taken)

    def _choose(self, date: Date, count: int) -> list[int]:
        """Members who are free that day, the eager ones more often; others when there are too few."""
        recent = date.starts_at > self.now - SIGNED_UP_SINCE
        day = min(date.on, self.plan.today) - dt.timedelta(days=3 if recent else 1)
        fits = self._fitting(date, date.series.team.members_on(day))
        chosen = self._draw(fits, count)
        if len(chosen) < count:
            others = [n for n, who in enumerate(self.plan.people) if known_on(who, self.plan.today) <= day]
            chosen += self._draw(self._fitting(date, others), count - len(chosen))
        return chosen

    def _fitting(self, date: Date, people: Iterable[int]) -> list[int]:
        youngest = YOUNGEST.get(date.series.fact.category, 0)
        return [n for n in people if n not in self.busy and self._age(n, date.on) >= youngest]

    def _age(self, person: int, day: dt.date) -> int:
        return age_on(self.plan.people[person].born_on, day)

    def _draw(self, people: list[int], count: int) -> list[int]:
        keyed = sorted(people, key=lambda n: self.rng.random() ** (1 / self.eagerness[n]), reverse=True)
        drawn = keyed[:count]
        self.busy.update(drawn)
        return drawn

    def _mark(self, date: Date, person: int, *, has_place: bool) -> Mark:
        if date.series.fact.attended is not None:
            return Mark(person, "present")
        draw = self.rng.random()
        if draw < 0.05:
            return Mark(person, "late", self.rng.choice((10, 15, 20, 30)))
        if draw < 0.08:
            return Mark(person, "left_early", self.rng.choice((15, 20, 30)))
        if has_place and draw < 0.11:
            return Mark(person, "excused")
        if has_place and draw < 0.13:
            return Mark(person, "absent")
        return Mark(person, "present")
