"""The secret address of a person's own calendar: made, read, revoked (R066)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import (
    AGREED,
    CANCELLED,
    SIGNED_UP,
    CalendarFeed,
    EndedPair,
    Occurrence,
    SignUp,
)
from volunteer.audit import service as audit
from volunteer.core import clock, crypto
from volunteer.core.database import UTC, db
from volunteer.core.errors import NotFound
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, Person

_PURPOSE = "calendar feed"
_ENDED_PAIR: Any = EndedPair.__table__


def make_feed(*, actor: Actor) -> str:
    """A new address for the actor's calendar; the one before it stops working. Only its hash is kept."""
    _revoke_all(actor.id)
    token = crypto.token()
    db.session.add(
        CalendarFeed(
            person_id=actor.id, token_hash=crypto.look_up_hash(_PURPOSE, token), created_at=clock.now()
        )
    )
    db.session.flush()
    audit.record(actor_id=actor.id, act="calendar_feed_made", kind="person", id=actor.id)
    return token


def revoke_feed(*, actor: Actor) -> None:
    """The address stops working; the second time there is nothing to do."""
    if _revoke_all(actor.id):
        audit.record(actor_id=actor.id, act="calendar_feed_revoked", kind="person", id=actor.id)


def feed_of(person_id: int) -> CalendarFeed | None:
    """The address that works now, if there is one."""
    return db.session.scalars(
        sa.select(CalendarFeed)
        .where(CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None))
        .order_by(CalendarFeed.id.desc())
        .limit(1)
    ).first()


def holder_of_feed(token: str) -> Any:
    """Whose calendar it is, with language; unknown, revoked and of a closed account are all `NotFound`."""
    row = db.session.execute(
        sa.select(Person.id, Person.language)
        .join(CalendarFeed, CalendarFeed.person_id == Person.id)
        .where(
            CalendarFeed.token_hash == crypto.look_up_hash(_PURPOSE, token),
            CalendarFeed.revoked_at.is_(None),
            Person.status == ACTIVE,
        )
    ).first()
    if row is None:
        raise NotFound
    return row


def _revoke_all(person_id: int) -> int:
    result: Any = db.session.execute(
        sa.update(CalendarFeed)
        .where(CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    return int(result.rowcount)


def note_ended_pairs(*which: Any) -> None:
    """Before these pairs end: a partner who has agreed, and whose calendar is read, has a date to strike out in it."""
    is_read = sa.exists().where(
        CalendarFeed.person_id == SignUp.partner_id, CalendarFeed.revoked_at.is_(None)
    )
    ended = sa.select(SignUp.occurrence_id, SignUp.partner_id, sa.literal(clock.now(), UTC())).where(
        SignUp.state == SIGNED_UP, SignUp.partner_state == AGREED, is_read, *which
    )
    columns = ["occurrence_id", "person_id", "ended_at"]
    db.session.execute(sa.insert(_ENDED_PAIR).from_select(columns, ended))


def note_new_words(series_id: int) -> None:
    """Title or content of a series are others: a calendar takes that over only from dates that changed since."""
    now = clock.now()
    statement = sa.select(Occurrence).where(
        Occurrence.series_id == series_id,
        Occurrence.ends_at > now,
        Occurrence.state != CANCELLED,  # there it says since when, and that is not another
    )
    for date in db.session.scalars(statement.order_by(Occurrence.id).with_for_update(key_share=True)):
        date.changed_at = now
    db.session.flush()
