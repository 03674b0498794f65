"""Tell people before something runs out, once each; derived from the tables at every run."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from volunteer.core import clock
from volunteer.core.database import db
from volunteer.credentials import messages, queries
from volunteer.credentials.models import Credential
from volunteer.credentials.rules import TELL_BEFORE
from volunteer.outbox import service as outbox
from volunteer.outbox.models import INBOX, Message
from volunteer.people.models import ACTIVE, Person

AT_ONCE = 500


def tell_expiring(now: dt.datetime) -> int:
    """Write what is due and not written yet; returns how many people are told, which is none the second time."""
    key = (
        sa.literal("credential-expiring:", sa.String)
        + sa.cast(Credential.id, sa.String)
        + ":"
        + sa.cast(Credential.expires_on, sa.String)
        + f":{INBOX}"
    )
    statement = (
        sa.select(Credential)
        .join(Person, Person.id == Credential.person_id)
        .where(
            *queries.expiring(clock.local(now).date(), TELL_BEFORE),
            Person.status == ACTIVE,
            ~sa.exists().where(Message.key == key),
        )
        .order_by(Credential.expires_on, Credential.id)
        .limit(AT_ONCE)
    )
    notes = [messages.note(messages.EXPIRING, row, by_email=True) for row in db.session.scalars(statement)]
    outbox.tell(*notes)
    return len(notes)
