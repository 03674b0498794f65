"""The leader's list while it is being filled in: defaults, what was typed, what it comes to.

Nothing is stored before the one button is pressed; every step in between
(finding a walk-in, a new total) carries all marks along.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.acting.queries import person_by_card
from volunteer.core import formats, inputs
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.hours import queries, rules
from volunteer.hours.models import LATE, LEFT_EARLY, PRESENT
from volunteer.hours.planned import Planned
from volunteer.hours.queries import Found
from volunteer.hours.service import Mark

MOST_WALK_INS = 300
SHORTEST_SEARCH = 2
LARGEST_ID = 10**18 - 1


class OffMinutes(Refused):
    sentence = _l("请填 1 到 %(most)s 之间的整数。")


@dataclass
class Line:
    """One person on the list."""

    person: Found
    is_walk_in: bool
    attendance: rules.Attendance = "present"
    off: str = ""
    off_minutes: int = 0
    error: str = ""
    minutes: int = 0
    why: str = ""

    @property
    def name(self) -> str:
        """Walk-ins stay masked until they are recorded: their hidden ids could be anybody's (R142)."""
        return formats.masked_name(self.person.name) if self.is_walk_in else self.person.name

    @property
    def is_partial(self) -> bool:
        return self.attendance in (LATE, LEFT_EARLY)


@dataclass
class RollCall:
    """The whole list. `shown` is what the button said: people and minutes."""

    plan: Planned
    lines: list[Line]
    sought: str = ""
    matches: Sequence[Found] = ()
    note: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)

    @property
    def shown(self) -> str:
        return f"{len(self.lines)}:{self.minutes}"

    @property
    def is_right(self) -> bool:
        return not self.errors and not any(line.error for line in self.lines)

    def marks(self) -> list[Mark]:
        return [Mark(line.person.id, line.attendance, line.off_minutes) for line in self.lines]

    def search(self, text: str) -> None:
        """Look for a walk-in; the matches wait to be added with a button each."""
        try:
            self.sought = inputs.clean(text, longest=200)
        except Refused as refusal:
            self.note = refusal.message
            return
        if len(self.sought) < SHORTEST_SEARCH:
            self.note = _("请输入姓名、志愿者编号、手机号或手机后四位。")
            return
        known = {line.person.id for line in self.lines}
        if (holder_id := person_by_card(self.sought)) is not None:
            self.matches = [found for found in queries.people([holder_id]).values() if found.id not in known]
            self.sought, self.note = "", "" if self.matches else _("这位志愿者已经在名单里。")
            return
        self.matches = queries.find_people(self.sought, team_id=self.plan.team_id, without=known)
        if not self.matches:
            self.note = _("没有找到“%(text)s”。请核对，或请他到社区服务台登记。", text=self.sought)


def fresh(plan: Planned) -> RollCall:
    """Everybody signed up, all present: the leader changes those who were not."""
    return _counted(plan, [Line(person, False) for person in queries.signed_up(plan.id)])


def filled(plan: Planned, form: Any) -> RollCall:
    """The list with what was marked; those signed up come from the table, walk-ins from the form.

    `do` may say 'add:<id>' or 'drop:<id>'.
    """
    lines = [Line(person, False) for person in queries.signed_up(plan.id)]
    known = {line.person.id for line in lines}
    wanted = [id_ for id_ in _walk_in_ids(form) if id_ not in known]
    found = queries.people(wanted) if wanted else {}
    lines += [Line(found[id_], True) for id_ in wanted if id_ in found]
    for line in lines:
        _fill(line, plan, form.get)
    return _counted(plan, lines)


def _walk_in_ids(form: Any) -> list[int]:
    ids = [_id(text) for text in form.getlist("walk_in")[:MOST_WALK_INS]]
    verb, _colon, text = form.get("do", "").partition(":")
    if verb == "add":
        ids.append(_id(text))
    dropped = _id(text) if verb == "drop" else 0
    return [id_ for id_ in dict.fromkeys(ids) if id_ and id_ != dropped]


def _id(text: str) -> int:
    try:
        return inputs.whole_number(text, least=1, most=LARGEST_ID)
    except Refused:
        return 0


def _fill(line: Line, plan: Planned, get: Callable[[str, str], str]) -> None:
    attendance = get(f"mark-{line.person.id}", PRESENT)
    if attendance in rules.ATTENDANCES:
        line.attendance = attendance
    line.off = get(f"off-{line.person.id}", "").strip()[:10]
    if line.is_partial:
        try:
            line.off_minutes = inputs.whole_number(line.off, least=1, most=plan.minutes)
        except Refused:
            line.error = OffMinutes(most=plan.minutes).message


def _counted(plan: Planned, lines: list[Line]) -> RollCall:
    for line in lines:
        line.minutes = 0 if line.error else plan.credited(line.attendance, line.off_minutes)
        if line.attendance != PRESENT and not line.error:
            line.why = plan.explain(line.attendance, line.off_minutes)
    return RollCall(plan, lines)
