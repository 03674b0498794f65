"""A person's inbox."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from flask import url_for

from volunteer.core.database import db
from volunteer.outbox import kinds
from volunteer.outbox.models import INBOX, SENT, Message

PAGE = 20


@dataclass(frozen=True)
class Letter:
    """A message in the language being spoken."""

    id: int
    subject: str
    body: str
    href: str | None
    created_at: dt.datetime
    is_unread: bool


def inbox(person_id: int, *, before: int | None = None, limit: int = PAGE) -> list[Letter]:
    """The person's messages, newest first, one more than `limit` when there is a next page."""
    statement = (
        sa.select(Message)
        .where(Message.person_id == person_id, Message.channel == INBOX, Message.state == SENT)
        .order_by(Message.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(Message.id < before)
    return [_letter(message) for message in db.session.scalars(statement)]


def _letter(message: Message) -> Letter:
    subject, body = kinds.render(message.kind, message.payload)
    return Letter(
        message.id, subject, body, _href(message), message.created_at, is_unread=message.read_at is None
    )


def _href(message: Message) -> str | None:
    kind = kinds.KINDS[message.kind]
    if kind.endpoint is None:
        return None
    return url_for(kind.endpoint, **{name: message.payload[name] for name in kind.link_values})
