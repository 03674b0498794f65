"""Open a cancelled date again: a wrong tick on a stormy day is no fate.

Nobody is put back silently: whoever was signed up is offered the own place first, with
the clock of the waiting list, and hears of it. What the calendar or a new rule left out
comes back by these alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import messages
from volunteer.activities.changing.reopening_messages import ASKED_AGAIN, ON_AGAIN
from volunteer.activities.models import (
    AGREED,
    CANCELLED,
    LAPSED,
    LIVE,
    OFFERED,
    PUBLISHED,
    SIGNED_UP,
    Occurrence,
    SignUp,
    Waiting,
)
from volunteer.activities.service.changing import changes
from volunteer.activities.service.signing import places, signing_off, waiting
from volunteer.activities.signing import availability, standing
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor

WITHIN = dt.timedelta(hours=24)
LONGEST_WORDS = 300


class NotToBeReopened(Refused):
    sentence = _l("只有 24 小时以内取消的、还没开始的活动，才能重新开放。")


def may_be_reopened(row: Any, now: dt.datetime) -> bool:
    """Cancelled by somebody, a short while ago, and still to come; of a date or a row with its columns."""
    return (
        row.state == CANCELLED
        and row.cancelled_reason is not None
        and row.changed_at is not None
        and now - row.changed_at <= WITHIN
        and now < row.starts_at
    )


def reopen_occurrence(*, actor: Actor, occurrence_id: int, words: str = "") -> int:
    """Let it take place after all; returns how many people are asked whether they still come."""
    occurrence, series = changes.managed(actor, occurrence_id)
    now = clock.now()
    if series.state != LIVE or not may_be_reopened(occurrence, now):
        raise NotToBeReopened
    cancelled_at = occurrence.changed_at
    said = {"words": words.strip()[:LONGEST_WORDS]} if words.strip() else {}
    _publish(occurrence, now)
    rows = _signed_up(occurrence_id)
    others = {*_in_line_then(occurrence_id, cancelled_at), *(row.partner for row in rows if row.partner)}
    date = standing.date(occurrence_id)
    asked = _offer_again(actor, date, rows, said)
    _tell_others(date, occurrence.sequence, others - {row.person_id for row in rows}, said)
    audit.record(
        actor_id=actor.id, act="occurrence_reopened", kind="occurrence", id=occurrence_id, asked=asked
    )
    return asked


def _publish(occurrence: Occurrence, now: dt.datetime) -> None:
    """A calendar that has read of the cancellation sees a new SEQUENCE (RFC 5545 3.8.7.4)."""
    occurrence.state, occurrence.cancelled_reason, occurrence.asks = PUBLISHED, None, None
    occurrence.published_at = occurrence.published_at or now
    occurrence.sequence += 1
    occurrence.changed_at = now
    db.session.flush()


def _signed_up(occurrence_id: int) -> list[Any]:
    """In the order of signing up; `partner` is who shared the place."""
    statement = (
        sa.select(
            SignUp.id.label("sign_up_id"),
            SignUp.occurrence_id,
            SignUp.person_id,
            SignUp.position_id,
            SignUp.places,
            sa.case((SignUp.partner_state == AGREED, SignUp.partner_id)).label("partner"),
        )
        .where(SignUp.occurrence_id == occurrence_id, SignUp.state == SIGNED_UP)
        .order_by(SignUp.id)
    )
    return list(db.session.execute(statement))


def _in_line_then(occurrence_id: int, cancelled_at: dt.datetime | None) -> Iterable[int]:
    """Who waited when it was cancelled, and was told that the line had ended."""
    statement = sa.select(Waiting.person_id).where(
        Waiting.occurrence_id == occurrence_id, Waiting.state == LAPSED, Waiting.ended_at >= cancelled_at
    )
    return db.session.scalars(statement)


def _offer_again(actor: Actor, date: Any, rows: Collection[Any], said: dict[str, str]) -> int:
    """Each gives the place back and is offered it again; the line's own clock does the rest."""
    now = clock.now()
    until = min(waiting.offer_until(date, now), availability.deadline(date))
    for row in rows:
        signing_off.withdraw(row)
        places.hold(date.id, row.position_id, was_own=True)
        line_id = _keep(actor, row, now, until)
        outbox.tell(
            outbox.Note(
                key=f"offer:{line_id}",
                kind=ASKED_AGAIN,
                person_id=row.person_id,
                payload=messages.told(date, until_at=until.isoformat(), **said),
                by_email=True,
                useful_until=until,
            )
        )
    return len(rows)


def _keep(actor: Actor, row: Any, now: dt.datetime, until: dt.datetime) -> int:
    values = {
        "occurrence_id": row.occurrence_id,
        "position_id": row.position_id,
        "person_id": row.person_id,
        "joined_at": now,
        "joined_by_id": actor.id,
        "state": OFFERED,
        "offered_at": now,
        "offer_until": until,
    }
    return int(db.session.execute(sa.insert(Waiting).returning(Waiting.id), values).scalar_one())


def _tell_others(date: Any, sequence: int, person_ids: Collection[int], said: dict[str, str]) -> None:
    """Who waited, and who shared another's place: to them nothing is kept."""
    outbox.tell(
        *(
            outbox.Note(
                key=f"reopened:{date.id}:{sequence}:{person_id}",
                kind=ON_AGAIN,
                person_id=person_id,
                payload=messages.told(date, **said),
                by_email=True,
                useful_until=availability.deadline(date),
            )
            for person_id in sorted(person_ids)
        )
    )
