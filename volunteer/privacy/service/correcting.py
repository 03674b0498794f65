"""Correcting the own data (R145): at once what staff have not checked, by request what they have."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.outbox import service as outbox
from volunteer.people import documents, finding, phones, sessions
from volunteer.people import rules as people_rules
from volunteer.people import service as people
from volunteer.people.identity import Actor
from volunteer.people.models import Person
from volunteer.privacy import messages

LONGEST_ADDRESS, LONGEST_SCHOOL = 120, 60


class Verified(Refused):
    """What was compared with the document is changed by staff, with the document in hand."""

    sentence = _l("姓名、出生日期和性别已经核对过证件。写错了请提交更正申请，或带证件到社区服务台。")
    field = "name"


class BirthDateFixed(Refused):
    """Or a child could make itself older (R007, R008)."""

    sentence = _l("出生日期关系到未成年人保护，请到社区服务台更正。")
    field = "born_on"


class PhoneNotUsable(Refused):
    """The same whether the number is somebody's or was typed wrongly."""

    sentence = _l("这个手机号现在不能用，请核对一遍；号码没错的话，请到社区服务台办理。")
    field = "phone"


class TooLong(Refused):
    sentence = _l("写得太长了，请短一点。")
    status = 422
    field = "address"


@dataclass(frozen=True)
class Correction:
    """The new values, all of them; an empty text takes the value away."""

    name: str
    sex: str | None
    born_on: dt.date
    phone: str
    address: str
    school: str


def correct(*, actor: Actor, correction: Correction) -> list[str]:
    """Put the new values in force; returns the names of the fields that changed."""
    person = people.lock(actor.id)
    new = _checked(person, correction)
    changed = [field for field, value in new.items() if getattr(person, field) != value]
    if not changed:
        return []
    before = {field: shown(field, getattr(person, field)) for field in changed}
    for field in changed:
        setattr(person, field, new[field])
    if "phone" in changed:
        take_phone(person)
    finding.renew_keys(person, db.session.get_one(Area, person.area_id).path)
    after = {field: shown(field, new[field]) for field in changed}
    audit.record(
        actor_id=actor.id, act="person_corrected", kind="person", id=person.id, before=before, after=after
    )
    if "phone" in changed:
        sessions.end_all(actor.id, but=actor.token_hash)
        key = f"phone:{actor.id}:{clock.now().isoformat()}"
        outbox.tell(outbox.Note(key, messages.PHONE_CHANGED, actor.id, by_email=True))
    return changed


def _checked(person: Person, wanted: Correction) -> dict[str, object]:
    if len(wanted.address) > LONGEST_ADDRESS or len(wanted.school) > LONGEST_SCHOOL:
        raise TooLong
    new: dict[str, object] = {
        "name": people_rules.name(wanted.name),
        "sex": wanted.sex or None,
        "born_on": people_rules.birth_date(wanted.born_on, clock.today()),
        "phone": phones.normalise(wanted.phone) if wanted.phone else None,
        "address": wanted.address or None,
        "school": wanted.school or None,
    }
    if new["sex"] not in (None, "female", "male"):
        raise people_rules.UnknownChoice
    if person.verified_at is not None and any(
        getattr(person, field) != new[field] for field in ("name", "sex", "born_on") if getattr(person, field)
    ):
        raise Verified
    if person.born_on != new["born_on"]:
        raise BirthDateFixed
    if person.document and person.document_kind and person.sex != new["sex"]:
        said = documents.read(person.document_kind, person.document)
        documents.agree(said, born_on=person.born_on, sex=wanted.sex or None)
    return new


def take_phone(person: Person) -> None:
    """The unique hash decides; a number that is somebody's is refused in words that do not say so."""
    person.phone_hash = phones.phone_hash(person.phone) if person.phone else None
    taken = sa.select(Person.id).where(Person.phone_hash == person.phone_hash, Person.id != person.id)
    with db.session.no_autoflush:
        if person.phone_hash is not None and db.session.scalar(taken) is not None:
            raise PhoneNotUsable
    try:
        db.session.flush()
    except sa.exc.IntegrityError as error:
        raise PhoneNotUsable from error


def shown(field: str, value: object) -> str:
    """As the log may hold it: masked (R142)."""
    if value is None:
        return ""
    if field == "name":
        return formats.masked_name(str(value))
    if field == "phone":
        return formats.masked_phone(str(value))
    if field == "born_on":
        return f"{str(value)[:4]}-…"
    return "…" if field in ("address", "school") else str(value)
