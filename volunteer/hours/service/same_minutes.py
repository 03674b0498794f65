"""The same minute is credited once, wherever it was served (R025): the second roll call has to give way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.attendance import queries as attendance
from volunteer.core.errors import Refused
from volunteer.hours import elsewhere, spans
from volunteer.hours.planned import Planned
from volunteer.hours.service.credit import Credit
from volunteer.hours.service.walk_ins import called


class SameMinutes(Refused):
    sentence = _l(
        "%(name)s在%(when)s已经记过别的活动的时长，同一段时间不能记两次。请改成迟到、早走或请假，没报名的可以不加。"
    )


def refuse_same_minutes(plan: Planned, rows: Sequence[Credit], people: Mapping[int, Any]) -> None:
    """With the people locked: whoever records at the same moment waits, and then sees what we wrote."""
    credited = {row.mark.person_id: row for row in rows if row.minutes}
    taken = elsewhere.taken(plan, credited)
    pairs = attendance.pairs(plan.id) if taken else {}
    for person_id, found in taken.items():
        mark, minutes = credited[person_id].mark, credited[person_id].minutes
        attended = plan.attended(mark.attendance, mark.off_minutes, minutes)
        mine = attended.spans(pairs.get(person_id, ()))
        twice = [span for one in found for span in spans.shared(mine, one.spans)]
        if twice:
            raise SameMinutes(name=called(people[person_id]), when=elsewhere.said(twice))
