"""Who is free on a day: for what is arranged beside the programme. Plain values only."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from demo.plan import FIREFLY, FOUNDED, HOME, Plan
from demo.programme import PlannedSeries, absentee
from volunteer.core import clock

Hours = tuple[dt.datetime, dt.datetime]


class Company:
    """Grown-up neighbours of the community, members of the Firefly team first; nobody twice on one day."""

    def __init__(self, plan: Plan, programme: Sequence[PlannedSeries], *, known: int) -> None:
        self.known = known  # the volunteer with whom one signs in
        self.plan = plan
        self._busy: dict[dt.date, set[int]] = defaultdict(set)
        self._own: list[Hours] = []  # of the known one, who may do two things on one day
        for series in programme:
            for date in series.dates:
                there = {*date.sign_ups, *(mark.person for mark in date.marks)}
                self._busy[date.on] |= there
                if known in there:
                    self._own.append((date.starts_at, date.ends_at))
        self._able = _able(plan)

    def take(
        self,
        date: Any,
        count: int,
        *,
        fits: Callable[[int], bool] = lambda _person: True,
        with_known: bool = False,
    ) -> list[int]:
        """So many who are free on the day of a date, fewer if there are no more; then they are not."""
        busy = self._busy[clock.local(date.starts_at).date()]
        first = [self.known] if with_known and self._is_known_free(date) else []
        others = (person for person in self._able if person != self.known)
        found = [*first, *(person for person in others if person not in busy and fits(person))][:count]
        busy.update(found)
        if first:
            self._own.append((date.starts_at, date.ends_at))
        return found

    def _is_known_free(self, date: Any) -> bool:
        return not any(begin < date.ends_at and end > date.starts_at for begin, end in self._own)

    def is_member(self, person: int) -> bool:
        """Of the team from the beginning."""
        return (FOUNDED, person) in self.plan.teams[FIREFLY].members

    def some(self, count: int) -> list[int]:
        """So many for what has no hour of its own."""
        return [person for person in self._able if person != self.known][:count]


def _able(plan: Plan) -> list[int]:
    """Who was there from the beginning and has shown a paper; another order than that of the plan."""
    team = plan.teams[FIREFLY]
    members = [person for day, person in team.members[2:] if day == FOUNDED]
    others = [
        person
        for person, who in enumerate(plan.people)
        if who.community == HOME and who.registered_on == FOUNDED and person not in members
    ]
    return [person for person in (*members, *others) if _is_able(plan, person)]


def _is_able(plan: Plan, person: int) -> bool:
    who = plan.people[person]
    leads = any(person in (row.members[0][1], row.members[1][1]) for row in plan.teams.values())
    return (
        not leads
        and person not in plan.staff
        and person != absentee(plan)
        and who.is_verified
        and who.is_adult_on(FOUNDED)
        and who.born_on.year > plan.today.year - 60
    )
