"""Take a place. The hottest path: six statements on SQLite, on PostgreSQL one more for the person's lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from volunteer.acting import messages as acts
from volunteer.acting import policy as acting
from volunteer.acting.rules import SIGN_UP
from volunteer.acting.service import leave_receipt
from volunteer.activities import messages
from volunteer.activities.models import (
    ACCEPTED,
    BY_OFFER,
    BY_OTHER,
    BY_REGULAR,
    BY_SELF,
    SIGNED_UP,
    SignUp,
)
from volunteer.activities.service.signing import exceptions, places, waiting
from volunteer.activities.signing import availability as rules
from volunteer.activities.signing import companions as along
from volunteer.activities.signing import refusals, standing
from volunteer.activities.signing.companions import Guest
from volunteer.activities.signing.of_another import worded
from volunteer.activities.signing.standing import Standing
from volunteer.activities.together.teammates import are_teammates
from volunteer.audit import service as audit
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, Refused
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor

_sign_up: Any = SignUp.__table__
_KEEP = sa.insert(_sign_up).returning(_sign_up.c.id)
LONGEST_REASON = 300


def sign_up(
    *,
    actor: Actor,
    occurrence_id: int,
    person_id: int | None = None,
    position_id: int | None = None,
    companions: Sequence[Guest] = (),
    way: str | None = None,
    override_reason: str = "",
) -> int:
    """Take a place for oneself, or for another by who may (R018, or whom the person asked); the sign-up's id.

    Refused for each reason of `availability` (R020 to R025). With `override_reason` whoever leads the
    activity may pass its hours, the day's limit and the rest (`exceptions`). Who is signed up already
    and names companions changes them; who has an offer of the waiting list takes it.
    """
    person_id = person_id or actor.id
    now = clock.now()
    found = standing.lock(occurrence_id=occurrence_id, person_id=person_id, position_id=position_id)
    _check_may_sign_up(actor, person_id, found)
    if found.who.sign_up_id is not None and companions:
        return _change_companions(actor, found, companions)
    along.check(companions, found.date)
    is_kept = has_offer(found, now)
    if is_kept and found.who.line_position_id != position_id:
        position_id = found.who.line_position_id
        found = standing.of_date(found, person_id, position_id)
    passed = exceptions.check(
        actor, found, now, reason=override_reason, wanted=len(companions) + 1, is_kept=is_kept,
        is_standing=way == BY_REGULAR,
    )  # fmt: skip
    if found.date.has_positions and position_id is None and not is_kept:
        raise refusals.PositionNeeded
    if is_kept:
        _use_offer(found, position_id, len(companions), now)
    else:
        places.take(occurrence_id, position_id, len(companions) + 1)
        waiting.end(found)
    return keep(
        actor=actor,
        found=found,
        now=now,
        position_id=position_id,
        companions=companions,
        way=BY_OFFER if is_kept else way or (BY_SELF if person_id == actor.id else BY_OTHER),
        override_reason=override_reason if passed else "",
    )


def change_companions(
    *, actor: Actor, occurrence_id: int, companions: Sequence[Guest], person_id: int | None = None
) -> int:
    """Somebody who is signed up comes with these people from now on, more or fewer; the sign-up's id."""
    person_id = person_id or actor.id
    found = standing.lock(occurrence_id=occurrence_id, person_id=person_id)
    check_may(actor, person_id, found)
    if found.who.sign_up_id is None:
        raise refusals.NotSignedUp
    return _change_companions(actor, found, companions)


def _check_may_sign_up(actor: Actor, person_id: int, found: Standing) -> None:
    """As for any act in another's name; members of a team also sign each other up for its dates."""
    is_one_of_us = found.who.is_member and are_teammates(actor, person_id, found.date.team_id)
    if not is_one_of_us:
        check_may(actor, person_id, found)


def check_may(actor: Actor, person_id: int, found: Standing) -> None:
    if person_id != actor.id and not may_act_for(actor, person_id, found):
        raise NotAllowed


def may_act_for(actor: Actor, person_id: int, row: Any) -> bool:
    """Who manages the activity, the counter of the person's area, or a helper with the right to sign up."""
    return exceptions.may_pass_limits(actor, row) or acting.may_act_for(actor, person_id, SIGN_UP)


def has_offer(found: Standing, now: dt.datetime) -> bool:
    """A place is kept for the person, and the clock has not run out."""
    until = found.who.offer_until
    return found.who.waiting_id is not None and until is not None and now < until


