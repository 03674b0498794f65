"""Requests about the own data that need staff: correct, copy, delete (R145, R147; PIPL 44 to 50)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.areas import queries as areas
from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.outbox import service as outbox
from volunteer.people import rules as people_rules
from volunteer.people import service as people
from volunteer.people.identity import Actor
from volunteer.people.models import CLOSED, MERGED, Person
from volunteer.privacy import messages, policy, rules
from volunteer.privacy.models import RightsRequest

WAITING, DONE, REFUSED = "waiting", "done", "refused"
PAGE = 50


class NoSuchRequest(NotFound):
    sentence = _l("没有找到这份申请。")


class AlreadyAsked(Refused):
    sentence = _l("您已经有一份同样的申请在办，办结后会在“消息”里告诉您。")
    field = "wanted"


class WordsNeeded(Refused):
    sentence = _l("请写清楚您想办什么，最多 500 字。")
    status = 422
    field = "wanted"


class ReasonNeeded(Refused):
    """R147."""

    sentence = _l("不能办理时要写明理由，申请人会看到。最多 500 字。")
    status = 422
    field = "reason"


class AlreadyDecided(Refused):
    sentence = _l("这份申请已经办结了。")


def ask(*, actor: Actor, kind: str, wanted: str) -> RightsRequest:
    """Ask staff; one live request of a kind at a time, answered within RIGHTS_DAYS."""
    if kind not in rules.REQUESTS:
        raise people_rules.UnknownChoice
    wanted = wanted.strip()
    if not 1 <= len(wanted) <= rules.LONGEST_REQUEST:
        raise WordsNeeded
    people.lock(actor.id)
    live = sa.select(RightsRequest.id).where(
        RightsRequest.person_id == actor.id, RightsRequest.kind == kind, RightsRequest.state == WAITING
    )
    if db.session.scalar(live.limit(1)) is not None:
        raise AlreadyAsked
    request = RightsRequest(
        person_id=actor.id,
        kind=kind,
        wanted=wanted,
        asked_at=clock.now(),
        due_on=clock.today() + dt.timedelta(days=current_app.config["RIGHTS_DAYS"]),
    )
    db.session.add(request)
    db.session.flush()
    audit.record(
        actor_id=actor.id, act="rights_asked", kind="person", id=actor.id, request=request.id, wants=kind
    )
    return request


def decide(*, actor: Actor, request_id: int, is_done: bool, reason: str = "") -> RightsRequest:
    """Close a request as done, or refuse it with a written reason; nobody decides the own one."""
    request, path = _locked(request_id)
    if not policy.may_decide_requests(actor, path, request.person_id):
        raise NoSuchRequest
    if request.state != WAITING:
        raise AlreadyDecided
    reason = reason.strip()
    if len(reason) > rules.LONGEST_REQUEST or (not is_done and not reason):
        raise ReasonNeeded
    request.state = DONE if is_done else REFUSED
    request.decided_at, request.decided_by_id, request.reason = clock.now(), actor.id, reason or None
    db.session.flush()
    act = "rights_granted" if is_done else "rights_refused"
    audit.record(actor_id=actor.id, act=act, kind="person", id=request.person_id, request=request.id)
    kind = messages.REQUEST_DONE if is_done else messages.REQUEST_REFUSED
    payload = {"reason": reason} if reason else {}
    key = f"rights:{request.id}"
    outbox.tell(outbox.Note(key, kind, request.person_id, payload, by_email=True))
    return request


def of_person(person_id: int) -> list[RightsRequest]:
    """The person's own requests, newest first."""
    statement = sa.select(RightsRequest).where(RightsRequest.person_id == person_id)
    return list(db.session.scalars(statement.order_by(RightsRequest.id.desc()).limit(PAGE)))


def waiting(paths: Sequence[str], *, without: int) -> list[Any]:
    """Requests from people of the subtrees, the most urgent first; the own one is a colleague's to decide."""
    statement = (
        sa.select(RightsRequest, Person.number, Person.name, Area.name.label("area_name"), Area.name_en)
        .join(Person, Person.id == RightsRequest.person_id)
        .join(Area, Area.id == Person.area_id)
        .where(_to_answer(paths, without))
        .order_by(RightsRequest.due_on, RightsRequest.id)
        .limit(PAGE)
    )
    return list(db.session.execute(statement))


def to_answer(paths: Sequence[str], *, without: int) -> Any:
    """The ids of the waiting requests, for the desk to count."""
    return (
        sa.select(RightsRequest.id)
        .join(Person, Person.id == RightsRequest.person_id)
        .where(_to_answer(paths, without))
    )


def _to_answer(paths: Sequence[str], without: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        RightsRequest.state == WAITING,
        RightsRequest.person_id != without,
        Person.status.not_in((CLOSED, MERGED)),
        Person.area_id.in_(areas.ids_within(paths)),
    )


def load(actor: Actor, request_id: int) -> Any:
    """A request with its person and area, for who may decide it."""
    row = db.session.execute(
        sa.select(RightsRequest, Person, Area)
        .join(Person, Person.id == RightsRequest.person_id)
        .join(Area, Area.id == Person.area_id)
        .where(RightsRequest.id == request_id)
    ).first()
    if row is None or not policy.may_decide_requests(actor, row.Area.path, row.Person.id):
        raise NoSuchRequest
    return row


def _locked(request_id: int) -> tuple[RightsRequest, str]:
    statement = sa.select(RightsRequest).where(RightsRequest.id == request_id).with_for_update()
    request = db.session.scalars(statement.execution_options(populate_existing=True)).first()
    if request is None:
        raise NoSuchRequest
    person = db.session.get_one(Person, request.person_id)
    return request, db.session.get_one(Area, person.area_id).path
