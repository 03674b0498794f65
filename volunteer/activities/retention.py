"""Of a pair that ended no trace is needed once no calendar shows its date any more (R154)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities.models import EndedPair, Occurrence
from volunteer.people.retention import Policy, register


def _of_old_dates(before: dt.datetime) -> sa.ColumnElement[bool]:
    return EndedPair.occurrence_id.in_(sa.select(Occurrence.id).where(Occurrence.starts_at < before))


register(
    Policy(
        "ended_pairs",
        "KEEP_ENDED_PAIRS_DAYS",
        _l("结束了的搭档"),
        EndedPair.__table__,
        _of_old_dates,
    )
)
