"""Who forgot to check out hears of it once, half an hour after the planned end.

Who has a place at a flexible task and has reported nothing hears of it once, the evening before its last day.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import current_app

from volunteer.activities import messages
from volunteer.activities.models import AGREED, PUBLISHED, SIGNED_UP, Occurrence, Series, SignUp
from volunteer.activities.planning.plans import LONGEST_WINDOW_DAYS
from volunteer.activities.reminders import evening_before
from volunteer.attendance import task_queries
from volunteer.attendance.models import CheckIn, TaskReport
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.outbox import service as outbox
from volunteer.outbox.models import INBOX, Message

AFTER = dt.timedelta(minutes=30)
AT_ONCE = 500
_NEAR = dt.timedelta(hours=32)  # from the evening before to the end of a day of 25 hours, and a little


def tell_forgotten(now: dt.datetime) -> int:
    """Write what is due; how many messages are new, which is none the second time.

    Only while one can still check out: later the leader's roll call settles it.
    """
    notes = [
        outbox.Note(
            key=f"no-check-out:{row.id}",
            kind="attendance_no_check_out",
            person_id=row.person_id,
            payload=messages.told(
                row,
                check_in_id=row.id,
            ),
            useful_until=row.ends_at + _after(),
        )
        for row in _due(now)
    ]
    return outbox.tell(*notes)


def _after() -> dt.timedelta:
    return dt.timedelta(minutes=current_app.config["CHECK_IN_AFTER_MINUTES"])


def _due(now: dt.datetime) -> list[sa.Row[tuple[object, ...]]]:
    """Open pairs of dates that ended half an hour ago or more and have no message yet."""
    key = sa.literal("no-check-out:", sa.String) + sa.cast(CheckIn.id, sa.String) + f":{INBOX}"
    statement = (
        sa.select(
            CheckIn.id,
            CheckIn.person_id,
            CheckIn.occurrence_id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.place,
            Series.title,
            Series.title_en,
        )
        .join(Occurrence, Occurrence.id == CheckIn.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .where(
            Occurrence.starts_at > now - dt.timedelta(days=31),  # by the index; flexible tasks last longest
            Occurrence.ends_at <= now - AFTER,
            Occurrence.ends_at > now - _after(),
            Occurrence.state == PUBLISHED,
            Occurrence.recorded_at.is_(None),
            CheckIn.left_at.is_(None),
            CheckIn.void_at.is_(None),
            ~sa.exists().where(Message.key == key),
        )
        .order_by(CheckIn.id)
        .limit(AT_ONCE)
    )
    return list(db.session.execute(statement))


def tell_last_day(now: dt.datetime) -> int:
    """Write what is due; how many messages are new, which is none the second time.

    From the evening before the last day until the window ends, to who signed up before that evening.
    """
    notes = [
        outbox.Note(
            key=f"task-last-day:{row.occurrence_id}:{row.person_id}:{row.sequence}",
            kind="attendance_task_last_day",
            person_id=row.person_id,
            payload=messages.told(
                row,
                last_on=task_queries.days(row)[1].isoformat(),
            ),
            by_email=True,
            useful_until=row.ends_at,
        )
        for row in _without_report(now)
    ]
    return outbox.tell(*notes)


def _without_report(now: dt.datetime) -> list[Any]:
    """Who holds or shares a place at a task whose last day is near, with no report and no message."""
    partners = _lacking(now, SignUp.partner_id).where(SignUp.partner_state == AGREED)
    statement = sa.union_all(_lacking(now, SignUp.person_id), partners)
    return list(db.session.execute(statement.order_by("occurrence_id", "person_id").limit(AT_ONCE)))


def _evenings(now: dt.datetime) -> list[tuple[dt.datetime, dt.date]]:
    """(the evening that is over, the last day that it comes before), of today and of tomorrow."""
    today = clock.local(now).date()
    days = [(evening_before(clock.start_of(day)), day) for day in (today, today + dt.timedelta(days=1))]
    return [(evening, day) for evening, day in days if evening <= now]


def _due_by(evening: dt.datetime, last_day: dt.date) -> Any:
    """In the statement, not after it: whoever is not due must not fill its limit."""
    return sa.and_(
        Occurrence.ends_at > clock.start_of(last_day),
        Occurrence.ends_at <= clock.start_of(last_day + dt.timedelta(days=1)),
        SignUp.signed_up_at <= evening,
    )


def _lacking(now: dt.datetime, person_id: Any) -> Any:
    """Those of them in this column of the sign-ups."""
    key = sa.literal("task-last-day:", sa.String) + sa.cast(Occurrence.id, sa.String)
    for part in (person_id, Occurrence.sequence):
        key = key + ":" + sa.cast(part, sa.String)
    return (
        sa.select(
            Occurrence.id.label("occurrence_id"),
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.place,
            Occurrence.sequence,
            Series.title,
            Series.title_en,
            person_id.label("person_id"),
            SignUp.signed_up_at,
        )
        .select_from(Occurrence)
        .join(Series, Series.id == Occurrence.series_id)
        .join(SignUp, SignUp.occurrence_id == Occurrence.id)
        .where(
            Occurrence.starts_at > now - dt.timedelta(days=LONGEST_WINDOW_DAYS + 1),  # by the index
            Occurrence.starts_at < now + _NEAR,
            Occurrence.is_flexible.is_(True),
            Occurrence.state == PUBLISHED,
            Occurrence.recorded_at.is_(None),
            Occurrence.taken > 0,
            Occurrence.ends_at > now,
            Occurrence.ends_at <= now + _NEAR,
            SignUp.state == SIGNED_UP,
            sa.or_(*(_due_by(evening, last_day) for evening, last_day in _evenings(now))),
            ~sa.exists().where(TaskReport.occurrence_id == Occurrence.id, TaskReport.person_id == person_id),
            ~sa.exists().where(Message.key == key + f":{INBOX}"),
        )
    )
