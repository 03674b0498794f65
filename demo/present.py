"""What is going on right now: new neighbours ask to join, inboxes are read up to some days ago."""

from __future__ import annotations

import datetime as dt

from demo.plan import FIREFLY, HOME
from demo.timeline import Timeline
from demo.world import World
from volunteer.core import clock
from volunteer.hours import service as hours
from volunteer.outbox import service as outbox
from volunteer.teams import service as teams

READ_UNTIL = dt.timedelta(days=4)
REQUESTS = 3


def add(timeline: Timeline, world: World, *, certified: int, newcomer: int) -> None:
    timeline.add(world.now - READ_UNTIL, _read_messages)
    timeline.add(world.now - dt.timedelta(days=30), _certify, certified)
    askers = [person for person in without_team(world) if person != newcomer][-REQUESTS:]
    for place, person in enumerate(askers):
        moment = world.now - dt.timedelta(hours=3 * place + 2)
        timeline.add(moment, _ask_to_join, person)


def without_team(world: World) -> list[int]:
    """Neighbours of the community who belong to no team, the newest last."""
    members = {person for team in world.plan.teams.values() for _day, person in team.members}
    return [
        person
        for person, who in enumerate(world.plan.people)
        if who.community == HOME and person not in members and person not in world.plan.staff
    ]


def _read_messages(world: World) -> None:
    for person_id in world.people:
        outbox.mark_read(person_id=person_id)


def _certify(world: World, person: int) -> None:
    until = clock.today() - dt.timedelta(days=1)
    hours.issue_certificate(
        actor=world.actor(person),
        person_id=world.people[person],
        from_on=until - dt.timedelta(days=365),
        until_on=until,
    )


def _ask_to_join(world: World, person: int) -> None:
    teams.request_to_join(actor=world.actor(person), team_id=world.teams[FIREFLY])
