"""Who could fulfil a wish: candidates from the tables in a few queries, then `matching.suggest`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.areas.models import Area
from volunteer.areas.queries import ids_within
from volunteer.areas.rules import community_path
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people.models import ACTIVE, Person, PersonSkill, PersonSlot
from volunteer.people.rules import SKILLS
from volunteer.wishes import matching, rules
from volunteer.wishes.models import CLAIM_ACTIVE, Claim, Wish

MOST_CANDIDATES = 200  # weighed in Python; chosen in SQL by skill, time and nearness
SUGGESTIONS = 5


@dataclass(frozen=True)
class Suggested:
    """A suggestion with what staff need to ask the person."""

    person_id: int
    number: str
    name: str
    score: int
    reasons: list[tuple[int, str]]


def suggestions(wish_id: int, limit: int = SUGGESTIONS) -> list[Suggested]:
    """The best volunteers for a wish, each with the reasons of their score in words."""
    wish = db.session.execute(
        sa.select(
            Wish.id, Wish.wisher_id, Wish.wanted_skill, Wish.wanted_weekday, Wish.wanted_part, Area.path
        )
        .join(Area, Area.id == Wish.area_id)
        .where(Wish.id == wish_id)
    ).one()
    people = _people(wish)
    need = matching.WishNeed(
        wish_id=wish.id,
        area_path=wish.path,
        skills=frozenset(_labels([wish.wanted_skill] if wish.wanted_skill else [])),
        slots=rules.wanted_slots(wish.wanted_weekday, wish.wanted_part),
    )
    found = matching.suggest(need, _candidates(people), limit)
    return [_with_words(suggestion, people[suggestion.person_id]) for suggestion in found]


def _people(wish: Any) -> dict[int, Any]:
    """Adults with a phone in the same sub-district who have not given this wish back before."""
    subdistrict = "/" + wish.path.strip("/").split("/")[0] + "/"
    gave_back = sa.select(Claim.person_id).where(Claim.wish_id == wish.id)
    has_skill = sa.exists().where(PersonSkill.person_id == Person.id, PersonSkill.skill == wish.wanted_skill)
    has_time = sa.exists().where(
        PersonSlot.person_id == Person.id,
        *([PersonSlot.weekday == wish.wanted_weekday] if wish.wanted_weekday is not None else []),
        *([PersonSlot.part == wish.wanted_part] if wish.wanted_part else []),
    )
    fits = sa.case((has_skill, 2), else_=0) + sa.case((has_time, 1), else_=0)
    is_near = sa.case((Area.path.startswith(community_path(wish.path)), 1), else_=0)
    statement = (
        sa.select(Person.id, Person.number, Person.name, Area.path)
        .join(Area, Area.id == Person.area_id)
        .where(
            Person.status == ACTIVE,
            Person.phone_hash.is_not(None),
            Person.born_on <= rules.adults_born_by(clock.today()),
            Person.area_id.in_(ids_within([subdistrict])),
            Person.id.not_in(gave_back),
            Person.id != (wish.wisher_id or 0),
        )
        .order_by(fits.desc(), is_near.desc(), Person.id)
        .limit(MOST_CANDIDATES)
    )
    return {row.id: row for row in db.session.execute(statement)}


def _candidates(people: dict[int, Any]) -> list[matching.Candidate]:
    skills: dict[int, list[str]] = defaultdict(list)
    for person_id, skill in db.session.execute(
        sa.select(PersonSkill.person_id, PersonSkill.skill).where(PersonSkill.person_id.in_(people))
    ):
        skills[person_id].append(skill)
    slots: dict[int, set[matching.Slot]] = defaultdict(set)
    for slot in db.session.scalars(sa.select(PersonSlot).where(PersonSlot.person_id.in_(people))):
        slots[slot.person_id] |= rules.wanted_slots(slot.weekday, slot.part)
    claims: dict[int, int] = defaultdict(int)
    for person_id, count in db.session.execute(
        sa.select(Claim.person_id, sa.func.count())
        .where(Claim.person_id.in_(people), Claim.state == CLAIM_ACTIVE)
        .group_by(Claim.person_id)
    ):
        claims[person_id] = count
    return [
        matching.Candidate(
            person_id=id_,
            area_path=person.path,
            skills=frozenset(_labels(skills[id_])),
            slots=frozenset(slots[id_]),
            active_claims=claims[id_],
            capacity=rules.CLAIMS_AT_A_TIME,
        )
        for id_, person in people.items()
    ]


def _labels(codes: list[str]) -> list[str]:
    """The reasons speak the reader's language, so skills are compared by their names in it."""
    return [str(SKILLS.get(code, code)) for code in codes]


def _with_words(suggestion: matching.Suggestion, person: Any) -> Suggested:
    reasons = [(reason.points, matching.say(reason)) for reason in suggestion.reasons]
    return Suggested(person.id, person.number, person.name, suggestion.score, reasons)
