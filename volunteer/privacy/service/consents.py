"""The switches for sensitive kinds of data: given, withdrawn, and asked by the slices above (R143, R144)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people import rules as people_rules
from volunteer.people import service as people
from volunteer.people.identity import Actor
from volunteer.people.models import Consent
from volunteer.privacy import rules


@dataclass(frozen=True)
class State:
    """One switch as the page shows it; `since` is when it was last given or withdrawn."""

    kind: str
    switch: rules.Switch
    is_given: bool
    since: dt.datetime | None
    version: str | None
    is_of_older_notice: bool


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


def give(*, actor: Actor, person_id: int, kind: str, way: str = people_rules.SELF) -> None:
    """Switch on, with the version of the notice, the way and who recorded it; the second time changes nothing."""
    if kind not in rules.SWITCHES:
        raise people_rules.UnknownChoice
    people.lock(person_id)
    if has_consented(person_id, kind):
        return
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
