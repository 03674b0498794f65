"""How many people come to a date, companions not counted, and when it last fell below what it needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import SIGNED_UP, Occurrence, SignUp
from volunteer.core.database import constant, db


def people(occurrence_id: Any = Occurrence.id) -> Any:
    """Of a date, those who are signed up: a pair is one, and who comes along is none of them."""
    return (
        sa.select(sa.func.count())
        .select_from(SignUp)
        .where(SignUp.occurrence_id == occurrence_id, SignUp.state == constant(SIGNED_UP))
        .correlate(Occurrence)
        .scalar_subquery()
    )


def falls(needed: Mapping[int, int]) -> dict[int, int]:
    """Of each date (with what it needs) the sign-up that was given back when it last became too few.

    Left out are those that have never had enough. Nothing is remembered: it is read from who came and went.
    """
    return {
        occurrence_id: fall
        for occurrence_id, rows in _comings(needed).items()
        if (fall := last_fall(rows, needed[occurrence_id])) is not None
    }


Coming = tuple[int, dt.datetime, dt.datetime | None]  # the sign-up, and from when until when it stood


def last_fall(rows: Sequence[Coming], needed: int) -> int | None:
    """The sign-up with whose end there were fewer than needed, the last time that happened."""
    moves = [(begun, 0, sign_up_id) for sign_up_id, begun, _ended in rows]
    moves += [(ended, 1, sign_up_id) for sign_up_id, _begun, ended in rows if ended is not None]
    here, fall = 0, None
    for _at, leaves, sign_up_id in sorted(moves):
        here += -1 if leaves else 1
        if leaves and here == needed - 1:
            fall = sign_up_id
    return fall


def _comings(occurrence_ids: Collection[int]) -> dict[int, list[Coming]]:
    found: dict[int, list[Coming]] = {id_: [] for id_ in occurrence_ids}
    if not found:
        return found
    statement = sa.select(SignUp.occurrence_id, SignUp.id, SignUp.signed_up_at, SignUp.withdrawn_at).where(
        SignUp.occurrence_id.in_(found)
    )
    for row in db.session.execute(statement):
        found[row.occurrence_id].append((row.id, row.signed_up_at, row.withdrawn_at))
    return found
