"""What flexible tasks add to the page of a date and to the leader's list of things to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from flask import url_for

from volunteer.activities import parts
from volunteer.activities.for_leaders import LOOK_BACK, MOST_SHOWN
from volunteer.activities.models import PUBLISHED, Occurrence, Series
from volunteer.activities.parts import Asked, Card, Link
from volunteer.attendance import policy, standing, task_queries
from volunteer.attendance.models import CONFIRMED, REPORTED, TaskReport
from volunteer.attendance.service.tasks import closed
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import label, ngettext
from volunteer.people.models import RECORD
from volunteer.teams import todos
from volunteer.teams.todos import Todo


def own_task(asked: Asked) -> Card | None:
    """For who holds a place or has reported: how far it is, and the way to report."""
    date, visitor = asked.row, asked.visitor
    if not date.is_flexible or not visitor.is_authenticated or date.state != PUBLISHED:
        return None
    assert visitor.id is not None, "who is signed in has an id"
    row = standing.load(date.id, visitor.id)
    reports = task_queries.of_person(date.id, visitor.id)
    if not row.is_signed_up and not reports:
        return None
    refusal = closed(row, asked.now)
    values = {
        "closed": refusal,
        "reports": len(reports),
        "confirmed": sum(one.minutes for one in reports if one.state == CONFIRMED),
        "waiting": sum(one.minutes for one in reports if one.state == REPORTED),
    }
    return Card("attendance/task_card.html", values, is_above=refusal is None)


def to_reports(asked: Asked) -> Link | None:
    """For who calls the roll, with how many wait for an answer."""
    date = asked.row
    if not date.is_flexible or date.state != PUBLISHED or asked.now < date.starts_at:
        return None
    if not policy.may_take_attendance(asked.visitor, date):
        return None
    count = task_queries.waiting(date.id) if date.recorded_at is None else 0
    note = ngettext("%(count)s 条等您看", "%(count)s 条等您看", count) % {"count": count} if count else ""
    href = url_for("attendance.task_reports", occurrence_id=date.id)
    return Link(_("完成情况"), href, note, is_due=bool(count))


def reports_to_answer(team_ids: Sequence[int]) -> Mapping[int, Sequence[Todo]]:
    """Dates with reports that wait for an answer: each opens its list."""
    statement = (
        sa.select(
            Series.team_id,
            Series.title,
            Series.title_en,
            Occurrence.id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            sa.func.count().label("reports"),
        )
        .join(Series, Series.id == Occurrence.series_id)
        .join(TaskReport, TaskReport.occurrence_id == Occurrence.id)
        .where(
            Series.team_id.in_(team_ids),
            Occurrence.is_flexible.is_(True),
            Occurrence.state == PUBLISHED,
            Occurrence.recorded_at.is_(None),
            Occurrence.starts_at >= clock.now() - LOOK_BACK,
            TaskReport.state == REPORTED,
        )
        .group_by(
            Series.team_id,
            Series.title,
            Series.title_en,
            Occurrence.id,
            Occurrence.starts_at,
            Occurrence.ends_at,
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(MOST_SHOWN)
    )
    found: dict[int, list[Todo]] = {}
    for row in db.session.execute(statement):
        text = _("有人写了完成情况，等您看")
        amount = ngettext("%(count)s 份", "%(count)s 份", row.reports) % {"count": row.reports}
        href = url_for("attendance.task_reports", occurrence_id=row.id)
        kind = "urgent" if row.ends_at <= clock.now() else ""
        todo = Todo(text, row.reports, href, kind, about=label(row.title, row.title_en), amount=amount)
        found.setdefault(row.team_id, []).append(todo)
    return found


parts.add_card(own_task, order=11)
parts.add_link(to_reports, order=13)
todos.register(reports_to_answer, right=RECORD)
