"""Who of the applicants is registered already, and which forms are of one person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from volunteer.areas.models import Area
from volunteer.areas.rules import community_path
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people import finding, phones, queries, rules
from volunteer.people.models import ACTIVE, WAITING, Person
from volunteer.teams.intake_flags import AT_DESK, GUARDIAN_AT_DESK, NO_GUARDIAN
from volunteer.teams.intake_rules import GuardianWords, Known
from volunteer.teams.models import Application

_PRESENT = (ACTIVE, WAITING)


@dataclass(frozen=True)
class Match:
    """The person an application is of, if registered; whether the phone stands under another name."""

    person_id: int | None = None
    status: str = ACTIVE
    lacks_consent: bool = False  # a minor for whom no guardian's consent stands
    phone_is_taken: bool = False

    def for_the_desk(self, application: Application) -> str | None:
        """The flag of what only the counter can settle: R007, R008 ask for the guardian in person there."""
        if self.person_id is None:
            return _lacks_on_form(application)
        if self.status not in _PRESENT:
            return AT_DESK
        if self.status == WAITING or (self.lacks_consent and application.guardian is not None):
            return GUARDIAN_AT_DESK
        return None


def _lacks_on_form(application: Application) -> str | None:
    """Who grew no older while the form waited; and a guardian who could be reached through the child alone."""
    assert application.born_on is not None, "only what was decided is forgotten"
    words = GuardianWords.from_text(application.guardian)
    if words is None:
        return NO_GUARDIAN if rules.needs_guardian(application.born_on, clock.today()) else None
    return GUARDIAN_AT_DESK if words.phone == application.phone else None


class Registered:
    """Those registered people who could be one of the applicants; read in two statements for all of them."""

    def __init__(self, applicants: Iterable[Known]) -> None:
        wanted = list(applicants)
        phones = sorted({known.phone_hash for known in wanted if known.phone_hash is not None})
        names = sorted({(known.name_hash, known.born_on) for known in wanted if known.born_on is not None})
        self._people: dict[int, tuple[Known, str]] = {}
        self._holders: dict[str, int] = {}
        self._lacking: set[int] = set()
        if phones:
            self._read(Person.phone_hash.in_(phones))
        if names:
            self._read(sa.tuple_(Person.name_hash, Person.born_on).in_(names), Person.status.in_(_PRESENT))
        today = clock.today()
        minors = {
            id for id, (one, _) in self._people.items() if one.born_on and rules.is_minor(one.born_on, today)
        }
        if minors:
            self._lacking = minors - queries.with_guardian(sorted(minors))

    def match(self, known: Known) -> Match:
        holder = self._holders.get(known.phone_hash or "")
        if holder is not None and known.is_probably(self._people[holder][0]):
            return self._match(holder)
        same = next((id for id, (other, _) in self._people.items() if known.is_probably(other)), None)
        if same is not None:
            return self._match(same, phone_is_taken=holder is not None)
        return Match(phone_is_taken=holder is not None)

    def _match(self, person_id: int, *, phone_is_taken: bool = False) -> Match:
        status = self._people[person_id][1]
        return Match(person_id, status, person_id in self._lacking, phone_is_taken)

    def _read(self, *conditions: sa.ColumnElement[bool]) -> None:
        statement = (
            sa.select(
                Person.id, Person.name_hash, Person.born_on, Person.phone_hash, Person.status, Area.path
            )
            .join(Area, Area.id == Person.area_id)
            .where(*conditions)
            .order_by(Person.id)
        )
        for id, name_hash, born_on, phone_hash, status, path in db.session.execute(statement):
            known = Known(name_hash, born_on, phone_hash, community_path(path))
            self._people[id] = known, status
            if phone_hash is not None:
                self._holders[phone_hash] = id


class Decider:
    """Who reads the list: their own form, and the forms of their own wards, are for others to decide (R150)."""

    def __init__(self, person_id: int) -> None:
        self.id = person_id
        self._phone_hash = db.session.scalar(sa.select(Person.phone_hash).where(Person.id == person_id))

    def is_partial(self, application: Application, match: Match) -> bool:
        words = GuardianWords.from_text(application.guardian)
        is_guardian = words is not None and phones.phone_hash(words.phone) == self._phone_hash
        return match.person_id == self.id or is_guardian


def known(application: Application, area_path: str) -> Known:
    return Known(
        finding.name_hash(application.name),
        application.born_on,
        application.phone_hash,
        community_path(area_path),
    )


def first_alike(of: Known, earlier: Sequence[Known]) -> int | None:
    """The place of the first among the earlier ones that is probably the same person."""
    return next((place for place, other in enumerate(earlier) if of.is_probably(other)), None)
