"""One person of the roll call: what can be chosen, what was chosen, what it comes to and why.

A choice is more than an attendance: 'auto' takes the check-ins as they are,
'stayed' and 'left' end a pair that nobody closed (R033). What is not chosen
yet is ''; nothing is recorded until the leader has chosen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from volunteer.core import clock, formats, inputs
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import pgettext
from volunteer.hours import presence as presences
from volunteer.hours import rules, spans
from volunteer.hours.elsewhere import Taken
from volunteer.hours.line_refusals import CountedTwice, LeftWhen, NotChosen, OffMinutes, WhyMore
from volunteer.hours.models import ABSENT, EXCUSED, LATE, LEFT_EARLY, PRESENT
from volunteer.hours.planned import Planned
from volunteer.hours.presence import Presence
from volunteer.hours.queries import Found
from volunteer.hours.service import Mark
from volunteer.hours.words import ATTENDANCES

AUTO, STAYED, LEFT = "auto", "stayed", "left"
_MINUTE = dt.timedelta(minutes=1)
LONGEST_REASON = 300
_PLAIN = (PRESENT, LATE, LEFT_EARLY, EXCUSED, ABSENT)
_CHECKED_IN = (AUTO, PRESENT, LATE, LEFT_EARLY, ABSENT)
_OPEN = (STAYED, LEFT, EXCUSED, ABSENT)
_TASK = (PRESENT, EXCUSED, ABSENT)


@dataclass(frozen=True)
class Choice:
    """One button: its word, what it does to the minutes, and the minutes it gives when that is fixed."""

    value: str
    label: Any
    effect: str
    minutes: int | None = None


@dataclass
class Line:
    """One person on the list."""

    person: Found
    is_walk_in: bool
    plan: Planned
    presence: Presence | None = None
    reported: int | None = None  # minutes of a flexible task that a leader has confirmed
    taken: Sequence[Taken] = ()  # minutes of this date that are credited at another
    is_added: bool = False  # signed up without a confirmed report, and put on the list by hand
    attendance: str = PRESENT
    off: str = ""
    off_minutes: int = 0
    left: str = ""
    reason: str = ""
    row: int | None = None  # on the printed list
    tags: list[str] = field(default_factory=list)
    error: str = ""
    error_at: str = "mark"  # which of the line's fields: mark, off, left, reason
    minutes: int = 0
    why: str = ""

    @property
    def name(self) -> str:
        """Walk-ins stay masked until they are recorded: their hidden ids could be anybody's (R142)."""
        return formats.masked_name(self.person.name) if self.is_walk_in else self.person.name

    @property
    def is_partial(self) -> bool:
        return self.attendance in (LATE, LEFT_EARLY)

    @property
    def is_open(self) -> bool:
        return self.presence is not None and self.presence.is_open

    @property
    def may_be_partial(self) -> bool:
        """Late or gone early: also who never checked out, where part of the time is credited elsewhere."""
        return not self.plan.is_flexible and (not self.is_open or bool(self.taken))

    @property
    def is_checked_in(self) -> bool:
        return self.presence is not None

    @property
    def may_need_reason(self) -> bool:
        """Minutes that the check-ins do not show are recorded with a reason only."""
        return self.presence is not None and not self.presence.is_open

    @property
    def is_droppable(self) -> bool:
        """Who was found by hand; who checked in stays, and may be marked absent."""
        return (self.is_walk_in and not self.is_checked_in) or self.is_added

    @property
    def choices(self) -> list[Choice]:
        if self.plan.is_flexible:
            return [self._choice(value) for value in ((AUTO,) if self.reported is not None else _TASK)]
        if self.is_open and self.taken:
            return [self._choice(value) for value in (STAYED, LEFT, LATE, LEFT_EARLY, EXCUSED, ABSENT)]
        values = _OPEN if self.is_open else _CHECKED_IN if self.presence is not None else _PLAIN
        return [self._choice(value) for value in values]

    def _choice(self, value: str) -> Choice:
        presence, whole = self.presence, self.plan.minutes
        if value == AUTO and self.reported is not None:
            return Choice(AUTO, pgettext("roll call", "按完成情况"), _minutes(self.reported), self.reported)
        if value == AUTO and presence is not None:
            return Choice(
                AUTO, pgettext("roll call", "按签到"), _minutes(presence.proposed), presence.proposed
            )
        if value == STAYED and presence is not None:
            stayed = presence.until(presence.latest)
            return Choice(STAYED, pgettext("roll call", "待到结束"), _minutes(stayed), stayed)
        if value == LEFT:
            return Choice(LEFT, pgettext("roll call", "中途离开"), pgettext("effect", "填时间"))
        if value == PRESENT:
            label = pgettext("roll call", "全程") if presence is not None else ATTENDANCES[PRESENT]
            if self.plan.is_flexible:
                label = pgettext("roll call", "做了")
            return Choice(PRESENT, label, _minutes(whole), whole)
        if value in (LATE, LEFT_EARLY):
            taken = f"−{self.off_minutes}" if value == self.attendance and self.off_minutes else ""
            return Choice(value, ATTENDANCES[value], taken or pgettext("effect", "少记"))
        label = (
            pgettext("roll call", "没轮到")
            if value == EXCUSED and self.person.with_name
            else ATTENDANCES[value]
        )
        return Choice(value, label, _minutes(0), 0)

    @property
    def data(self) -> dict[str, str]:
        """What roll-call.js counts with; times are minutes of the day on which they came, after midnight above 1440."""
        data = {"data-mark": str(self.plan.minutes), "data-said": f"{self.attendance}:{self.off}:{self.left}"}
        if self.presence is not None:
            if self.presence.is_short:
                data["data-short"] = ""
            data["data-counted"] = str(self.presence.counted)
            came = max(self.presence.came_at, self.presence.starts_at)
            data["data-came"] = str(_of_day(came))
            data["data-latest"] = str(_of_day(came) + (self.presence.latest - came) // _MINUTE)
        return data

    def fill(self, get: Callable[[str, str], str]) -> None:
        """What was marked; what was left alone keeps its default."""
        id_ = self.person.id
        chosen = get(f"mark-{id_}", self.attendance)
        known = set() if self.plan.is_flexible else set(rules.ATTENDANCES)
        if chosen in {choice.value for choice in self.choices} | known:
            self.attendance = chosen
        self.off = get(f"off-{id_}", "").strip()[:10]
        self.left = get(f"left-{id_}", "").strip()[:5]
        self.reason = get(f"reason-{id_}", "").strip()[:LONGEST_REASON]

    def settle(self) -> None:
        """What the mark comes to; a mark that cannot be taken says so at its place."""
        self.minutes, self.why, self.error = 0, "", ""
        try:
            self.minutes = self._settled()
            self._refuse_twice()
        except (OffMinutes, NotChosen, LeftWhen, WhyMore, CountedTwice) as refusal:
            self.error = refusal.message
            if self.presence is not None:
                self.why = presences.explain(self.presence)

    def give_way(self) -> None:
        """Nothing is proposed that would count a minute twice: the leader chooses."""
        self.settle()
        if self.is_counted_twice:
            self.attendance = ""

    @property
    def is_counted_twice(self) -> bool:
        """As it is settled; a mark that stands takes no minute that is credited elsewhere."""
        attended = self.plan.attended(self.mark().attendance, self.off_minutes, self.minutes)
        mine = attended.spans(self.presence.pairs if self.presence else ())
        return any(spans.shared(mine, one.spans) for one in self.taken)

    def _refuse_twice(self) -> None:
        if self.taken and self.is_counted_twice:
            self.error_at = "off" if self.is_partial else "mark"
            raise CountedTwice

    def mark(self) -> Mark:
        attendance: Any = self.attendance
        if self.reported is not None:
            return Mark(self.person.id, "present", minutes=self.reported, source="leader")
        if attendance in (AUTO, STAYED, LEFT):
            by_itself = self.attendance == AUTO and not self._counts_short
            return Mark(
                self.person.id, "present", minutes=self.minutes, source="auto" if by_itself else None,
                reason=self.reason if self._counts_short else "",
            )  # fmt: skip
        return Mark(self.person.id, attendance, self.off_minutes, reason=self.reason)

    @property
    def _counts_short(self) -> bool:
        """The leader lets too short a presence count."""
        return (
            self.attendance == AUTO and bool(self.reason) and bool(self.presence and self.presence.is_short)
        )

    def _settled(self) -> int:
        if not self.attendance:
            self.error_at = "mark"
            raise NotChosen
        if self.reported is not None:
            return self.reported
        if self.presence is not None and self.attendance in (AUTO, STAYED, LEFT):
            return self._by_check_in(self.presence)
        if self.is_partial:
            self.error_at = "off"
            self.off_minutes = self._off_minutes()
        attendance: Any = self.attendance
        minutes = self.plan.credited(attendance, self.off_minutes)
        if self.may_need_reason and self.presence and minutes > self.presence.proposed and not self.reason:
            self.error_at = "reason"
            raise WhyMore
        if self.attendance != PRESENT or self.presence is not None:
            self.why = self.plan.explain(attendance, self.off_minutes)
        return minutes

    def _by_check_in(self, presence: Presence) -> int:
        self.why = presences.explain(presence)
        if self.attendance == AUTO:
            if self._counts_short:
                self.why = _("签到一共 %(minutes)s 分钟，按您写的原因照记。", minutes=presence.counted)
                return presence.counted
            return presence.proposed
        left_at = presence.latest if self.attendance == STAYED else self._left_at(presence)
        minutes = presence.until(left_at)
        self.why = _(
            "%(came)s 到，%(left)s 离开，记 %(minutes)s 分钟。",
            came=formats.time(presence.came_at),
            left=formats.time(left_at),
            minutes=minutes,
        )
        return minutes

    def _off_minutes(self) -> int:
        try:
            return inputs.whole_number(self.off, least=1, most=self.plan.minutes)
        except Refused as refusal:
            raise OffMinutes(most=self.plan.minutes) from refusal

    def _left_at(self, presence: Presence) -> dt.datetime:
        """The moment of leaving, typed as a time of the day on which they came, or of the next after midnight."""
        self.error_at = "left"
        bounds = {"earliest": formats.time(presence.came_at), "latest": formats.time(presence.latest)}
        try:
            typed = dt.time.fromisoformat(self.left.replace("：", ":").zfill(5))
        except ValueError as error:
            raise LeftWhen(**bounds) from error
        came_on = clock.local(presence.came_at).date()
        left_at = clock.at_local(came_on, typed)
        if left_at < presence.came_at:
            left_at = clock.at_local(came_on + dt.timedelta(days=1), typed)
        if not presence.came_at <= left_at <= presence.latest:
            raise LeftWhen(**bounds)
        return left_at


def _of_day(moment: dt.datetime) -> int:
    local = clock.local(moment)
    return local.hour * 60 + local.minute


def _minutes(amount: int) -> str:
    return (
        pgettext("effect", "%(minutes)s 分") % {"minutes": amount} if amount else pgettext("effect", "0 分")
    )
