"""Who somebody is: the own document, the check by staff, and the PIN on the slip (R002, R004, R005)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from volunteer.audit import service as audit
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.outbox import service as outbox
from volunteer.people import documents, messages, pins, sessions
from volunteer.people.documents import Document
from volunteer.people.identity import Actor
from volunteer.people.models import Person, SignInSession
from volunteer.people.service import access
from volunteer.people.service.guardians import of_area
from volunteer.people.service.helped import refuse_own_helper
from volunteer.people.service.registration import DocumentRegistered


class DocumentTaken(DocumentRegistered):
    """R004: the same to the person, who cannot look anybody up."""

    sentence = _l("这个证件已经登记过。请带上证件到社区服务台，我们帮您查一查。")


class AlreadyVerified(Refused):
    sentence = _l("您的身份已经核验过，不用再填。证件换了，请到社区服务台更正。")


class RecordDisagrees(documents.DocumentDisagrees):
    """R005: the paper says something else than the record; what the record says is not told."""

    sentence = _l("证件上的出生日期和登记的不一样。请先更正登记的信息，再来核验。")
    field = "born_on"


class RecordOfSexDisagrees(documents.DocumentDisagrees):
    sentence = _l("证件上的性别和登记的不一样。请先更正登记的信息，再来核验。")
    field = "sex"


def enter_document(*, actor: Actor, kind: str, number: str) -> None:
    """Write down the own document, encrypted; it counts only after staff have seen the original (R002).

    Attempts are counted by the page: the answer says whether somebody has registered the paper.
    """
    person = _own(actor)
    if person.verified_at is not None:
        raise AlreadyVerified
    document = documents.read(kind, number)
    sex = documents.agree(document, born_on=person.born_on, sex=person.sex)
    before = formats.masked_document(person.document)
    _keep(person, document, sex, DocumentTaken)
    audit.record(
        actor_id=actor.id,
        act="document_entered",
        kind="person",
        id=person.id,
        before={"document": before},
        after=_masked(document),
    )


def verify(
    *, actor: Actor, person_id: int, kind: str, number: str, born_on: dt.date, sex: str | None
) -> None:
    """Staff have the original before them: kind, number, birth date and sex are typed from it and compared (R005).

    What was entered before is replaced by what the paper says. Nobody verifies oneself.
    """
    person = of_area(actor, person_id)
    _refuse_closed(actor, person)
    document = documents.read(kind, number)
    sex = documents.agree(document, born_on=born_on, sex=documents.known_sex(sex) if sex else None)
    if born_on != person.born_on:
        raise RecordDisagrees
    if None not in (sex, person.sex) and sex != person.sex:
        raise RecordOfSexDisagrees
    before = {
        "document": formats.masked_document(person.document),
        "verified": person.verified_at is not None,
    }
    _keep(person, document, person.sex or sex, DocumentRegistered)
    person.verified_at, person.verified_by_id = clock.now(), actor.id
    db.session.flush()
    audit.record(
        actor_id=actor.id,
        act="identity_verified",
        kind="person",
        id=person_id,
        before=before,
        after=_masked(document) | {"verified": True},
    )
    key = f"verified:{person_id}:{clock.now().isoformat()}"
    outbox.tell(outbox.Note(key=key, kind=messages.IDENTITY_VERIFIED, person_id=person_id))


def give_pin(*, actor: Actor, person_id: int, pin_hash: str) -> Person:
    """A new PIN for the slip: the old one is dead, pages opened with it close, and the person is told."""
    person = of_area(actor, person_id)
    _refuse_closed(actor, person)
    refuse_own_helper(actor, person_id)
    had_one = person.pin_hash is not None
    person.pin_hash = pin_hash
    db.session.flush()
    pins.unlock(person_id)
    by_card = sa.and_(SignInSession.person_id == person_id, SignInSession.way == sessions.CARD)
    db.session.execute(sa.delete(SignInSession).where(by_card))
    audit.record(actor_id=actor.id, act="pin_made", kind="person", id=person_id, replaced=had_one)
    key = f"pin:{person_id}:{clock.now().isoformat()}"
    outbox.tell(outbox.Note(key=key, kind=messages.PIN_GIVEN, person_id=person_id))
    return person


def _refuse_closed(actor: Actor, person: Person) -> None:
    if not access.may_finish_registration(actor, person):
        raise access.ApprovalNeeded


def _own(actor: Actor) -> Person:
    statement = sa.select(Person).where(Person.id == actor.id).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def _keep(person: Person, document: Document, sex: str | None, taken: type[Refused]) -> None:
    """Store the document; the unique hash decides when two come with the same paper at once."""
    same = sa.select(Person.id).where(Person.document_hash == document.hash, Person.id != person.id)
    if db.session.scalar(same) is not None:
        raise taken
    person.document_kind, person.document, person.document_hash = (
        document.kind,
        document.number,
        document.hash,
    )
    person.sex = sex
    try:
        db.session.flush()
    except IntegrityError as error:
        raise taken from error


def _masked(document: Document) -> dict[str, object]:
    return {"kind": document.kind, "document": formats.masked_document(document.number)}
