"""A word to who is in charge of a date: for whoever may not sign up by the page alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.activities import details, messages
from volunteer.activities.models import CANCELLED
from volunteer.activities.signing import leaving, refusals
from volunteer.activities.signing.note_forms import LONGEST
from volunteer.audit import service as audit
from volunteer.core import clock, crypto, formats
from volunteer.core.errors import Refused
from volunteer.outbox import service as outbox
from volunteer.outbox.kinds import register
from volunteer.people.identity import Actor

WRITTEN = "activity_note"


class NothingToSay(Refused):
    sentence = _l("请写一句想说的话。")
    status = 422
    field = "text"


class WrittenLately(Refused):
    sentence = _l("这一小时里您已经给负责人留过言了，请等等他的答复。着急的话，请打社区服务台电话。")


class NobodyToReadIt(Refused):
    sentence = _l("这一场现在没有人能收留言，请打社区服务台电话。")


def write_to_charge(*, actor: Actor, occurrence_id: int, text: str) -> None:
    """Once in an hour for a date; whoever is in charge reads it, and if nobody is, whoever may publish."""
    now = clock.now()
    row = details.occurrence(occurrence_id)
    if row.state == CANCELLED:
        raise refusals.Cancelled
    if row.ends_at <= now:
        raise refusals.Over
    text = text.strip()[:LONGEST]
    if not text:
        raise NothingToSay
    receivers = [id_ for id_ in leaving.receivers(row) if id_ != actor.id][:1]
    if not receivers:
        raise NobodyToReadIt
    if not outbox.tell(*_notes(row, actor, receivers[0], text, now)):
        raise WrittenLately
    audit.record(
        actor_id=actor.id, act="leader_written_to", kind="occurrence", id=occurrence_id, person=receivers[0]
    )


def _notes(row: Any, actor: Actor, to_id: int, text: str, now: dt.datetime) -> list[outbox.Note]:
    """The words stand in the inbox alone, with the name of who wrote them; the mail says that there are some."""
    said = messages.told(row, who_number=actor.number)
    hour = now.astimezone(dt.UTC).strftime("%Y%m%d%H")
    return leaving.notes(
        f"note:{row.id}:{actor.id}:{hour}", WRITTEN, to_id,
        inbox=said | {"who_sealed": crypto.encrypt(actor.name), "text_sealed": crypto.encrypt(text)},
        mail=said | {"who": formats.masked_name(actor.name)},
        useful_until=row.ends_at,
    )  # fmt: skip


register(
    WRITTEN,
    subject=_l("给负责人的留言：%(title)s"),
    body=_l("%(who)s（%(who_number)s）给“%(title)s”（%(starts_at)s）的负责人留言。"),
    also=(
        ("text_sealed", _l("他说：“%(text)s”")),
        ("is_short", _l("写了什么，请登录后在“消息”里看。")),
    ),
    endpoint="activities.occurrence",
    link_values=("occurrence_id",),
)
