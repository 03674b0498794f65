"""Give a place back, in time or late with a reason (R026)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import current_app

from volunteer.acting import messages as acts
from volunteer.acting.service import leave_receipt
from volunteer.activities import refusals, rules
from volunteer.activities.models import CANCELLED, SIGNED_UP, WITHDRAWN, Occurrence, Series, SignUp
from volunteer.activities.service.signing_up import may_act_for
from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor
from volunteer.people.models import Person
from volunteer.teams.models import Team


def sign_off(*, actor: Actor, occurrence_id: int, person_id: int | None = None, reason: str = "") -> None:
    """Give one's own place back, or another's by who may. Late ones need a reason and are marked."""
    person_id = person_id or actor.id
    now = clock.now()
    row = _locked(occurrence_id, person_id)
    if row is None:
        raise refusals.NotSignedUp
    if person_id != actor.id and not may_act_for(actor, person_id, row):
        raise NotAllowed
    if row.state == CANCELLED:
        raise refusals.Cancelled
    if row.starts_at <= now:
        raise refusals.Begun
    hours = current_app.config["LATE_SIGN_OFF_HOURS"]
    is_late = rules.is_late(now, row.starts_at, hours)
    if is_late and not reason.strip():
        raise refusals.ReasonNeeded(hours=hours)
    _withdraw(row.sign_up_id, is_late, reason.strip())
    _free_place(occurrence_id)
    outbox.cancel(f"remind:{occurrence_id}:{person_id}:")
    audit.record(
        actor_id=actor.id,
        act="signed_off",
        kind="occurrence",
        id=occurrence_id,
        person=person_id,
        sign_up=row.sign_up_id,
        late=is_late,
    )
    leave_receipt(
        actor=actor, person_id=person_id, act=acts.SIGNED_OFF, kind="occurrence", object_id=occurrence_id,
        occurrence_id=occurrence_id, title=row.title, title_en=row.title_en, starts_at=row.starts_at.isoformat(),
    )  # fmt: skip


def _locked(occurrence_id: int, person_id: int) -> Any:
    home = sa.orm.aliased(Area)
    statement = (
        sa.select(
            SignUp.id.label("sign_up_id"),
            Occurrence.state,
            Occurrence.starts_at,
            Team.path.label("team_path"),
            Series.title,
            Series.title_en,
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
        .with_for_update(of=[Occurrence, SignUp], key_share=True)
    )
    return db.session.execute(statement).first()


def _withdraw(sign_up_id: int, is_late: bool, reason: str) -> None:
    """The row was looked at under lock; if it was withdrawn meanwhile nothing is freed twice."""
    result: Any = db.session.execute(
        sa.update(SignUp)
        .where(SignUp.id == sign_up_id, SignUp.state == SIGNED_UP)
        .values(
            state=WITHDRAWN, withdrawn_at=clock.now(), withdrawn_late=is_late, reason=reason[:300] or None
        )
    )
    if result.rowcount != 1:
        raise refusals.NotSignedUp


def _free_place(occurrence_id: int) -> None:
    db.session.execute(
        sa.update(Occurrence).where(Occurrence.id == occurrence_id).values(taken=Occurrence.taken - 1)
    )
