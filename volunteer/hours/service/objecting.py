"""A person says that a record is wrong or missing; staff answer with a result and a reason (R045).

The history stays: an upheld objection changes no entry. The roll call is
reversed and done again, and an absence that was none counts no more (R027).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.activities.models import Occurrence
from volunteer.audit import service as audit
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.hours import no_shows, planned, policy
from volunteer.hours.messages import objection_note
from volunteer.hours.models import (
    ABSENT,
    MISSING,
    NO_SHOW,
    OPEN,
    REJECTED,
    UPHELD,
    WRONG,
    Batch,
    Objection,
    ServiceRecord,
)
from volunteer.hours.planned import Planned
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor
from volunteer.people.models import Grant, Person
from volunteer.people.service import locking


class NothingRecorded(Refused):
    sentence = _l("这一场的时长还没有登记，登记以后再来看看。")


class TooLateToObject(Refused):
    sentence = _l("这份记录登记已经超过 %(days)s 天。请直接到社区服务台说明情况。")


class AlreadyObjected(Refused):
    sentence = _l("您对这一场的异议还在处理，有了结果会告诉您。")


class NothingSaid(Refused):
    sentence = _l("请写一句哪里不对。")
    status = 422
    field = "text"


class AlreadyAnswered(Refused):
    sentence = _l("这份异议已经答复过了。")


class NoAnswer(Refused):
    sentence = _l("请写一句理由，本人会看到。")
    status = 422
    field = "answer"


def record_of(occurrence_id: int, person_id: int) -> Any | None:
    """The person's record in the batch that stands, with when and by whom it was recorded."""
    leads = sa.exists().where(
        Grant.person_id == Person.id, Grant.scope_kind == "team", Grant.scope_id == Batch.team_id
    )
    return db.session.execute(
        sa.select(
            ServiceRecord.id,
            ServiceRecord.attendance,
            Batch.recorded_at,
            Batch.notice_until,
            Person.name.label("recorder"),
            leads.label("is_recorder_known"),
        )
        .join(Batch, Batch.id == ServiceRecord.batch_id)
        .join(Person, Person.id == Batch.recorded_by_id)
        .where(
            ServiceRecord.occurrence_id == occurrence_id,
            ServiceRecord.person_id == person_id,
            Batch.reversed_at.is_(None),
        )
    ).first()


def recorder_of(record: Any) -> str:
    """In full as the leaders of a team stand on the pages of its dates; of anybody else the first sign."""
    return str(record.recorder if record.is_recorder_known else formats.masked_name(record.recorder))


def kind_of(record: Any | None) -> str:
    """What an objection would be about, from what was recorded."""
    if record is None:
        return MISSING
    return NO_SHOW if record.attendance == ABSENT else WRONG


def object_to(*, actor: Actor, occurrence_id: int, text: str) -> Objection:
    """For oneself, about one date, once until it is answered; within OBJECTION_DAYS after the roll call."""
    locking.lock(actor.id)
    recorded_at = db.session.scalar(sa.select(Occurrence.recorded_at).where(Occurrence.id == occurrence_id))
    if recorded_at is None:
        raise NothingRecorded
    days = current_app.config["OBJECTION_DAYS"]
    if clock.now() > recorded_at + dt.timedelta(days=days):
        raise TooLateToObject(days=days)
    if not text.strip():
        raise NothingSaid
    if open_objection(occurrence_id, actor.id) is not None:
        raise AlreadyObjected
    record = record_of(occurrence_id, actor.id)
    objection = Objection(
        occurrence_id=occurrence_id,
        person_id=actor.id,
        record_id=record.id if record else None,
        kind=kind_of(record),
        text=text.strip()[:500],
        raised_at=clock.now(),
    )
    db.session.add(objection)
    db.session.flush()
    audit.record(
        actor_id=actor.id,
        act="objection_raised",
        kind="occurrence",
        id=occurrence_id,
        objection=objection.id,
        about=objection.kind,
    )
    return objection


def open_objection(occurrence_id: int, person_id: int) -> Objection | None:
    return db.session.scalars(
        sa.select(Objection).where(
            Objection.occurrence_id == occurrence_id,
            Objection.person_id == person_id,
            Objection.state == OPEN,
        )
    ).first()


def _locked(actor: Actor, objection_id: int) -> tuple[Objection, Planned]:
    """For who may answer it. The person is locked first: an absence that falls away ends what hangs on the person."""
    found = db.session.get(Objection, objection_id)
    plan = planned.load(found.occurrence_id) if found else None
    if found is None or plan is None:
        raise NotFound
    person_id = found.person_id
    if not policy.may_answer(actor, person_id=person_id, area_path=plan.area_path):
        raise NotFound
    locking.lock(person_id)
    statement = sa.select(Objection).where(Objection.id == objection_id).with_for_update(key_share=True)
    objection = db.session.scalars(statement.execution_options(populate_existing=True)).one()
    if objection.person_id != person_id:  # merged meanwhile
        raise NotFound
    return objection, plan


def answer(*, actor: Actor, objection_id: int, is_upheld: bool, reason: str) -> Objection:
    """Staff over the team's area, never on an objection of their own; once, with a reason."""
    objection, plan = _locked(actor, objection_id)
    if objection.state != OPEN:
        raise AlreadyAnswered
    if not reason.strip():
        raise NoAnswer
    objection.state = UPHELD if is_upheld else REJECTED
    objection.answer = reason.strip()[:500]
    objection.answered_at, objection.answered_by_id = clock.now(), actor.id
    db.session.flush()
    if is_upheld and objection.kind == NO_SHOW:
        no_shows.reconsider([objection.person_id], plan.day.year)
    audit.record(
        actor_id=actor.id,
        act="objection_answered",
        kind="occurrence",
        id=objection.occurrence_id,
        objection=objection.id,
        person=objection.person_id,
        result=objection.state,
    )
    outbox.tell(objection_note(objection, plan))
    return objection
