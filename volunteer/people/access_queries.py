"""Lists of requests to open a minor's record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from volunteer.areas import queries as areas
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people import policy, words
from volunteer.people.identity import Actor
from volunteer.people.models import CLOSED, MERGED, Person, RecordAccess
from volunteer.people.service.access import ASKED

PAGE = 30
OWN = 10
_ASKER = aliased(Person)


@dataclass(frozen=True)
class Request:
    """Who wants to open whose record, and why; the child by number alone."""

    id: int
    person_id: int
    number: str
    area: Area
    asked_by: str
    is_own: bool
    may_decide: bool
    reason: str
    asked_at: dt.datetime
    state: str
    expires_at: dt.datetime | None

    @property
    def is_open(self) -> bool:
        return self.expires_at is not None and self.expires_at > clock.now()


def waiting(actor: Actor, paths: Sequence[str], *, after: int | None = None) -> list[Request]:
    """What waits within the subtrees, the longest first; one more than PAGE when there is a next page."""
    statement = _statement().where(
        RecordAccess.state == ASKED, Person.status.not_in((CLOSED, MERGED)), areas.within(Area.path, paths)
    )
    if after is not None:
        statement = statement.where(RecordAccess.id > after)
    return _read(actor, statement.order_by(RecordAccess.id).limit(PAGE + 1))


def own(actor: Actor) -> list[Request]:
    """The reader's latest requests, whatever became of them."""
    statement = _statement().where(RecordAccess.asked_by_id == actor.id)
    return _read(actor, statement.order_by(RecordAccess.id.desc()).limit(OWN))


def to_decide(actor: Actor) -> Any:
    """The ids of what waits for this reader, for the desk's number."""
    return (
        sa.select(RecordAccess.id)
        .join(Person, Person.id == RecordAccess.person_id)
        .where(
            RecordAccess.state == ASKED,
            RecordAccess.asked_by_id != actor.id,
            Person.status.not_in((CLOSED, MERGED)),
            Person.area_id.in_(areas.ids_within(policy.working_paths(actor))),
        )
    )


def may_decide(actor: Actor, access_id: int) -> bool:
    """Whether there is such a request and the reader may answer it."""
    row = db.session.execute(_statement().where(RecordAccess.id == access_id)).first()
    return row is not None and _shown(actor, row).may_decide


def _statement() -> Any:
    return (
        sa.select(RecordAccess, Person.number, Area, _ASKER.name, _ASKER.number)
        .join(Person, Person.id == RecordAccess.person_id)
        .join(Area, Area.id == Person.area_id)
        .join(_ASKER, _ASKER.id == RecordAccess.asked_by_id)
    )


def _read(actor: Actor, statement: Any) -> list[Request]:
    return [_shown(actor, row) for row in db.session.execute(statement)]


def _shown(actor: Actor, row: Any) -> Request:
    access, number, area, asker, asker_number = row
    return Request(
        id=access.id,
        person_id=access.person_id,
        number=number,
        area=area,
        asked_by=words.colleague(asker, asker_number),
        is_own=access.asked_by_id == actor.id,
        may_decide=policy.may_decide_access(
            actor, area.path, asked_by_id=access.asked_by_id, person_id=access.person_id
        ),
        reason=access.reason,
        asked_at=access.asked_at,
        state=access.state,
        expires_at=access.expires_at,
    )
