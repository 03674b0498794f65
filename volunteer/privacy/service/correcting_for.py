"""Staff correct what is wrong in a record, with the person or the paper before them (R145)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.outbox import service as outbox
from volunteer.people import documents, finding, phones, reasons, sessions, staff_queries
from volunteer.people import policy as people
from volunteer.people import rules as people_rules
from volunteer.people.identity import Actor
from volunteer.people.models import CLOSED, MERGED, Person
from volunteer.people.service import access, unagreed
from volunteer.privacy import messages, policy
from volunteer.privacy.service import correcting

_CHECKED = ("name", "born_on", "sex")  # what the check of the document has confirmed


REMOVABLE = ("phone", "address", "school")


class NothingToCorrect(Refused):
    sentence = _l("没有要改的。请只填写错的那几项。")
    status = 422
    field = "name"


@dataclass(frozen=True)
class Corrected:
    """Only what was wrong; None leaves what is there. Of `removed` (phone, address, school) nothing is left."""

    name: str | None = None
    born_on: dt.date | None = None
    sex: str | None = None
    phone: str | None = None
    address: str | None = None
    school: str | None = None
    removed: tuple[str, ...] = ()


def correct_for(*, actor: Actor, person_id: int, corrected: Corrected, reason: str) -> list[str]:
    """Put the values in force; returns the names of the fields that changed.

    A check of the document falls when it no longer covers what stands in the record. Who turns out to be a
    minor gives coming places back, and below 14 waits for a guardian (R007, R008).
    """
    person = to_correct(actor, person_id, lock=True)
    reason = reasons.check(reason, about=[person_id])
    new = _checked(person, corrected)
    changed = [field for field, value in new.items() if getattr(person, field) != value]
    if not changed:
        raise NothingToCorrect
    before = {field: correcting.shown(field, getattr(person, field)) for field in changed}
    for field in changed:
        setattr(person, field, new[field])
    _settle(person, changed, by=actor.id)
    after = {field: correcting.shown(field, new[field]) for field in changed}
    audit.record(
        actor_id=actor.id,
        act="record_corrected",
        kind="person",
        id=person_id,
        reason=reason,
        before=before,
        after=after,
    )
    key = f"corrected:{person_id}:{clock.now().isoformat()}"
    outbox.tell(outbox.Note(key, messages.CORRECTED, person_id, by_email=True))
    return changed


def to_correct(actor: Actor, person_id: int, *, lock: bool = False) -> Person:
    """Somebody else of the own area; a colleague only for who may give each of the colleague's roles."""
    statement = sa.select(Person).where(Person.id == person_id, Person.status.not_in((CLOSED, MERGED)))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    person = db.session.scalars(statement).first()
    path = db.session.get_one(Area, person.area_id).path if person else ""
    if person is None or not policy.may_decide_requests(actor, path, person_id):
        raise NotFound
    if not all(people.may_grant(actor, *role, person_id) for role in staff_queries.roles_of(person_id)):
        raise NotFound
    access.refuse_closed(actor, person)
    return person


def _checked(person: Person, wanted: Corrected) -> dict[str, Any]:
    """The new values in their stored form; a number of a document must not say otherwise (R005)."""
    new: dict[str, Any] = {}
    if wanted.name:
        new["name"] = people_rules.name(wanted.name)
    if wanted.born_on:
        new["born_on"] = people_rules.birth_date(wanted.born_on, clock.today())
    if wanted.sex:
        new["sex"] = documents.known_sex(wanted.sex)
    if wanted.phone:
        new["phone"] = phones.normalise(wanted.phone)
    new |= {field: value for field in ("address", "school") if (value := getattr(wanted, field))}
    new |= {field: None for field in REMOVABLE if field in wanted.removed and field not in new}
    if person.document and person.document_kind and {"born_on", "sex"} & set(new):
        documents.agree(
            documents.read(person.document_kind, person.document),
            born_on=new.get("born_on", person.born_on),
            sex=new.get("sex", person.sex),
        )
    return new


def _settle(person: Person, changed: list[str], *, by: int) -> None:
    if "phone" in changed:
        correcting.take_phone(person)
        sessions.end_all(person.id)
    if set(changed) & set(_CHECKED):
        person.verified_at = person.verified_by_id = None
    if "born_on" in changed:
        unagreed.settle(person, by=by)
    finding.renew_keys(person, db.session.get_one(Area, person.area_id).path)
