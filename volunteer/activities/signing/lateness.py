"""Whether giving a place back is late (R026): near the start, and not because the date itself was moved."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import current_app

from volunteer.activities import rules
from volunteer.activities.models import SIGNED_UP, SignUp
from volunteer.activities.signing.availability import deadline
from volunteer.core.database import constant, db
from volunteer.outbox.models import INBOX, Message

MOVED = ("activity_changed", "activity_dates_changed")  # what is told of another time or place


def is_near(date: Any, now: dt.datetime) -> bool:
    """Within the hours in which a sign-off is late; of a date or a row with its columns."""
    return rules.is_late(now, deadline(date), _hours())


def is_late(date: Any, *, occurrence_id: int, person_id: int, now: dt.datetime) -> bool:
    """Whether this person's sign-off would be late now.

    Who has heard within those hours that it is at another time or place had no more time to say so.
    """
    return is_near(date, now) and not _has_just_heard(occurrence_id, person_id, now)


def _has_just_heard(occurrence_id: int, person_id: int, now: dt.datetime) -> bool:
    signed_up_at = sa.select(SignUp.signed_up_at).where(
        SignUp.occurrence_id == occurrence_id,
        SignUp.person_id == person_id,
        SignUp.state == constant(SIGNED_UP),
    )
    payloads = db.session.scalars(
        sa.select(Message.payload).where(
            Message.person_id == person_id,
            Message.channel == INBOX,
            Message.kind.in_(MOVED),
            Message.created_at > now - dt.timedelta(hours=_hours()),
            Message.created_at >= signed_up_at.scalar_subquery(),
        )
    )
    return any(occurrence_id in said.get("occurrence_ids", [said["occurrence_id"]]) for said in payloads)


def _hours() -> int:
    return int(current_app.config["LATE_SIGN_OFF_HOURS"])
