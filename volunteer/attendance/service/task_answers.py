"""A leader's answer to what people reported of a flexible task: confirmed, also with less, or refused.

Nobody answers an own report. An answer may be changed until the hours are recorded;
`seen` is what stood on the page, so that nobody answers what has been corrected or
answered meanwhile; without it only what waits is answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from volunteer.activities import messages
from volunteer.activities.models import CANCELLED
from volunteer.attendance import policy, standing
from volunteer.attendance import task_refusals as refusals
from volunteer.attendance.models import CONFIRMED, REFUSED, REPORTED, TaskReport
from volunteer.attendance.service.tasks import is_taken
from volunteer.audit import service as audit
from volunteer.core import clock, inputs
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor

LONGEST_ANSWER = 300
MOST_AT_ONCE = 300


def confirm(
    *,
    actor: Actor,
    occurrence_id: int,
    report_id: int,
    minutes: int,
    words: str = "",
    seen: str = "",
) -> None:
    """Say yes, to less than was reported only with a word about it."""
    row, written = _to_answer(actor, occurrence_id, report_id, seen)
    words = inputs.clean(words, longest=LONGEST_ANSWER)
    if minutes < 1:
        raise refusals.BadMinutes(most=written.minutes)
    if minutes > written.minutes:
        raise refusals.MoreThanReported
    if minutes < written.minutes and not words:
        raise refusals.WhyLess
    if written.state == REFUSED and is_taken(written):
        raise refusals.AnotherThatDay
    before, written.minutes = written.minutes, minutes
    _answer(actor, row, written, CONFIRMED, words, before=before)


def confirm_all(*, actor: Actor, occurrence_id: int, seen: Sequence[str]) -> int:
    """Say yes to these as they stood on the page, each 'id.seen'; returns how many.

    The own ones, and what was changed, answered or withdrawn meanwhile, are left alone.
    """
    wanted = {id_: mark for id_, mark in (_parted(text) for text in seen) if id_}
    statement = sa.select(TaskReport).where(
        TaskReport.occurrence_id == occurrence_id,
        TaskReport.id.in_(wanted),
        TaskReport.state == REPORTED,
    )
    rows = db.session.scalars(statement.order_by(TaskReport.id)).all()
    for person_id in sorted({written.person_id for written in rows}):
        standing.lock_person(person_id)
    done = 0
    for id_, minutes in [(written.id, written.minutes) for written in rows]:
        try:
            confirm(
                actor=actor, occurrence_id=occurrence_id, report_id=id_, minutes=minutes, seen=wanted[id_]
            )
            done += 1
        except (refusals.OwnReport, refusals.ChangedMeanwhile):
            continue
    return done


def seen_as(written: TaskReport) -> str:
    """What a page says of a report; another mark after each correction and answer."""
    reported = written.reported_at.strftime("%Y%m%d%H%M%S%f")
    return f"{written.state}-{reported}-{written.minutes}"


def _parted(text: str) -> tuple[int, str]:
    id_, _dot, mark = text.partition(".")
    return (int(id_) if id_.isascii() and id_.isdigit() and len(id_) <= 18 else 0), mark


def refuse(*, actor: Actor, occurrence_id: int, report_id: int, reason: str, seen: str = "") -> None:
    """Say no, with a reason that the person reads; the person may report that day anew."""
    row, written = _to_answer(actor, occurrence_id, report_id, seen)
    reason = inputs.clean(reason, longest=LONGEST_ANSWER)
    if not reason:
        raise refusals.WhyNot
    _answer(actor, row, written, REFUSED, reason)


def _to_answer(actor: Actor, occurrence_id: int, report_id: int, seen: str) -> tuple[Any, TaskReport]:
    row = standing.lock_both(occurrence_id, _report(occurrence_id, report_id).person_id)
    if not policy.may_take_attendance(actor, row):
        raise NotFound
    written = db.session.get(TaskReport, report_id, populate_existing=True)
    if written is None:
        raise refusals.ChangedMeanwhile
    if written.person_id == actor.id:
        raise refusals.OwnReport
    if row.state == CANCELLED:
        raise refusals.TaskCancelled
    if row.recorded_at is not None:
        raise refusals.RecordedAlready
    if (seen_as(written) if seen else written.state) != (seen or REPORTED):
        raise refusals.ChangedMeanwhile
    return row, written


def _report(occurrence_id: int, report_id: int) -> TaskReport:
    written = db.session.get(TaskReport, report_id)
    if written is None or written.occurrence_id != occurrence_id:
        raise NotFound
    return written


def _answer(actor: Actor, row: Any, written: TaskReport, state: str, words: str, **details: int) -> None:
    written.state, written.answer = state, words or None
    written.answered_at, written.answered_by_id = clock.now(), actor.id
    db.session.flush()
    audit.record(
        actor_id=actor.id,
        act=f"task_report_{state}",
        kind="occurrence",
        id=row.id,
        person=written.person_id,
        report=written.id,
        minutes=written.minutes,
        **details,
    )
    kind = "attendance_task_refused"
    if state == CONFIRMED:
        kind = "attendance_task_lowered" if words else "attendance_task_confirmed"
    payload = messages.told(
        row,
        did_on=written.did_on.isoformat(),
        did_minutes=written.minutes,
        words=words,
    )
    outbox.tell(
        outbox.Note(
            key=f"task-report:{written.id}:{written.answered_at.isoformat()}",
            kind=kind,
            person_id=written.person_id,
            payload=payload,
            by_email=True,
        )
    )
