"""Who may not sign up until staff have decided (R027): by the rule, or by hand with a reason.

One block is in force for a person at most; the partial unique index says so
too. What is in force is asked by `standing` in its own statement.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import policy
from volunteer.activities.models import SignUpBlock
from volunteer.activities.service.together import regular_chances
from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import COUNT_ROWS, db, insert_if_new
from volunteer.core.errors import NotFound, Refused
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, Person

LONGEST_REASON = 300
_TABLE: Any = SignUpBlock.__table__


class NoBlockReason(Refused):
    sentence = _l("请写一句原因，本人会看到。")
    status = 422
    field = "reason"


class AlreadyBlocked(Refused):
    sentence = _l("这位志愿者的报名已经暂停了。")
    field = "number"


class NotBlocked(Refused):
    sentence = _l("这位志愿者的报名没有暂停，可能同事刚刚恢复了。")


def live(person_id: int) -> SignUpBlock | None:
    """The block in force, if any."""
    statement = sa.select(SignUpBlock).where(
        SignUpBlock.person_id == person_id, SignUpBlock.lifted_at.is_(None)
    )
    return db.session.scalars(statement).first()


def block(*, person_id: int, cause: str, note: str, by_id: int | None, **told: Any) -> bool:
    """Stop somebody's sign-ups and tell them; False when they are stopped already.

    `by_id` none: the rule did, and `told` holds what its message says.
    """
    row = {
        "person_id": person_id,
        "cause": cause,
        "note": note[:LONGEST_REASON],
        "blocked_at": clock.now(),
        "blocked_by_id": by_id,
    }
    made: Any = db.session.execute(insert_if_new(_TABLE), row, execution_options=COUNT_ROWS)
    if made.rowcount != 1:
        return False
    kept = live(person_id)
    assert kept is not None, "it was written just now"
    audit.record(actor_id=by_id, act="sign_up_blocked", kind="person", id=person_id, cause=cause)
    outbox.tell(
        outbox.Note(
            key=f"sign_up_blocked:{kept.id}",
            kind=f"sign_up_blocked_{cause}",
            person_id=person_id,
            payload={"note": kept.note, **told},
            by_email=True,
        )
    )
    return True


def block_by_hand(*, actor: Actor, person_id: int, reason: str) -> None:
    """Staff of the person's area, with a reason that the person reads."""
    _lock(actor, person_id)
    if not block(person_id=person_id, cause="staff", note=_reason(reason), by_id=actor.id):
        raise AlreadyBlocked


def lift(*, actor: Actor, person_id: int, reason: str) -> None:
    """Staff of the person's area let them sign up again, with a reason that the person reads."""
    row = _locked_block(actor, person_id)
    end(row, by_id=actor.id, reason=_reason(reason))


def keep(*, actor: Actor, person_id: int, reason: str) -> None:
    """Staff have looked and leave the block in force; the person reads why."""
    row = _locked_block(actor, person_id)
    row.note = _reason(reason)
    audit.record(actor_id=actor.id, act="sign_up_block_kept", kind="person", id=person_id)
    outbox.tell(
        outbox.Note(
            key=f"sign_up_block_kept:{row.id}:{clock.now().isoformat()}",
            kind="sign_up_block_kept",
            person_id=person_id,
            payload={"note": row.note},
        )
    )
    db.session.flush()


def end(row: SignUpBlock, *, by_id: int | None, reason: str) -> None:
    """Write the end of a block and tell the person; without a reason: what it was for fell away.

    Their standing sign-ups are tried again.
    """
    row.lifted_at, row.lifted_by_id, row.lifted_reason = clock.now(), by_id, reason[:LONGEST_REASON]
    db.session.flush()
    regular_chances.ask_again([row.person_id])
    audit.record(actor_id=by_id, act="sign_up_block_lifted", kind="person", id=row.person_id)
    outbox.tell(
        outbox.Note(
            key=f"sign_up_block_lifted:{row.id}",
            kind="sign_up_block_lifted" if reason else "sign_up_block_fell_away",
            person_id=row.person_id,
            payload={"note": row.lifted_reason},
            by_email=True,
        )
    )
    db.session.flush()


def _lock(actor: Actor, person_id: int) -> None:
    """The person's row, so that nobody decides at the same moment; 404 for who may not decide."""
    row = db.session.execute(
        sa.select(Person.id, Area.path)
        .join(Area, Area.id == Person.area_id)
        .where(Person.id == person_id, Person.status == ACTIVE)
        .with_for_update(of=Person, key_share=True)
    ).first()
    if row is None or not policy.may_decide_block(actor, person_id=person_id, area_path=row.path):
        raise NotFound


def _locked_block(actor: Actor, person_id: int) -> SignUpBlock:
    _lock(actor, person_id)
    row = live(person_id)
    if row is None:
        raise NotBlocked
    return row


def _reason(text: str) -> str:
    reason = text.strip()[:LONGEST_REASON]
    if not reason:
        raise NoBlockReason
    return reason
