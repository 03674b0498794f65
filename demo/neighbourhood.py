"""Who lives where, who belongs to which team since when, who works at which desk.

Everything follows from the seed, the size and the day on which the demo is
loaded; nothing here touches the database.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections import defaultdict

from demo import facts, names
from demo.plan import (
    ADMIN,
    AUDITOR,
    CLERK,
    FIREFLY,
    FOUNDED,
    HOME,
    RECRUITMENT_DAY,
    ROOT,
    SEED,
    STAFF,
    SUBDISTRICT,
    Duty,
    Grid,
    Neighbour,
    Plan,
    PlannedTeam,
    Size,
    is_newcomer,
    joined_on,
    size,
)  # fmt: skip

# How many founding members a named team has; who lives in a community belongs to a team of the same.
FOUNDERS = {
    "traffic": 64, "luquan-yigong": 50, "grid-officials": 44, "tan-studio": 36, "chen-zhiguo": 90,
    "sisters": 44, "old-curator": 16, "jinxiu-circle": 24, "firefly": 24,
    "branch-1": 28, "branch-2": 28, "branch-3": 28, "branch-4": 28,
}  # fmt: skip
UNVERIFIED_OF = 29  # one of so many has not shown a paper yet
FOCUSES = ("助老", "便民", "环保", "助学", "文体", "平安巡逻", "垃圾分类", "理论宣讲")
KINDS = ("volunteer", "volunteer", "volunteer", "party_branch", "volunteer", "party_branch", "unit", "school")
_SKILLS = (
    "haircut", "repair", "tutoring", "computer", "driving", "cooking", "company", "cleaning", "music",
    "photography", "writing", "sewing", "legal", "translation", "psychology", "medical",
)  # fmt: skip


def build(size_name: str, today: dt.date) -> Plan:
    """The plan for a size, as of a day."""
    wanted = size(size_name)
    rng = random.Random(SEED)
    communities = tuple(area for area in facts.communities() if area.code in wanted.communities)
    grids = _grids(wanted, communities)
    people = _people(rng, wanted, grids, today)
    duties = _duties(communities)
    plan = Plan(wanted, today, communities, grids, people, duties, _teams(wanted))
    _join(rng, plan)
    _seniors_and_guests(plan)
    _papers(plan)
    return plan


def _grids(wanted: Size, communities: tuple[facts.AreaFact, ...]) -> list[Grid]:
    """As even as can be, the first communities one more."""
    each, more = divmod(wanted.grids, len(communities))
    grids = []
    for place, area in enumerate(communities):
        for n in range(1, each + (place < more) + 1):
            label, label_en = area.name.removesuffix("社区"), area.name_en.removesuffix(" Community")
            grids.append(Grid(f"{area.code}-g{n}", area.code, f"{label}第{n}网格", f"{label_en} Grid {n}"))
    return grids


def _people(rng: random.Random, wanted: Size, grids: list[Grid], today: dt.date) -> list[Neighbour]:
    """In order of registration: founders, later ones, the recruits of the fair, a trickle until yesterday."""
    founding = round(wanted.people * wanted.founding_share)
    days = [FOUNDED] * founding + [RECRUITMENT_DAY] * wanted.recruits
    span = (today - dt.timedelta(days=2) - RECRUITMENT_DAY).days
    days += [
        RECRUITMENT_DAY + dt.timedelta(days=1 + round((span - 1) * rng.random() ** 1.4))
        for _n in range(wanted.people - len(days))
    ]
    home = [grid for grid in grids if grid.community == HOME]
    people = []
    for n, day in enumerate(sorted(days)):
        at_fair = day == RECRUITMENT_DAY
        grid = home[n % len(home)] if at_fair else grids[n % len(grids)]
        youngest = 24 if n < _desks(len(wanted.communities)) else 16.5
        born_on = names.birth_date(rng)
        while (day - born_on).days < youngest * 365.25:
            born_on = names.birth_date(rng)
        person = Neighbour(
            names.name(rng, born_on), names.phone(n + 1), born_on, grid.community, grid.code, day
        )
        person.skills = tuple(rng.sample(_SKILLS, rng.choice((0, 0, 1, 1, 2, 3))))
        person.slots = tuple(
            (rng.randrange(7), rng.choice(("morning", "afternoon", "evening")))
            for _n in range(rng.choice((0, 0, 1, 2, 2)))
        )
        people.append(person)
    return people


def _desks(communities: int) -> int:
    return 3 + 2 * communities


def _duties(communities: tuple[facts.AreaFact, ...]) -> list[Duty]:
    """The first to register are those who work at the desks."""
    roles = [(ADMIN, ROOT), (SUBDISTRICT, ROOT), (AUDITOR, ROOT)]
    roles += [(role, area.code) for area in communities for role in (STAFF, CLERK)]
    return [Duty(person, role, area) for person, (role, area) in enumerate(roles)]


def _teams(wanted: Size) -> dict[str, PlannedTeam]:
    """The named teams of the communities that are loaded, and numbered ones up to the wanted count."""
    small = len(wanted.communities) == 1
    named = [
        fact for fact in facts.teams() if fact.area in wanted.communities or (fact.area == ROOT and not small)
    ]
    teams = {fact.code: PlannedTeam(fact) for fact in named}
    first = len(facts.teams()) + 1
    for place in range(wanted.teams - len(named)):
        n = first + place
        kind = KINDS[place % len(KINDS)]
        branch = kind == "party_branch"
        teams[f"team-{n:03d}"] = PlannedTeam(
            facts.TeamFact(
                f"team-{n:03d}",
                wanted.communities[place % len(wanted.communities)],
                kind,
                f"第{n:03d}党支部志愿服务队" if branch else f"第{n:03d}志愿服务队",
                f"Party Branch {n:03d} Volunteers" if branch else f"Volunteer Team {n:03d}",
                FOCUSES[place % len(FOCUSES)],
            )
        )
    return teams


def _join(rng: random.Random, plan: Plan) -> None:
    """Everybody but the staff and some newcomers belongs to one team."""
    founders = [
        n for n, who in enumerate(plan.people) if who.registered_on == FOUNDED and n not in plan.staff
    ]
    rng.shuffle(founders)
    left = dict.fromkeys(founders)
    for code, team in plan.teams.items():
        wanted = FOUNDERS.get(code, 0)
        fits = [n for n in left if team.fact.area in (ROOT, plan.people[n].community)][:wanted]
        _take_in(team, left, fits)
    numbered = _numbered_by_community(plan)
    for n in list(left):
        team = next(numbered[plan.people[n].community])
        team.members.append((FOUNDED, n))
    _lead_with_adults(plan)
    for n, who in enumerate(plan.people):
        if who.registered_on == RECRUITMENT_DAY:
            plan.teams[FIREFLY].recruits.append(n)
            plan.teams[FIREFLY].members.append((RECRUITMENT_DAY, n))
        elif who.registered_on > RECRUITMENT_DAY and rng.random() < 0.85 and not is_newcomer(who, plan.today):
            team = _team_for(rng, plan, who, numbered)
            team.members.append((joined_on(who.registered_on), n))


def _take_in(team: PlannedTeam, left: dict[int, None], who: list[int]) -> None:
    for n in who:
        team.members.append((FOUNDED, n))
        del left[n]


def _numbered_by_community(plan: Plan) -> dict[str, itertools.cycle[PlannedTeam]]:
    by_community: dict[str, list[PlannedTeam]] = defaultdict(list)
    for team in plan.teams.values():
        if team.fact.code.startswith("team-"):
            by_community[team.fact.area].append(team)
    return {code: itertools.cycle(teams) for code, teams in by_community.items()}


def _lead_with_adults(plan: Plan) -> None:
    """The first member leads: somebody of 28 to 65."""
    for team in plan.teams.values():
        team.members.sort(
            key=lambda member: not 28 <= FOUNDED.year - plan.people[member[1]].born_on.year <= 65
        )


def _team_for(
    rng: random.Random, plan: Plan, who: Neighbour, numbered: dict[str, itertools.cycle[PlannedTeam]]
) -> PlannedTeam:
    named = [
        team
        for team in plan.teams.values()
        if team.fact.code in FOUNDERS
        and team.fact.area in (ROOT, who.community)
        and team.fact.kind == "volunteer"
    ]
    return rng.choice(named) if named and rng.random() < 0.4 else next(numbered[who.community])


def _seniors_and_guests(plan: Plan) -> None:
    """Some elders read large type, some neighbours read English or the traditional script."""
    for n, who in enumerate(plan.people):
        who.elder_mode = who.born_on.year < 1952 and n % 3 == 0
        if n >= len(plan.duties) and n % 97 == 0:
            who.language = "en"
        elif n >= len(plan.duties) and n % 89 == 0:
            who.language = "zh_Hant"


def _papers(plan: Plan) -> None:
    """Nearly everybody has shown a paper; who was not yet 18 came with a guardian."""
    for n, who in enumerate(plan.people):
        who.document = f"DEMO{n + 1:06d}"
        is_new = is_newcomer(who, plan.today)
        who.is_verified = n in plan.staff or not (is_new or n % UNVERIFIED_OF == 0)
        if not who.is_adult_on(plan.today) or not who.is_adult_on(who.registered_on):
            who.guardian = f"{who.name[0]}建民"