def keep(
    *,
    actor: Actor,
    found: Standing,
    now: dt.datetime,
    position_id: int | None,
    way: str,
    companions: Sequence[Guest] = (),
    override_reason: str = "",
    tells: bool = True,
) -> int:
    """Write the sign-up for a place that was counted just now, with its traces; its id.

    Without `tells` the caller tells the person.
    """
    occurrence_id, person_id = found.date.id, found.who.id
    row = {
        "occurrence_id": occurrence_id,
        "person_id": person_id,
        "position_id": position_id,
        "places": len(companions) + 1,
        "way": way,
        "override_reason": override_reason.strip()[:LONGEST_REASON] or None,
        "state": SIGNED_UP,
        "signed_up_at": now,
        "signed_up_by_id": actor.id,
        "withdrawn_late": False,
    }
    sign_up_id = int(db.session.execute(_KEEP, row).scalar_one())
    along.add(sign_up_id, companions)
    more: dict[str, Any] = {"places": len(companions) + 1} if companions else {}
    more |= {"position": position_id} if position_id is not None else {}
    more |= {"overridden": True} if override_reason else {}
    more |= {"way": way} if way not in (BY_SELF, BY_OTHER) else {}
    audit.record(
        actor_id=actor.id, act="signed_up", kind="occurrence", id=occurrence_id,
        person=person_id, sign_up=sign_up_id, **more,
    )  # fmt: skip
    if not tells:
        return sign_up_id
    told = messages.told(found.date)
    if person_id == actor.id:
        kind = "regular_signed_up" if way == BY_REGULAR else "activity_signed_up"
        if found.date.is_flexible and way != BY_REGULAR:
            kind, told = "activity_signed_up_task", told | {"last_on": _last_day(found.date)}
        confirm(sign_up_id, person_id, told, rules.deadline(found.date), kind)
    else:
        leave_receipt(
            actor=actor, person_id=person_id, act=acts.SIGNED_UP, kind="occurrence", object_id=occurrence_id, **told
        )  # fmt: skip
    return sign_up_id


def _last_day(date: Any) -> str:
    """Of what is done at any time."""
    return formats.local_day(date.ends_at).isoformat()


def confirm(
    sign_up_id: int,
    person_id: int,
    told: dict[str, Any],
    useful_until: dt.datetime,
    kind: str = "activity_signed_up",
) -> None:
    outbox.tell(
        outbox.Note(
            key=f"signed-up:{sign_up_id}",
            kind=kind,
            person_id=person_id,
            payload=told,
            useful_until=useful_until,
        )
    )


def spoken(refusal: Refused, actor: Actor, found: Standing) -> Refused:
    return worded(refusal, actor, found.who.id)


def _use_offer(found: Standing, position_id: int | None, more: int, now: dt.datetime) -> None:
    """The kept place is taken, and as many more for companions, unless somebody waits for those."""
    if more and found.who.has_line and not rules.is_last_hour(found.date, now):
        raise refusals.TooFew(left=1)
    places.use(found.date.id, position_id)
    waiting.close(found.who.waiting_id, ACCEPTED)
    if more:
        places.take(found.date.id, position_id, more)


def _change_companions(actor: Actor, found: Standing, companions: Sequence[Guest]) -> int:
    """Nothing else of the sign-up changes. More places are taken only if nobody waits for them."""
    date, who = found.date, found.who
    now = clock.now()
    rules.refuse_when_over(date, now)
    along.check(companions, date)
    more = len(companions) + 1 - who.places
    if more > 0:
        _check_room(found, more, now)
        places.take(date.id, who.own_position_id, more)
    elif more < 0:
        places.free(date.id, who.own_position_id, -more)
    db.session.execute(
        sa.update(_sign_up).where(_sign_up.c.id == who.sign_up_id).values(places=len(companions) + 1)
    )
    along.write(who.sign_up_id, companions)
    audit.record(
        actor_id=actor.id, act="companions_changed", kind="occurrence", id=date.id,
        person=who.id, sign_up=who.sign_up_id, before=who.places, after=len(companions) + 1,
    )  # fmt: skip
    if more < 0:
        waiting.fill(date.id)
    return int(who.sign_up_id)


def _check_room(found: Standing, more: int, now: dt.datetime) -> None:
    if found.who.has_line and not rules.is_last_hour(found.date, now):
        raise refusals.Full
    if found.date.places_left < more:
        raise refusals.TooFew(left=max(found.date.places_left, 0))
