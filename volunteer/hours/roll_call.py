"""The leader's list while it is being filled in: defaults, what was typed, what it comes to.

Nothing is stored before the one button is pressed; every step in between
(finding a walk-in, a new total) carries all marks along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import current_app

from volunteer.acting.queries import person_by_card
from volunteer.attendance import queries as attendance
from volunteer.attendance import task_queries
from volunteer.core import formats, inputs
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.hours import elsewhere, extension, queries, task_lines
from volunteer.hours.extension import NONE, Extension
from volunteer.hours.lines import AUTO, Line
from volunteer.hours.models import EXCUSED, PRESENT
from volunteer.hours.planned import Planned
from volunteer.hours.presence import Presence
from volunteer.hours.queries import Found
from volunteer.hours.service import Mark
from volunteer.people.identity import Actor

MOST_WALK_INS = 300
SHORTEST_SEARCH = 2
LARGEST_ID = 10**18 - 1


@dataclass
class RollCall:
    """The whole list. `shown` is what the button said: people and minutes."""

    plan: Planned
    lines: list[Line]
    extension: Extension = NONE
    extra: str = ""
    extra_reason: str = ""
    is_ended: bool = False  # the leader says that it is over before its time
    ended_at: str = ""
    sought: str = ""
    matches: Sequence[Found] = ()
    note: str = ""
    errors: list[str] = field(default_factory=list)
    left_out: Sequence[Found] = ()  # of a flexible task: signed up, and nothing was confirmed
    only_recorded: Sequence[str] = ()  # in the record that stands already, and not on this list
    unanswered: int = 0  # reports that nobody has looked at

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)

    @property
    def shown(self) -> str:
        return f"{len(self.lines)}:{self.minutes}"

    @property
    def is_right(self) -> bool:
        return not self.errors and not any(line.error for line in self.lines)

    @property
    def waiting(self) -> int:
        """How many have no mark yet."""
        return sum(not line.attendance for line in self.lines)

    def forgive_unchosen(self) -> None:
        """Before anything was sent, who is not chosen yet is no mistake."""
        for line in self.lines:
            line.error = line.error if line.attendance else ""

    def marks(self) -> list[Mark]:
        return [line.mark() for line in self.lines]

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


def fresh(plan: Planned, actor: Actor | None = None) -> RollCall:
    """Everybody signed up with what the check-ins propose: the leader changes what was otherwise."""
    call = settled(RollCall(plan, lines(plan, actor=actor)))
    call.forgive_unchosen()
    return _with_reports(call)


def filled(plan: Planned, form: Any, actor: Actor | None = None) -> RollCall:
    """The list with what was marked; those signed up come from the table, walk-ins from the form.

    `do` may say 'add:<id>' or 'drop:<id>'.
    """
    found, errors = read_extension(plan, form)
    plan = replace(plan, extra_minutes=found.minutes)
    call = RollCall(plan, lines(plan, _walk_in_ids(form), actor), found, errors=errors)
    remember_end(call, form)
    call.extra, call.extra_reason = form.get("extra", "")[:4], form.get("extra_reason", "")[:300]
    for line in call.lines:
        line.fill(form.get)
    return _with_reports(settled(call))


def read_extension(plan: Planned, form: Any) -> tuple[Extension, list[str]]:
    """Longer or shorter than planned, with what is wrong in what was typed; never of a flexible task."""
    if plan.is_flexible:
        return NONE, []
    try:
        longer = extension.read(form.get("extra", ""), form.get("extra_reason", ""))
        if "ended" not in form:
            return longer, []
        if longer is not NONE:
            raise extension.LongerAndShorter
        return extension.ended_early(plan, form.get("ended_at", "")), []
    except Refused as refusal:
        return NONE, [refusal.message]


def remember_end(call: RollCall, form: Any) -> None:
    """The tick stays, and the moment that was counted with: it does not move on from one page to the next."""
    call.is_ended = "ended" in form
    call.ended_at = form.get("ended_at", "")[:5]
    if call.extension.minutes < 0:
        call.ended_at = formats.time(call.plan.latest)


def _with_reports(call: RollCall) -> RollCall:
    if call.plan.is_flexible:
        call.left_out = task_lines.left_out(call.plan, call.lines)
        call.unanswered = task_queries.waiting(call.plan.id)
    return call


def settled(call: RollCall) -> RollCall:
    for line in call.lines:
        line.settle()
    return call


def lines(plan: Planned, walk_in_ids: Sequence[int] = (), actor: Actor | None = None) -> list[Line]:
    """Everybody signed up, whoever checked in besides, and walk-ins found by hand, with their defaults.

    What is credited elsewhere at the same time is named as far as `actor` may see it.
    """
    if plan.is_flexible:
        return task_lines.lines(plan, walk_in_ids)
    pairs = attendance.pairs(plan.id)
    signed_up = queries.on_the_list(plan.id)
    known = {person.id for person in signed_up}
    others = list(dict.fromkeys([*pairs, *walk_in_ids]))
    found = queries.people([id_ for id_ in others if id_ not in known])
    everybody = [Line(person, False, plan) for person in signed_up]
    everybody += [Line(found[id_], True, plan) for id_ in others if id_ in found]
    taken = elsewhere.taken(plan, [line.person.id for line in everybody], actor)
    for line in everybody:
        line.taken = taken.get(line.person.id, ())
        if line.person.id in pairs:
            line.presence = _presence(plan, pairs[line.person.id])
    _propose(everybody)
    return everybody


def _presence(plan: Planned, pairs: Sequence[Any]) -> Presence:
    percent = current_app.config["MINIMUM_PRESENCE_PERCENT"]
    return Presence(tuple(pairs), plan.starts_at, plan.ends_at, percent, plan.extra_minutes)


def _propose(everybody: Sequence[Line]) -> None:
    """What stands there before the leader has touched anything (docs/decisions/roll-call-defaults.md).

    Nobody is present in silence where most have checked in, and of two who share
    a place nobody guesses who came.
    """
    signed_up = [line for line in everybody if not line.is_walk_in]
    checked_in = sum(line.is_checked_in for line in signed_up)
    by_check_in = checked_in > 0 and checked_in * 2 >= len(signed_up)
    came = {line.person.id for line in everybody if line.is_checked_in}
    for line in everybody:
        if line.presence is not None:
            line.attendance = "" if line.presence.is_open else AUTO
        elif line.is_walk_in:
            line.attendance = PRESENT
        elif line.person.with_id is not None:
            line.attendance = EXCUSED if line.person.with_id in came else ""
        else:
            line.attendance = "" if by_check_in else PRESENT
        line.tags = _tags(line, checked_in > 0)
        if line.taken:
            line.give_way()


def _tags(line: Line, somebody_checked_in: bool) -> list[str]:
    tags = []
    if line.is_open:
        tags.append(_("待确认：没有签退"))
    elif line.presence is None and somebody_checked_in and not line.is_walk_in:
        tags.append(_("没有签到"))
    if line.person.with_name:
        tags.append(_("和%(name)s合报一个名额", name=line.person.with_name))
    if line.person.companions:
        tags.append(_("带 %(count)s 人，不记时长", count=line.person.companions))
    return tags


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
