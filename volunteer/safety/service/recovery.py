"""Ten codes on paper for the day the phone is lost."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.audit import service as audit
from volunteer.core import clock, crypto
from volunteer.core.database import COUNT_ROWS, db
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor
from volunteer.safety import messages, queries, rules
from volunteer.safety.models import RecoveryCode
from volunteer.safety.service import factors


def make(person_id: int) -> list[str]:
    """Ten new codes, as they are printed; those before are good for nothing any more."""
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes: set[str] = set()
    while len(codes) < rules.RECOVERY_CODES:
        codes.add(crypto.letters(rules.RECOVERY_LETTERS))
    now = clock.now()
    db.session.add_all(
        RecoveryCode(person_id=person_id, code_hash=_hash(person_id, code), created_at=now)
        for code in sorted(codes)
    )
    db.session.flush()
    return [rules.grouped(code) for code in sorted(codes)]


def renew(*, actor: Actor) -> list[str]:
    """New codes for somebody who has a second factor; without one there is nothing to recover."""
    if factors.lock(actor.id).has_second_factor is False:
        raise factors.NoFactor
    codes = make(actor.id)
    factors.changed(
        actor.id, by=actor.id, act="recovery_codes_renewed", kind=messages.FACTOR_ADDED, keep=actor.token_hash
    )
    return codes


def use(person_id: int, code: str) -> bool:
    """Use up one code, and tell the person; a used or unknown one is wrong."""
    result: Any = db.session.execute(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == _hash(person_id, rules.plain(code)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now()),
        execution_options=COUNT_ROWS,
    )
    if result.rowcount != 1:
        return False
    left = queries.codes_left(person_id)
    audit.record(actor_id=person_id, act="recovery_code_used", kind="person", id=person_id, left=left)
    outbox.tell(
        outbox.Note(
            key=f"{messages.RECOVERY_CODE_USED}:{person_id}:{crypto.token()}",
            kind=messages.RECOVERY_CODE_USED,
            person_id=person_id,
            payload={"left": left},
            by_email=True,
        )
    )
    return True


def _hash(person_id: int, code: str) -> str:
    return crypto.look_up_hash(f"recovery:{person_id}", code)
