"""A person hands in an own certificate with its proof; it counts when somebody else has confirmed it."""

from __future__ import annotations

import dataclasses

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core import clock, files
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.credentials.models import WAITING, WITHDRAWN, Credential
from volunteer.credentials.rules import MOST_WAITING, Entry
from volunteer.credentials.service import recording
from volunteer.credentials.service.deciding import AlreadyDecided, locked
from volunteer.people.identity import Actor


class TooManyWaiting(Refused):
    sentence = _l("您已经有 %(count)s 份在等确认，请等工作人员看完再交。")


def hand_in(*, actor: Actor, entry: Entry, proof: files.Prepared | None) -> Credential:
    """Waits for staff; without a proof there is nothing that they could confirm."""
    recording.check(entry, has_proof=proof is not None)
    if proof is None:
        raise recording.ProofNeeded
    waiting = sa.select(sa.func.count()).where(Credential.person_id == actor.id, Credential.state == WAITING)
    if (count := db.session.scalar(waiting) or 0) >= MOST_WAITING:
        raise TooManyWaiting(count=count)
    entry = dataclasses.replace(entry, is_from_outside=True)
    row = recording.write(actor, actor.id, entry, proof, state=WAITING)
    audit.record(
        actor_id=actor.id, act="credential_handed_in", kind="credential", id=row.id, of_kind=entry.kind
    )
    return row


def take_back(*, actor: Actor, credential_id: int) -> None:
    """The own entry that still waits; its proof is removed as well."""
    row = locked(credential_id)
    if row.person_id != actor.id:
        raise NotFound
    if row.state != WAITING:
        raise AlreadyDecided
    row.state, row.withdrawn_at, row.withdrawn_by_id = WITHDRAWN, clock.now(), actor.id
    proof_id, row.proof_id = row.proof_id, None
    db.session.flush()
    if proof_id is not None:
        files.remove(proof_id)
    audit.record(actor_id=actor.id, act="credential_taken_back", kind="credential", id=row.id)
