"""Take a whole batch back: every transfer mirrored in one operation, with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased

from volunteer.activities.models import Occurrence
from volunteer.audit import service as audit
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.hours import no_shows, planned, policy
from volunteer.hours.messages import reversed_note
from volunteer.hours.models import Batch, ServiceRecord
from volunteer.hours.planned import Planned
from volunteer.ledger import service as ledger
from volunteer.ledger.models import Transfer
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor

LONGEST_REASON = 300


class NoReason(Refused):
    sentence = _l("请写明为什么收回，大家会看到这个原因。")
    status = 422
    field = "reason"


class BatchAlreadyReversed(Refused):
    sentence = _l("这份记录在%(when)s已经冲正过，不能再冲正一次。")


def reverse(*, actor: Actor, batch_id: int, reason: str) -> Batch:
    """Mirror all transfers of the batch, once ever; the roll call can be done again afterwards.

    Who has spent the points already keeps a balance of zero and owes the rest.
    """
    occurrence_id = db.session.scalar(sa.select(Batch.occurrence_id).where(Batch.id == batch_id))
    absent = no_shows.lock_absent(batch_id)
    plan = planned.load(occurrence_id, lock=True) if occurrence_id is not None else None
    if plan is None:
        raise NotFound
    batch = db.session.get_one(Batch, batch_id, populate_existing=True)  # read after the lock
    if not policy.may_reverse(
        actor, team_path=plan.team_path, area_path=plan.area_path, recorded_at=batch.recorded_at
    ):
        raise NotFound
    if batch.reversed_at is not None:
        raise BatchAlreadyReversed(when=formats.moment(batch.reversed_at))
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise NoReason
    credited = _credited(batch.id)
    _write(actor, batch, plan, credited, reason)
    no_shows.reconsider(absent, plan.day.year)
    outbox.tell(
        *(
            reversed_note(
                batch_id=batch.id,
                person_id=row.person_id,
                plan=plan,
                minutes=row.minutes,
                points=row.points or 0,
                reason=reason,
            )
            for row in credited
        )
    )
    return batch


def _credited(batch_id: int) -> Sequence[Any]:
    """Everybody who got minutes, with both transfers."""
    hours, points = aliased(Transfer), aliased(Transfer)
    return db.session.execute(
        sa.select(
            ServiceRecord.person_id,
            hours.id.label("hours_id"),
            hours.amount.label("minutes"),
            points.id.label("points_id"),
            points.amount.label("points"),
        )
        .join(hours, hours.id == ServiceRecord.hours_transfer_id)
        .outerjoin(points, points.id == ServiceRecord.points_transfer_id)
        .where(ServiceRecord.batch_id == batch_id)
        .order_by(ServiceRecord.id)
    ).all()


def _write(actor: Actor, batch: Batch, plan: Planned, credited: Sequence[Any], reason: str) -> None:
    transfer_ids = [id_ for row in credited for id_ in (row.hours_id, row.points_id) if id_ is not None]
    if transfer_ids:
        ledger.reverse(transfer_ids, operation=f"reverse-batch:{batch.id}", memo=reason, recorded_by=actor.id)
    batch.reversed_at = clock.now()
    batch.reversed_by_id = actor.id
    batch.reversed_reason = reason
    db.session.flush()
    db.session.execute(sa.update(Occurrence).where(Occurrence.id == plan.id).values(recorded_at=None))
    audit.record(
        actor_id=actor.id,
        act="hours_reversed",
        kind="batch",
        id=batch.id,
        occurrence=plan.id,
        people=len(credited),
        minutes=sum(row.minutes for row in credited),
        points=sum(row.points or 0 for row in credited),
    )
