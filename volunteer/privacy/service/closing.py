"""Closing an account: by oneself with a secret and a typed word, or by staff who were asked to (R146)."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock, throttle
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.core.transaction import reading
from volunteer.ledger import continuing
from volunteer.ledger.models import HOURS, POINTS
from volunteer.ledger.service import MAIN
from volunteer.people import merged, personal, reasons, sessions
from volunteer.people.identity import Actor
from volunteer.people.models import CLOSED, MERGED, STAFF_ROLES, Grant, Person
from volunteer.people.rules import needs_guardian
from volunteer.people.service import access
from volunteer.privacy import policy
from volunteer.privacy.service.erasing import erase

WORD = _l("注销")  # typed in the language of the page, or in Chinese
_CHINESE = "注销"
LONGEST_REASON = 300


class HoldsOffice(Refused):
    sentence = _l("您还担任社区的职务。请先请管理员收回，再来注销。")


class GuardianCloses(Refused):
    """PIPL 31: below 14 the guardian decides; the counter closes the account (`erase_for`)."""

    sentence = _l("未满 14 周岁，要注销请监护人到社区服务台办理。")


class WrongSecret(Refused):
    sentence = _l("登录密码或六位密码不对，请再输一次。")
    status = 422
    field = "secret"


class NoSecret(Refused):
    sentence = _l("您还没有登录密码，也没有六位密码，没法确认是您本人。请到社区服务台办理注销。")


class WordNotTyped(Refused):
    sentence = _l("请在最后一格里输入“%(word)s”，表示您想好了。")
    status = 422
    field = "word"


class ReasonNeeded(Refused):
    sentence = _l("请写明为什么替他注销，例如“本人到服务台申请”。不要写姓名和电话。")
    status = 422
    field = "reason"


class AlreadyClosed(Refused):
    sentence = _l("这个账户已经注销了。")


@dataclass(frozen=True)
class Outlook:
    """What closing means for one person, for the page that asks."""

    refusals: list[str]
    releases: list[str]
    minutes: int
    points: int
    has_secret: bool
    needs_guardian: bool


@dataclass(frozen=True)
class Proven:
    """That the person typed the own secret, checked outside of any open work."""

    person_id: int


def outlook(person_id: int) -> Outlook:
    """What must be done first, what will be given back, and what stays in the books."""
    balances = continuing.balances_of(person_id)
    person = db.session.get_one(Person, person_id)
    words = (release.words(person_id) for release in personal.releases())
    return Outlook(
        refusals=[refusal.message for refusal in _refusals(person_id)],
        releases=[sentence for sentence in words if sentence],
        minutes=balances.get((HOURS, MAIN), 0),
        points=balances.get((POINTS, MAIN), 0),
        has_secret=person.password_hash is not None or person.pin_hash is not None,
        needs_guardian=needs_guardian(person.born_on, clock.today()),
    )


def prove(*, actor: Actor, secret: str) -> Proven:
    """The slow half: compare with password and PIN. Wrong ones are counted like wrong passwords."""
    with reading():
        person = db.session.get_one(Person, actor.id)
        hashes = [person.password_hash, person.pin_hash]
    if not any(hashes):
        raise NoSecret
    throttle.count("close", str(actor.id), limit=current_app.config["SIGN_IN_ATTEMPTS"])
    if not any([sessions.is_right_password(secret, stored) for stored in hashes]):  # noqa: C419 - same time always
        raise WrongSecret
    return Proven(actor.id)


def close(*, actor: Actor, proven: Proven, word: str) -> None:
    """Close the own account for good. Who leads a team or holds an office hands it over first."""
    assert proven.person_id == actor.id, "proven for oneself"
    if needs_guardian(actor.born_on, clock.today()):
        raise GuardianCloses
    if word.strip().casefold() not in {_CHINESE, str(WORD).casefold()}:
        raise WordNotTyped(word=str(WORD))
    _refuse(actor.id)
    erase(actor.id, by=actor.id)


def erase_for(*, actor: Actor, person_id: int, reason: str) -> None:
    """Staff close an account for somebody who asked for it, with a reason; the same must be done first.

    The reason stands in the audit log, where nothing can be taken out again: what names the person is
    masked in it.
    """
    to_erase(actor=actor, person_id=person_id)
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise ReasonNeeded
    reason = reasons.without_names(reason, merged.all_ids(person_id))
    reasons.refuse_numbers(reason)
    _refuse(person_id)
    audit.record(
        actor_id=actor.id,
        act="erasure_decided",
        kind="person",
        id=person_id,
        reason=reason,
    )
    erase(person_id, by=actor.id)


def to_erase(*, actor: Actor, person_id: int) -> Person:
    """The person whose account staff may close; somebody of elsewhere and oneself are not found here."""
    person = db.session.get(Person, person_id)
    area = db.session.get(Area, person.area_id) if person else None
    may = person is not None and area is not None and policy.may_erase(actor, person_id, area.path)
    if person is None or not may or actor.id == person_id:
        raise NotFound
    if not access.may_open(actor, person):
        raise access.ApprovalNeeded
    if person.status in (CLOSED, MERGED):
        raise AlreadyClosed
    return person


def _refusals(person_id: int) -> list[Refused]:
    office = sa.select(Grant.id).where(Grant.person_id == person_id, Grant.role.in_(STAFF_ROLES)).limit(1)
    own: list[Refused] = [HoldsOffice()] if db.session.scalar(office) is not None else []
    return own + personal.closing_refusals(person_id)


def _refuse(person_id: int) -> None:
    for refusal in _refusals(person_id):
        raise refusal
