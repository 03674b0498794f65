"""Refusing applications, with the reason that the applicants see on their receipts (R011)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.people.identity import Actor
from volunteer.teams import policy, rules
from volunteer.teams.models import REFUSED, WAITING, Intake
from volunteer.teams.service.intake.accepting import Outcome
from volunteer.teams.service.intake.choosing import chosen
from volunteer.teams.service.intake.loading import NoSuchIntake, of_intake
from volunteer.teams.service.membership import ReasonNeeded


def refuse(*, actor: Actor, intake_id: int, application_ids: Sequence[int], reason: str) -> Outcome:
    """Refuse the chosen ones for one reason; those decided meanwhile stay as they are and are told."""
    intake = db.session.get(Intake, intake_id)
    if intake is None:
        raise NoSuchIntake
    team, area_path = of_intake(intake)
    if not policy.may_accept(actor, team.path, area_path):
        raise NotFound
    reason = reason.strip()
    if not 1 <= len(reason) <= rules.LONGEST_REASON:
        raise ReasonNeeded
    applications = chosen(intake_id, application_ids)
    waiting = [row for row in applications if row.state == WAITING]
    for row in waiting:
        row.state, row.reason = REFUSED, reason
        row.decided_at, row.decided_by_id = clock.now(), actor.id
    db.session.flush()
    note_refused(waiting, by=actor.id)
    return Outcome(
        refused=[row.id for row in waiting],
        decided_before=[row.id for row in applications if row not in waiting],
    )


def note_refused(rows: Iterable[Any], *, by: int | None) -> None:
    """In the log, for each with its id and intake_id."""
    audit.record_all(
        [
            {
                "actor_id": by,
                "act": "application_refused",
                "kind": "application",
                "id": row.id,
                "details": {"intake": row.intake_id},
            }
            for row in rows
        ]
    )
