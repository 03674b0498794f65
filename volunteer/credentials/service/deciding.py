"""Confirm or refuse what was handed in; withdraw what was wrong."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.credentials import gaining, messages, policy
from volunteer.credentials.models import REFUSED, VALID, WAITING, WITHDRAWN, Credential
from volunteer.credentials.rules import LONGEST_REASON
from volunteer.credentials.service.recording import path_of
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor


class AlreadyDecided(Refused):
    sentence = _l("这一份已经有人处理过了，请看现在的结果。")


class NotValid(Refused):
    sentence = _l("这一条已经不生效了，不用再收回。")


class ReasonNeeded(Refused):
    sentence = _l("请写明原因，本人会看到。")
    status = 422
    field = "reason"


def decide(*, actor: Actor, credential_id: int, accept: bool, reason: str = "") -> Credential:
    """Staff of the person's area, never for the own entry (R150). A refusal needs a reason, and the person sees it."""
    row = _decidable(actor, credential_id)
    if row.state != WAITING:
        raise AlreadyDecided
    if not accept:
        row.refused_reason = _reason(reason)
    row.state = VALID if accept else REFUSED
    row.decided_at, row.decided_by_id = clock.now(), actor.id
    db.session.flush()
    act = "credential_confirmed" if accept else "credential_refused"
    audit.record(actor_id=actor.id, act=act, kind="credential", id=row.id, person=row.person_id)
    kind = messages.CONFIRMED if accept else messages.REFUSED
    outbox.tell(messages.note(kind, row, reason=row.refused_reason or ""))
    if accept:
        gaining.tell([row.person_id])
    return row


def withdraw(*, actor: Actor, credential_id: int, reason: str) -> Credential:
    """It stays in the list with its reason and counts no more."""
    row = _decidable(actor, credential_id)
    if row.state != VALID:
        raise NotValid
    row.withdrawn_reason = _reason(reason)
    row.state, row.withdrawn_at, row.withdrawn_by_id = WITHDRAWN, clock.now(), actor.id
    db.session.flush()
    audit.record(
        actor_id=actor.id, act="credential_withdrawn", kind="credential", id=row.id, person=row.person_id
    )
    outbox.tell(messages.note(messages.WITHDRAWN, row, reason=row.withdrawn_reason))
    return row


def locked(credential_id: int) -> Credential:
    row = db.session.scalars(
        sa.select(Credential)
        .where(Credential.id == credential_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound
    return row


def _decidable(actor: Actor, credential_id: int) -> Credential:
    row = locked(credential_id)
    if not policy.may_record(actor, person_id=row.person_id, area_path=path_of(row.person_id)):
        raise NotFound
    return row


def _reason(text: str) -> str:
    text = text.strip()[:LONGEST_REASON]
    if not text:
        raise ReasonNeeded
    return text
