"""Two lists of one date: what was marked here beside what is recorded already, on paper or on another phone."""

from __future__ import annotations

from volunteer.core import formats
from volunteer.core.i18n import gettext as _
from volunteer.hours import queries
from volunteer.hours.roll_call import RollCall
from volunteer.hours.words import ATTENDANCES


def compare(call: RollCall, batch_id: int) -> None:
    """Each line that differs says what stands in the record; who stands there alone is named above the list."""
    recorded = {row.person_id: row for row in queries.records(batch_id)}
    for line in call.lines:
        row = recorded.pop(line.person.id, None)
        if row is None:
            line.tags.append(_("已经记好的那一份里没有"))
        elif (row.attendance, row.minutes) != (line.mark().attendance, line.minutes):
            said = f"{ATTENDANCES[row.attendance]} {formats.minutes(row.minutes)}"
            line.tags.append(_("已经记好的是：%(said)s", said=said))
    call.only_recorded = [row.name for row in recorded.values()]
