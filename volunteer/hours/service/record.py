"""Record a roll call: one batch, everybody's minutes and points, in a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities.models import SIGNED_UP, Occurrence, SignUp
from volunteer.audit import service as audit
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.hours import earning, planned, policy, rules
from volunteer.hours.messages import recorded_note
from volunteer.hours.models import LATE, LEFT_EARLY, SOURCES, Batch, EarningRule, ServiceRecord
from volunteer.hours.planned import Planned
from volunteer.hours.service.credit import Credit, Mark, move
from volunteer.hours.service.walk_ins import called, refuse_minors
from volunteer.ledger.models import Transfer
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor
from volunteer.people.models import CLOSED, MERGED, Person

_RECORDS: Any = ServiceRecord.__table__
# Built once: putting a statement together costs more here than running it.
_PEOPLE = (
    sa.select(Person.id, Person.name, Person.born_on, SignUp.id.label("sign_up_id"))
    .outerjoin(
        SignUp,
        sa.and_(
            SignUp.occurrence_id == sa.bindparam("occurrence_id"),
            SignUp.person_id == Person.id,
            SignUp.state == SIGNED_UP,
        ),
    )
    .where(Person.id.in_(sa.bindparam("ids", expanding=True)), Person.status.not_in((CLOSED, MERGED)))
    .order_by(Person.id)
    .with_for_update(of=Person, key_share=True)
)
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


class Cancelled(Refused):
    sentence = _l("这场活动取消了，不能记录时长。")


class AlreadyRecorded(Refused):
    sentence = _l("这场活动已经记录过时长。要更正，请先打开原来的记录，把它冲正。")


class NobodyMarked(Refused):
    sentence = _l("名单上还没有人。请先把到场的人加进来。")


class MarkedTwice(Refused):
    sentence = _l("同一个人在名单上出现了两次，请去掉一个。")


class UnknownPerson(Refused):
    sentence = _l("名单上有一位还没有登记，或者已经注销。请先到社区服务台登记。")


class BadOffMinutes(Refused):
    sentence = _l("%(name)s：请填迟到或早走了多少分钟，1 到 %(most)s 之间。")
    status = 422


class TooMuchInADay(Refused):
    sentence = _l(
        "%(name)s在%(day)s已经有 %(already)s，加上这次的 %(more)s 就超过一天 %(limit)s 的上限了。"
        "请核对出勤和分钟数。"
    )


def record(*, actor: Actor, occurrence_id: int, marks: Sequence[Mark], source: str = "leader") -> Batch:
    """Credit everybody on the list with minutes and points; once per occurrence until reversed.

    A leader may stand on the own list like everybody else; the audit says so.
    """
    assert source in SOURCES
    people = _lock_people(occurrence_id, marks)
    plan = planned.load(occurrence_id, lock=True)
    if plan is None:
        raise NotFound
    if not policy.may_record(actor, team_path=plan.team_path, area_path=plan.area_path):
        raise NotFound
    _refuse_untimely(plan)
    _refuse_bad_marks(plan, marks, people)
    refuse_minors(plan, marks, people)
    rule = rule_on(plan.day)
    rows = [_row(plan, mark, people[mark.person_id].sign_up_id, rule) for mark in marks]
    _refuse_too_much_in_a_day(plan, rows, people)
    batch = _write(actor, plan, rows, rule, source)
    _tell(batch, plan, rows, rule)
    return batch


def rule_on(day: dt.date) -> EarningRule | None:
    """The earning rule in force on that day; of several the youngest."""
    return db.session.scalars(_RULE, {"day": day}).first()


def caps_of(rule: EarningRule) -> list[earning.Cap]:
    most = rule.most_minutes_per_activity
    return [earning.Cap("activity", "minutes", most)] if most else []


def _lock_people(occurrence_id: int, marks: Sequence[Mark]) -> Mapping[int, Any]:
    """Names and sign-ups of those on the list; locked, so that nobody's day is filled from two sides."""
    ids = sorted({mark.person_id for mark in marks})
    rows = db.session.execute(_PEOPLE, {"ids": ids, "occurrence_id": occurrence_id})
    return {row.id: row for row in rows}


def _refuse_untimely(plan: Planned) -> None:
    if plan.is_cancelled:
        raise Cancelled
    if not plan.has_started:
        raise NotStarted
    if plan.recorded_at is not None:
        raise AlreadyRecorded


def _refuse_bad_marks(plan: Planned, marks: Sequence[Mark], people: Mapping[int, Any]) -> None:
    if not marks:
        raise NobodyMarked
    if len({mark.person_id for mark in marks}) < len(marks):
        raise MarkedTwice
    for mark in marks:
        assert mark.attendance in rules.ATTENDANCES
        if mark.person_id not in people:
            raise UnknownPerson
        if mark.attendance in (LATE, LEFT_EARLY) and not 1 <= mark.off_minutes <= plan.minutes:
            raise BadOffMinutes(name=called(people[mark.person_id]), most=plan.minutes)


def _row(plan: Planned, mark: Mark, sign_up_id: int | None, rule: EarningRule | None) -> Credit:
    minutes = plan.credited(mark.attendance, mark.off_minutes)
    points = earning.earn(minutes, rule.points_per_hour, caps_of(rule)).points if rule else 0
    return Credit(mark, sign_up_id, minutes, points)


def _refuse_too_much_in_a_day(plan: Planned, rows: Sequence[Credit], people: Mapping[int, Any]) -> None:
    already = _minutes_that_day(plan, [row.mark.person_id for row in rows if row.minutes])
    for row in rows:
        before = already.get(row.mark.person_id, 0)
        if row.minutes and rules.exceeds_daily_limit(before + row.minutes):
            raise TooMuchInADay(
                name=called(people[row.mark.person_id]),
                day=formats.day(plan.day),
                already=formats.minutes(before),
                more=formats.minutes(row.minutes),
                limit=formats.minutes(rules.DAILY_LIMIT_MINUTES),
            )


def _minutes_that_day(plan: Planned, person_ids: Sequence[int]) -> dict[int, int]:
    """What these people were credited with on the same day at other occurrences (R036)."""
    others = db.session.scalars(
        sa.select(Occurrence.id).where(
            Occurrence.starts_at >= clock.start_of(plan.day),
            Occurrence.starts_at < clock.start_of(plan.day + dt.timedelta(days=1)),
            Occurrence.recorded_at.is_not(None),
        )
    ).all()
    if not others or not person_ids:
        return {}
    rows = db.session.execute(
        sa.select(ServiceRecord.person_id, sa.func.sum(Transfer.amount))
        .join(Batch, Batch.id == ServiceRecord.batch_id)
        .join(Transfer, Transfer.id == ServiceRecord.hours_transfer_id)
        .where(
            ServiceRecord.occurrence_id.in_(others),
            ServiceRecord.person_id.in_(person_ids),
            Batch.reversed_at.is_(None),
        )
        .group_by(ServiceRecord.person_id)
    )
    return {person_id: int(total) for person_id, total in rows}


def _write(
    actor: Actor, plan: Planned, rows: Sequence[Credit], rule: EarningRule | None, source: str
) -> Batch:
    batch = Batch(
        occurrence_id=plan.id,
        recorded_at=clock.now(),
        recorded_by_id=actor.id,
        team_id=plan.team_id,
        team_name=plan.team_name,
        team_name_en=plan.team_name_en,
    )
    db.session.add(batch)
    db.session.flush()
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
                "source": source,
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
        own=any(row.mark.person_id == actor.id and row.minutes for row in rows),
    )
    return batch


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
