"""Check that each occurrence counts its places rightly."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import SIGNED_UP, Occurrence, SignUp
from volunteer.core.checks import Check
from volunteer.core.database import db


def check() -> Check:
    """`taken` is the number of live sign-ups, never more than the capacity."""
    live = (
        sa.select(SignUp.occurrence_id, sa.func.count().label("signed_up"))
        .where(SignUp.state == SIGNED_UP)
        .group_by(SignUp.occurrence_id)
        .subquery()
    )
    signed_up: Any = sa.func.coalesce(live.c.signed_up, 0)
    wrong = sa.or_(Occurrence.taken != signed_up, Occurrence.taken > Occurrence.capacity)
    statement = (
        sa.select(Occurrence.id, Occurrence.taken, signed_up)
        .outerjoin(live, live.c.occurrence_id == Occurrence.id)
        .where(wrong)
        .order_by(Occurrence.id)
        .limit(20)
    )
    faults = [
        f"occurrence {id_} counts {taken} places taken, {count} people signed up"
        for id_, taken, count in db.session.execute(statement)
    ]
    count = db.session.scalar(sa.select(sa.func.count()).select_from(SignUp)) or 0
    return Check({"sign-ups": int(count)}, faults)
