"""Record a roll call: one batch, everybody's minutes and points, in a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.activities.models import NO_HOURS, Occurrence
from volunteer.audit import service as audit
from volunteer.core import clock, files
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.hours import earning, no_shows, planned, policy
from volunteer.hours.extension import LONGEST_REASON, NONE, Extension
from volunteer.hours.messages import recorded_note
from volunteer.hours.models import (
    ABSENT,
    BACK_FILLED,
    LATE,
    LEFT_EARLY,
    SOURCES,
    Batch,
    EarningRule,
    Proposal,
    ServiceRecord,
)
from volunteer.hours.planned import Planned
from volunteer.hours.service.credit import Credit, Mark, move
from volunteer.hours.service.limits import refuse_without_approval
from volunteer.hours.service.listed import lock_people, refuse_bad_marks
from volunteer.hours.service.proposed import withdraw_waiting
from volunteer.hours.service.reported import refuse_unanswered
from volunteer.hours.service.same_minutes import refuse_same_minutes
from volunteer.hours.service.uninsured import refuse_uninsured
from volunteer.hours.service.walk_ins import refuse_minors
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor
from volunteer.workdays import queries as workdays


@dataclass(frozen=True, slots=True)
class Paper:
    """The printed list that was typed in, and the photo of the signed sheet."""

    roster_id: int | None = None
    photo: files.Prepared | None = None


NO_PAPER = Paper()
_RECORDS: Any = ServiceRecord.__table__
# Built once: putting a statement together costs more here than running it.
_RULE = (
    sa.select(EarningRule)
    .where(
        EarningRule.valid_from <= sa.bindparam("day"),
        sa.or_(EarningRule.valid_until.is_(None), EarningRule.valid_until >= sa.bindparam("day")),
    )
    .order_by(EarningRule.valid_from.desc(), EarningRule.id.desc())
    .limit(1)
)


class NotStarted(Refused):
    sentence = _l("活动还没有开始，开始以后才能记录时长。")


class NotOver(Refused):
    """R027, R033: who is still there has no hours yet, and who may still come is not absent."""

    sentence = _l("还没结束，%(time)s以后再登记；点好的都留着。")


class Cancelled(Refused):
    sentence = _l("这场活动取消了，不能记录时长。")


class AlreadyRecorded(Refused):
    sentence = _l("这场活动已经记录过时长。要更正，请先打开原来的记录，把它冲正。")


class GivesNoHours(Refused):
    """R047."""

    sentence = _l("这类活动（聚餐、有报酬的工作等）不产生服务时长，不用点名。")


def record(
    *,
    actor: Actor,
    occurrence_id: int,
    marks: Sequence[Mark],
    source: str = "leader",
    extension: Extension = NONE,
    paper: Paper = NO_PAPER,
    approved: Proposal | None = None,
) -> Batch:
    """Credit everybody on the list with minutes and points; once per occurrence until reversed.

    A leader may stand on the own list like everybody else; the audit says so.
    Whoever was absent too often in the year cannot sign up until staff decide.
    What needs the approval of others (service/limits.py) is refused without an `approved` proposal.
    """
    assert source in SOURCES
    people = lock_people(occurrence_id, marks)
    plan = planned.load(occurrence_id, lock=True)
    if plan is None:
        raise NotFound
    if not policy.may_record(actor, team_path=plan.team_path, area_path=plan.area_path):
        raise NotFound
    plan = replace(plan, extra_minutes=extension.minutes)
    _refuse_untimely(plan)
    if plan.is_flexible:
        refuse_unanswered(plan, marks)
    refuse_bad_marks(plan, marks, people)
    refuse_minors(plan, marks, people)
    refuse_uninsured(plan, marks, people)
    rule = rule_on(plan.day)
    rows = [_row(plan, mark, people[mark.person_id].sign_up_id, rule) for mark in marks]
    refuse_same_minutes(plan, rows, people)
    refuse_without_approval(
        plan, rows, people, approvals=approved.approvals_needed if approved is not None else 0
    )
    if approved is None:
        withdraw_waiting(plan.id)
    batch = _begin(actor, plan, extension, paper, approved)
    _write(actor, batch, plan, rows, rule, source_of(approved, source))
    _tell(batch, plan, rows, rule)
    no_shows.block_at_limit(
        [row.mark.person_id for row in rows if row.mark.attendance == ABSENT and row.sign_up_id],
        plan.day.year,
    )
    return batch


def rule_on(day: dt.date) -> EarningRule | None:
    """The earning rule in force on that day; of several the youngest."""
    return db.session.scalars(_RULE, {"day": day}).first()


def caps_of(rule: EarningRule) -> list[earning.Cap]:
    most = rule.most_minutes_per_activity
    return [earning.Cap("activity", "minutes", most)] if most else []


def _refuse_untimely(plan: Planned) -> None:
    if plan.is_cancelled:
        raise Cancelled
    if not plan.has_started:
        raise NotStarted
    if plan.recorded_at is not None:
        raise AlreadyRecorded
    if plan.hours_kind == NO_HOURS:
        raise GivesNoHours
    if not plan.is_recordable:
        raise NotOver(time=plan.recorded_from)


def _row(plan: Planned, mark: Mark, sign_up_id: int | None, rule: EarningRule | None) -> Credit:
    assert mark.attendance
    minutes = plan.credited(mark.attendance, mark.off_minutes) if mark.minutes is None else mark.minutes
    minutes = minutes if plan.counts else 0
    points = earning.earn(minutes, rule.points_per_hour, caps_of(rule)).points if rule else 0
    return Credit(mark, sign_up_id, minutes, points)


def source_of(approved: Proposal | None, source: str) -> str:
    """R038: what was recorded late is marked for ever."""
    return "back_filled" if approved is not None and approved.kind == BACK_FILLED else source


def _notice_until() -> dt.date | None:
    """The last day of the public notice, so many working days from today (R043)."""
    days = current_app.config["NOTICE_DAYS"]
    today = clock.today()
    if not days:
        return None
    return workdays.calendar(today, today + dt.timedelta(days=60)).add_working_days(today, days)


def _begin(
    actor: Actor, plan: Planned, extension: Extension, paper: Paper, approved: Proposal | None
) -> Batch:
    photo = files.keep(paper.photo, by_id=actor.id) if paper.photo is not None else None
    batch = Batch(
        occurrence_id=plan.id,
        recorded_at=clock.now(),
        recorded_by_id=approved.proposed_by_id if approved is not None else actor.id,
        proposal_id=approved.id if approved is not None else None,
        notice_until=_notice_until(),
        team_id=plan.team_id,
        team_name=plan.team_name,
        team_name_en=plan.team_name_en,
        extra_minutes=extension.minutes,
        extra_reason=extension.reason or None,
        roster_id=paper.roster_id,
        photo_id=photo.id if photo else None,
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def _write(
    actor: Actor, batch: Batch, plan: Planned, rows: Sequence[Credit], rule: EarningRule | None, source: str
) -> None:
    transfers = move(actor, plan, batch.id, rows)
    db.session.execute(
        sa.insert(_RECORDS),
        [
            {
                "batch_id": batch.id,
                "occurrence_id": plan.id,
                "person_id": row.mark.person_id,
                "sign_up_id": row.sign_up_id,
                "attendance": row.mark.attendance,
                "off_minutes": row.mark.off_minutes if row.mark.attendance in (LATE, LEFT_EARLY) else 0,
                "source": source if source == "back_filled" else row.mark.source or source,
                "reason": row.mark.reason[:LONGEST_REASON] or None,
                "rule_id": rule.id if rule and row.minutes else None,
                "hours_transfer_id": transfers.get(f"service:{batch.id}:{row.mark.person_id}"),
                "points_transfer_id": transfers.get(f"earn:{batch.id}:{row.mark.person_id}"),
            }
            for row in rows
        ],
    )
    db.session.execute(
        sa.update(Occurrence).where(Occurrence.id == plan.id).values(recorded_at=batch.recorded_at)
    )
    audit.record(
        actor_id=actor.id,
        act="hours_recorded",
        kind="batch",
        id=batch.id,
        occurrence=plan.id,
        people=len(rows),
        minutes=sum(row.minutes for row in rows),
        points=sum(row.points for row in rows),
        source=source,
        extra_minutes=max(0, plan.extra_minutes),
        ended_early_minutes=max(0, -plan.extra_minutes),
        own=any(row.mark.person_id == actor.id and row.minutes for row in rows),
    )


def _tell(batch: Batch, plan: Planned, rows: Sequence[Credit], rule: EarningRule | None) -> None:
    outbox.tell(
        *(
            recorded_note(
                batch_id=batch.id,
                person_id=row.mark.person_id,
                plan=plan,
                minutes=row.minutes,
                points=row.points,
                points_per_hour=rule.points_per_hour if rule else 0,
            )
            for row in rows
            if row.minutes
        )
    )
