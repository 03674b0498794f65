"""Send what is due: claim in batches, render in the recipient's language, hand to the channel.

A row is marked sent only after the mail server took it; after a crash in
between at most one duplicate goes out, with the same Message-ID. A server that
cannot be used is no letter's fault: the run ends, and all that is due waits. A
letter fails when the server refuses it for good, or puts it off for three days.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import secrets
import smtplib
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import sqlalchemy as sa
import structlog
from flask import current_app

from volunteer.core import clock, i18n
from volunteer.core.database import db
from volunteer.core.transaction import reading, transaction
from volunteer.outbox import carrier
from volunteer.outbox.kinds import KINDS, render
from volunteer.outbox.models import CANCELLED, EMAIL, EXPIRED, FAILED, PENDING, SENT, Message

LEASE = dt.timedelta(minutes=2)
BATCH = 50
TRIES = 75  # answers "later" until a letter fails: with the pauses between them some three days
LONGEST_PAUSE = dt.timedelta(hours=1)
SERVER_PAUSE = dt.timedelta(minutes=5)  # short: a link for a new password is good for half an hour
_HELD = "server: "  # begins the problem of what waits for the mail server
POSTPONED = "postponed"
log = structlog.get_logger()


@dataclass(frozen=True)
class Recipient:
    """Where a message goes and in which language; no address: nothing to send."""

    address: str | None
    language: str


Addresses = Callable[[list[int]], dict[int, Recipient]]
Deliver = Callable[[EmailMessage, str], None]


class Unwanted(Exception):
    """The message has lost its point since it was written."""


def send_due(addresses: Addresses, *, deliver: Deliver | None = None) -> Counter[str]:
    """Send all that is due now and report how many ended in which state.

    `addresses` looks up the recipients (people lie above the outbox). Safe to
    run in several processes: each row is claimed by one of them.
    """
    me = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"[:60]
    ended: Counter[str] = Counter()
    with reading():
        expire, is_held = _overdue(), _is_held()
    if expire:
        with transaction():
            ended[EXPIRED] = _expire(expire)
    if is_held:
        return ended
    smtp = carrier.Smtp()
    try:
        while rows := _claim(me):
            _send_rows(rows, addresses, deliver or smtp.deliver, me, ended)
    except carrier.Unreachable as error:
        ended[POSTPONED] += _hold_back(str(error), me)
    finally:
        smtp.close()
    return ended


def _send_rows(rows: list[Any], addresses: Addresses, deliver: Deliver, me: str, ended: Counter[str]) -> None:
    with reading():
        recipients = addresses([row.person_id for row in rows])
    half_time = clock.now() + LEASE / 2
    for row in rows:
        ended[_send_one(row, recipients.get(row.person_id), deliver, me)] += 1
        if clock.now() > half_time:
            break  # a slow mail server: claim the rest anew before somebody else may


def _is_held() -> bool:
    """Something waits for the mail server, so a new letter waits too."""
    return db.session.scalar(sa.select(Message.id).where(*_held(clock.now())).limit(1)) is not None


def _hold_back(problem: str, me: str) -> int:
    """All that is due waits for the mail server; no attempt of theirs is counted. Returns how many."""
    now = clock.now()
    with transaction():
        result: Any = db.session.execute(
            sa.update(Message)
            .where(*_due(now, me))
            .values(
                not_before=now + SERVER_PAUSE,
                problem=_HELD + problem,
                claimed_by=None,
                claimed_until=None,
            )
        )
    log.warning("the mail server cannot be used", problem=problem, waiting=result.rowcount)
    return int(result.rowcount)


def retry() -> int:
    """Send anew at once what failed and what waits for the mail server; returns how many."""
    now = clock.now()
    result: Any = db.session.execute(
        sa.update(Message)
        .where(Message.channel == EMAIL, sa.or_(Message.state == FAILED, sa.and_(*_held(now))))
        .where(sa.or_(Message.useful_until.is_(None), Message.useful_until > now))
        .values(state=PENDING, attempts=0, problem=None, not_before=now)
    )
    return int(result.rowcount)


def _overdue() -> list[int]:
    now = clock.now()
    statement = sa.select(Message.id).where(Message.state == PENDING, Message.useful_until <= now).limit(5000)
    return list(db.session.scalars(statement))


def _expire(ids: list[int]) -> int:
    now = clock.now()
    result: Any = db.session.execute(
        sa.update(Message)
        .where(Message.id.in_(ids), Message.state == PENDING, Message.useful_until <= now)
        .where(sa.or_(Message.claimed_until.is_(None), Message.claimed_until < now))
        .values(state=EXPIRED, problem="too late to be useful")
    )
    return int(result.rowcount)


def _claim(me: str) -> list[Any]:
    """Take up to BATCH due rows for a while; rows of a process that died come back after LEASE."""
    now = clock.now()
    due = sa.select(Message.id).where(*_due(now, me)).order_by(Message.not_before, Message.id).limit(BATCH)
    with reading():  # do not take SQLite's only write lock every minute for nothing
        if db.session.scalar(due.limit(1)) is None:
            return []
    with transaction():
        ids = list(db.session.scalars(due.with_for_update(skip_locked=True)))
        if not ids:
            return []
        db.session.execute(
            sa.update(Message).where(Message.id.in_(ids)).values(claimed_by=me, claimed_until=now + LEASE)
        )
        statement = sa.select(Message.__table__).where(Message.id.in_(ids))
        return list(db.session.execute(statement.order_by(Message.not_before, Message.id)))


def _due(now: dt.datetime, me: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Mail to be sent now that nobody else has claimed."""
    return (
        Message.state == PENDING,
        Message.channel == EMAIL,
        Message.not_before <= now,
        sa.or_(Message.claimed_until.is_(None), Message.claimed_until < now, Message.claimed_by == me),
        sa.or_(Message.useful_until.is_(None), Message.useful_until > now),
    )


