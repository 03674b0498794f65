"""A task to be done any time within a week, with a leader and some who signed up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from tests import make
from volunteer.attendance import service, task_queries
from volunteer.attendance.models import TaskReport
from volunteer.attendance.service.task_answers import seen_as
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people.models import Person

NOTHING = dt.timedelta(0)


class TaskScene:
    """From today (or `starts_in` later) for seven days; it usually takes 90 minutes."""

    def __init__(self, *, starts_in: dt.timedelta = NOTHING, **series: Any) -> None:
        self.area = make.community()
        self.team = make.team(self.area)
        self.leader = make.leader(self.team)
        values = {"title": "发通知", "title_en": "Hand out flyers", "duration_minutes": 90, **series}
        self.series = make.series(
            self.team, person_in_charge=self.leader, kind="flexible", window_days=7, **values
        )
        begins = clock.at_local(clock.today() + starts_in, dt.time(0, 0))
        ends = clock.at_local(clock.local(begins).date() + dt.timedelta(days=6), dt.time(23, 59, 59))
        self.date = make.occurrence(self.series, starts_at=begins, ends_at=ends, is_flexible=True)
        self.first, self.last = task_queries.days(self.date)

    def person(self, **more: Any) -> Person:
        """Somebody who has signed up."""
        someone = make.person(self.area, **more)
        make.sign_up(self.date, someone)
        return someone

    def report(
        self, someone: Person, *, did_on: dt.date | None = None, minutes: int = 90, **more: Any
    ) -> TaskReport:
        written = service.report_task(
            actor=make.actor(someone),
            occurrence_id=self.date.id,
            did_on=did_on or self.first,
            minutes=minutes,
            **more,
        )
        db.session.commit()
        return written

    def correct(self, report: TaskReport, **more: Any) -> None:
        values = {"did_on": report.did_on, "minutes": report.minutes, "note": report.note, **more}
        service.correct_task(
            actor=self._writer(report), occurrence_id=self.date.id, report_id=report.id, **values
        )
        db.session.commit()

    def withdraw(self, report: TaskReport) -> None:
        service.withdraw_task(actor=self._writer(report), occurrence_id=self.date.id, report_id=report.id)
        db.session.commit()

    def confirm(
        self, report: TaskReport, *, by: Person | None = None, minutes: int | None = None, **more: Any
    ) -> None:
        service.confirm_task(
            actor=make.actor(by or self.leader),
            occurrence_id=self.date.id,
            report_id=report.id,
            minutes=report.minutes if minutes is None else minutes,
            **more,
        )
        db.session.commit()

    def confirm_all(self, reports: Sequence[TaskReport], seen: Sequence[str] | None = None) -> int:
        marks = seen or [f"{one.id}.{seen_as(one)}" for one in reports]
        done = service.confirm_tasks(actor=make.actor(self.leader), occurrence_id=self.date.id, seen=marks)
        db.session.commit()
        return done

    def refuse(self, report: TaskReport, *, reason: str, by: Person | None = None, **more: Any) -> None:
        service.refuse_task(
            actor=make.actor(by or self.leader),
            occurrence_id=self.date.id,
            report_id=report.id,
            reason=reason,
            **more,
        )
        db.session.commit()

    def rows(self) -> list[TaskReport]:
        return list(db.session.query(TaskReport).order_by(TaskReport.id))

    def _writer(self, report: TaskReport) -> Any:
        return make.actor(db.session.get_one(Person, report.person_id))
