"""Record who is insured for a dangerous date (R021, Regulations art. 17)."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import managed
from volunteer.activities.models import Insurance
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db, insert
from volunteer.core.errors import Refused
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, Person

LONGEST = 80


class NotDangerous(Refused):
    sentence = _l("这项活动没有写明有危险，不用登记保险。")


class NobodyChosen(Refused):
    sentence = _l("请选给谁登记。")
    status = 422


class InsurerMissing(Refused):
    sentence = _l("请填保险公司和保单号。")
    status = 422
    field = "insurer"


def insure(
    *, actor: Actor, occurrence_id: int, person_ids: Collection[int], insurer: str, policy_number: str
) -> int:
    """One policy for several people, as group insurance is; who has an entry keeps it. Returns how many are new.

    Who comes without a sign-up is insured the same way.
    """
    row = managed.date(actor, occurrence_id)
    if not row.is_dangerous:
        raise NotDangerous
    if not insurer.strip() or not policy_number.strip():
        raise InsurerMissing
    statement = sa.select(Person.id).where(Person.id.in_(person_ids), Person.status == ACTIVE)
    chosen = list(db.session.scalars(statement.order_by(Person.id)))
    if not chosen:
        raise NobodyChosen
    rows = [
        {
            "occurrence_id": occurrence_id,
            "person_id": person_id,
            "insurer": insurer.strip()[:LONGEST],
            "policy_number": policy_number.strip()[:LONGEST],
            "recorded_at": clock.now(),
            "recorded_by_id": actor.id,
        }
        for person_id in chosen
    ]
    added = insert(Insurance).values(rows).on_conflict_do_nothing().returning(Insurance.id)
    count = len(db.session.scalars(added).all())
    audit.record(
        actor_id=actor.id, act="insurance_recorded", kind="occurrence", id=occurrence_id, people=count
    )
    return count
