"""Attendance into whole minutes: what counts, what is cut, what needs another eye, how many stars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from volunteer.core import formats
from volunteer.core.i18n import gettext as _

Attendance = Literal["present", "late", "left_early", "excused", "absent"]
ATTENDANCES: tuple[Attendance, ...] = ("present", "late", "left_early", "excused", "absent")
DAILY_LIMIT_MINUTES = 8 * 60
SECOND_DAILY_LIMIT_MINUTES = 12 * 60
STAR_LADDER_HOURS = (100, 300, 600, 1000, 1500)

CheckIn = tuple[dt.datetime, dt.datetime | None]  # in and out; no out yet: None


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """A pair without check-out gives no minutes but a task for the leader (R033)."""

    minutes: int
    misses_check_out: bool


@dataclass(frozen=True, slots=True)
class Stars:
    """`next_at_minutes` is None when the ladder ends; `missing_minutes` is then 0."""

    count: int
    next_at_minutes: int | None
    missing_minutes: int


def planned_minutes(planned_start: dt.datetime, planned_end: dt.datetime) -> int:
    """Whole minutes of the plan."""
    assert planned_start <= planned_end, "a plan ends after it starts"
    return _minutes(planned_end - planned_start)


def credited_minutes(
    planned_start: dt.datetime,
    planned_end: dt.datetime,
    attendance: Attendance,
    late_minutes: int = 0,
    early_minutes: int = 0,
    extra_minutes: int = 0,
) -> int:
    """The minutes of one person by the leader's roll call, between zero and the plan (R032, R040).

    Who came late may have left early as well: both are taken off. Who was
    present gets the whole plan. Leave and absence are zero, whatever else was
    typed. `extra_minutes` is the leader's extension, which needs a reason; below
    zero it ended that much before the plan.
    """
    if attendance in ("excused", "absent"):
        return 0
    whole = max(0, planned_minutes(planned_start, planned_end) + extra_minutes)
    if attendance == "present":
        return whole
    return max(0, whole - max(0, late_minutes) - max(0, early_minutes))


def checked_in_minutes(
    pairs: Iterable[CheckIn], planned_start: dt.datetime, planned_end: dt.datetime, extra_minutes: int = 0
) -> CheckedIn:
    """The sum of (out − in), cut to the plan and its extension; time covered twice counts once (R032)."""
    limit = planned_end + dt.timedelta(minutes=extra_minutes)
    total, covered_until, misses_check_out = dt.timedelta(), planned_start, False
    for came, left in sorted(pairs, key=lambda pair: pair[0]):
        if left is None:
            misses_check_out = True
            continue
        begin, end = max(came, covered_until), min(left, limit)
        if begin < end:
            total += end - begin
            covered_until = end
    return CheckedIn(_minutes(total), misses_check_out)


def exceeds_daily_limit(day_minutes: int, limit_minutes: int = DAILY_LIMIT_MINUTES) -> bool:
    """Whether a person's total of one day needs the approval of the parent unit (R036)."""
    return day_minutes > limit_minutes


def approvals_needed(
    day_minutes: int,
    limit_minutes: int = DAILY_LIMIT_MINUTES,
    second_limit_minutes: int = SECOND_DAILY_LIMIT_MINUTES,
) -> int:
    """0, 1 above the limit, 2 above the second limit (R036)."""
    return exceeds_daily_limit(day_minutes, limit_minutes) + exceeds_daily_limit(
        day_minutes, second_limit_minutes
    )


def stars(minutes: int, ladder_hours: Sequence[int] = STAR_LADDER_HOURS) -> Stars:
    """The stars reached; a star is reached on its hour exactly."""
    steps = sorted(hours * 60 for hours in ladder_hours)
    count = sum(minutes >= step for step in steps)
    if count == len(steps):
        return Stars(count, None, 0)
    return Stars(count, steps[count], steps[count] - minutes)


def explain_minutes(
    planned_start: dt.datetime,
    planned_end: dt.datetime,
    attendance: Attendance,
    late_minutes: int = 0,
    early_minutes: int = 0,
    extra_minutes: int = 0,
) -> str:
    """Why this number, beside the name in the roll call: '16:30 离开，少记 30 分钟。'"""
    if attendance == "excused":
        return _("请假，不记时长。")
    if attendance == "absent":
        return _("缺席，不记时长。")
    late, early = max(0, late_minutes), max(0, early_minutes)
    end = max(planned_start, planned_end + dt.timedelta(minutes=extra_minutes))
    whole = planned_minutes(planned_start, end)
    sentences = []
    if attendance == "present" or not late + early:
        sentences.append(_("全程参加，记 %(minutes)s 分钟。", minutes=whole))
    elif late + early >= whole:
        sentences.append(_("迟到和早走的时间超过了活动时间，不记时长。"))
    else:
        if late:
            came = planned_start + dt.timedelta(minutes=late)
            sentences.append(_("%(time)s 到，少记 %(minutes)s 分钟。", time=formats.time(came), minutes=late))
        if early:
            left = end - dt.timedelta(minutes=early)
            sentences.append(
                _("%(time)s 离开，少记 %(minutes)s 分钟。", time=formats.time(left), minutes=early)
            )
    if extra_minutes > 0:
        sentences.append(_("活动延长了 %(minutes)s 分钟。", minutes=extra_minutes))
    elif extra_minutes < 0:
        sentences.append(_("活动提前 %(minutes)s 分钟结束。", minutes=-extra_minutes))
    text, *rest = sentences
    for sentence in rest:
        text = _("%(before)s%(after)s", before=text, after=sentence)
    return text


def _minutes(length: dt.timedelta) -> int:
    return length // dt.timedelta(minutes=1)
