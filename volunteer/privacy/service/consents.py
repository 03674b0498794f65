"""The switches for sensitive kinds of data: given, withdrawn, and asked by the slices above (R143, R144)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.outbox import service as outbox
from volunteer.people import rules as people_rules
from volunteer.people import service as people
from volunteer.people.identity import Actor
from volunteer.people.models import Consent
from volunteer.privacy import messages, rules


@dataclass(frozen=True)
class State:
    """One switch as the page shows it; `since` is when it was last given or withdrawn."""

    kind: str
    switch: rules.Switch
    is_given: bool
    since: dt.datetime | None
    version: str | None
    is_of_older_notice: bool


class GuardianAtTheCounter(Refused):
    """R144, PIPL 31: below 14 the guardian decides."""

    sentence = _l("未满 14 周岁，请监护人到社区服务台来定，工作人员当面记下。")


def basic(person_id: int) -> Consent | None:
    """The consent to the privacy notice itself that was given last."""
    return db.session.scalar(
        sa.select(Consent)
        .where(Consent.person_id == person_id, Consent.kind == people_rules.PRIVACY)
        .order_by(Consent.id.desc())
        .limit(1)
    )


def renew(*, actor: Actor, person_id: int, way: str = people_rules.SELF) -> None:
    """Agree to the notice as it stands now (R143); the second time changes nothing."""
    _lock(person_id, way)
    last = basic(person_id)
    if last is None or last.notice_version != people_rules.NOTICE_VERSION:
        _write(actor, person_id, people_rules.PRIVACY, way)


def states(person_id: int) -> list[State]:
    """Every switch of the person."""
    latest: dict[str, Consent] = {}
    for consent in db.session.scalars(
        sa.select(Consent)
        .where(Consent.person_id == person_id, Consent.kind.in_(rules.SWITCHES))
        .order_by(Consent.id)
    ):
        latest[consent.kind] = consent
    return [_state(kind, switch, latest.get(kind)) for kind, switch in rules.SWITCHES.items()]


def has_consented(person_id: int, kind: str) -> bool:
    """Whether the consent stands now; asked by whoever wants to store or show that kind of data."""
    assert kind in rules.SWITCHES, "a known switch"
    return db.session.scalar(_standing(person_id, kind).limit(1)) is not None


def has_withdrawn_since(person_id: int, kinds: Collection[str], since: dt.datetime) -> bool:
    """Whether one of them was withdrawn at that moment or later, for what was agreed to by itself."""
    withdrawn = sa.select(Consent.id).where(
        Consent.person_id == person_id, Consent.kind.in_(kinds), Consent.withdrawn_at >= since
    )
    return db.session.scalar(withdrawn.limit(1)) is not None


def give(*, actor: Actor, person_id: int, kind: str, way: str = people_rules.SELF) -> None:
    """Switch on, with the version of the notice, the way and who recorded it; the second time changes nothing."""
    if kind not in rules.SWITCHES:
        raise people_rules.UnknownChoice
    _lock(person_id, way)
    if not has_consented(person_id, kind):
        _write(actor, person_id, kind, way)
        _tell(messages.CONSENT_GIVEN, actor, person_id, kind)


def withdraw(*, actor: Actor, person_id: int, kind: str) -> None:
    """Switch off, from now on (PIPL 15): what was done before stays lawful. The second time changes nothing."""
    if kind not in rules.SWITCHES:
        raise people_rules.UnknownChoice
    people.lock(person_id)
    standing = db.session.scalars(_standing(person_id, kind)).all()
    for consent_id in standing:
        db.session.get_one(Consent, consent_id).withdrawn_at = clock.now()
    db.session.flush()
    if standing:
        audit.record(actor_id=actor.id, act="consent_withdrawn", kind="person", id=person_id, consent=kind)
        _tell(messages.CONSENT_WITHDRAWN, actor, person_id, kind)


def _tell(message: str, actor: Actor, person_id: int, kind: str) -> None:
    """What another has switched is told to the person, with who it was."""
    if actor.id == person_id:
        return
    key = f"{message}:{person_id}:{kind}:{clock.now().isoformat()}"
    payload = {"who": formats.masked_name(actor.name), "who_number": actor.number, kind: True}
    outbox.tell(outbox.Note(key=key, kind=message, person_id=person_id, payload=payload))


def _lock(person_id: int, way: str) -> None:
    """Below 14 nobody agrees alone, whoever writes it down."""
    person = people.lock(person_id)
    if way == people_rules.SELF and people_rules.needs_guardian(person.born_on, clock.today()):
        raise GuardianAtTheCounter


def _write(actor: Actor, person_id: int, kind: str, way: str) -> None:
    db.session.add(
        Consent(
            person_id=person_id,
            kind=kind,
            notice_version=people_rules.NOTICE_VERSION,
            given_at=clock.now(),
            way=way,
            recorded_by_id=None if actor.id == person_id else actor.id,
        )
    )
    db.session.flush()
    audit.record(actor_id=actor.id, act="consent_given", kind="person", id=person_id, consent=kind, way=way)


def _standing(person_id: int, kind: str) -> Any:
    return sa.select(Consent.id).where(
        Consent.person_id == person_id, Consent.kind == kind, Consent.withdrawn_at.is_(None)
    )


def _state(kind: str, switch: rules.Switch, consent: Consent | None) -> State:
    is_given = consent is not None and consent.withdrawn_at is None
    since = (consent.withdrawn_at or consent.given_at) if consent else None
    version = consent.notice_version if consent else None
    is_older = is_given and version != people_rules.NOTICE_VERSION
    return State(kind, switch, is_given, since, version, is_older)
