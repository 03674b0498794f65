"""What I did of a task without a fixed hour: reported, corrected or withdrawn until a leader has answered.

Only who holds a place reports, for a day of the task's window that has come, once a
day, and until the hours are recorded. Minutes become hours at the roll call alone.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import CANCELLED
from volunteer.attendance import standing, task_queries, walk_ins
from volunteer.attendance import task_refusals as refusals
from volunteer.attendance.models import REFUSED, REPORTED, TaskReport
from volunteer.attendance.refusals import NotForMinors
from volunteer.audit import service as audit
from volunteer.core import clock, files, formats, inputs
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.people.identity import Actor
from volunteer.people.queries import had_guardian
from volunteer.people.rules import is_minor

MOST_MINUTES = 24 * 60
LONGEST_NOTE = 300
_JPEG = "image/jpeg"


def report(
    *,
    actor: Actor,
    occurrence_id: int,
    did_on: dt.date,
    minutes: int,
    note: str = "",
    picture: files.Prepared | None = None,
) -> TaskReport:
    """Write down one day's work; it counts once a leader has confirmed it."""
    row = _lock(occurrence_id, actor.id)
    if (refusal := closed(row, clock.now())) is not None:
        raise refusal
    _check(row, did_on, minutes, picture)
    written = TaskReport(
        occurrence_id=occurrence_id,
        person_id=actor.id,
        did_on=did_on,
        minutes=minutes,
        note=inputs.clean(note, longest=LONGEST_NOTE, lines=True),
        reported_at=clock.now(),
    )
    if is_taken(written):
        raise refusals.SameDay
    if picture is not None:
        written.file_id = files.keep(picture, by_id=actor.id).id
    db.session.add(written)
    db.session.flush()
    _note(actor, "task_reported", written)
    return written


def correct(
    *,
    actor: Actor,
    occurrence_id: int,
    report_id: int,
    did_on: dt.date,
    minutes: int,
    note: str = "",
    picture: files.Prepared | None = None,
) -> None:
    """Change an own report that nobody has answered; another picture takes the place of the first."""
    row, written = _own(actor, occurrence_id, report_id)
    _check(row, did_on, minutes, picture)
    before = written.file_id
    written.did_on, written.minutes = did_on, minutes
    if is_taken(written):
        raise refusals.SameDay
    written.note = inputs.clean(note, longest=LONGEST_NOTE, lines=True)
    written.reported_at = clock.now()
    if picture is not None:
        written.file_id = files.keep(picture, by_id=actor.id).id
    db.session.flush()
    if picture is not None and before is not None:
        files.remove(before)
    _note(actor, "task_report_corrected", written)


def withdraw(*, actor: Actor, occurrence_id: int, report_id: int) -> None:
    """Take an own report back that nobody has answered: the row and its picture go."""
    _row, written = _own(actor, occurrence_id, report_id)
    _note(actor, "task_report_withdrawn", written)
    picture_id = written.file_id
    db.session.delete(written)
    db.session.flush()
    if picture_id is not None:
        files.remove(picture_id)


def closed(row: Any, now: dt.datetime) -> Refused | None:
    """Why nothing can be reported for this date by this person, a row of `standing`; the page asks it as well."""
    if row.state == CANCELLED:
        return refusals.TaskCancelled()
    if row.recorded_at is not None:
        return refusals.RecordedAlready()
    if not row.is_signed_up:
        return refusals.NoPlace()
    if now < row.starts_at:
        return refusals.NotYet(day=formats.day(clock.local(row.starts_at).date()))
    return walk_ins.refusal_of_minor(row)


def _check(row: Any, did_on: dt.date, minutes: int, picture: files.Prepared | None) -> None:
    first, last = task_queries.days(row)
    if not first <= did_on <= last:
        raise refusals.DayOutside(first=formats.day(first), last=formats.day(last))
    if did_on > clock.today():
        raise refusals.DayToCome
    if is_minor(row.born_on, did_on) and not had_guardian(row.person_id, did_on):
        raise refusals.GuardianFirst
    if not 1 <= minutes <= MOST_MINUTES:
        raise refusals.BadMinutes(most=MOST_MINUTES)
    if picture is not None and picture.media_type != _JPEG:
        raise refusals.NotAPhoto


def is_taken(written: TaskReport) -> bool:
    """Whether that day has another report of the person, for the same date; refused ones do not count.

    One for each day, so that the sum of a day is what stands in it.
    """
    same = sa.exists().where(
        TaskReport.occurrence_id == written.occurrence_id,
        TaskReport.person_id == written.person_id,
        TaskReport.did_on == written.did_on,
        TaskReport.state != REFUSED,
        TaskReport.id != (written.id or 0),
    )
    with db.session.no_autoflush:
        return bool(db.session.scalar(sa.select(same)))


def _own(actor: Actor, occurrence_id: int, report_id: int) -> tuple[Any, TaskReport]:
    """The own report under lock; who gave the place back, or may come no more, still corrects what was done."""
    row = _lock(occurrence_id, actor.id)
    written = db.session.get(TaskReport, report_id, populate_existing=True)
    if written is None or written.occurrence_id != occurrence_id or written.person_id != actor.id:
        raise NotFound
    if written.state != REPORTED:
        raise refusals.Answered
    refusal = closed(row, clock.now())
    if refusal is not None and not isinstance(refusal, refusals.NoPlace | NotForMinors):
        raise refusal
    return row, written


def _lock(occurrence_id: int, person_id: int) -> Any:
    row = standing.lock_both(occurrence_id, person_id)
    if not row.is_flexible:
        raise NotFound
    return row


def _note(actor: Actor, act: str, written: TaskReport) -> None:
    audit.record(
        actor_id=actor.id,
        act=act,
        kind="occurrence",
        id=written.occurrence_id,
        report=written.id,
        did_on=written.did_on.isoformat(),
        minutes=written.minutes,
    )
