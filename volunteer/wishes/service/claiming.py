"""A volunteer takes a wish on: one live claim at a time, decided under the wish's lock (R122)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, Person
from volunteer.wishes import messages, policy, rules
from volunteer.wishes.models import (
    CLAIM_ACTIVE,
    CLAIM_CANCELLED,
    CLAIM_REVOKED,
    CLAIMED,
    PUBLISHED,
    Claim,
    Wish,
)
from volunteer.wishes.service import loading


class OwnWish(Refused):
    sentence = _l("这是心愿人自己的心愿，请留给别的邻居来圆。")


class ClaimerInactive(Refused):
    sentence = _l("只有在册的志愿者才能认领心愿。")
    field = "person_id"


class ClaimerWithoutPhone(Refused):
    sentence = _l("认领前要先登记手机号，方便和心愿人联系。请在“我的账户”里补上。")
    field = "person_id"


class ClaimerTooYoung(Refused):
    sentence = _l("未满 18 岁不能单独认领心愿，请和家长或队长一起，由大人来认领。")
    field = "person_id"


class AlreadyInTouch(Refused):
    sentence = _l("已经记下联系上了，不用再点一次。")


def claim(*, actor: Actor, wish_id: int, person_id: int | None = None) -> Claim:
    """Claim a wish for oneself or, as staff who have asked them, for somebody else.

    Of two who claim at once one wins; the other is told that somebody was quicker.
    """
    wish, area_path = loading.locked(wish_id)
    assigned = person_id is not None and person_id != actor.id
    if assigned and not policy.is_in_charge(actor, area_path):
        raise NotFound
    claimer = db.session.get(Person, person_id or actor.id)
    if claimer is None:
        raise NotFound
    _check_may_claim(wish, claimer)
    rules.after("claim", wish.state)
    _take(wish)
    now = clock.now()
    claim = Claim(
        wish_id=wish.id,
        person_id=claimer.id,
        state=CLAIM_ACTIVE,
        claimed_at=now,
        claimed_by_id=actor.id,
        contact_by=now + dt.timedelta(days=current_app.config["WISH_CLAIM_DAYS"]),
    )
    db.session.add(claim)
    db.session.flush()
    audit.record(
        actor_id=actor.id, act="wish_claim", kind="wish", id=wish.id,
        before=PUBLISHED, after=CLAIMED, claim_id=claim.id, person_id=claimer.id,
    )  # fmt: skip
    messages.claimed(wish, claim, area_path, assigned=assigned)
    return claim


def _check_may_claim(wish: Wish, claimer: Person) -> None:
    if claimer.status != ACTIVE:
        raise ClaimerInactive
    if policy.is_own(claimer.id, wish.wisher_id):
        raise OwnWish
    if not claimer.phone:
        raise ClaimerWithoutPhone
    if rules.is_minor(claimer.born_on, clock.today()):
        raise ClaimerTooYoung


def _take(wish: Wish) -> None:
    """The deciding write: whoever finds the wish no longer on the wall has lost, lock or no lock."""
    statement = (
        sa.update(Wish)
        .where(Wish.id == wish.id, Wish.state == PUBLISHED)
        .values(state=CLAIMED, version=Wish.version + 1)
        .execution_options(synchronize_session=False)
    )
    result: Any = db.session.execute(statement)
    if result.rowcount != 1:
        raise rules.AlreadyClaimed
    db.session.refresh(wish)


def get_in_touch(*, actor: Actor, wish_id: int) -> Claim:
    """The claimer (or staff who asked) says that the wisher was reached; then nobody is reminded."""
    wish, area_path = loading.locked(wish_id)
    claim = loading.claim_for(actor, wish, area_path, "get_in_touch")
    if claim.contacted_at is not None:
        raise AlreadyInTouch
    claim.contacted_at = clock.now()
    loading.move(wish, "get_in_touch", actor, claim_id=claim.id)
    return claim


def cancel_claim(*, actor: Actor, wish_id: int, reason: str) -> Wish:
    """The claimer cannot do it after all: back to the wall, with history (R123)."""
    wish, area_path = loading.locked(wish_id)
    claim = loading.live_claim(wish.id)
    if claim is None or claim.person_id != actor.id:
        raise loading.NotTheClaimer
    _end(wish, claim, "cancel_claim", CLAIM_CANCELLED, actor, reason)
    messages.returned(wish, claim, area_path)
    return wish


def revoke_claim(*, actor: Actor, wish_id: int, reason: str) -> Wish:
    """Staff take the wish back from a claimer who does not get to it (R123)."""
    wish, _area_path = loading.locked_in_charge(actor, wish_id)
    rules.after("revoke_claim", wish.state)
    claim = loading.live_claim(wish.id)
    assert claim is not None, "a claimed wish has a live claim"
    _end(wish, claim, "revoke_claim", CLAIM_REVOKED, actor, reason)
    messages.claim_ended(wish, claim, claim.reason or "")
    return wish


def _end(wish: Wish, claim: Claim, verb: str, state: str, actor: Actor, reason: str) -> None:
    rules.after(verb, wish.state)
    claim.state, claim.ended_at, claim.reason = state, clock.now(), loading.given(reason)
    loading.move(wish, verb, actor, claim_id=claim.id, person_id=claim.person_id)
