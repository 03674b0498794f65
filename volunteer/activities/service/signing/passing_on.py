"""A place goes to another person who passes all checks: stand-ins and swaps."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import SIGNED_UP, WITHDRAWN, SignUp
from volunteer.activities.service.signing import places, waiting
from volunteer.activities.service.signing.signing_up import keep, may_act_for, spoken
from volunteer.activities.signing import companions, refusals, standing
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor


def pass_on(
    *, actor: Actor, sign_up_id: int, to_person_id: int, way: str, gives_up: Collection[int] = ()
) -> int:
    """The place of a live sign-up is this person's from now on; the new sign-up's id.

    Asked by one of the two, or by who may act for one of them; that both agree is the caller's.
    The taker passes every check of a sign-up but the hours of signing up and the places: the place
    is there. Companions of who leaves do not stay. It is no late sign-off: somebody comes.
    Anybody but the actor is told by the caller.

    `gives_up`: occurrences that the taker leaves in the same transaction (the other half of a swap),
    which therefore neither collide nor count.
    """
    given = _live(sign_up_id)
    now = clock.now()
    found = standing.lock(
        occurrence_id=given.occurrence_id,
        person_id=to_person_id,
        position_id=given.position_id,
        also={given.person_id},
    )
    given = _live(sign_up_id)  # again, under the locks
    if not _may(actor, to_person_id, found) and not _may(
        actor, given.person_id, standing.of_date(found, given.person_id)
    ):
        raise NotAllowed
    refusal = standing.availability(found, now, is_kept=True, leaves=gives_up).refusal
    if refusal is not None:
        raise spoken(refusal, actor, found)
    _withdraw(given)
    waiting.end(found)
    new_id = keep(
        actor=actor,
        found=found,
        now=now,
        position_id=given.position_id,
        way=way,
        tells=actor.id == to_person_id,
    )
    outbox.cancel(f"remind:{given.occurrence_id}:{given.person_id}:")
    audit.record(
        actor_id=actor.id, act="place_passed_on", kind="occurrence", id=given.occurrence_id,
        person=given.person_id, to=to_person_id, sign_up=sign_up_id, new=new_id,
    )  # fmt: skip
    if given.places > 1:
        places.free(given.occurrence_id, given.position_id, given.places - 1)
        waiting.fill(given.occurrence_id)
    return new_id


def _may(actor: Actor, person_id: int, found: Any) -> bool:
    return person_id == actor.id or may_act_for(actor, person_id, found)


def _live(sign_up_id: int) -> Any:
    table: Any = SignUp.__table__.c
    row = db.session.execute(
        sa.select(table.id, table.occurrence_id, table.person_id, table.position_id, table.places).where(
            table.id == sign_up_id, table.state == SIGNED_UP
        )
    ).first()
    if row is None:
        raise refusals.NotSignedUp
    return row


def _withdraw(given: Any) -> None:
    db.session.execute(
        sa.update(SignUp)
        .where(SignUp.id == given.id)
        .values(state=WITHDRAWN, withdrawn_at=clock.now(), withdrawn_late=False)
        .execution_options(synchronize_session=False)
    )
    companions.forget(given.id)
