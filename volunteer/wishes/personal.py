"""What is held about people in the tables of wishes; wishes and claims are given back when an account is closed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext
from volunteer.people.models import Person
from volunteer.people.personal import (
    before_merging,
    declare,
    doer,
    goes,
    on_erasure,
    owner,
    release,
    rewritten,
    stays,
)
from volunteer.wishes import messages, rules
from volunteer.wishes.models import (
    CLAIM_ACTIVE,
    CLAIM_CANCELLED,
    CLAIM_FULFILLED,
    CLAIM_REVOKED,
    CLAIMED,
    COLLECTED,
    PUBLISHED,
    Claim,
    FollowUp,
    Wish,
)
from volunteer.wishes.service import loading

_OPEN = (COLLECTED, PUBLISHED, CLAIMED)
_wish: Any = Wish.__table__
_claim: Any = Claim.__table__


class ClaimedByTheOther(Refused):
    sentence = _l("其中一份登记正认领着另一份登记的心愿 %(number)s。请先把这次认领办完或者取消，再来合并。")


@before_merging
def refuse_own_claims(kept_id: int, gone_id: int) -> Iterable[Refused]:
    """Nobody grants the own wish, and merging must not make it so."""
    numbers = db.session.scalars(
        sa.select(Wish.number)
        .join(Claim, Claim.wish_id == Wish.id)
        .where(
            Claim.state.in_((CLAIM_ACTIVE, CLAIM_FULFILLED)),
            Wish.wisher_id.in_((kept_id, gone_id)),
            Claim.person_id.in_((kept_id, gone_id)),
            Wish.wisher_id != Claim.person_id,
        )
        .order_by(Wish.id)
    )
    return [ClaimedByTheOther(number=number) for number in numbers]


def _own(person_id: int) -> list[int]:
    mine = sa.select(Wish.id).where(Wish.wisher_id == person_id, Wish.state.in_(_OPEN))
    return list(db.session.scalars(mine.order_by(Wish.id)))


def _claimed(person_id: int) -> list[int]:
    mine = sa.select(Claim.wish_id).where(Claim.person_id == person_id, Claim.state == CLAIM_ACTIVE)
    return list(db.session.scalars(mine.order_by(Claim.wish_id)))


def _own_words(person_id: int) -> str | None:
    count = len(_own(person_id))
    words = ngettext(
        "您还没有圆的 %(num)s 个心愿会从心愿墙上收回。",
        "您还没有圆的 %(num)s 个心愿会从心愿墙上收回。",
        count,
    )
    return words % {"num": count} if count else None


def _claimed_words(person_id: int) -> str | None:
    count = len(_claimed(person_id))
    words = ngettext(
        "您认领的 %(num)s 个心愿会放回心愿墙，让别的邻居来圆。",
        "您认领的 %(num)s 个心愿会放回心愿墙，让别的邻居来圆。",
        count,
    )
    return words % {"num": count} if count else None


def take_down_all(person_id: int, by: int | None) -> None:
    """Take the person's open wishes back; who has claimed one is told that it is not needed any more."""
    reason = _("心愿人收回了这个心愿。")
    for wish_id in _own(person_id):
        wish, _path = loading.locked(wish_id)
        claim = loading.live_claim(wish_id)
        if claim is not None:
            claim.state, claim.ended_at, claim.reason = CLAIM_REVOKED, clock.now(), reason
        _move(wish, "take_down", by)
        if claim is not None:
            messages.claim_ended(wish, claim, reason)


def give_claims_back(person_id: int, by: int | None) -> None:
    """Back to the wall, with history (R123)."""
    reason = _("认领的邻居注销了账户。")
    for wish_id in _claimed(person_id):
        wish, area_path = loading.locked(wish_id)
        claim = loading.live_claim(wish_id)
        assert claim is not None, "a claimed wish has a live claim"
        claim.state, claim.ended_at, claim.reason = CLAIM_CANCELLED, clock.now(), reason
        _move(wish, "cancel_claim", by)
        messages.returned(wish, claim, area_path)


def _move(wish: Wish, verb: str, by: int | None) -> None:
    before = wish.state
    wish.state = rules.after(verb, before)
    db.session.flush()
    audit.record(actor_id=by, act=f"wish_{verb}", kind="wish", id=wish.id, before=before, after=wish.state)


release(_own_words, take_down_all)
release(_claimed_words, give_claims_back)

declare(
    Wish,
    _l("提过的心愿"),
    owner("wisher_id"),
    stays("id number area_id kind state price_yuan wanted_skill wanted_weekday wanted_part consent_version"),
    stays(
        "consent_at consent_by collected_at verified_at fulfilled_on confirmed_at contact_erased_at version"
    ),
    stays("note_way"),
    rewritten("public_text wisher_words"),
    goes("contact_name contact_phone address private_note verified_how decision_reason"),
    doer("collected_by_id verified_by_id"),
)
declare(
    Claim,
    _l("认领过的心愿"),
    owner("person_id"),
    stays("id wish_id state claimed_at contact_by contacted_at ended_at"),
    goes("reason fulfilled_note"),
    doer("claimed_by_id"),
)
declare(
    FollowUp,
    _l("心愿圆了以后的回访"),
    stays("id wish_id due_on done_at result"),
    goes("note"),
    doer("done_by_id"),
    belongs=lambda ids: FollowUp.__table__.c.wish_id.in_(
        sa.select(_wish.c.id).where(_wish.c.wisher_id.in_(ids))
    ),
)


@on_erasure
def forget_words(person: Person) -> None:
    """Drafts that nobody has looked at may name the wisher; what others wrote of the wish may as well."""
    db.session.execute(
        sa.update(_wish)
        .where(_wish.c.wisher_id == person.id, _wish.c.verified_at.is_(None))
        .values(public_text="", wisher_words="")
    )
    own = sa.select(_wish.c.id).where(_wish.c.wisher_id == person.id)
    db.session.execute(
        sa.update(_claim).where(_claim.c.wish_id.in_(own)).values(reason=None, fulfilled_note=None)
    )
