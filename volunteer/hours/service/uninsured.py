"""R021: what is dangerous counts only for who was insured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities.models import Insurance
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.hours.models import ABSENT, EXCUSED
from volunteer.hours.planned import Planned
from volunteer.hours.service.credit import Mark
from volunteer.hours.service.walk_ins import called


class Uninsured(Refused):
    sentence = _l("这项活动有危险，%(name)s还没有登记保险。请先在活动页的“保险”里登记，再来点名。")


def refuse_uninsured(plan: Planned, marks: Sequence[Mark], people: Mapping[int, Any]) -> None:
    """Names the first of those who came without an insurance entry."""
    came = [mark.person_id for mark in marks if mark.attendance not in (EXCUSED, ABSENT)]
    if not plan.is_dangerous or not came:
        return
    insured = sa.select(Insurance.person_id).where(
        Insurance.occurrence_id == plan.id, Insurance.person_id.in_(came)
    )
    missing = set(came) - set(db.session.scalars(insured))
    for person_id in came:
        if person_id in missing:
            raise Uninsured(name=called(people[person_id]))
