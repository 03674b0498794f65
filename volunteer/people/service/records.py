"""What staff do with another's record: see it whole, move it to another area, disable and enable it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound, Refused, TooManyAttempts
from volunteer.core.i18n import gettext as _
from volunteer.outbox import service as outbox
from volunteer.people import (
    finding,
    messages,
    personal,
    policy,
    queries,
    reasons,
    renewals,
    rules,
    sessions,
    staff_queries,
)
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, DISABLED, WAITING, Person
from volunteer.people.service import access, locking, receipts, roles, unagreed
from volunteer.people.service.locking import NoSuchPerson

REVEALED = "person_revealed"
# What may be looked at whole (R142), in the order in which it is shown.
REVEALABLE: dict[str, Any] = {
    "name": _l("姓名"),
    "phone": _l("手机号"),
    "document": _l("证件号码"),
    "born_on": _l("出生日期"),
    "address": _l("住址"),
    "school": _l("学校"),
    "email": _l("邮箱"),
    "guardian": _l("监护人"),
}


class NothingChosen(Refused):
    sentence = _l("请选要看哪几项。")
    status = 422
    field = "fields"


class TooManyReveals(TooManyAttempts):
    sentence = _l("这一小时里查看完整信息的次数太多了，请过一会儿再看。")


class SameArea(Refused):
    sentence = _l("他已经登记在这个社区了。")
    field = "area"


class AlreadyDisabled(Refused):
    sentence = _l("这个账户已经停用了。")


def reveal(
    *, actor: Actor, person_id: int, fields: Sequence[str], reason: str, words: str = ""
) -> list[tuple[str, str]]:
    """The chosen values in full, as pairs of label and text; logged with fields and reason.

    `reason` is a code of reasons.REVEAL, `words` says more; "other" alone is no reason.
    More than REVEALS_PER_HOUR within an hour are refused.
    """
    _refuse_too_many(actor.id)
    person = _of_record(actor, person_id)
    if not policy.may_reveal(actor, _area(person).path):
        raise NotFound
    access.note_opening(actor, person, page="reveal")
    chosen = [name for name in REVEALABLE if name in fields]
    if not chosen or set(fields) - set(chosen):
        raise NothingChosen
    if reason not in reasons.REVEAL:
        raise reasons.ReasonNeeded
    words = reasons.check(words, about=[person_id]) if words or reason == reasons.OTHER else ""
    details = {"fields": chosen, "reason": reason} | ({"words": words} if words else {})
    audit.record(actor_id=actor.id, act=REVEALED, kind="person", id=person_id, **details)
    return [(str(REVEALABLE[name]), _full(person, name)) for name in chosen]


def revealable(person: Person) -> dict[str, str]:
    """What there is to be seen of this person: code and label."""
    present = {name for name in REVEALABLE if name != "guardian" and getattr(person, name)}
    if queries.has_guardian(person.id):
        present.add("guardian")
    return {name: str(label) for name, label in REVEALABLE.items() if name in present}


def move(*, actor: Actor, person_id: int, area_id: int) -> None:
    """The person lives in another community or grid now, and is found there from this moment on."""
    person = _of_record(actor, person_id, lock=True)
    before, after = _area(person), db.session.get(Area, area_id)
    if after is None or not policy.may_move(actor, before.path, after.path):
        raise NotFound
    if not access.may_open(actor, person):
        raise access.ApprovalNeeded
    if before.id == after.id:
        raise SameArea
    person.area_id = after.id
    finding.renew_keys(person, after.path)
    audit.record(
        actor_id=actor.id,
        act="person_moved",
        kind="person",
        id=person_id,
        before={"area": before.id},
        after={"area": after.id},
    )
    payload = {"area": after.name, "area_en": after.name_en}
    key = f"moved:{person_id}:{clock.now().isoformat()}"
    outbox.tell(outbox.Note(key=key, kind=messages.MOVED, person_id=person_id, payload=payload))


def disable(*, actor: Actor, person_id: int, reason: str, gives_back: bool = False) -> None:
    """Close an account for the time being: the person is signed out everywhere and cannot sign in.

    What has not begun yet stays unless staff say that it `gives_back`: a lost phone is no farewell.
    """
    person = _of_others(actor, person_id)
    reason = reasons.check(reason, about=[person_id])
    if person.status not in (ACTIVE, WAITING):
        raise AlreadyDisabled
    roles.keep_an_admin(person_id)
    _set_status(actor, person, DISABLED, "person_disabled", reason)
    sessions.end_all(person_id)
    renewals.end_all(person_id)
    if gives_back:
        _give_coming_back(actor, person_id)


def _give_coming_back(actor: Actor, person_id: int) -> None:
    """The person reads of it once the account is open again."""
    if not personal.coming_in_words(person_id):
        return
    personal.give_coming_back(person_id, actor.id)
    key = f"places-given-back:{person_id}:{clock.now().isoformat()}"
    outbox.tell(outbox.Note(key=key, kind=messages.PLACES_GIVEN_BACK, person_id=person_id))


def enable(*, actor: Actor, person_id: int, reason: str) -> None:
    """Open a disabled account again; an open one stays as it is.

    A child without guardian waits again; whose guardian came meanwhile is let in, and the family told.
    """
    person = _of_others(actor, person_id)
    reason = reasons.check(reason, about=[person_id])
    if person.status == DISABLED:
        waits = rules.needs_guardian(person.born_on, clock.today()) and not queries.has_guardian(person_id)
        waited = waits or receipts.is_waiting(person_id)
        _set_status(actor, person, WAITING if waited else ACTIVE, "person_enabled", reason)
        if waits:
            receipts.settle(person, WAITING, actor.id)
        else:
            unagreed.activate(person, by=actor.id)


def _set_status(actor: Actor, person: Person, status: str, act: str, reason: str) -> None:
    before = person.status
    person.status = status
    db.session.flush()
    audit.record(
        actor_id=actor.id,
        act=act,
        kind="person",
        id=person.id,
        reason=reason,
        before={"status": before},
        after={"status": status},
    )


def _refuse_too_many(actor_id: int) -> None:
    """The log itself is counted, under the lock of the actor's own row."""
    db.session.execute(sa.select(Person.id).where(Person.id == actor_id).with_for_update())
    statement = sa.select(sa.func.count()).where(
        AuditEntry.actor_id == actor_id,
        AuditEntry.act == REVEALED,
        AuditEntry.happened_at > clock.now() - dt.timedelta(hours=1),
    )
    if (db.session.scalar(statement) or 0) >= current_app.config["REVEALS_PER_HOUR"]:
        raise TooManyReveals


def _full(person: Person, name: str) -> str:
    if name == "born_on":
        return formats.full_day(person.born_on)
    if name != "guardian":
        return str(getattr(person, name) or "")
    guardian = queries.standing_guardian_of(person.id)
    if guardian is None:
        return ""
    return _(
        "%(name)s（%(relation)s），%(phone)s",
        name=guardian.name,
        relation=rules.RELATIONS.get(guardian.relation, guardian.relation),
        phone=guardian.phone,
    )


def _of_record(actor: Actor, person_id: int, *, lock: bool = False) -> Person:
    """Somebody whose record the actor may see at all."""
    person = locking.lock(person_id) if lock else db.session.get(Person, person_id)
    if person is None or not policy.may_see_record(actor, _area(person).path):
        raise NoSuchPerson
    return person


def _of_others(actor: Actor, person_id: int) -> Person:
    person = locking.lock(person_id)
    if not policy.may_disable(actor, person_id, _area(person).path, staff_queries.roles_of(person_id)):
        raise NotAllowed
    return person


def _area(person: Person) -> Area:
    return db.session.get_one(Area, person.area_id)
