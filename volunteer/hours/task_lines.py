"""The roll call of a flexible task: there is no hour at which anybody could have been there.

Who has confirmed reports stands on the list with just these minutes, and nothing is
asked about them. Who holds a place and has none is no no-show by that: such people are
left out, so that nothing is recorded of them, unless the leader puts them on the list
and says what was (done: the usual minutes, excused, or absent, which counts).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from volunteer.attendance import task_queries
from volunteer.core import formats
from volunteer.core.i18n import ngettext
from volunteer.hours import queries
from volunteer.hours.lines import AUTO, Line
from volunteer.hours.planned import Planned
from volunteer.hours.queries import Found


def lines(plan: Planned, added_ids: Sequence[int] = ()) -> list[Line]:
    """In the order of signing up; then who reported and gave the place back, then walk-ins found by hand."""
    done = task_queries.confirmed(plan.id)
    signed_up = {person.id: person for person in queries.on_the_list(plan.id)}
    left = queries.people_ever(dict(enumerate(id_ for id_ in done if id_ not in signed_up)))
    added = [id_ for id_ in added_ids if id_ not in done]
    found = queries.people([id_ for id_ in added if id_ not in signed_up])
    listed = [Line(signed_up[id_], False, plan) for id_ in signed_up if id_ in done]
    listed += [Line(person, False, plan) for person in left.values()]
    for line in listed:
        days = done[line.person.id]
        line.reported, line.attendance = sum(days.values()), AUTO
        line.tags = _tags(days)
    listed += [Line(signed_up[id_], False, plan, is_added=True) for id_ in added if id_ in signed_up]
    return listed + [Line(found[id_], True, plan) for id_ in added if id_ in found]


def left_out(plan: Planned, lines: Sequence[Line]) -> list[Found]:
    """Who holds a place and does not stand on the list."""
    listed = {line.person.id for line in lines}
    return [person for person in queries.on_the_list(plan.id) if person.id not in listed]


def _tags(days: Collection[object]) -> list[str]:
    return [
        ngettext("确认了 %(count)s 天", "确认了 %(count)s 天", len(days))
        % {"count": formats.number(len(days))}
    ]
