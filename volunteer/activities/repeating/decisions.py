"""A date on a holiday or a make-up workday waits for a decision: who leads the team is told, once a day of the rule.

Nothing is remembered between runs: what waits and has no message yet is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import messages
from volunteer.activities.models import CANCELLED, Occurrence, Series
from volunteer.activities.planning.staffing import publishers
from volunteer.core.database import constant, db
from volunteer.outbox import service as outbox
from volunteer.outbox.kinds import register


def write_due(now: dt.datetime) -> int:
    """Tell of each day that waits; returns how many messages are new, none the second time."""
    if not (rows := _waiting(now)):
        return 0
    leaders = publishers({row.team_id for row in rows})
    notes = [_note(row, id) for row in rows for id in leaders.get(row.team_id, ())]
    return outbox.tell_new(notes)


def _waiting(now: dt.datetime) -> Sequence[Any]:
    """One row for all shifts of a day, by a small index."""
    first = (
        sa.select(sa.func.min(Occurrence.id).label("id"))
        .where(
            Occurrence.asks.is_not(None), Occurrence.state != constant(CANCELLED), Occurrence.starts_at > now
        )
        .group_by(Occurrence.series_id, Occurrence.original_on)
        .subquery()
    )
    statement = (
        sa.select(
            *(Occurrence.id, Occurrence.original_on, Occurrence.starts_at, Occurrence.ends_at),
            *(Occurrence.place, Occurrence.series_id, Series.team_id, Series.title, Series.title_en),
        )
        .join(first, first.c.id == Occurrence.id)
        .join(Series, Series.id == Occurrence.series_id)
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return db.session.execute(statement).all()


def _note(row: Any, person_id: int) -> outbox.Note:
    return outbox.Note(
        key=f"decide:{row.series_id}:{row.original_on.isoformat()}:{person_id}",
        kind="activity_to_decide",
        person_id=person_id,
        payload=messages.told(row),
        by_email=True,
        useful_until=row.starts_at,
    )


def is_still_open(payload: dict[str, Any], person_id: int) -> bool:
    """Nobody has decided yet."""
    statement = sa.select(Occurrence.id).where(
        Occurrence.id == payload["occurrence_id"],
        Occurrence.asks.is_not(None),
        Occurrence.state != CANCELLED,
    )
    return db.session.scalar(statement) is not None


register(
    "activity_to_decide",
    subject=_l("等您决定：%(title)s"),
    body=_l(
        "“%(title)s”有一场（%(starts_at)s）赶上放假或调休。照办、改期还是不办，请您定一下；定好以前，报了名的人名额不变。"
    ),
    endpoint="activities.decide",
    link_values=("occurrence_id",),
    still_wanted=is_still_open,
)
