"""The waiting list of a date: offers with a clock, in the order in which people joined (R024).

Nobody is moved up silently: a free place is offered, kept for a while (`held`), and
goes to the next one when nobody answers. In the last hour nothing is offered any more;
a free place is then for the first who comes. Who cannot take a place when it is his
or her turn is passed over, is told, and keeps the place in line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app

from volunteer.activities import messages
from volunteer.activities.models import (
    ACCEPTED,
    LAPSED,
    LEFT,
    OFFERED,
    WAITING,
    Occurrence,
    OccurrencePosition,
    Waiting,
)
from volunteer.activities.service.signing import places
from volunteer.activities.signing import availability as rules
from volunteer.activities.signing import line, offer_clock, standing
from volunteer.activities.signing import messages as line_messages  # noqa: F401 - what is told here
from volunteer.activities.signing.standing import Standing
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import constant, db, is_sqlite
from volunteer.core.errors import NotFound
from volunteer.outbox import service as outbox

_waiting: Any = Waiting.__table__
_occurrence: Any = Occurrence.__table__
_post: Any = OccurrencePosition.__table__


def fill(occurrence_id: int) -> int:
    """Offer the free places to whoever waits, first come first; returns how many offers were made.

    Called under the occurrence's lock by whoever frees places or raises the capacity.
    """
    now, made, after_id = clock.now(), 0, 0
    found: Standing | None = None
    while (row := line.next_in_line(occurrence_id, after_id)) is not None:
        after_id = row.id
        try:
            found = _standing_of(row, occurrence_id, found)
        except NotFound:  # the account was closed meanwhile
            close(row.id, LAPSED)
            continue
        if rules.is_last_hour(found.date, now):
            break
        if standing.availability(found, now, is_kept=True).is_free:
            _offer(row, found, now)
            made += 1
        else:
            _pass_over(row, found, now)
    return made


def _standing_of(row: Any, occurrence_id: int, known: Standing | None) -> Standing:
    if known is not None:
        return standing.of_date(known, row.person_id, row.position_id)
    return standing.load(occurrence_id=occurrence_id, person_id=row.person_id, position_id=row.position_id)


def offer_until(date: rules.Date, now: dt.datetime) -> dt.datetime:
    """OFFER_HOURS to answer, fewer near the start; at night the clock stands still."""
    longest = dt.timedelta(hours=current_app.config["OFFER_HOURS"])
    return offer_clock.ends_at(now=now, deadline=rules.deadline(date), longest=longest)


def shorten_offers(occurrence_id: int) -> None:
    """The date has moved nearer: nobody has longer to answer than an offer made now would give."""
    date, now = standing.date(occurrence_id), clock.now()
    until = offer_until(date, now)
    db.session.execute(
        sa.update(_waiting)
        .where(
            _waiting.c.occurrence_id == occurrence_id,
            _waiting.c.state == constant(OFFERED),
            _waiting.c.offer_until > until,
        )
        .values(offer_until=until)
    )


def _offer(row: Any, found: Standing, now: dt.datetime) -> None:
    """Nobody has the person's lock: what matters is asked again when the offer is accepted."""
    until = offer_until(found.date, now)
    places.hold(found.date.id, row.position_id)
    values = {"state": OFFERED, "offered_at": now, "offer_until": until, "passed_at": None}
    db.session.execute(sa.update(_waiting).where(_waiting.c.id == row.id).values(**values))
    _record(act="place_offered", occurrence_id=found.date.id, row=row)
    outbox.tell(
        outbox.Note(
            key=f"offer:{row.id}",
            kind="place_offered",
            person_id=row.person_id,
            payload=messages.told(found.date, until_at=until.isoformat()),
            by_email=True,
            useful_until=until,
        )
    )


def _pass_over(row: Any, found: Standing, now: dt.datetime) -> None:
    """Told once; asked again whenever a place is free."""
    if row.passed_at is not None:
        return
    db.session.execute(sa.update(_waiting).where(_waiting.c.id == row.id).values(passed_at=now))
    _record(act="passed_over", occurrence_id=found.date.id, row=row)
    outbox.tell(
        outbox.Note(
            key=f"passed-over:{row.id}:{now.isoformat()}",
            kind="line_passed_over",
            person_id=row.person_id,
            payload=messages.told(found.date),
            by_email=True,
            useful_until=rules.deadline(found.date),
        )
    )


def settle(occurrence_id: int) -> int:
    """Offers that have run out go to the next in line, and free places to whoever waits; how much was done.

    The job's part, each minute: it puts right whatever an outage has left.
    """
    lock(occurrence_id)
    expired = _expired(occurrence_id, clock.now())
    for row in expired:
        close(row.id, LAPSED)
        places.release(occurrence_id, row.position_id)
        _record(act="offer_lapsed", occurrence_id=occurrence_id, row=row)
    _tell_lapsed(occurrence_id, expired)
    return len(expired) + fill(occurrence_id)


def due(now: dt.datetime) -> list[int]:
    """Dates for `settle`."""
    return line.due(now, rules.LAST_HOUR)


