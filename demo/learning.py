"""Trainings of the teams, a certificate that soon runs out, and commendations."""

from __future__ import annotations

import datetime as dt
import random

from demo.plan import HOME, ROOT, SEED, STAFF, SUBDISTRICT, PlannedTeam
from demo.timeline import Timeline
from demo.world import World
from volunteer.core import clock
from volunteer.credentials import service as credentials
from volunteer.credentials.models import COMMENDATION, QUALIFICATION, TRAINING
from volunteer.credentials.rules import Entry
from volunteer.teams.service.training import record_training

_RNG_SEED = SEED + 5
BASICS, FIRST_AID, CERTIFICATE = "志愿服务基础培训", "急救培训", "红十字救护员证"
# Days ago, name, minutes, what was taught, who held it.
TRAININGS = (
    (230, BASICS, 90, "志愿者的权利和义务，怎样和老人说话，遇到危险怎么办。", "麓谷街道"),
    (45, FIRST_AID, 120, "心肺复苏、海姆立克法、外伤包扎，每人都上手练过。", "岳麓区红十字会"),
)
RUNS_OUT_IN = dt.timedelta(days=24)


def add(timeline: Timeline, world: World, *, busiest: int) -> None:
    rng = random.Random(_RNG_SEED)
    for days_ago, name, minutes, content, unit in TRAININGS:
        at = world.now - dt.timedelta(days=days_ago)
        for team in world.plan.teams.values():
            there = _some(rng, team, clock.local(at).date())
            if there:
                timeline.add(
                    at,
                    _train,
                    team,
                    there,
                    Entry(TRAINING, name, unit, clock.local(at).date(), content, minutes),
                )
    timeline.add(world.now - dt.timedelta(days=300), _certify, busiest)
    timeline.add(world.now - dt.timedelta(days=60), _commend, busiest)


def _some(rng: random.Random, team: PlannedTeam, day: dt.date) -> list[int]:
    """About two in three of those who are members by then, without the leader who writes it down."""
    members = [person for person in team.members_on(day) if person != team.leader]
    return [person for person in members if rng.random() < 0.65]


def _train(world: World, team: PlannedTeam, there: list[int], entry: Entry) -> None:
    record_training(
        actor=world.actor(team.leader),
        team_id=world.teams[team.fact.code],
        person_ids=[world.people[person] for person in there],
        entry=entry,
    )


def _certify(world: World, person: int) -> None:
    """A certificate of three years, of which not a month is left today."""
    last = (world.now + RUNS_OUT_IN).date()
    credentials.record(
        actor=world.on_duty(STAFF, HOME),
        person_id=world.people[person],
        entry=Entry(
            QUALIFICATION, CERTIFICATE, "岳麓区红十字会", last - dt.timedelta(days=3 * 365), expires_on=last
        ),
    )


def _commend(world: World, person: int) -> None:
    credentials.record(
        actor=world.on_duty(SUBDISTRICT, ROOT),
        person_id=world.people[person],
        entry=Entry(COMMENDATION, "季度志愿之星", "麓谷街道办事处", clock.today(), "一个季度里次次都到。"),
    )
