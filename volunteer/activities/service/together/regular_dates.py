"""The dates that are made go to those who always come, before sign-up opens."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.activities import messages
from volunteer.activities.models import (
    BY_REGULAR,
    LIVE,
    PUBLISHED,
    SIGNED_UP,
    Occurrence,
    Series,
    SignUp,
    SignUpBlock,
)
from volunteer.activities.service.signing.signing_up import sign_up
from volunteer.activities.service.together import held_places
from volunteer.activities.signing import refusals, standing, states
from volunteer.activities.together import regulars
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotDone
from volunteer.outbox import service as outbox
from volunteer.people import identity

NOT_THIS_ONE, CANNOT = "regular_not_signed_up", "regular_cannot_sign_up"


def sign_up_regulars(occurrence_id: int) -> int:
    """Give a date to those who always come, who began first before the others; returns how many.

    At most `regular_places` of the date are theirs. Whoever has said yes or no to this
    date already is not asked again, so the second run signs nobody up; what a pause gave
    back was no answer. Who may not come hears of it once.
    """
    series_id = db.session.scalar(sa.select(Occurrence.series_id).where(Occurrence.id == occurrence_id))
    if series_id is None:
        return 0
    standing.lock_people({row.person_id for row in regulars.of_series(series_id)})
    held_places.lock_dates([occurrence_id])
    date = _waiting_date(occurrence_id)
    if date is None:
        return 0
    asked, free = _asked_already(occurrence_id, date.regular_places)
    done = 0
    for regular in _in_line(series_id, date):
        if done >= free:
            break
        if regular.person_id not in asked:
            done += _take(regular, occurrence_id, date)
    db.session.execute(
        sa.update(Occurrence).where(Occurrence.id == occurrence_id).values(regulars_at=clock.now())
    )
    return done


def _waiting_date(occurrence_id: int) -> Any:
    """Read after the lock: what another process has dealt with meanwhile is not there."""
    statement = (
        sa.select(
            Occurrence.id,
            Occurrence.original_on,
            Occurrence.shift,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.place,
            Series.title,
            Series.title_en,
            Series.regular_places,
            Series.has_positions,
        )
        .join(Series, Series.id == Occurrence.series_id)
        .where(
            Occurrence.id == occurrence_id,
            Occurrence.regulars_at.is_(None),
            Occurrence.state == PUBLISHED,
            Occurrence.starts_at > clock.now(),
            Series.state == LIVE,
        )
    )
    return db.session.execute(statement).first()


def _asked_already(occurrence_id: int, places: int) -> tuple[set[int], int]:
    """Who has said yes or no to the date, and how many of the regular places are free."""
    rows = db.session.execute(
        sa.select(SignUp.person_id, SignUp.way, SignUp.state).where(
            SignUp.occurrence_id == occurrence_id, SignUp.given_back.is_(False)
        )
    ).all()
    taken = sum(row.way == BY_REGULAR and row.state == SIGNED_UP for row in rows)
    return {row.person_id for row in rows}, places - taken


def _in_line(series_id: int, date: Any) -> list[Any]:
    """Without those who are being asked for a position (`regular_positions`)."""
    starts_on = clock.local(date.starts_at).date()
    return [
        row
        for row in regulars.of_series(series_id)
        if not row.lacks_position
        and regulars.covers(row, original_on=date.original_on, starts_on=starts_on, shift=date.shift)
    ]


def _take(regular: Any, occurrence_id: int, date: Any) -> bool:
    try:
        with db.session.begin_nested():
            sign_up(
                actor=identity.load(regular.person_id),
                occurrence_id=occurrence_id,
                position_id=regular.position_id if date.has_positions else None,
                way=BY_REGULAR,
            )
    except (refusals.AlreadySignedUp, refusals.SharesPlace):
        return False
    except NotDone as refusal:
        _tell_not(regular, occurrence_id, date, refusal)
        return False
    return True


def _tell_not(regular: Any, occurrence_id: int, date: Any, refusal: NotDone) -> None:
    """The reason stands on the date's page, in the reader's language and as it is by then.

    What lies in the person is the same for every date: it is said once a month, with the first of them,
    and of each block anew.
    """
    state = getattr(refusal, "state", "")
    if state in states.OF_THE_PERSON:
        kind, key = CANNOT, f"regular-cannot:{regular.id}:{_cause(regular, state)}:{clock.today():%Y-%m}"
    else:
        kind, key = NOT_THIS_ONE, f"regular-not:{occurrence_id}:{regular.person_id}"
    outbox.tell(
        outbox.Note(
            key=key,
            kind=kind,
            person_id=regular.person_id,
            payload=messages.told(date),
            useful_until=date.starts_at,
        )
    )


def _cause(regular: Any, state: str) -> str:
    """Each block by itself: who is freed and blocked again hears of it again."""
    if state != states.BLOCKED:
        return state
    in_force = sa.select(SignUpBlock.id).where(
        SignUpBlock.person_id == regular.person_id, SignUpBlock.lifted_at.is_(None)
    )
    return f"{state}-{db.session.scalar(in_force)}"
