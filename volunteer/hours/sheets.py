"""A signed sheet that comes back: the exceptions that were typed, laid over the list (R037).

On paper everybody is present whom nobody names, as far as the sheet can say so:
who signed up after it was printed, or shares a place, has to be named.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from volunteer.core import inputs
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.hours import exceptions, queries
from volunteer.hours import roll_call as calls
from volunteer.hours.exceptions import Problem
from volunteer.hours.lines import AUTO, STAYED, Line
from volunteer.hours.models import LATE, LEFT_EARLY, PRESENT, Roster
from volunteer.hours.planned import Planned
from volunteer.hours.roll_call import RollCall
from volunteer.hours.service import printing
from volunteer.people.identity import Actor

MOST_WALK_INS = 40
_MINUTE = dt.timedelta(minutes=1)
_BETWEEN = re.compile(r"[\s,，、;；]+")


@dataclass
class Sheet:
    """What was typed, what it comes to, and what was not understood."""

    call: RollCall
    text: str = ""
    walk_ins: str = ""
    problems: list[Problem] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)  # of each printed row that stands on the list no more

    @property
    def is_right(self) -> bool:
        return not self.problems and not self.errors and self.call.is_right

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The typed text in pieces, each with whether it was not understood."""
        pieces, place = [], 0
        for problem in self.problems:
            if problem.start < place:
                continue
            pieces += [
                (self.text[place : problem.start], False),
                (self.text[problem.start : problem.end], True),
            ]
            place = problem.end
        return [piece for piece in [*pieces, (self.text[place:], False)] if piece[0]]

    @property
    def differing(self) -> int:
        """How many were otherwise than present all the time."""
        return sum(line.attendance not in (PRESENT, AUTO, STAYED) for line in self.call.lines)


def read(plan: Planned, roster: Roster, form: Any, actor: Actor | None = None) -> Sheet:
    """The list with the exceptions applied; every refusal is kept beside what was typed."""
    text, walk_ins = form.get("text", ""), form.get("walk_ins", "")
    ended, errors = calls.read_extension(plan, form)
    plan = replace(plan, extra_minutes=ended.minutes)
    found = _walk_ins(plan, walk_ins, errors)
    call = RollCall(plan, calls.lines(plan, [person.id for person in found], actor), ended)
    calls.remember_end(call, form)
    _give_rows(call.lines, roster)
    by_code = {(str(line.row) if line.row else line.person.number): line for line in call.lines}
    try:
        clean = inputs.clean(text, longest=exceptions.LONGEST, lines=True)
    except Refused as refusal:
        errors.append(refusal.message)
        clean = ""
    gone = _gone(call.lines, roster)
    parsed = exceptions.parse(clean, known=by_code, most_minutes=plan.minutes, gone=gone)
    for code, line in by_code.items():
        _apply(line, parsed.marks.get(code))
    sheet = Sheet(
        calls.settled(call),
        clean or text[: exceptions.LONGEST],
        walk_ins[:1000],
        parsed.problems,
        errors,
        [*gone.values()],
    )
    sheet.errors += [_wrong(line) for line in call.lines if line.error]
    return sheet


def _walk_ins(plan: Planned, text: str, errors: list[str]) -> list[queries.Found]:
    """People by volunteer number or phone; who is not found, or stands on the list, is said."""
    wanted = list(dict.fromkeys(filter(None, _BETWEEN.split(text.strip()))))
    if len(wanted) > MOST_WALK_INS:
        errors.append(_("一次最多加 %(most)s 位没报名的人。", most=MOST_WALK_INS))
        return []
    found = queries.by_number_or_phone(wanted)
    signed_up = {person.id for person in queries.on_the_list(plan.id)} if found else set()
    for piece in wanted:
        if piece not in found:
            errors.append(
                _("没有找到“%(text)s”。请核对志愿者编号，或请他到社区服务台登记。", text=piece[:30])
            )
        elif found[piece].id in signed_up:
            errors.append(_("%(number)s 已经在表上，不用再加。", number=found[piece].number))
    return [person for person in found.values() if person.id not in signed_up]


