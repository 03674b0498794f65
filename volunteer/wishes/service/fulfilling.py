"""A wish comes true, and the wisher says whether it did."""

from __future__ import annotations

import datetime as dt

from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.people.identity import Actor
from volunteer.wishes import messages, policy, rules
from volunteer.wishes.models import CLAIM_ACTIVE, CLAIM_FULFILLED, Claim, FollowUp, Wish
from volunteer.wishes.service import loading


class ConfirmsOwnWork(Refused):
    sentence = _l("这是您自己圆的心愿，请心愿人或另一位工作人员来确认。")
    status = 403


def fulfil(*, actor: Actor, wish_id: int, fulfilled_on: dt.date, note: str = "") -> Wish:
    """The claimer, or staff for them, reports the day; the wisher is asked to confirm."""
    wish, area_path = loading.locked(wish_id)
    claim = loading.claim_for(actor, wish, area_path, "fulfil")
    claimed_on = clock.local(claim.claimed_at).date()
    rules.check_fulfilled_on(fulfilled_on, claimed_on=claimed_on, today=clock.today())
    claim.state, claim.fulfilled_note = CLAIM_FULFILLED, note or None
    wish.fulfilled_on = fulfilled_on
    loading.move(wish, "fulfil", actor, claim_id=claim.id, fulfilled_on=fulfilled_on.isoformat())
    messages.fulfilled(wish, area_path)
    return wish


def deny(*, actor: Actor, wish_id: int, note: str) -> Wish:
    """It has not arrived: the wish goes back to its claimer, who is told why."""
    wish, claim, _how = _to_judge(actor, wish_id, "deny")
    note = loading.given(note)
    _give_back(wish, claim)
    loading.move(wish, "deny", actor, claim_id=claim.id)
    messages.not_received(wish, claim, note)
    return wish


def confirm(*, actor: Actor, wish_id: int, how: str = "phone") -> FollowUp:
    """The wisher, or staff who asked them (`how`), confirms; a follow-up falls due some days later (R126)."""
    wish, claim, own = _to_judge(actor, wish_id, "confirm")
    assert how in rules.CONFIRM_WAYS, "one of the known ways"
    now = clock.now()
    wish.confirmed_at = now
    loading.move(wish, "confirm", actor, how="self" if own else how)
    due_on = clock.today() + dt.timedelta(days=current_app.config["FOLLOW_UP_DAYS"])
    follow_up = FollowUp(wish_id=wish.id, due_on=due_on)
    db.session.add(follow_up)
    db.session.flush()
    messages.confirmed(wish, claim)
    return follow_up


def _to_judge(actor: Actor, wish_id: int, verb: str) -> tuple[Wish, Claim, bool]:
    """The wish, its claim, and whether the actor is the wisher; nobody judges what they themselves did."""
    wish, area_path = loading.locked(wish_id)
    claim = loading.live_claim(wish.id)
    own = policy.is_own(actor.id, wish.wisher_id)
    if claim is not None and policy.is_own(actor.id, claim.person_id):
        raise ConfirmsOwnWork
    if not own and not policy.is_in_charge(actor, area_path):
        raise NotFound
    rules.after(verb, wish.state)
    assert claim is not None, "a fulfilled wish has a live claim"
    return wish, claim, own


def _give_back(wish: Wish, claim: Claim) -> None:
    claim.state = CLAIM_ACTIVE
    wish.fulfilled_on = None
