"""Hours that others must approve before they are recorded: too many in a day (R036), too late (R038, R039).

What the leader marked is kept as a proposal with a reason and, for late ones, evidence.
Who approves has not proposed it and does not stand on the list; the last yes records the batch.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core import clock, files
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.hours import planned, policy
from volunteer.hours.extension import NONE, Extension
from volunteer.hours.messages import proposal_note
from volunteer.hours.models import (
    APPROVED,
    BACK_FILLED,
    REFUSED,
    WAITING,
    Approval,
    Batch,
    Proposal,
)
from volunteer.hours.planned import Planned
from volunteer.hours.service.credit import Mark
from volunteer.hours.service.limits import NeedsApproval
from volunteer.hours.service.listed import lock_people
from volunteer.hours.service.proposed import withdraw_waiting
from volunteer.hours.service.record import AlreadyRecorded, record
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor
from volunteer.people.models import Person


class NoReason(Refused):
    sentence = _l("请写明为什么要这样记，批准的人要看。")
    status = 422
    field = "approval_reason"


class NoEvidence(Refused):
    sentence = _l("补录要有证据：签到表、现场照片或证明的照片，请选一张。")
    status = 422
    field = "evidence"


class NotNeeded(Refused):
    sentence = _l("这份时长不用批准，直接按“记录”就行。")


class AlreadyAnswered(Refused):
    sentence = _l("这份时长已经有结果了。")


class OwnHours(Refused):
    sentence = _l("自己提交的、名单上有自己的、已经批过一次的，要请别的同事批。")


class SubdistrictDecides(Refused):
    sentence = _l("这一步要由街道批准。")


class NoAnswer(Refused):
    sentence = _l("不批准要写一句理由，提交的人会看到。")
    status = 422
    field = "answer"


def propose(
    *,
    actor: Actor,
    occurrence_id: int,
    marks: Sequence[Mark],
    reason: str,
    evidence: files.Prepared | None = None,
    extension: Extension = NONE,
) -> Proposal:
    """Keep the marks for approval; an earlier proposal for this date that still waits is replaced.

    What was tried gives its locks back. From here the date is locked: of two at one moment the second
    waits, and replaces the first; a date recorded in between is refused.
    """
    try:
        with db.session.begin_nested():
            record(actor=actor, occurrence_id=occurrence_id, marks=marks, extension=extension)
            raise NotNeeded
    except NeedsApproval as asked:
        needs = asked
    if not reason.strip():
        raise NoReason
    if needs.kind == BACK_FILLED and evidence is None:
        raise NoEvidence
    _lock_date(occurrence_id)
    withdraw_waiting(occurrence_id)
    proposal = Proposal(
        occurrence_id=occurrence_id,
        kind=needs.kind,
        marks={"people": [asdict(mark) for mark in marks], "extension": asdict(extension)},
        reason=reason.strip()[:300],
        evidence_id=files.keep(evidence, by_id=actor.id).id if evidence is not None else None,
        approvals_needed=needs.approvals,
        proposed_at=clock.now(),
        proposed_by_id=actor.id,
    )
    db.session.add(proposal)
    db.session.flush()
    _note(actor, "hours_proposed", proposal, people=len(marks))
    return proposal


def approve(*, actor: Actor, proposal_id: int) -> Batch | None:
    """One yes; the batch when it was the last one needed. Twice by one person is refused."""
    proposal, plan = _waiting(actor, proposal_id)
    given = approvers(proposal.id)
    on_list = {mark["person_id"] for mark in proposal.marks["people"]}
    if actor.id in {proposal.proposed_by_id, *given, *on_list}:
        raise OwnHours
    if not policy.may_approve(actor, area_path=plan.area_path, is_high=is_high(proposal, plan, len(given))):
        raise SubdistrictDecides
    db.session.add(Approval(proposal_id=proposal.id, approved_by_id=actor.id, approved_at=clock.now()))
    db.session.flush()
    _note(actor, "hours_approved", proposal)
    if len(given) + 1 < proposal.approvals_needed:
        return None
    try:
        with db.session.begin_nested():
            batch = _record(actor, proposal)
    except NeedsApproval as asked:  # more hours of that day were recorded since: one more has to say yes
        proposal.approvals_needed = asked.approvals
        db.session.flush()
        return None
    proposal.state, proposal.answered_at = APPROVED, clock.now()
    db.session.flush()
    _tell(proposal, plan)
    return batch


def _record(actor: Actor, proposal: Proposal) -> Batch:
    return record(
        actor=actor,
        occurrence_id=proposal.occurrence_id,
        marks=marks_of(proposal),
        extension=extension_of(proposal),
        approved=proposal,
    )


def refuse(*, actor: Actor, proposal_id: int, answer: str) -> None:
    """One no ends it, with a reason; the leader may propose anew."""
    proposal, plan = _waiting(actor, proposal_id)
    if not answer.strip():
        raise NoAnswer
    proposal.state, proposal.answered_at, proposal.answer = REFUSED, clock.now(), answer.strip()[:300]
    db.session.flush()
    _note(actor, "hours_not_approved", proposal)
    _tell(proposal, plan)


def marks_of(proposal: Proposal) -> list[Mark]:
    return [Mark(**mark) for mark in proposal.marks["people"]]


def extension_of(proposal: Proposal) -> Extension:
    return Extension(**proposal.marks["extension"])


def approvers(proposal_id: int) -> list[int]:
    statement = sa.select(Approval.approved_by_id).where(Approval.proposal_id == proposal_id)
    return list(db.session.scalars(statement.order_by(Approval.approved_at, Approval.approved_by_id)))


def is_high(proposal: Proposal, plan: Planned, given: int) -> bool:
    """Whether the next yes is the sub-district's: the second one (R036), and any after so many days (R039)."""
    limit = dt.timedelta(days=current_app.config["BACKFILL_LIMIT_DAYS"])
    is_old = proposal.kind == BACK_FILLED and proposal.proposed_at > plan.ends_at + limit
    return is_old or given > 0


