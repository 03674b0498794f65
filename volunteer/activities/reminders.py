"""Reminders, derived from the tables at every run: what is due and has no message yet.

Nothing is remembered between runs, so a day of downtime, two schedulers or a
clock that jumps need no code of their own. What comes too late is written
all the same, and the outbox records it as expired.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.activities import messages
from volunteer.activities.models import AGREED, PUBLISHED, SIGNED_UP, Occurrence, Series, SignUp
from volunteer.core import clock
from volunteer.core.database import UTC, BigInt, db
from volunteer.outbox import service as outbox
from volunteer.outbox.models import INBOX, Message

TOMORROW, SOON = "tomorrow", "soon"
EVENING = dt.time(18, 0)  # of the day before
LEAD = dt.timedelta(hours=2)
LOOK_BACK = dt.timedelta(days=2)
LOOK_AHEAD = dt.timedelta(hours=32)  # from the evening before to the end of a day of 25 hours, and a little
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Slot:
    """One reminder of one occurrence: whoever signed up before `due_at` gets it, until it is useless."""

    occurrence_id: int
    name: str
    starts_at: dt.datetime
    due_at: dt.datetime
    useful_until: dt.datetime
    payload: dict[str, Any]
    sequence: int = 0  # of the date: another place is reminded of anew, as another time is (R065)

    @property
    def suffix(self) -> str:
        told = f"{self.name}:{self.starts_at.isoformat()}"
        return f"{told}:{self.sequence}" if self.sequence else told


@dataclass(frozen=True, slots=True)
class Reminder:
    person_id: int
    slot: Slot

    @property
    def key(self) -> str:
        """A changed time makes another key, so another reminder."""
        return f"remind:{self.slot.occurrence_id}:{self.person_id}:{self.slot.suffix}"


def write_due(now: dt.datetime) -> int:
    """Write what is due; returns how many messages are new, which is none the second time."""
    notes = [
        outbox.Note(
            key=reminder.key,
            kind=f"activity_reminder_{reminder.slot.name}",
            person_id=reminder.person_id,
            payload=reminder.slot.payload,
            by_email=True,
            useful_until=reminder.slot.useful_until,
        )
        for reminder in due(now)
    ]
    return outbox.tell(*notes)


def due(now: dt.datetime) -> list[Reminder]:
    """Reminders whose time has come and that have no message, by start; nobody is asked about one by one."""
    slots = [slot for slot in _slots(now) if slot.due_at <= now]
    found: list[Reminder] = []
    for start in range(0, len(slots), AT_ONCE):
        found += _without_message(slots[start : start + AT_ONCE])
    return found


def _slots(now: dt.datetime) -> Iterator[Slot]:
    statement = (
        sa.select(
            Occurrence.id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.place,
            Occurrence.sequence,
            Series.title,
            Series.title_en,
        )
        .join(Series, Series.id == Occurrence.series_id)
        .where(
            Occurrence.starts_at > now - LOOK_BACK,
            Occurrence.starts_at <= now + LOOK_AHEAD,
            Occurrence.state == PUBLISHED,
            Occurrence.is_flexible.is_(False),  # attendance reminds of these (service/reminding.py)
            Occurrence.taken > 0,
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    for row in db.session.execute(statement):
        payload = messages.told(row)
        soon = row.starts_at - LEAD
        yield Slot(
            row.id, TOMORROW, row.starts_at, evening_before(row.starts_at), soon, payload, row.sequence
        )
        yield Slot(row.id, SOON, row.starts_at, soon, row.starts_at, payload, row.sequence)


def evening_before(starts_at: dt.datetime) -> dt.datetime:
    """Six in the evening, on the wall clock, of the day before."""
    return clock.at_local(clock.local(starts_at).date() - dt.timedelta(days=1), EVENING)


def _without_message(slots: list[Slot]) -> list[Reminder]:
    """One statement: who comes to these occurrences, signed up before the slot, with no message of that key."""
    values = sa.values(
        sa.column("place", sa.Integer),
        sa.column("occurrence_id", BigInt),
        sa.column("suffix", sa.String),
        sa.column("due_at", UTC()),
    ).data([(place, slot.occurrence_id, slot.suffix, slot.due_at) for place, slot in enumerate(slots)])
    wanted = values.cte("wanted")
    signed_up = _missing(wanted, SignUp.person_id)
    partners = _missing(wanted, SignUp.partner_id).where(SignUp.partner_state == AGREED)
    statement = sa.union_all(signed_up, partners).order_by("place", "sign_up_id")
    return [Reminder(row.person_id, slots[row.place]) for row in db.session.execute(statement)]


def _missing(wanted: Any, person_id: Any) -> Any:
    """The people in this column of the sign-ups who have not been written to."""
    key = (
        sa.literal("remind:", sa.String)
        + sa.cast(SignUp.occurrence_id, sa.String)
        + ":"
        + sa.cast(person_id, sa.String)
        + ":"
        + wanted.c.suffix
        + f":{INBOX}"
    )
    return (
        sa.select(wanted.c.place, SignUp.id.label("sign_up_id"), person_id.label("person_id"))
        .select_from(wanted)
        .join(SignUp, SignUp.occurrence_id == wanted.c.occurrence_id)
        .where(
            SignUp.state == SIGNED_UP,
            SignUp.signed_up_at <= wanted.c.due_at,
            ~sa.exists().where(Message.key == key),
        )
    )