def _give_rows(lines: Sequence[Line], roster: Roster) -> None:
    """The printed rows; whoever signed up later stands behind the last one, as at the next print."""
    signed_up = [line for line in lines if not line.is_walk_in]
    rows = printing.codes(roster.occurrence_id, [line.person.id for line in signed_up])
    row_of = {person_id: row for row, person_id in rows.items()}
    printed = set(printing.rows_of(roster.id).values())
    for line in signed_up:
        line.row = row_of[line.person.id]
        is_new = line.person.id not in printed
        if is_new:
            line.tags.append(_("打印以后报的名"))
        if is_new and not line.is_checked_in:
            line.attendance = ""
        elif line.is_open:
            line.attendance = STAYED
        elif not line.is_checked_in and line.person.with_id is None:
            line.attendance = PRESENT
        if line.taken:
            line.give_way()


def _gone(lines: Sequence[Line], roster: Roster) -> dict[str, str]:
    """Row → what to do about somebody who signed off after printing, and may have come all the same."""
    here = {line.person.id for line in lines}
    rows = {row: id_ for row, id_ in printing.rows_of(roster.id).items() if id_ not in here}
    people = queries.people_ever(rows) if rows else {}
    return {
        str(row): _(
            "%(row)s %(name)s 打印以后取消了报名，没有算进去。来了的话，在“没报名就来的人”里写编号 %(number)s。",
            row=row,
            name=people[id_].name,
            number=people[id_].number,
        )
        for row, id_ in rows.items()
        if id_ in people
    }


def _apply(line: Line, said: exceptions.Deviation | None) -> None:
    if said is None:
        return
    line.attendance = said.attendance
    if line.is_checked_in:
        line.reason = _("按签字的纸质表记录")
    if said.attendance in (LATE, LEFT_EARLY):
        line.off = str(said.minutes)


def _wrong(line: Line) -> str:
    """What to type for one whose mark cannot be taken."""
    if line.taken:
        return _taken(line)
    if not line.attendance:
        return _not_named(line)
    return _("%(name)s：%(problem)s", name=_who(line), problem=line.error)


def _who(line: Line) -> str:
    """As the leader finds them on the paper, or among the numbers of those who came without signing up."""
    if line.is_walk_in:
        return f"{line.person.number} {line.name}"
    return _("第 %(row)s 行 %(name)s", row=line.row, name=line.name)


def _taken(line: Line) -> str:
    """What to type instead: only the part that is not credited elsewhere counts."""
    said: dict[str, Any] = {
        "who": _who(line),
        "taken": " ".join(one.words for one in line.taken),
        "code": line.person.number if line.is_walk_in else line.row,
    }
    late, early = _free_after(line), _free_before(line)
    if late <= early and late < line.plan.minutes:
        return _(
            "%(who)s：%(taken)s同一段时间不能记两次。"
            "请在例外里写：%(code)s 迟到 %(minutes)s；整场都没来，就写：%(code)s 请假。",
            **said,
            minutes=late,
        )
    if early < line.plan.minutes:
        return _(
            "%(who)s：%(taken)s同一段时间不能记两次。"
            "请在例外里写：%(code)s 早走 %(minutes)s；整场都没来，就写：%(code)s 请假。",
            **said,
            minutes=early,
        )
    return _("%(who)s：%(taken)s同一段时间不能记两次。请在例外里写：%(code)s 请假。", **said)


def _free_after(line: Line) -> int:
    """How late they came, if they came when the other hours ended."""
    last = max(end for one in line.taken for _begin, end in one.spans)
    return -((line.plan.starts_at - last) // _MINUTE)


def _free_before(line: Line) -> int:
    """How early they left, if they left when the other hours began."""
    first = min(begin for one in line.taken for begin, _end in one.spans)
    return -((first - line.plan.latest) // _MINUTE)


def _not_named(line: Line) -> str:
    """Why silence is not enough for this one, and what to type."""
    if line.person.with_name:
        return _(
            "第 %(row)s 行 %(name)s和%(other)s合报一个名额，请写明谁来了，例如：%(row)s 到场，或者 %(row)s 没轮到。",
            row=line.row,
            name=line.name,
            other=line.person.with_name,
        )
    return _(
        "%(name)s是打印以后报的名，表上没有。请写明：%(row)s 到场，或者 %(row)s 缺席。",
        name=line.name,
        row=line.row,
    )
