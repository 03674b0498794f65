"""Forgotten passwords: a link by mail or a code on a slip from the counter.

Whether an account exists is told to nobody: asking writes one row for known
and unknown accounts alike, and a job answers it later, by mail.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core import clock, crypto
from volunteer.core.database import COUNT_ROWS, db
from volunteer.core.errors import Refused
from volunteer.core.transaction import reading
from volunteer.outbox import service as outbox
from volunteer.people import messages as people_messages
from volunteer.people import passwords, renewals, sessions
from volunteer.people import queries as people
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, Person
from volunteer.people.service.sign_in import unlock
from volunteer.safety import messages, rules
from volunteer.safety.models import ResetRequest, ResetToken, SpentChallenge
from volunteer.safety.service import factors

KEEP_REQUESTS = dt.timedelta(days=7)
KEEP_TOKENS = dt.timedelta(days=30)


class LinkIsOver(Refused):
    """For an unknown, a used and an old link alike."""

    sentence = _l("这个链接已经用过或者过期了。请重新申请一次。")
    status = 422


class WrongSlip(Refused):
    """For an unknown account and a wrong, used or old code alike."""

    sentence = _l("账号或一次性码不对，也可能已经用过或过期。请再看一眼单子，或到服务台重新开一张。")
    status = 422


def ask(*, account: str) -> None:
    """Somebody forgot the password of an account, which may not exist: write it down, look nothing up."""
    db.session.add(ResetRequest(account=account, asked_at=clock.now()))
    db.session.flush()


def waiting_requests() -> list[int]:
    statement = sa.select(ResetRequest.id).where(ResetRequest.handled_at.is_(None))
    return list(db.session.scalars(statement.order_by(ResetRequest.id).limit(500)))


def answer(request_id: int) -> None:
    """Send a link, if the account is active and has an address; the second time nothing happens."""
    statement = sa.select(ResetRequest).where(
        ResetRequest.id == request_id, ResetRequest.handled_at.is_(None)
    )
    request = db.session.scalars(statement.with_for_update()).first()
    if request is None:
        return
    now = request.handled_at = clock.now()
    found = people.credentials(request.account)
    if found is not None and found.is_active and request.asked_at > now - rules.LINK_LIFE:
        _send_link(found.person_id, now)
    db.session.flush()


def _send_link(person_id: int, now: dt.datetime) -> None:
    person = factors.lock(person_id)
    if not person.email:
        return
    token = crypto.token()
    token_hash = sessions.hash_token(token)
    _keep_token(token_hash, person_id, now + rules.LINK_LIFE, by=None)
    address = f"{str(current_app.config['BASE_URL']).rstrip('/')}/reset/{token}"
    outbox.tell(
        outbox.Note(
            key=f"{messages.RESET_LINK}:{token_hash}",
            kind=messages.RESET_LINK,
            person_id=person_id,
            payload={"link_sealed": crypto.encrypt(address)},
            only_email=True,
            useful_until=now + rules.LINK_LIFE,
        )
    )
    audit.record(actor_id=None, act="reset_link_sent", kind="person", id=person_id)


def give_code(*, actor: Actor, person_id: int) -> str:
    """A code on a slip with which the person sets a new password; those given before are good for nothing."""
    person = factors.lock(person_id)
    factors.refuse_unless_may_restore(actor, person)
    if person.status != ACTIVE:
        raise NotActive
    now = clock.now()
    code = crypto.letters(rules.SLIP_LETTERS)
    _spend_all(person_id, now)
    _keep_token(_slip_hash(person_id, code), person_id, now + rules.SLIP_LIFE, by=actor.id)
    audit.record(actor_id=actor.id, act="reset_code_given", kind="person", id=person_id)
    key = f"{messages.RESET_CODE}:{person_id}:{crypto.token()}"
    outbox.tell(outbox.Note(key=key, kind=messages.RESET_CODE, person_id=person_id, by_email=True))
    return rules.grouped(code)


class NotActive(Refused):
    sentence = _l("这个账户现在停用着，请先恢复它。")


def check_new_password(*, token_hash: str | None, password: str) -> None:
    """What can be said about the password before it is hashed; call it outside of any open work."""
    with reading():
        person = _person_of(token_hash)
    passwords.check(
        password,
        name=person.name if person else "",
        phone=person.phone if person else None,
        number=person.number if person else "",
        born_on=person.born_on if person else None,
    )


def set_by_link(*, token: str, password_hash: str) -> None:
    """Put the new password in force: the link is used up, all sign-ins end, the person is told."""
    person_id = _use_up(sessions.hash_token(token))
    if person_id is None:
        raise LinkIsOver
    _set(person_id, password_hash, way="link")


def set_by_slip(*, account: str, code: str, password_hash: str) -> None:
    """The same with the code of a slip."""
    found = people.credentials(account)
    token_hash = _slip_hash(found.person_id if found else 0, rules.plain(code))
    person_id = _use_up(token_hash) if found is not None and found.is_active else None
    if person_id is None:
        raise WrongSlip
    _set(person_id, password_hash, way="slip")


def slip_hash(account: str, code: str) -> str:
    """For `check_new_password`: which token a slip names."""
    with reading():
        found = people.credentials(account)
    return _slip_hash(found.person_id if found else 0, rules.plain(code))


def forget_old(now: dt.datetime) -> int:
    """Requests that were answered, tokens that ran out, challenges that are too old to be answered again."""
    gone = 0
    for statement in (
        sa.delete(ResetRequest).where(ResetRequest.handled_at < now - KEEP_REQUESTS),
        sa.delete(ResetToken).where(ResetToken.expires_at < now - KEEP_TOKENS),
        sa.delete(SpentChallenge).where(SpentChallenge.spent_at < now - 2 * rules.CHALLENGE_LIFE),
    ):
        result: Any = db.session.execute(statement)
        gone += int(result.rowcount)
    return gone


def _keep_token(token_hash: str, person_id: int, until: dt.datetime, *, by: int | None) -> None:
    db.session.add(
        ResetToken(
            token_hash=token_hash,
            person_id=person_id,
            created_at=clock.now(),
            created_by_id=by,
            expires_at=until,
        )
    )
    db.session.flush()


def _use_up(token_hash: str) -> int | None:
    """Whose it is; a token counts once, also for two who come at the same moment."""
    now = clock.now()
    statement = (
        sa.update(ResetToken)
        .where(ResetToken.token_hash == token_hash, ResetToken.used_at.is_(None), ResetToken.expires_at > now)
        .values(used_at=now)
        .returning(ResetToken.person_id)
    )
    return db.session.scalars(statement, execution_options=COUNT_ROWS).first()


def _set(person_id: int, password_hash: str, *, way: str) -> None:
    person = factors.lock(person_id)
    if person.status != ACTIVE:
        raise LinkIsOver
    person.password_hash = password_hash
    db.session.flush()
    _spend_all(person_id, clock.now())
    sessions.end_all(person_id)
    unlock(person_id)
    audit.record(actor_id=person_id, act="password_reset", kind="person", id=person_id, way=way)
    key = f"password:{person_id}:{crypto.token()}"
    kind = people_messages.PASSWORD_CHANGED
    outbox.tell(outbox.Note(key=key, kind=kind, person_id=person_id, by_email=True))


def _spend_all(person_id: int, now: dt.datetime) -> None:
    db.session.execute(
        sa.update(ResetToken)
        .where(ResetToken.person_id == person_id, ResetToken.used_at.is_(None))
        .values(used_at=now)
    )


@renewals.register
def end_tokens(person_id: int) -> None:
    """Links and slips from before are good for nothing any more."""
    _spend_all(person_id, clock.now())


def _person_of(token_hash: str | None) -> Person | None:
    statement = (
        sa.select(Person)
        .join(ResetToken, ResetToken.person_id == Person.id)
        .where(ResetToken.token_hash == (token_hash or ""))
    )
    return db.session.scalars(statement).first()


def _slip_hash(person_id: int, code: str) -> str:
    return crypto.look_up_hash("reset-slip", f"{person_id}:{code}")
