"""Lock, then look: a wish is locked before anything is decided about it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused, Stale
from volunteer.people.identity import Actor
from volunteer.wishes import policy, rules
from volunteer.wishes.models import CLAIM_ACTIVE, CLAIM_FULFILLED, Claim, Wish


class ReasonMissing(Refused):
    sentence = _l("请写上原因，对方会看到。")
    field = "reason"


class NotTheClaimer(Refused):
    sentence = _l("这个心愿不是您认领的。")
    status = 403


def locked(wish_id: int) -> tuple[Wish, str]:
    """The wish, locked until the end of the transaction, and the path of its area."""
    statement = (
        sa.select(Wish, Area.path)
        .join(Area, Area.id == Wish.area_id)
        .where(Wish.id == wish_id)
        .with_for_update(of=Wish)
        .execution_options(populate_existing=True)
    )
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound
    return row.Wish, row.path


def locked_in_charge(actor: Actor, wish_id: int) -> tuple[Wish, str]:
    """For staff: another community's wish does not exist (404)."""
    wish, area_path = locked(wish_id)
    if not policy.is_in_charge(actor, area_path):
        raise NotFound
    return wish, area_path


def live_claim(wish_id: int) -> Claim | None:
    """The claim that holds the wish: active, or fulfilled and not yet closed."""
    statement = (
        sa.select(Claim)
        .where(Claim.wish_id == wish_id, Claim.state.in_([CLAIM_ACTIVE, CLAIM_FULFILLED]))
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def claim_for(actor: Actor, wish: Wish, area_path: str, verb: str) -> Claim:
    """The live claim, when the actor may act on it and the wish is in a state for it."""
    claim = live_claim(wish.id)
    if not policy.is_in_charge(actor, area_path) and (claim is None or claim.person_id != actor.id):
        raise NotTheClaimer
    rules.after(verb, wish.state)
    assert claim is not None, "a claimed wish has a live claim"
    return claim


def move(wish: Wish, verb: str, actor: Actor, **details: Any) -> None:
    """Bring the wish to the state that the verb leads to, and write it down."""
    before = wish.state
    wish.state = rules.after(verb, before)
    db.session.flush()
    audit.record(
        actor_id=actor.id, act=f"wish_{verb}", kind="wish", id=wish.id,
        before=before, after=wish.state, **details,
    )  # fmt: skip


def check_version(wish: Wish, version: int | None) -> None:
    """Refuse when somebody else changed the wish since the form with `version` was shown."""
    if version is not None and wish.version != version:
        raise Stale


def given(reason: str) -> str:
    """A reason in words; an empty one is refused."""
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()
