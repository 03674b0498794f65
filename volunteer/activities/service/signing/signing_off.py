"""Give a place back, in time or late with a reason (R026)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import current_app

from volunteer.acting import messages as acts
from volunteer.acting.service import leave_receipt
from volunteer.activities import messages
from volunteer.activities.models import SIGNED_UP, WITHDRAWN, Occurrence, Series, SignUp
from volunteer.activities.service.signing import places, waiting
from volunteer.activities.service.signing.signing_up import LONGEST_REASON, may_act_for
from volunteer.activities.service.together import pairing
from volunteer.activities.signing import companions, lateness, leaving, refusals
from volunteer.activities.signing.availability import refuse_when_over
from volunteer.activities.signing.of_another import worded
from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock, crypto
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor
from volunteer.people.models import Person
from volunteer.teams.models import Team


def sign_off(*, actor: Actor, occurrence_id: int, person_id: int | None = None, reason: str = "") -> None:
    """Give one's own place back, or another's by who may, and those of the companions.

    Late ones need a reason and are marked (R026), but not where the date has just been moved; either is
    told to the leaders. What is free now is offered to whoever waits. Whoever has just typed a wrong number
    takes that back, which is nobody's lateness.
    """
    person_id = person_id or actor.id
    now = clock.now()
    row = _locked(occurrence_id, person_id)
    if row is None:
        raise worded(refusals.NotSignedUp(), actor, person_id)
    takes_back = leaving.may_take_back(actor, row, now)
    if person_id != actor.id and not takes_back and not may_act_for(actor, person_id, row):
        raise NotAllowed
    refuse_when_over(row, now)
    is_near = not takes_back and lateness.is_near(row, now)
    is_late = is_near and lateness.is_late(row, occurrence_id=occurrence_id, person_id=person_id, now=now)
    if is_late and not reason.strip():
        hours = current_app.config["LATE_SIGN_OFF_HOURS"]
        raise worded(refusals.ReasonNeeded(hours=hours), actor, person_id)
    withdraw(row, is_late=is_late, reason=reason)
    waiting.fill(occurrence_id)
    pairing.tell_place_gone(row)
    audit.record(
        actor_id=actor.id,
        act="signed_off",
        kind="occurrence",
        id=occurrence_id,
        person=person_id,
        sign_up=row.sign_up_id,
        late=is_late,
    )
    if is_near:
        leaving.tell_late(row, actor=actor, reason=reason)
    said: dict[str, Any] = (
        {"reason_sealed": crypto.encrypt(reason.strip()[:LONGEST_REASON])} if reason.strip() else {}
    )
    leave_receipt(
        actor=actor, person_id=person_id, act=acts.SIGNED_OFF, kind="occurrence", object_id=occurrence_id, **said,
        **messages.told(row),
    )  # fmt: skip


def withdraw(row: Any, *, is_late: bool = False, reason: str = "", is_asked_again: bool = False) -> None:
    """The places of a sign-up are free again; the names of the companions are forgotten.

    `row` has sign_up_id, occurrence_id, person_id, position_id and places. If it was withdrawn
    meanwhile nothing is freed twice. `is_asked_again`: one of the places is kept for the person.
    """
    result: Any = db.session.execute(
        sa.update(SignUp)
        .where(SignUp.id == row.sign_up_id, SignUp.state == SIGNED_UP)
        .values(
            state=WITHDRAWN,
            withdrawn_at=clock.now(),
            withdrawn_late=is_late,
            reason=reason.strip()[:LONGEST_REASON] or None,
        )
    )
    if result.rowcount != 1:
        raise refusals.NotSignedUp
    give_back = places.offer_back if is_asked_again else places.free
    give_back(row.occurrence_id, row.position_id, row.places)
    if row.places > 1:
        companions.forget(row.sign_up_id)
    outbox.cancel(f"remind:{row.occurrence_id}:{row.person_id}:")


def _locked(occurrence_id: int, person_id: int) -> Any:
    """The live sign-up, read after the occurrence was locked."""
    waiting.lock(occurrence_id)
    home = sa.orm.aliased(Area)
    statement = (
        sa.select(
            SignUp.id.label("sign_up_id"),
            SignUp.occurrence_id,
            SignUp.person_id,
            SignUp.position_id,
            SignUp.places,
            SignUp.partner_id,
            SignUp.partner_state,
            SignUp.way,
            SignUp.signed_up_at,
            SignUp.signed_up_by_id,
            Occurrence.place,
            Occurrence.state,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.is_flexible,
            Team.path.label("team_path"),
            Series.title,
            Series.title_en,
            Series.team_id,
            Series.person_in_charge_id,
            Area.path.label("area_path"),
            home.path.label("person_area_path"),
        )
        .join(Occurrence, Occurrence.id == SignUp.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .join(Team, Team.id == Series.team_id)
        .join(Area, Area.id == Series.area_id)
        .join(Person, Person.id == SignUp.person_id)
        .join(home, home.id == Person.area_id)
        .where(
            SignUp.occurrence_id == occurrence_id, SignUp.person_id == person_id, SignUp.state == SIGNED_UP
        )
    )
    return db.session.execute(statement).first()
