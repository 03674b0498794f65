"""What is planned before anything is loaded: sizes, people, teams, desks. Plain values only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from demo import facts
from volunteer.people import rules

SEED = 20190305
FOUNDED = dt.date(2018, 12, 17)  # the day on which the sub-district began to use the product
RECRUITMENT_DAY = dt.date(2019, 3, 2)
ROOT, HOME, FIREFLY = "lugu", "juyuan", "firefly"
ADMIN, SUBDISTRICT, AUDITOR = "system_admin", "subdistrict_staff", "auditor"
STAFF, CLERK = "community_staff", "counter_clerk"


@dataclass(frozen=True)
class Size:
    """How much is loaded."""

    name: str
    communities: tuple[str, ...]
    people: int
    grids: int
    teams: int
    recruits: int
    founding_share: float  # of the people registered before the first activity
    wishes: int
    orders: int


def size(name: str) -> Size:
    figures = facts.figures()
    if name == "small":
        return Size("small", (HOME,), 60, 5, 4, 14, 0.6, 10, 12)
    return Size(
        "full",
        tuple(area.code for area in facts.communities()),
        figures["volunteers"],
        figures["grids"],
        figures["teams"],
        figures["recruited_firefly"],
        0.36,
        figures["wishes_collected"],
        420,
    )


@dataclass(frozen=True)
class Grid:
    code: str
    community: str
    name: str
    name_en: str


@dataclass
class Neighbour:
    """One invented person; the place in `Plan.people` is the order of registration."""

    name: str
    phone: str
    born_on: dt.date
    community: str
    grid: str
    registered_on: dt.date
    language: str = "zh_Hans"
    elder_mode: bool = False
    skills: tuple[str, ...] = ()
    slots: tuple[tuple[int, str], ...] = ()
    document: str = ""  # looks like no paper that exists
    is_verified: bool = True
    guardian: str = ""  # the name, of who was not yet 18

    def is_adult_on(self, day: dt.date) -> bool:
        return rules.age_on(self.born_on, day) >= rules.ADULT_FROM


@dataclass
class PlannedTeam:
    fact: facts.TeamFact
    members: list[tuple[dt.date, int]] = field(default_factory=list)  # joined on, person
    recruits: list[int] = field(default_factory=list)

    def members_on(self, day: dt.date) -> list[int]:
        return [person for joined_on, person in self.members if joined_on <= day]

    @property
    def leader(self) -> int:
        return self.members[0][1]


@dataclass(frozen=True)
class Duty:
    person: int
    role: str
    area: str


@dataclass
class Plan:
    size: Size
    today: dt.date
    communities: tuple[facts.AreaFact, ...]
    grids: list[Grid]
    people: list[Neighbour]
    duties: list[Duty]
    teams: dict[str, PlannedTeam]

    def on_duty(self, role: str, area: str) -> int:
        """The person in that role over that area."""
        return next(duty.person for duty in self.duties if (duty.role, duty.area) == (role, area))

    @property
    def staff(self) -> set[int]:
        return {duty.person for duty in self.duties}


def joined_on(registered_on: dt.date) -> dt.date:
    """New ones are registered and taken in together, on the first of the next month."""
    return (registered_on.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def known_on(who: Neighbour, today: dt.date) -> dt.date:
    """The day on which the person is written into the product."""
    if who.registered_on <= RECRUITMENT_DAY:
        return who.registered_on
    return min(joined_on(who.registered_on), today - dt.timedelta(days=1))


def is_newcomer(who: Neighbour, today: dt.date) -> bool:
    return joined_on(who.registered_on) >= today
