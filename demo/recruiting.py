"""A recruitment that is open right now: the Firefly team's QR hangs in the stairwells, a dozen have applied."""

from __future__ import annotations

import datetime as dt
import random

from demo import names
from demo.plan import FIREFLY, HOME, SEED
from demo.timeline import Timeline
from demo.world import World
from volunteer.people.documents import FEMALE, MALE
from volunteer.teams.intake_rules import SKILLS, GuardianWords
from volunteer.teams.service import intake as intakes

# Name, birth date, phone, sex, skills, whether a guardian has signed.
Filled = tuple[str, dt.date, str | None, str, tuple[str, ...], bool]
OPENED = dt.timedelta(hours=20)
APPLICANTS = 12
YOUNGEST_NAMES = dt.date(2010, 1, 1)  # the last generation that names.py knows
FIRST_PHONE = 9000  # far from those of the residents
WITHOUT_PHONE, SCHOOLCHILD, CHILD, KNOWN, TWICE = 2, 4, 7, 8, 11  # places with something to look at


def add(timeline: Timeline, world: World, *, known: int) -> None:
    """`known` is a resident who fills in the form although registered already."""
    timeline.add(world.now - OPENED, _open)
    forms = _forms(world, known)
    step = (OPENED - dt.timedelta(hours=1)) / len(forms)
    for place, form in enumerate(forms):
        timeline.add(world.now - OPENED + step * (place + 1), _apply, form)


def _open(world: World) -> None:
    leader = world.actor(world.plan.teams[FIREFLY].leader)
    made = intakes.open_intake(actor=leader, team_id=world.teams[FIREFLY], title="萤火虫招募会", length="7d")
    world.intake_token = made.token


def _apply(world: World, form: Filled) -> None:
    name, born_on, phone, sex, skills, has_guardian = form
    words = GuardianWords("黎建华", "parent", names.phone(FIRST_PHONE + 500)) if has_guardian else None
    intakes.apply(
        token=world.intake_token,
        form=intakes.Form(name, born_on, world.areas[HOME], phone, sex, skills, words),
        has_consented=True,
    )


def _forms(world: World, known: int) -> list[Filled]:
    """Twelve forms as they come at a meeting: most are plain, some are for the leader to look at."""
    rng = random.Random(SEED + 3)
    today = world.plan.today
    forms: list[Filled] = []
    for place in range(APPLICANTS):
        born_on = names.birth_date(rng)
        if place in (SCHOOLCHILD, CHILD):
            born_on = dt.date(today.year - (16 if place == SCHOOLCHILD else 12), 3, 9)
        name, phone = names.name(rng, min(born_on, YOUNGEST_NAMES)), names.phone(FIRST_PHONE + place)
        if place == KNOWN:
            who = world.plan.people[known]
            name, born_on, phone = who.name, who.born_on, who.phone
        if place == TWICE:
            name, phone = forms[0][0], forms[0][2] or phone
        skills = tuple(sorted(rng.sample(SKILLS, rng.choice((0, 1, 2)))))
        kept = None if place == WITHOUT_PHONE else phone
        forms.append((name, born_on, kept, rng.choice((FEMALE, MALE)), skills, place == CHILD))
    return forms
