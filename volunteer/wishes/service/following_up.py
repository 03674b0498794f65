"""Staff ask again some days later, and are told what is overdue."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.people.identity import Actor
from volunteer.wishes import messages, policy, queries, rules
from volunteer.wishes.models import CLAIM_ACTIVE, CLAIM_REVOKED, FollowUp, Wish
from volunteer.wishes.service import loading
from volunteer.wishes.service.fulfilling import ConfirmsOwnWork

Result = Literal["satisfied", "problem"]


class FollowUpDone(Refused):
    sentence = _l("这次回访已经记下了。")


def follow_up(
    *, actor: Actor, follow_up_id: int, result: Result, note: str = "", to_wall: bool = False
) -> Wish:
    """Satisfied closes the case. A problem, which needs a note, brings the wish back: to the same
    volunteer or, when staff say so (`to_wall`), to the wall for another one.
    """
    wish_id = db.session.scalar(sa.select(FollowUp.wish_id).where(FollowUp.id == follow_up_id))
    if wish_id is None:
        raise NotFound
    wish, _path = loading.locked_in_charge(actor, wish_id)
    visit = db.session.get_one(FollowUp, follow_up_id, populate_existing=True)
    if visit.done_at is not None:
        raise FollowUpDone
    verb = "close" if result == "satisfied" else "reopen" if to_wall else "resume"
    rules.after(verb, wish.state)
    claim = loading.live_claim(wish.id)
    assert claim is not None, "a confirmed wish has a live claim"
    if policy.is_own(actor.id, claim.person_id, wish.wisher_id):
        raise ConfirmsOwnWork
    if result == "problem":
        note = loading.given(note)
        wish.fulfilled_on = wish.confirmed_at = None
        claim.state = CLAIM_REVOKED if to_wall else CLAIM_ACTIVE
        if to_wall:
            claim.ended_at, claim.reason = clock.now(), note
    visit.done_at, visit.done_by_id = clock.now(), actor.id
    visit.result, visit.note = result, note or None
    loading.move(wish, verb, actor, follow_up_id=visit.id, result=result)
    if verb == "resume":
        messages.not_received(wish, claim, note)
    elif verb == "reopen":
        messages.claim_ended(wish, claim, note)
    return wish


def tell_overdue(now: dt.datetime) -> int:
    """Claimers who did not get in touch in time, and the staff in charge: once for each claim."""
    return messages.contacts_overdue(queries.overdue_claims(now))


def tell_due_follow_ups(now: dt.datetime) -> int:
    """Staff in charge of each follow-up that has fallen due: once for each."""
    return messages.follow_ups_due(queries.due_follow_ups(clock.local(now).date()))