def _waiting(actor: Actor, proposal_id: int) -> tuple[Proposal, Planned]:
    """The proposal for who may see it, answered once; its people, its date and itself locked in this order.

    Who may not see it keeps nobody waiting: nothing is locked before that is known.
    """
    proposal = db.session.get(Proposal, proposal_id)
    if proposal is None or not _may_see(actor, planned.load(proposal.occurrence_id)):
        raise NotFound
    lock_people(proposal.occurrence_id, marks_of(proposal))
    plan = planned.load(proposal.occurrence_id, lock=True)
    db.session.refresh(proposal, with_for_update={"key_share": True})  # read after the locks
    if plan is None or not _may_see(actor, plan):
        raise NotFound
    if proposal.state != WAITING:
        raise AlreadyAnswered
    return proposal, plan


def _may_see(actor: Actor, plan: Planned | None) -> bool:
    return plan is not None and policy.may_approve(actor, area_path=plan.area_path, is_high=False)


def _lock_date(occurrence_id: int) -> None:
    plan = planned.load(occurrence_id, lock=True)
    if plan is None or plan.recorded_at is not None:
        raise AlreadyRecorded


def _note(actor: Actor, act: str, proposal: Proposal, **details: Any) -> None:
    audit.record(
        actor_id=actor.id,
        act=act,
        kind="occurrence",
        id=proposal.occurrence_id,
        proposal=proposal.id,
        about=proposal.kind,
        **details,
    )


def _tell(proposal: Proposal, plan: Planned) -> None:
    outbox.tell(proposal_note(proposal, plan))


def people_of(proposal: Proposal) -> dict[int, Any]:
    """Names, numbers and birthdays of those on the list."""
    ids = [mark["person_id"] for mark in proposal.marks["people"]]
    known = sa.select(Person.id, Person.name, Person.number, Person.born_on)
    rows = db.session.execute(known.where(Person.id.in_(ids)))
    return {row.id: row for row in rows}
