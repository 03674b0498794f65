"""Send what is due: claim in batches, render in the recipient's language, hand to the channel.

None is lost: a row is marked sent only after the mail server took it. After a
crash in between at most one duplicate goes out, with the same Message-ID.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import secrets
import smtplib
import socket
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
from volunteer.outbox.kinds import KINDS, render
from volunteer.outbox.models import CANCELLED, EMAIL, EXPIRED, FAILED, PENDING, SENT, Message

LEASE = dt.timedelta(minutes=2)
BATCH = 50
TRIES = 6
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


def send_due(addresses: Addresses, *, deliver: Deliver | None = None) -> dict[str, int]:
    """Send all that is due now and report how many ended in which state.

    `addresses` looks up the recipients (people lie above the outbox). Safe to
    run in several processes: each row is claimed by one of them.
    """
    me = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"[:60]
    ended: dict[str, int] = {}
    with reading():
        expire = _overdue()
    if expire:
        with transaction():
            ended[EXPIRED] = _expire(expire)
    carrier = _Smtp() if deliver is None else None
    try:
        while rows := _claim(me):
            with reading():
                recipients = addresses([row.person_id for row in rows])
            half_time = clock.now() + LEASE / 2
            for row in rows:
                state = _send_one(row, recipients.get(row.person_id), deliver or _deliverer(carrier), me)
                ended[state] = ended.get(state, 0) + 1
                if clock.now() > half_time:
                    break  # a slow mail server: claim the rest anew before somebody else may
    finally:
        if carrier is not None:
            carrier.close()
    return ended


def _deliverer(carrier: _Smtp | None) -> Deliver:
    assert carrier is not None
    return carrier.deliver


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
    due = (
        sa.select(Message.id)
        .where(
            Message.state == PENDING,
            Message.channel == EMAIL,
            Message.not_before <= now,
            sa.or_(Message.claimed_until.is_(None), Message.claimed_until < now, Message.claimed_by == me),
            sa.or_(Message.useful_until.is_(None), Message.useful_until > now),
        )
        .order_by(Message.not_before, Message.id)
        .limit(BATCH)
    )
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


def _send_one(row: Any, recipient: Recipient | None, deliver: Deliver, me: str) -> str:
    """Send one message and note what became of it; a broken one never blocks those behind it."""
    state, problem = SENT, None
    try:
        message = _compose(row, recipient)
        deliver(message, str(recipient.address) if recipient else "")
    except Unwanted as reason:
        state, problem = CANCELLED, str(reason)
    except (smtplib.SMTPException, OSError) as error:
        permanent = isinstance(error, smtplib.SMTPRecipientsRefused) and all(
            500 <= code < 600 for code, _ in error.recipients.values()
        )
        state = FAILED if permanent or row.attempts + 1 >= TRIES else PENDING
        problem = type(error).__name__
    except Exception as error:  # a poison message is parked with its reason
        state, problem = FAILED, f"{type(error).__name__}: {error}"
        log.exception("message cannot be sent", message=row.id, kind=row.kind)
    _note(row, state, problem, me)
    return state if state != PENDING else "postponed"


def _note(row: Any, state: str, problem: str | None, me: str) -> None:
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
        values["not_before"] = now + _pause(row.attempts)
    with transaction():
        result: Any = db.session.execute(
            sa.update(Message)
            .where(Message.id == row.id, Message.claimed_by == me, Message.state == PENDING)
            .values(**values)
        )
    if result.rowcount == 0:
        log.warning("lost the claim on a message while sending it", message=row.id)


def _pause(attempts: int) -> dt.timedelta:
    """1, 2, 4 … minutes with jitter, so that a mail server that came back is not flooded."""
    return dt.timedelta(seconds=60 * 2**attempts * random.uniform(0.8, 1.2))


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


class _Smtp:
    """One connection for a run, opened when first needed."""

    def __init__(self) -> None:
        self._connection: smtplib.SMTP | None = None

    def deliver(self, message: EmailMessage, address: str) -> None:
        settings = current_app.config
        try:
            if self._connection is None:
                server = smtplib.SMTP(settings["SMTP_HOST"], settings["SMTP_PORT"], timeout=15)
                if settings["SMTP_STARTTLS"]:
                    server.starttls()
                if settings["SMTP_USER"]:
                    server.login(settings["SMTP_USER"], settings["SMTP_PASSWORD"])
                self._connection = server
            self._connection.send_message(message, to_addrs=[address])
        except (smtplib.SMTPException, OSError):
            self.close()
            raise

    def close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()


def status() -> dict[tuple[str, str], int]:
    """How many messages are in which state, by channel."""
    statement = sa.select(Message.channel, Message.state, sa.func.count()).group_by(
        Message.channel, Message.state
    )
    return {(channel, state): int(count) for channel, state, count in db.session.execute(statement)}
