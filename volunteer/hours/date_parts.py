"""What stands about hours on the page of a date: the own record, a word on it, and the leader's list."""

from __future__ import annotations

from flask import url_for

from volunteer.activities import parts
from volunteer.activities.parts import Asked, Card, Link
from volunteer.core import clock
from volunteer.core.i18n import gettext as _
from volunteer.hours import policy, words
from volunteer.hours.models import ABSENT, EXCUSED
from volunteer.hours.service import objecting


def own_record(asked: Asked) -> Card | None:
    """For who is on the recorded list, or was signed up and is not: what stands there and what can be said."""
    person_id = asked.visitor.id
    if person_id is None or asked.row.recorded_at is None:
        return None
    record = objecting.record_of(asked.row.id, person_id)
    if record is None:
        return None
    return Card(
        "hours/date_card.html",
        {
            "attendance": words.ATTENDANCES[record.attendance],
            "recorder": objecting.recorder_of(record),
            "may_rate": record.attendance not in (ABSENT, EXCUSED),
            "notice_until": record.notice_until
            if record.notice_until and record.notice_until >= clock.today()
            else None,
        },
        is_above=True,
    )


def rate(asked: Asked) -> Link | None:
    if asked.row.recorded_at is None or not asked.visitor.is_authenticated:
        return None
    row, visitor = asked.row, asked.visitor
    if not policy.may_record(visitor, team_path=row.team_path, area_path=row.area_path):
        return None
    return Link(_("评价"), url_for("hours.ratings", occurrence_id=row.id))


parts.add_card(own_record, order=30)
parts.add_link(rate, order=60)
