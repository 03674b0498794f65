"""Areas, people, teams and who works at which desk."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from demo import facts, names
from demo.plan import FIREFLY, FOUNDED, RECRUITMENT_DAY, ROOT, Neighbour, PlannedTeam, known_on
from demo.timeline import Timeline
from demo.world import World
from volunteer.areas import service as areas
from volunteer.areas.models import COMMUNITY, GRID, SUBDISTRICT
from volunteer.areas.queries import by_code
from volunteer.core import clock
from volunteer.hours import service as hours
from volunteer.people import service as people
from volunteer.people.documents import PASSPORT
from volunteer.people.models import DEPUTY, LEADER
from volunteer.teams import service as teams
from volunteer.teams.rules import IMPORT, RECRUITMENT

POINTS_PER_HOUR = 10
GUARDIANS_PHONE = 9900  # of all guardians: nobody looks them up
RATE_SINCE = dt.date(2019, 1, 1)


def add(timeline: Timeline, world: World) -> None:
    timeline.add(_at(FOUNDED, 9), _areas)
    timeline.add(_at(FOUNDED, 9), _rate)
    for day, group in _by_day(world).items():
        timeline.add(_at(day, 9), _register, group)
    timeline.add(_at(FOUNDED, 10), _duties)
    for team in world.plan.teams.values():
        timeline.add(_at(FOUNDED, 11), _found, team)
        for day, joining in _joining(team).items():
            timeline.add(
                _at(day, 14),
                _take_in,
                team,
                joining,
            )
    timeline.add(_at(RECRUITMENT_DAY, 10), _recruit)


def _at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return clock.at_local(day, dt.time(hour, minute))


def _areas(world: World) -> None:
    root = next(area for area in facts.areas() if area.code == ROOT)
    top = areas.add(actor_id=None, code=root.code, level=SUBDISTRICT, name=root.name, name_en=root.name_en)
    world.areas[root.code] = top.id
    for area in world.plan.communities:
        row = areas.add(
            actor_id=None, code=area.code, level=COMMUNITY, name=area.name, name_en=area.name_en, parent=top
        )
        world.areas[area.code] = row.id
    for grid in world.plan.grids:
        row = areas.add(
            actor_id=None,
            code=grid.code,
            level=GRID,
            name=grid.name,
            name_en=grid.name_en,
            parent=by_code(grid.community),
        )
        world.areas[grid.code] = row.id


def _rate(world: World) -> None:
    hours.set_rate(actor_id=None, points_per_hour=POINTS_PER_HOUR, valid_from=RATE_SINCE)


def _by_day(world: World) -> dict[dt.date, list[Neighbour]]:
    """Who is written in on which day; the order is that of the plan."""
    days: dict[dt.date, list[Neighbour]] = defaultdict(list)
    for who in world.plan.people:
        days[known_on(who, world.plan.today)].append(who)
    return days


def _register(world: World, group: list[Neighbour]) -> None:
    rows = [
        people.NewPerson(
            name=who.name,
            born_on=who.born_on,
            area_id=world.areas[who.grid],
            phone=who.phone,
            language=who.language,
            elder_mode=who.elder_mode,
            registered_at=_at(who.registered_on, 8, 30),
            skills=who.skills,
            slots=who.slots,
            document_kind=PASSPORT,
            document=who.document,
            is_verified=who.is_verified,
            guardian=people.GuardianConsent(who.guardian, "parent", names.phone(GUARDIANS_PHONE))
            if who.guardian
            else None,
        )
        for who in group
    ]
    by = world.people[0] if world.people else None
    world.people += people.register_many(rows, recorded_by=by, password_hash=world.password_hash)


def _duties(world: World) -> None:
    for duty in world.plan.duties:
        people.grant_role(
            actor=None, person_id=world.people[duty.person], role=duty.role, area_id=world.areas[duty.area]
        )


def _found(world: World, team: PlannedTeam) -> None:
    fact = team.fact
    row = teams.found(
        actor=None,
        code=fact.code,
        area_id=world.areas[fact.area],
        kind=fact.kind,
        name=fact.name,
        name_en=fact.name_en,
        focus=fact.focus,
    )
    world.teams[fact.code] = row.id
    founders = [world.people[person] for day, person in team.members if day == FOUNDED]
    teams.add_members(actor_id=None, team_id=row.id, person_ids=founders, way=IMPORT)
    for person_id, role in zip(founders, (LEADER, DEPUTY), strict=False):
        teams.appoint(actor=None, team_id=row.id, person_id=person_id, role=role)


def _joining(team: PlannedTeam) -> dict[dt.date, list[int]]:
    days: dict[dt.date, list[int]] = defaultdict(list)
    for day, person in team.members:
        if day not in (FOUNDED, RECRUITMENT_DAY):
            days[day].append(person)
    return days


def _take_in(world: World, team: PlannedTeam, joining: list[int]) -> None:
    teams.add_members(
        actor_id=world.people[team.leader],
        team_id=world.teams[team.fact.code],
        person_ids=[world.people[person] for person in joining],
        way=IMPORT,
    )


def _recruit(world: World) -> None:
    """The fair at which the Firefly team took in its new members on the spot."""
    team = world.plan.teams[FIREFLY]
    teams.add_members(
        actor_id=world.people[team.leader],
        team_id=world.teams[FIREFLY],
        person_ids=[world.people[person] for person in team.recruits],
        way=RECRUITMENT,
    )
