"""Accepting many applications in one go: all of it or nothing, and nobody twice.

Statements do not grow with the applications: the rows are locked and read in one, looked up
among the registered in two, and written table by table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import COUNT_ROWS, db
from volunteer.core.errors import NotFound, Stale
from volunteer.outbox import service as outbox
from volunteer.people import rules as people_rules
from volunteer.people import service as people
from volunteer.people.identity import Actor
from volunteer.teams import messages, policy
from volunteer.teams.intake_rules import GuardianWords, Known
from volunteer.teams.models import ACCEPTED, WAITING, Application, Intake, Team
from volunteer.teams.rules import RECRUITMENT
from volunteer.teams.service.intake.choosing import chosen
from volunteer.teams.service.intake.loading import NoSuchIntake, of_intake
from volunteer.teams.service.intake.matching import Decider, Match, Registered, first_alike, known
from volunteer.teams.service.loading import TeamClosed
from volunteer.teams.service.membership import add_members

_TABLE: Any = Application.__table__


@dataclass
class Outcome:
    """What became of the chosen applications, by their ids."""

    accepted: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    decided_before: list[int] = field(default_factory=list)  # somebody else was quicker
    own: list[int] = field(default_factory=list)
    for_the_desk: list[int] = field(default_factory=list)  # a disabled account, a child without guardian


@dataclass(frozen=True)
class _Admission:
    """One application that goes through: whose it is, or that it makes a new person."""

    application: Application
    person_id: int | None = None
    place: int | None = None  # among the new people
    phone_is_taken: bool = False


def accept(*, actor: Actor, intake_id: int, application_ids: Sequence[int]) -> Outcome:
    """Make volunteers and members of the chosen applicants.

    Who is registered already is only taken into the team. What was decided meanwhile, the
    actor's own form and what needs the counter is left as it is and told in the outcome.
    """
    intake = db.session.get(Intake, intake_id)
    if intake is None:
        raise NoSuchIntake
    team, area_path = of_intake(intake)
    if not policy.may_accept(actor, team.path, area_path):
        raise NotFound
    if team.closed_at is not None:
        raise TeamClosed
    applications = chosen(intake_id, application_ids)
    outcome = Outcome(decided_before=[row.id for row in applications if row.state != WAITING])
    admissions = _sorted_out(actor, [row for row in applications if row.state == WAITING], outcome)
    if admissions:
        outcome.accepted = [admission.application.id for admission in admissions]
        _take_in(actor, team, admissions)
    return outcome


def _sorted_out(actor: Actor, applications: list[Application], outcome: Outcome) -> list[_Admission]:
    """Who comes in, and as whom; the others are noted in the outcome."""
    paths = _paths(application.area_id for application in applications)
    applicants = [known(row, paths[row.area_id]) for row in applications]
    registered, decider = Registered(applicants), Decider(actor.id)
    admissions: list[_Admission] = []
    new: list[Known] = []
    for application, applicant in zip(applications, applicants, strict=True):
        match = registered.match(applicant)
        if decider.is_partial(application, match):
            outcome.own.append(application.id)
        elif match.for_the_desk(application):
            outcome.for_the_desk.append(application.id)
        else:
            admissions.append(_admission(application, applicant, match, new))
    return admissions


def _admission(application: Application, applicant: Known, match: Match, new: list[Known]) -> _Admission:
    if match.person_id is not None:
        return _Admission(application, person_id=match.person_id)
    place = first_alike(applicant, new)
    if place is not None:
        return _Admission(application, place=place)
    taken = match.phone_is_taken or any(
        applicant.phone_hash is not None and applicant.phone_hash == other.phone_hash for other in new
    )
    new.append(applicant)
    return _Admission(application, place=len(new) - 1, phone_is_taken=taken)


def _take_in(actor: Actor, team: Team, admissions: list[_Admission]) -> None:
    first_of: dict[int, _Admission] = {}
    for admission in admissions:
        if admission.place is not None:
            first_of.setdefault(admission.place, admission)
    ids = people.register_many(
        [_new_person(first_of[place]) for place in sorted(first_of)], recorded_by=actor.id
    )
    of_application = {
        admission.application.id: admission.person_id if admission.place is None else ids[admission.place]
        for admission in admissions
    }
    person_ids = [id for id in dict.fromkeys(of_application.values()) if id is not None]
    add_members(actor_id=actor.id, team_id=team.id, person_ids=person_ids, way=RECRUITMENT)
    makers = {admission.application.id for admission in first_of.values()}
    _write(actor, admissions, of_application, makers)
    _tell(team, of_application)


def _new_person(admission: _Admission) -> people.NewPerson:
    form = admission.application
    assert form.born_on is not None, "only what was decided is forgotten"
    words = GuardianWords.from_text(form.guardian)
    way = people_rules.SELF if form.applied_by_id is None else people_rules.ON_PAPER
    return people.NewPerson(
        name=form.name,
        born_on=form.born_on,
        area_id=form.area_id,
        phone=None if admission.phone_is_taken else form.phone,
        language=form.language,
        skills=tuple(form.skills.split()),
        sex=form.sex,
        agreed=people.Agreed(form.notice_version, form.applied_at, way, form.applied_by_id),
        guardian=people.GuardianConsent(words.name, words.relation, words.phone) if words else None,
    )


def _write(
    actor: Actor, admissions: list[_Admission], of_application: dict[int, int | None], makers: set[int]
) -> None:
    """The states, only where still waiting: should the lock ever fail, everything is taken back."""
    bind = sa.bindparam
    statement = (
        sa.update(_TABLE)
        .where(_TABLE.c.id == bind("of"), _TABLE.c.state == WAITING)
        .values(
            state=ACCEPTED,
            decided_at=clock.now(),
            decided_by_id=actor.id,
            person_id=bind("person"),
            is_new_person=bind("made"),
        )
    )
    rows = [{"of": id, "person": person, "made": id in makers} for id, person in of_application.items()]
    result: Any = db.session.execute(statement, rows, execution_options=COUNT_ROWS)
    if result.rowcount != len(admissions):
        raise Stale
    db.session.expire_all()
    audit.record_all(
        [
            {
                "actor_id": actor.id,
                "act": "application_accepted",
                "kind": "application",
                "id": id,
                "details": {"person": person, "is_new": id in makers},
            }
            for id, person in of_application.items()
        ]
    )


def _tell(team: Team, of_application: dict[int, int | None]) -> None:
    payload = {"team_id": team.id, "team": team.name, "team_en": team.name_en}
    outbox.tell(
        *(
            outbox.Note(f"application_accepted:{id}", messages.ACCEPTED, person, payload, by_email=True)
            for id, person in of_application.items()
            if person is not None
        )
    )


def _paths(area_ids: Iterable[int]) -> dict[int, str]:
    statement = sa.select(Area.id, Area.path).where(Area.id.in_(sorted(set(area_ids))))
    return {area_id: path for area_id, path in db.session.execute(statement)}  # noqa: C416 - a result has keys() of its own
