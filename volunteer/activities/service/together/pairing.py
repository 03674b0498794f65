"""Share one place with a partner who agrees: ask, answer, end."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import AGREED, ASKED, SIGNED_UP, SignUp
from volunteer.activities.service import feeding
from volunteer.activities.service.signing import waiting
from volunteer.activities.service.together import held_places
from volunteer.activities.signing import refusals
from volunteer.activities.signing.standing import Standing
from volunteer.activities.together import refusals as no
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.people.identity import Actor


def ask_partner(*, actor: Actor, occurrence_id: int, person_id: int) -> None:
    """Ask somebody to share one's own place; until the answer nothing changes."""
    row = held_places.own_place(actor, occurrence_id)
    if not row.takes_pairs:
        raise no.NoPairs
    if person_id == actor.id:
        raise no.NotWithOneself
    if row.partner_id is not None:
        raise no.AlreadyPaired
    held_places.refuse_unknown(occurrence_id, person_id)
    _write(row.sign_up_id, partner_id=person_id, partner_state=ASKED)
    _record("pair_asked", actor, row, partner=person_id)
    held_places.tell("pair_asked", key=_key(row, "asked", person_id), to=person_id, about=row, actor=actor)


def answer_partner(*, actor: Actor, sign_up_id: int, agrees: bool) -> None:
    """Agree or decline. Whoever agrees passes the checks of a sign-up (age, training, nothing else at that
    time, one place on this date) and waits for no other place of it.
    """
    row = _shared(actor, sign_up_id)
    if row.person_id == actor.id:
        raise NotFound
    if row.partner_state != ASKED:
        raise no.NotAskedAnyMore
    if agrees:
        found = _check(row, actor)
        _write(sign_up_id, partner_id=actor.id, partner_state=AGREED)
        waiting.end(found)
    else:
        _write(sign_up_id, partner_id=None, partner_state=None)
    answer = "agreed" if agrees else "declined"
    _record(f"pair_{answer}", actor, row, partner=actor.id)
    held_places.tell(
        f"pair_{answer}", key=_key(row, answer, actor.id), to=row.person_id, about=row, actor=actor
    )


def end_pair(*, actor: Actor, sign_up_id: int) -> None:
    """Either of the two, agreed or only asked; the place stays with who holds it."""
    row = _shared(actor, sign_up_id)
    feeding.note_ended_pairs(SignUp.id == sign_up_id)
    _write(sign_up_id, partner_id=None, partner_state=None)
    _record("pair_ended", actor, row, partner=row.partner_id)
    to = row.partner_id if actor.id == row.person_id else row.person_id
    held_places.tell("pair_ended", key=_key(row, "ended", row.partner_id), to=to, about=row, actor=actor)


def tell_place_gone(row: Any, *, to: int | None = None) -> None:
    """The place was given back, or went `to` another: a partner is not expected any more, nor an answer."""
    if row.partner_id not in (None, to):
        kind = "pair_place_gone" if row.partner_state == AGREED else "pair_question_gone"
        key = _key(row, "gone", row.partner_id)
        held_places.tell(kind, key=key, to=row.partner_id, about=row, actor=None)


def _shared(actor: Actor, sign_up_id: int) -> Any:
    """The place under lock, for the two whom it concerns."""
    concerned = sa.or_(SignUp.person_id == actor.id, SignUp.partner_id == actor.id)
    if db.session.scalar(sa.select(SignUp.id).where(SignUp.id == sign_up_id, concerned)) is None:
        raise NotFound
    row = held_places.locked_place(sign_up_id, [actor.id])
    if row.partner_id is None or actor.id not in {row.person_id, row.partner_id}:
        raise no.NotAskedAnyMore
    return row


def _check(row: Any, actor: Actor) -> Standing:
    try:
        return held_places.refuse_who_may_not(row, actor.id)
    except refusals.SharesPlace as shares:
        raise no.SharesAlready from shares
    except refusals.Overlaps as overlap:
        raise no.OverlapsHere(**overlap.values) from overlap


def _write(sign_up_id: int, **values: Any) -> None:
    written: Any = db.session.execute(
        sa.update(SignUp).where(SignUp.id == sign_up_id, SignUp.state == SIGNED_UP).values(**values)
    )
    if written.rowcount != 1:
        raise no.NotAskedAnyMore


def _record(act: str, actor: Actor, row: Any, *, partner: int | None) -> None:
    audit.record(
        actor_id=actor.id,
        act=act,
        kind="occurrence",
        id=row.occurrence_id,
        sign_up=row.sign_up_id,
        partner=partner,
    )


def _key(row: Any, word: str, partner_id: int) -> str:
    """Once more with the same one at another moment is another question."""
    return f"pair-{word}:{row.sign_up_id}:{partner_id}:{clock.now().timestamp():.6f}"
