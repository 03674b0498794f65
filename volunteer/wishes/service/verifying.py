"""Staff decide about a wish: onto the wall, refused, referred elsewhere, taken down, looked at again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict, Unpack

from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.people import policy as people
from volunteer.people.identity import Actor
from volunteer.wishes import messages, policy, publication, rules
from volunteer.wishes.models import CLAIM_REVOKED, Wish
from volunteer.wishes.service import loading


class PublicWords(TypedDict, total=False):
    """What staff write for the wall."""

    public_text: str
    wisher_words: str
    kind: str
    price_yuan: int | None
    wanted_skill: str | None
    wanted_weekday: int | None
    wanted_part: str | None


class HowMissing(Refused):
    sentence = _l("请写上是怎样核实的，例如“上门看过”或“打过电话”。")
    field = "how"


class VerifiesOwnWish(Refused):
    """R150; also one of somebody who lets the actor file wishes in the own name."""

    sentence = _l("这是您自己或者您帮办的人的心愿，请另一位工作人员来核实。")
    status = 403


def verify(
    *, actor: Actor, wish_id: int, how: str, version: int | None = None, **words: Unpack[PublicWords]
) -> Wish:
    """Publish a wish in words that give nobody away; `how` says in what way it was verified (R116).

    What is not among `words` stays as it was drafted. With the `version` that
    the form showed, a change by somebody else in between is refused.
    """
    wish = _to_decide(actor, wish_id, version, "publish")
    if not how.strip():
        raise HowMissing
    _write_public(wish, words)
    wish.verified_at, wish.verified_by_id = clock.now(), actor.id
    wish.verified_how, wish.decision_reason = how, None
    loading.move(wish, "publish", actor)
    messages.published(wish)
    return wish


def amend(*, actor: Actor, wish_id: int, version: int | None = None, **words: Unpack[PublicWords]) -> Wish:
    """Correct the words of a wish that hangs on the wall."""
    wish = _to_decide(actor, wish_id, version, "amend")
    _write_public(wish, words)
    loading.move(wish, "amend", actor)
    return wish


def refuse(*, actor: Actor, wish_id: int, reason: str, version: int | None = None) -> Wish:
    """The wish does not go to the wall; the wisher is told why."""
    return _put_aside(actor, wish_id, version, "refuse", reason)


def refer(*, actor: Actor, wish_id: int, reason: str, version: int | None = None) -> Wish:
    """Too dear for the wall (R117) or a public matter (R129): the note says where it goes."""
    return _put_aside(actor, wish_id, version, "refer", reason)


def take_down(*, actor: Actor, wish_id: int, reason: str) -> Wish:
    """Staff, or the wisher who no longer agrees, take an open wish back; a claim ends with it."""
    wish, area_path = loading.locked(wish_id)
    by_wisher = policy.is_own(actor.id, wish.wisher_id)
    if not by_wisher and not policy.is_in_charge(actor, area_path):
        raise NotFound
    reason = loading.given(reason)
    rules.after("take_down", wish.state)
    claim = loading.live_claim(wish.id)
    if claim is not None:
        claim.state, claim.ended_at, claim.reason = CLAIM_REVOKED, clock.now(), reason
    wish.decision_reason = reason
    loading.move(wish, "take_down", actor, by_wisher=by_wisher)
    if claim is not None:
        messages.claim_ended(wish, claim, reason)
    return wish


def restore(*, actor: Actor, wish_id: int, version: int | None = None) -> Wish:
    """Undo a refusal, a referral or a taking down: the wish waits for verification again."""
    wish = _to_decide(actor, wish_id, version, "restore")
    wish.decision_reason = wish.verified_at = wish.verified_by_id = None
    loading.move(wish, "restore", actor)
    return wish


def wisher_of(wish: Wish, community: str = "") -> publication.Wisher:
    """What the public text is held against."""
    return publication.Wisher(wish.contact_name, wish.contact_phone, wish.address, community)


def draft_faults(wish: Wish, community: str) -> Iterable[Refused]:
    """What staff must take out of the draft before it can be published."""
    for text in (wish.public_text, wish.wisher_words):
        yield from publication.faults(text, wisher_of(wish, community))


def _to_decide(actor: Actor, wish_id: int, version: int | None, verb: str) -> Wish:
    wish, _path = loading.locked_in_charge(actor, wish_id)
    if policy.is_own(actor.id, wish.wisher_id) or people.helps(actor, wish.wisher_id or 0):
        raise VerifiesOwnWish
    loading.check_version(wish, version)
    rules.after(verb, wish.state)
    return wish


def _put_aside(actor: Actor, wish_id: int, version: int | None, verb: str, reason: str) -> Wish:
    wish = _to_decide(actor, wish_id, version, verb)
    wish.decision_reason = loading.given(reason)
    loading.move(wish, verb, actor)
    messages.put_aside(wish)
    return wish


def _write_public(wish: Wish, words: PublicWords) -> None:
    for name, value in words.items():
        assert name in PublicWords.__annotations__, f"{name} is public"
        setattr(wish, name, value)
    rules.check_price(wish.price_yuan, current_app.config["WISH_PRICE_CEILING_YUAN"])
    wisher = wisher_of(wish, _community_name(wish.area_id))
    publication.check(wish.public_text, wisher, field="public_text")
    publication.check(wish.wisher_words, wisher, field="wisher_words")


def _community_name(area_id: int) -> str:
    area = db.session.get_one(Area, area_id)
    if area.level == "grid" and area.parent_id is not None:
        area = db.session.get_one(Area, area.parent_id)
    return area.name
