"""Write down what somebody has learnt, is qualified for or was commended for (R016, R017)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock, files
from volunteer.core.database import db, insert_if_new
from volunteer.core.errors import NotFound, Refused
from volunteer.credentials import gaining, messages, policy
from volunteer.credentials.models import (
    COMMENDATION,
    KINDS,
    TRAINING,
    VALID,
    WAITING,
    Credential,
)
from volunteer.credentials.rules import Entry
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, DISABLED, Person
from volunteer.people.models import WAITING as UNDER_GUARDIAN
from volunteer.people.service import access

_TABLE: Any = Credential.__table__


class Incomplete(Refused):
    sentence = _l("名称和单位都要填。")
    status = 422
    field = "name"


class InTheFuture(Refused):
    sentence = _l("日期还没有到。请填已经过去的日期。")
    status = 422
    field = "happened_on"


class EndsBeforeItBegins(Refused):
    sentence = _l("有效期要晚于取得的日期。")
    status = 422
    field = "expires_on"


class LearningTimeNeeded(Refused):
    """R016."""

    sentence = _l("请填学了几个小时，例如 2 或 1.5。")
    status = 422
    field = "learning_minutes"


class ProofNeeded(Refused):
    """R017, and everything that a person hands in."""

    sentence = _l("请附上证书或奖状的照片，也可以是 PDF。")
    status = 422
    field = "file"


class AlreadyThere(Refused):
    sentence = _l("同一天的“%(name)s”已经有一条了，不用再登记。")
    field = "name"


class OwnEntry(Refused):
    """R150."""

    sentence = _l("自己的不能自己登记。请让副队长或社区工作人员来记您这一条。")
    status = 422
    field = "people"


def record(*, actor: Actor, person_id: int, entry: Entry, proof: files.Prepared | None = None) -> Credential:
    """Staff write it down for somebody of their area; valid at once, and the person is told."""
    area_path = path_of(person_id)
    if not policy.may_record(actor, person_id=person_id, area_path=area_path):
        raise NotFound
    access.refuse_closed(actor, db.session.get_one(Person, person_id))
    check(entry, has_proof=proof is not None)
    row = write(actor, person_id, entry, proof, state=VALID)
    audit.record(
        actor_id=actor.id,
        act="credential_recorded",
        kind="credential",
        id=row.id,
        person=person_id,
        of_kind=entry.kind,
    )
    outbox.tell(messages.note(messages.RECORDED, row))
    gaining.tell([person_id])
    return row


def record_for_all(*, actor: Actor, person_ids: Collection[int], entry: Entry, team_id: int) -> int:
    """One training for many; who has it already is left as is. Returns how many are new.

    Who the people may be and whether the actor may is the caller's to ask: the
    team knows its members. The own name on the list is refused (R150).
    """
    assert entry.kind == TRAINING
    if actor.id in person_ids:
        raise OwnEntry
    check(entry, has_proof=False)
    same = (
        Credential.kind == entry.kind,
        Credential.name == entry.name,
        Credential.happened_on == entry.happened_on,
        Credential.person_id.in_(person_ids),
        Credential.state.in_((WAITING, VALID)),
    )
    there = set(db.session.scalars(sa.select(Credential.person_id).where(*same)))
    fresh = sorted(set(person_ids) - there)
    if not fresh:
        raise AlreadyThere(name=entry.name)
    values = _values(actor, entry) | {"state": VALID}
    db.session.execute(insert_if_new(_TABLE), [values | {"person_id": person_id} for person_id in fresh])
    rows = db.session.scalars(
        sa.select(Credential).where(*same, Credential.person_id.in_(fresh)).order_by(Credential.id)
    )
    outbox.tell(*(messages.note(messages.RECORDED, row) for row in rows))
    audit.record(
        actor_id=actor.id, act="training_recorded", kind="team", id=team_id, people=fresh, count=len(fresh)
    )
    gaining.tell(fresh)
    return len(fresh)


def check(entry: Entry, *, has_proof: bool) -> None:
    """Refuse what R016 and R017 would miss."""
    assert entry.kind in KINDS
    if not entry.name.strip() or not entry.unit.strip():
        raise Incomplete
    if entry.happened_on > clock.today():
        raise InTheFuture
    if entry.expires_on is not None and entry.expires_on < entry.happened_on:
        raise EndsBeforeItBegins
    if entry.kind == TRAINING and not entry.learning_minutes:
        raise LearningTimeNeeded
    if entry.kind == COMMENDATION and entry.is_from_outside and not has_proof:
        raise ProofNeeded


def write(
    actor: Actor, person_id: int, entry: Entry, proof: files.Prepared | None, *, state: str
) -> Credential:
    """The row with its proof; the same of the same day once."""
    same = sa.select(Credential.id).where(
        Credential.person_id == person_id,
        Credential.kind == entry.kind,
        Credential.name == entry.name,
        Credential.happened_on == entry.happened_on,
        Credential.state.in_((WAITING, VALID)),
    )
    if db.session.scalar(same) is not None:
        raise AlreadyThere(name=entry.name)
    proof_id = files.keep(proof, by_id=actor.id).id if proof is not None else None
    row = Credential(**_values(actor, entry), person_id=person_id, state=state, proof_id=proof_id)
    db.session.add(row)
    db.session.flush()
    return row


def path_of(person_id: int) -> str:
    """The path of the area where the person lives; who is closed or merged is not found."""
    statement = sa.select(Area.path).join(Person, Person.area_id == Area.id)
    living = Person.status.in_((ACTIVE, DISABLED, UNDER_GUARDIAN))
    path = db.session.scalar(statement.where(Person.id == person_id, living))
    if path is None:
        raise NotFound
    return path


def _values(actor: Actor, entry: Entry) -> dict[str, Any]:
    """Only trainings carry learning time, and a commendation does not expire."""
    values = asdict(entry) | {"recorded_at": clock.now(), "recorded_by_id": actor.id}
    if entry.kind != TRAINING:
        values["learning_minutes"] = None
    if entry.kind == COMMENDATION:
        values["expires_on"] = None
    return values