def _held(now: dt.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Message.state == PENDING,
        Message.channel == EMAIL,
        Message.not_before > now,
        Message.problem.startswith(_HELD),
    )


def _send_one(row: Any, recipient: Recipient | None, deliver: Deliver, me: str) -> str:
    """Send one message and note what became of it; a broken one never blocks those behind it."""
    state, problem = SENT, None
    try:
        message = _compose(row, recipient)
        deliver(message, str(recipient.address) if recipient else "")
    except Unwanted as reason:
        state, problem = CANCELLED, str(reason)
    except carrier.Unreachable as error:
        if error.began:  # perhaps this letter broke the connection: next time the others go first
            state = FAILED if row.attempts + 1 >= TRIES else PENDING
            _note(row, state, str(error), me, not_before=clock.now() + SERVER_PAUSE + _pause(row.attempts))
        raise
    except (smtplib.SMTPException, OSError) as error:
        state = FAILED if carrier.is_final(error) or row.attempts + 1 >= TRIES else PENDING
        problem = type(error).__name__
    except Exception as error:  # a poison message is parked with its reason
        state, problem = FAILED, f"{type(error).__name__}: {error}"
        log.exception("message cannot be sent", message=row.id, kind=row.kind)
    _note(row, state, problem, me, not_before=clock.now() + _pause(row.attempts))
    return state if state != PENDING else POSTPONED


def _note(row: Any, state: str, problem: str | None, me: str, *, not_before: dt.datetime) -> None:
    now = clock.now()
    values: dict[str, Any] = {
        "state": state,
        "problem": problem and problem[:300],
        "attempts": row.attempts + 1,
        "claimed_by": None,
        "claimed_until": None,
        "sent_at": now if state == SENT else None,
    }
    if state == PENDING:
        values["not_before"] = not_before
    with transaction():
        result: Any = db.session.execute(
            sa.update(Message)
            .where(Message.id == row.id, Message.claimed_by == me, Message.state == PENDING)
            .values(**values)
        )
    if result.rowcount == 0:
        log.warning("lost the claim on a message while sending it", message=row.id)


def _pause(attempts: int) -> dt.timedelta:
    """1, 2, 4 … minutes, at most an hour, with jitter, so that what was put off does not come at once."""
    minutes = min(2**attempts, LONGEST_PAUSE / dt.timedelta(minutes=1))
    return dt.timedelta(minutes=minutes * random.uniform(0.8, 1.2))


def _compose(row: Any, recipient: Recipient | None) -> EmailMessage:
    if recipient is None or not recipient.address:
        raise Unwanted("no address")
    kind = KINDS[row.kind]
    with reading():
        if kind.still_wanted is not None and not kind.still_wanted(row.payload, row.person_id):
            raise Unwanted("no longer wanted")
    with i18n.speaking(recipient.language):
        subject, body = render(row.kind, row.payload)
    settings = current_app.config
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = settings["MAIL_FROM"]
    message["To"] = recipient.address
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = message_id(row.key)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{body}\n\n{settings['BASE_URL']}\n")
    return message


def message_id(key: str) -> str:
    """The same for every try of one message, so that a receiver can drop a duplicate."""
    from volunteer.core import crypto

    return f"<{crypto.look_up_hash('message-id', key)}@linli>"


def status() -> dict[tuple[str, str], int]:
    """How many messages are in which state, by channel."""
    statement = sa.select(Message.channel, Message.state, sa.func.count()).group_by(
        Message.channel, Message.state
    )
    return {(channel, state): int(count) for channel, state, count in db.session.execute(statement)}