def lock(occurrence_id: int) -> None:
    if not is_sqlite():
        db.session.execute(
            sa.select(_occurrence.c.id)
            .where(_occurrence.c.id == occurrence_id)
            .with_for_update(key_share=True)
        )


def _expired(occurrence_id: int, now: dt.datetime) -> Sequence[Any]:
    statement = (
        sa.select(_waiting.c.id, _waiting.c.person_id, _waiting.c.position_id)
        .where(
            _waiting.c.occurrence_id == occurrence_id,
            _waiting.c.state == constant(OFFERED),
            _waiting.c.offer_until <= now,
        )
        .order_by(_waiting.c.id)
    )
    return db.session.execute(statement).all()


def _tell_lapsed(occurrence_id: int, rows: Sequence[Any]) -> None:
    if rows:
        _tell_all(occurrence_id, rows, "offer_lapsed", "offer-lapsed")


def give_up_all(occurrence_id: int, *, reason: str) -> int:
    """A cancelled date: the line ends, offers too, and everybody in it is told; returns how many.

    Called under the occurrence's lock.
    """
    rows = _live(occurrence_id)
    if not rows:
        return 0
    db.session.execute(
        sa.update(_waiting)
        .where(_waiting.c.id.in_([row.id for row in rows]))
        .values(state=LAPSED, ended_at=clock.now())
    )
    db.session.execute(sa.update(_occurrence).where(_occurrence.c.id == occurrence_id).values(held=0))
    db.session.execute(sa.update(_post).where(_post.c.occurrence_id == occurrence_id).values(held=0))
    for row in rows:
        outbox.cancel(f"offer:{row.id}:")
    _tell_all(occurrence_id, rows, "line_ended", "line-ended", reason=reason)
    return len(rows)


def _live(occurrence_id: int) -> Sequence[Any]:
    statement = (
        sa.select(_waiting.c.id, _waiting.c.person_id, _waiting.c.position_id, _waiting.c.state)
        .where(
            _waiting.c.occurrence_id == occurrence_id,
            _waiting.c.state.in_((constant(WAITING), constant(OFFERED))),
        )
        .order_by(_waiting.c.id)
    )
    return db.session.execute(statement).all()


def leave_all(person_id: int) -> None:
    """An account is closed: the person waits nowhere any more."""
    statement = (
        sa.select(_waiting.c.id, _waiting.c.occurrence_id, _waiting.c.position_id, _waiting.c.state)
        .where(
            _waiting.c.person_id == person_id,
            _waiting.c.state.in_((constant(WAITING), constant(OFFERED))),
        )
        .order_by(_waiting.c.occurrence_id)
    )
    for row in db.session.execute(statement).all():
        lock(row.occurrence_id)
        close(row.id, LEFT)
        if row.state == OFFERED:
            places.release(row.occurrence_id, row.position_id)
            fill(row.occurrence_id)


def tell_of_closed_position(occurrence_id: int, position_id: int) -> int:
    """Whoever waits for it hears that it is closed; the places in line stay, should it open again.

    Offers stand, and who has one is told nothing.
    """
    rows = [row for row in _live(occurrence_id) if row.position_id == position_id and row.state == WAITING]
    _tell_all(occurrence_id, rows, "line_position_closed", f"position-closed:{clock.now().isoformat()}")
    return len(rows)


def forget_positions(occurrence_ids: Collection[int]) -> None:
    """No position is left on these dates: who waits for one waits for any place. Offers stand.

    Called under the locks of the dates.
    """
    those = sa.and_(_waiting.c.occurrence_id.in_(occurrence_ids), _waiting.c.position_id.is_not(None))
    changed = sa.update(_waiting).where(those, _waiting.c.state == constant(WAITING)).values(position_id=None)
    dates = db.session.scalars(changed.returning(_waiting.c.occurrence_id)).all()
    for occurrence_id in sorted(set(dates)):
        fill(occurrence_id)


def end(found: Standing, state: str = ACCEPTED) -> None:
    """Waits no longer, for instance because a place was taken otherwise; one that was kept is free again."""
    who = found.who
    if who.waiting_id is None:
        return
    close(who.waiting_id, state)
    if who.line_state == OFFERED:
        outbox.cancel(f"offer:{who.waiting_id}:")
        places.release(found.date.id, who.line_position_id)
        fill(found.date.id)


def close(waiting_id: int, state: str) -> None:
    db.session.execute(
        sa.update(_waiting).where(_waiting.c.id == waiting_id).values(state=state, ended_at=clock.now())
    )


def _tell_all(occurrence_id: int, rows: Sequence[Any], kind: str, key: str, **said: str) -> None:
    date = standing.date(occurrence_id)
    outbox.tell(
        *(
            outbox.Note(
                key=f"{key}:{row.id}",
                kind=kind,
                person_id=row.person_id,
                payload=messages.told(date, **said),
                by_email=True,
                useful_until=rules.deadline(date),
            )
            for row in rows
        )
    )


def _record(*, act: str, occurrence_id: int, row: Any) -> None:
    """The line moves by itself: nobody in particular does it."""
    audit.record(
        actor_id=None, act=act, kind="occurrence", id=occurrence_id, person=row.person_id, waiting=row.id
    )
