"""Take a place. The hottest path: five statements on SQLite, one more on PostgreSQL for the person's lock."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from volunteer.acting import messages as acts
from volunteer.acting import policy as acting
from volunteer.acting.rules import SIGN_UP
from volunteer.acting.service import leave_receipt
from volunteer.activities import messages, policy, refusals, standing
from volunteer.activities.models import PUBLISHED, SIGNED_UP, Occurrence, SignUp
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor

_occurrence: Any = Occurrence.__table__
_sign_up: Any = SignUp.__table__
_TAKE = (
    sa.update(_occurrence)
    .where(
        _occurrence.c.id == sa.bindparam("occurrence_id", type_=sa.BigInteger),
        _occurrence.c.taken < _occurrence.c.capacity,
        _occurrence.c.state == PUBLISHED,
    )
    .values(taken=_occurrence.c.taken + 1)
)
_KEEP = sa.insert(_sign_up).returning(_sign_up.c.id)


def sign_up(*, actor: Actor, occurrence_id: int, person_id: int | None = None) -> int:
    """Take a place for oneself, or for another by who may (R018, or whom the person asked); the sign-up's id.

    Refused when it is cancelled, begun, full or held twice, when it overlaps another
    sign-up of the person (R025), and to who is too young or not of the team (R022).
    """
    person_id = person_id or actor.id
    now = clock.now()
    row = standing.lock(occurrence_id=occurrence_id, person_id=person_id)
    if person_id != actor.id and not may_act_for(actor, person_id, row):
        raise NotAllowed
    refusal = standing.availability(row, now).refusal
    if isinstance(refusal, refusals.AlreadySignedUp) and person_id != actor.id:
        raise refusals.PersonAlreadySignedUp
    if isinstance(refusal, refusals.NeedsTraining) and person_id != actor.id:
        raise refusals.PersonNeedsTraining(**refusal.values)
    if refusal is not None:
        raise refusal
    _take_place(occurrence_id)
    sign_up_id = _keep(occurrence_id, person_id, actor.id, now)
    audit.record(
        actor_id=actor.id,
        act="signed_up",
        kind="occurrence",
        id=occurrence_id,
        person=person_id,
        sign_up=sign_up_id,
    )
    told = messages.told(
        occurrence_id=occurrence_id,
        title=row.title,
        title_en=row.title_en,
        starts_at=row.starts_at,
        place=row.place,
    )
    if person_id == actor.id:
        _confirm(sign_up_id, person_id, told, row.starts_at)
    else:
        leave_receipt(
            actor=actor, person_id=person_id, act=acts.SIGNED_UP, kind="occurrence", object_id=occurrence_id, **told
        )  # fmt: skip
    return sign_up_id


def may_act_for(actor: Actor, person_id: int, row: Any) -> bool:
    """Who manages the activity, the counter of the person's area, or a helper with the right to sign up."""
    return policy.may_act_for_another(
        actor, team_path=row.team_path, area_path=row.area_path, person_area_path=row.person_area_path
    ) or acting.may_act_for(actor, person_id, SIGN_UP)


def _take_place(occurrence_id: int) -> None:
    """The database counts: with two at the last place, one of them finds nothing to update."""
    taken: Any = db.session.execute(_TAKE, {"occurrence_id": occurrence_id})
    if taken.rowcount != 1:
        raise refusals.Full


def _keep(occurrence_id: int, person_id: int, actor_id: int, now: dt.datetime) -> int:
    row = {
        "occurrence_id": occurrence_id,
        "person_id": person_id,
        "state": SIGNED_UP,
        "signed_up_at": now,
        "signed_up_by_id": actor_id,
        "withdrawn_late": False,
    }
    return int(db.session.execute(_KEEP, row).scalar_one())


def _confirm(sign_up_id: int, person_id: int, told: dict[str, Any], starts_at: dt.datetime) -> None:
    outbox.tell(
        outbox.Note(
            key=f"signed-up:{sign_up_id}",
            kind="activity_signed_up",
            person_id=person_id,
            payload=told,
            useful_until=starts_at,
        )
    )
