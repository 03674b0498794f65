"""Lists of intakes and of the people who applied, as leaders see them: masked, with what needs a second look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for

from volunteer.areas.models import Area
from volunteer.areas.queries import ids_within
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.people.models import ACCEPT, Person
from volunteer.people.rules import age_on, is_minor
from volunteer.teams import todos
from volunteer.teams.intake_flags import (
    DOUBLE,
    FLAGS,
    GUARDIAN_AT_DESK,
    MINOR,
    NO_GUARDIAN,
    OVERDUE,
    OWN,
    PAPER,
    PHONE_SHARED,
    PHONE_TAKEN,
    REGISTERED,
)
from volunteer.teams.intake_rules import Known
from volunteer.teams.models import ACCEPTED, REFUSED, WAITING, Application, Intake, Team
from volunteer.teams.service.intake.matching import Decider, Registered, first_alike, known

PAGE = 200  # a meeting fits on one page and is accepted in one go
PAST = 20


@dataclass(frozen=True)
class Counts:
    """How many applications of an intake are in which state."""

    waiting: int = 0
    accepted: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        return self.waiting + self.accepted + self.refused


@dataclass(frozen=True)
class Line:
    """One waiting application on the leader's list."""

    id: int
    masked_name: str
    masked_phone: str
    age: int
    community: str
    applied_at: dt.datetime
    answer_by_on: dt.date
    flags: tuple[str, ...]
    may_come_in: bool  # False: left to another reader, or to the counter

    @property
    def asks_for_a_look(self) -> bool:
        return any(FLAGS[flag][1] in {"fault", "warn"} for flag in self.flags)


@dataclass(frozen=True)
class Slip:
    """The volunteer number of somebody who has no phone, to be handed over on paper."""

    number: str
    name: str


def of_team(team_id: int) -> list[tuple[Intake, Counts]]:
    """The newest first."""
    statement = sa.select(Intake).where(Intake.team_id == team_id).order_by(Intake.id.desc()).limit(PAST)
    intakes = list(db.session.scalars(statement))
    counted = counts([intake.id for intake in intakes])
    return [(intake, counted[intake.id]) for intake in intakes]


def counts(intake_ids: Sequence[int]) -> dict[int, Counts]:
    """By intake; every one asked for is there."""
    statement = (
        sa.select(
            Application.intake_id,
            *(sa.func.count(sa.case((Application.state == s, 1))) for s in (WAITING, ACCEPTED, REFUSED)),
        )
        .where(Application.intake_id.in_(intake_ids))
        .group_by(Application.intake_id)
    )
    found = (
        {row[0]: Counts(row[1], row[2], row[3]) for row in db.session.execute(statement)}
        if intake_ids
        else {}
    )
    return {id: found.get(id, Counts()) for id in intake_ids}


def waiting(intake_id: int, *, reader_id: int, after: int | None = None) -> list[Line]:
    """A page of waiting applications in the order of coming, one more when there is a next page."""
    statement = (
        sa.select(Application, Area)
        .join(Area, Area.id == Application.area_id)
        .where(Application.intake_id == intake_id, Application.state == WAITING)
        .order_by(Application.id)
        .limit(PAGE + 1)
    )
    if after is not None:
        statement = statement.where(Application.id > after)
    rows = [(application, area) for application, area in db.session.execute(statement)]
    applicants = [known(application, area.path) for application, area in rows]
    registered, decider = Registered(applicants), Decider(reader_id)
    lines = []
    for place, (application, area) in enumerate(rows):
        match = registered.match(applicants[place])
        for_the_desk = match.for_the_desk(application)
        is_double = first_alike(applicants[place], applicants[:place]) is not None
        flags = {
            OWN: decider.is_partial(application, match),
            for_the_desk: for_the_desk is not None,
            REGISTERED: for_the_desk is None and match.person_id not in (None, reader_id),
            PHONE_TAKEN: match.person_id is None and match.phone_is_taken,
            PHONE_SHARED: match.person_id is None and not is_double and _shares_phone(applicants, place),
            DOUBLE: is_double,
        }
        lines.append(_line(application, area, flags, may_come_in=for_the_desk is None and not flags[OWN]))
    return lines


def slips(intake_id: int) -> list[Slip]:
    """Those whom this intake registered without a phone, in the order of coming."""
    statement = (
        sa.select(Person.number, Person.name)
        .join(Application, Application.person_id == Person.id)
        .where(
            Application.intake_id == intake_id,
            Application.state == ACCEPTED,
            Application.is_new_person,
            Person.phone_hash.is_(None),
        )
        .order_by(Application.id)
    )
    return [Slip(number, name) for number, name in db.session.execute(statement)]


def overdue(area_paths: Sequence[str]) -> Any:
    """Applications that should have been answered by now, of teams in the areas (R010): a query of rows."""
    return (
        sa.select(
            Application.id,
            Application.intake_id,
            Application.name.label("person"),
            Application.answer_by_on,
            Team.id.label("team_id"),
            Team.name,
            Team.name_en,
        )
        .join(Intake, Intake.id == Application.intake_id)
        .join(Team, Team.id == Intake.team_id)
        .where(
            Application.state == WAITING,
            Application.answer_by_on < clock.today(),
            Team.area_id.in_(ids_within(area_paths)),
        )
    )


def _waiting_of_teams(team_ids: Sequence[int]) -> Mapping[int, Sequence[todos.Todo]]:
    """What the leader's own page says of applications that wait; the oldest intake is opened first."""
    late = sa.func.count(sa.case((Application.answer_by_on < clock.today(), 1)))
    statement = (
        sa.select(Intake.team_id, sa.func.min(Intake.id), sa.func.count(), late)
        .join(Application, Application.intake_id == Intake.id)
        .where(Intake.team_id.in_(team_ids), Application.state == WAITING)
        .group_by(Intake.team_id)
    )
    return {
        team_id: [
            todos.Todo(
                text=_("招募来的报名等您答复"),
                count=count,
                href=url_for("teams.applications", team_id=team_id, intake_id=intake_id),
                kind="urgent" if overdue_count else "",
                amount=todos.people(count),
            )
        ]
        for team_id, intake_id, count, overdue_count in db.session.execute(statement)
    }


todos.register(_waiting_of_teams, right=ACCEPT)


def _shares_phone(applicants: list[Known], place: int) -> bool:
    """Whether one of those before has the same phone, which only one account can be opened with."""
    phone = applicants[place].phone_hash
    return phone is not None and any(other.phone_hash == phone for other in applicants[:place])


def _line(application: Application, area: Area, flags: dict[str | None, bool], *, may_come_in: bool) -> Line:
    today, born_on = clock.today(), application.born_on
    assert born_on is not None, "what waits is not forgotten"
    below_18 = is_minor(born_on, today)
    flags = flags | {
        MINOR: below_18,
        NO_GUARDIAN: below_18 and application.guardian is None and not flags.get(GUARDIAN_AT_DESK),
        PAPER: application.applied_by_id is not None,
        OVERDUE: application.answer_by_on < today,
    }
    return Line(
        application.id,
        formats.masked_name(application.name),
        formats.masked_phone(application.phone),
        age_on(born_on, today),
        area.label,
        application.applied_at,
        application.answer_by_on,
        tuple(flag for flag, stands in flags.items() if flag is not None and stands),
        may_come_in,
    )
