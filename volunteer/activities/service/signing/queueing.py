"""Join the waiting list and leave it; take or decline a place that is offered (R024)."""

from __future__ import annotations

import sqlalchemy as sa

from volunteer.acting import messages as acts
from volunteer.acting.service import leave_receipt
from volunteer.activities import messages
from volunteer.activities.models import DECLINED, LEFT, OFFERED, WAITING, Waiting
from volunteer.activities.service.signing import waiting
from volunteer.activities.service.signing.signing_up import check_may, has_offer, sign_up, spoken
from volunteer.activities.signing import refusals, standing
from volunteer.activities.signing.standing import Standing
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people.identity import Actor


def join_line(
    *, actor: Actor, occurrence_id: int, person_id: int | None = None, position_id: int | None = None
) -> int:
    """Wait for a place, of one position if the activity has any; the id is the place in line.

    Refused to whoever could not take the place, and when there is one to be had at once.
    """
    person_id = person_id or actor.id
    now = clock.now()
    found = standing.lock(occurrence_id=occurrence_id, person_id=person_id, position_id=position_id)
    check_may(actor, person_id, found)
    if found.date.has_positions and position_id is None:
        raise refusals.PositionNeeded
    answer = standing.availability(found, now)
    if answer.refusal is None:
        raise spoken(refusals.NotFull(), actor, found)
    if not answer.can_wait:
        raise spoken(answer.refusal, actor, found)
    if found.who.waiting_id is not None:  # an offer that has run out a moment ago
        waiting.end(found, LEFT)
    waiting_id = _write(occurrence_id, position_id, person_id, actor.id)
    _record(actor, found, waiting_id, act="joined_line", receipt=acts.WAITS)
    return waiting_id


def leave_line(*, actor: Actor, occurrence_id: int, person_id: int | None = None) -> None:
    """Wait no longer; a place that was offered goes to the next one."""
    found = _in_line(actor, occurrence_id, person_id)
    was_offered = found.who.line_state == OFFERED
    waiting.end(found, DECLINED if was_offered else LEFT)
    _record(
        actor,
        found,
        found.who.waiting_id,
        act="declined_offer" if was_offered else "left_line",
        receipt=acts.WAITS_NO_LONGER,
    )


def accept_offer(*, actor: Actor, occurrence_id: int, person_id: int | None = None) -> int:
    """Take the place that is offered; the sign-up's id. All that is asked of others is asked again."""
    found = _in_line(actor, occurrence_id, person_id)
    if found.who.line_state != OFFERED:
        raise spoken(refusals.NotOffered(), actor, found)
    if not has_offer(found, clock.now()):
        raise spoken(refusals.OfferOver(), actor, found)
    return sign_up(actor=actor, occurrence_id=occurrence_id, person_id=person_id)


def _in_line(actor: Actor, occurrence_id: int, person_id: int | None) -> Standing:
    """The standing, locked, of somebody who waits or is offered a place."""
    person_id = person_id or actor.id
    found = standing.lock(occurrence_id=occurrence_id, person_id=person_id)
    check_may(actor, person_id, found)
    if found.who.waiting_id is None:
        raise spoken(refusals.NotWaiting(), actor, found)
    return found


def _write(occurrence_id: int, position_id: int | None, person_id: int, by_id: int) -> int:
    row = {
        "occurrence_id": occurrence_id,
        "position_id": position_id,
        "person_id": person_id,
        "joined_at": clock.now(),
        "joined_by_id": by_id,
        "state": WAITING,
    }
    return int(db.session.execute(sa.insert(Waiting).returning(Waiting.id), row).scalar_one())


def _record(actor: Actor, found: Standing, waiting_id: int, *, act: str, receipt: str) -> None:
    occurrence_id, person_id = found.date.id, found.who.id
    audit.record(
        actor_id=actor.id, act=act, kind="occurrence", id=occurrence_id, person=person_id, waiting=waiting_id
    )
    leave_receipt(
        actor=actor, person_id=person_id, act=receipt, kind="occurrence", object_id=occurrence_id,
        **messages.told(found.date),
    )  # fmt: skip
