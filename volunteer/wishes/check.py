"""Check that each wish's state agrees with its claims and its follow-up."""

from __future__ import annotations

import sqlalchemy as sa

from volunteer.core.checks import Check
from volunteer.core.database import db
from volunteer.wishes.models import (
    CLAIM_ACTIVE,
    CLAIM_FULFILLED,
    CLAIMED,
    CLOSED,
    CONFIRMED,
    FULFILLED,
    Claim,
    Wish,
)
from volunteer.wishes.rules import PUBLIC_STATES

_SHOWN = 20


def check() -> Check:
    """A claimed wish has one active claim, a fulfilled one a fulfilled claim, a public one was verified."""
    live = sa.select(Claim.wish_id, Claim.state).where(Claim.state.in_((CLAIM_ACTIVE, CLAIM_FULFILLED)))
    claim = live.subquery()
    done = (FULFILLED, CONFIRMED, CLOSED)
    wrong = sa.or_(
        sa.and_(Wish.state == CLAIMED, sa.func.coalesce(claim.c.state, "") != CLAIM_ACTIVE),
        sa.and_(Wish.state.in_(done), sa.func.coalesce(claim.c.state, "") != CLAIM_FULFILLED),
        sa.and_(Wish.state.not_in((CLAIMED, *done)), claim.c.state.is_not(None)),
        sa.and_(Wish.state.in_(PUBLIC_STATES), Wish.verified_at.is_(None)),
        sa.and_(Wish.state.in_(done), Wish.fulfilled_on.is_(None)),
    )
    statement = (
        sa.select(Wish.number, Wish.state)
        .outerjoin(claim, claim.c.wish_id == Wish.id)
        .where(wrong)
        .order_by(Wish.id)
        .limit(_SHOWN)
    )
    faults = [
        f"wish {number} is {state}, its claim or verification says otherwise"
        for number, state in db.session.execute(statement)
    ]
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Wish)) or 0
    return Check({"wishes": int(count)}, faults)
