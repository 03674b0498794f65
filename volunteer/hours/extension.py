"""A date that went on longer than planned, with the leader's reason, or ended early: minutes beyond the plan (R032).

Below zero they are what was cut off its end; nothing else in the roll call has to know of it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from volunteer.core import clock, formats, inputs
from volunteer.core.errors import Refused
from volunteer.hours.planned import Planned

MOST_MINUTES = 240
LONGEST_REASON = 300
_MINUTE = dt.timedelta(minutes=1)


class BadExtension(Refused):
    sentence = _l("延长的时间请填 1 到 %(most)s 之间的整数，没有延长就空着。")
    status = 422
    field = "extra"


class ExtensionWithoutReason(Refused):
    sentence = _l("请写一句为什么延长了，大家都看得到。")
    status = 422
    field = "extra_reason"


class BadEnd(Refused):
    sentence = _l("提前结束的时间请填 %(earliest)s 到 %(latest)s 之间。")
    status = 422
    field = "ended_at"


class LongerAndShorter(Refused):
    sentence = _l("又延长又提前结束，请只留一个。")
    status = 422
    field = "extra"


@dataclass(frozen=True, slots=True)
class Extension:
    """`minutes` below zero: it ended that much early, and needs no reason."""

    minutes: int = 0
    reason: str = ""


NONE = Extension()


def read(minutes: str, reason: str) -> Extension:
    """From what was typed; empty or 0 is none."""
    if minutes.strip() in ("", "0"):
        return NONE
    try:
        extra = inputs.whole_number(minutes, least=1, most=MOST_MINUTES)
    except Refused as refusal:
        raise BadExtension(most=MOST_MINUTES) from refusal
    reason = inputs.clean(reason, longest=LONGEST_REASON)
    if not reason:
        raise ExtensionWithoutReason
    return Extension(extra, reason)


def ended_early(plan: Planned, typed: str) -> Extension:
    """The leader says that it is over before its time: at the time typed, else now; never later than now."""
    now = min(clock.now(), plan.ends_at)
    ended_at = _moment(plan, typed, now) if typed.strip() else now
    cut = -((ended_at - plan.ends_at) // _MINUTE)  # a minute that has begun has not passed
    if dt.timedelta(minutes=cut) >= plan.ends_at - plan.starts_at:
        raise _bad(plan, now)
    return Extension(-cut)


def _moment(plan: Planned, typed: str, now: dt.datetime) -> dt.datetime:
    """A time of the day on which it began, or of the next one after midnight."""
    try:
        time = dt.time.fromisoformat(typed.strip().replace("：", ":").zfill(5))
    except ValueError as error:
        raise _bad(plan, now) from error
    moment = clock.at_local(plan.day, time)
    if moment < plan.starts_at:
        moment = clock.at_local(plan.day + dt.timedelta(days=1), time)
    if not plan.starts_at < moment <= now:
        raise _bad(plan, now)
    return moment


def _bad(plan: Planned, now: dt.datetime) -> BadEnd:
    return BadEnd(earliest=formats.time(plan.starts_at + _MINUTE), latest=formats.time(now))
