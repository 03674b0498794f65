"""A person is forgotten and the books stay whole (R146); what each table leaves is said in `personal.py`."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from volunteer.audit import service as audit
from volunteer.core import clock, crypto
from volunteer.core.database import db, insert_if_new
from volunteer.outbox.models import CANCELLED, PENDING, Message
from volunteer.people import finding, merged, personal
from volunteer.people import service as people_service
from volunteer.people.models import CLOSED, MERGED, Consent, Grant, Person
from volunteer.privacy.models import Erasure

PSEUDONYM = "注销用户-"
_LETTERS = 4
_PERSON: Any = Person.__table__


def erase(person_id: int, *, by: int | None, at: dt.datetime | None = None) -> list[int]:
    """Give back what the person holds, then erase the record and those merged into it; returns their ids.

    Whether it may be is asked by the callers. The second time changes nothing.
    """
    ids = merged.all_ids(person_id)
    people = _lock(ids)
    if all(_is_erased(person) for person in people):
        return []
    for release in personal.releases():
        release.deed(person_id, by)
    for person in people:
        _erase_one(person.id, by, at or clock.now())
    audit.record(actor_id=by, act="person_erased", kind="person", id=person_id, records=len(ids))
    return ids


def forget_merged(person_id: int) -> bool:
    """After the time to undo a merge is over: the record that went is erased; False if it was before."""
    person = _lock([person_id])[0]
    if person.status != MERGED or _is_erased(person):
        return False
    _erase_one(person_id, None, clock.now())
    audit.record(actor_id=None, act="person_erased", kind="person", id=person_id, records=1)
    return True


def lock(person_id: int) -> list[Person]:
    """The record and those merged into it, as they are now."""
    return _lock(merged.all_ids(person_id))


def _lock(ids: list[int]) -> list[Person]:
    statement = sa.select(Person).where(Person.id.in_(ids)).order_by(Person.id).with_for_update()
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def _is_erased(person: Person) -> bool:
    return db.session.get(Erasure, person.id) is not None and person.name.startswith(PSEUDONYM)


def _erase_one(person_id: int, by: int | None, at: dt.datetime) -> None:
    person = db.session.get_one(Person, person_id)
    _note_roles(person_id, by)
    for eraser in personal.erasers():
        eraser(person)
    db.session.flush()
    for kind in personal.owned():
        if kind.name != Person.__tablename__:
            _erase_rows(kind, person_id)
    _write_pseudonym(person)
    row = {"person_id": person_id, "erased_at": at, "erased_by_id": by}
    db.session.execute(insert_if_new(Erasure), row)
    db.session.expire_all()


def _erase_rows(kind: personal.Kind, person_id: int) -> None:
    mine = kind.belongs_to([person_id])
    if kind.erase == personal.DELETE:
        db.session.execute(sa.delete(kind.table).where(mine))
    elif values := kind.emptied():
        db.session.execute(sa.update(kind.table).where(mine).values(**values))


def _write_pseudonym(person: Person) -> None:
    kind = next(kind for kind in personal.owned() if kind.name == Person.__tablename__)
    name = PSEUDONYM + crypto.letters(_LETTERS)
    values = kind.emptied() | {
        "name": name,
        "name_hash": finding.name_hash(name + crypto.token()),  # found by nobody
        "born_on": dt.date(person.born_on.year, 1, 1),
        "status": MERGED if person.status == MERGED else CLOSED,
        "version": person.version + 1,
    }
    db.session.execute(sa.update(_PERSON).where(_PERSON.c.id == person.id).values(**values))


def _note_roles(person_id: int, by: int | None) -> None:
    for grant in db.session.scalars(sa.select(Grant).where(Grant.person_id == person_id).order_by(Grant.id)):
        people_service.note_revoked(by, person_id, grant.role, grant.rights, grant.scope_kind, grant.scope_id)


@personal.on_erasure
def withdraw_consents(person: Person) -> None:
    table: Any = Consent.__table__
    db.session.execute(
        sa.update(table)
        .where(table.c.person_id == person.id, table.c.withdrawn_at.is_(None))
        .values(withdrawn_at=clock.now())
    )


@personal.on_erasure
def keep_back_messages(person: Person) -> None:
    table: Any = Message.__table__
    db.session.execute(
        sa.update(table)
        .where(table.c.person_id == person.id, table.c.state == PENDING)
        .values(state=CANCELLED)
    )


personal.know_how_to_erase(erase)
