"""What the verbs about a held place share: the place under lock, who may come in principle, and telling."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from volunteer.activities import messages
from volunteer.activities.models import SIGNED_UP, Occurrence, Series, SignUp
from volunteer.activities.signing import refusals, standing
from volunteer.activities.signing.availability import deadline, refuse_when_over
from volunteer.activities.signing.standing import Standing
from volunteer.activities.together import refusals as no
from volunteer.core import clock, formats
from volunteer.core.database import db, is_sqlite
from volunteer.core.errors import NotFound
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor

_COLUMNS = (
    SignUp.id.label("sign_up_id"),
    SignUp.person_id,
    SignUp.position_id,
    SignUp.places,
    SignUp.partner_id,
    SignUp.partner_state,
    Occurrence.id.label("occurrence_id"),
    Occurrence.state,
    Occurrence.starts_at,
    Occurrence.ends_at,
    Occurrence.is_flexible,
    Occurrence.place,
    Series.id.label("series_id"),
    Series.team_id,
    Series.title,
    Series.title_en,
    Series.takes_pairs,
)


def place_of(sign_up_id: int) -> Any | None:
    """A live place with its date, unlocked; None when it was given back."""
    return _first(SignUp.id == sign_up_id)


def own_place(actor: Actor, occurrence_id: int) -> Any:
    """The actor's own live place of a coming date, with person and date locked."""
    standing.lock_people([actor.id])
    lock_dates([occurrence_id])
    row = _first(SignUp.occurrence_id == occurrence_id, SignUp.person_id == actor.id)
    if row is None:
        raise refusals.NotSignedUp
    refuse_when_over(row, clock.now())
    return row


def locked_place(sign_up_id: int, person_ids: Collection[int]) -> Any:
    """A live place with these people, its holder and its date locked; `NotAskedAnyMore` once it is gone."""
    before = place_of(sign_up_id)
    if before is None:
        raise no.NotAskedAnyMore
    standing.lock_people({before.person_id, *person_ids})
    lock_dates([before.occurrence_id])
    row = place_of(sign_up_id)
    if row is None:
        raise no.NotAskedAnyMore
    refuse_when_over(row, clock.now())
    return row


def refuse_who_may_not(row: Any, person_id: int) -> Standing:
    """All checks of a sign-up but those that ask for a free place and the hours of signing up."""
    found = standing.load(occurrence_id=row.occurrence_id, person_id=person_id, position_id=row.position_id)
    refusal = standing.availability(found, clock.now(), is_kept=True).refusal
    if refusal is not None:
        raise refusal
    return found


def refuse_unknown(occurrence_id: int, person_id: int) -> None:
    """Somebody who is not there, or who holds or shares a place of this date, cannot be asked."""
    try:
        found = standing.load(occurrence_id=occurrence_id, person_id=person_id)
    except NotFound as unknown:
        raise no.NobodyOfThatNumber from unknown
    if found.who.sign_up_id is not None or found.who.shares:
        raise no.HoldsPlaceAlready


def lock_dates(ids: Collection[int]) -> None:
    """After the people, by id (docs/scarce.md); on SQLite the transaction itself is the lock."""
    if not is_sqlite():
        found = sa.select(Occurrence.id).where(Occurrence.id.in_(sorted(set(ids)))).order_by(Occurrence.id)
        db.session.execute(found.with_for_update(key_share=True)).all()


def tell(kind: str, *, key: str, to: int, about: Any, actor: Actor | None, **more: Any) -> None:
    """One note about a place; `about` is a row of this module, `actor` whose name it says, masked, if any."""
    if actor is not None:
        more |= {"who": formats.masked_name(actor.name), "who_number": actor.number}
    outbox.tell(
        outbox.Note(
            key=key,
            kind=kind,
            person_id=to,
            payload=messages.told(
                about,
                sign_up_id=about.sign_up_id,
                **more,
            ),
            by_email=True,
            useful_until=deadline(about),
        )
    )


def _first(*conditions: Any) -> Any | None:
    statement = (
        sa.select(*_COLUMNS)
        .join(Occurrence, Occurrence.id == SignUp.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .where(SignUp.state == SIGNED_UP, *conditions)
    )
    return db.session.execute(statement).first()
