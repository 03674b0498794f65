"""A date that went on longer than planned: minutes beyond the plan, with the leader's reason (R032)."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from volunteer.core import inputs
from volunteer.core.errors import Refused

MOST_MINUTES = 240
LONGEST_REASON = 300


class BadExtension(Refused):
    sentence = _l("延长的时间请填 1 到 %(most)s 之间的整数，没有延长就空着。")
    status = 422
    field = "extra"


class ExtensionWithoutReason(Refused):
    sentence = _l("请写一句为什么延长了，大家都看得到。")
    status = 422
    field = "extra_reason"


@dataclass(frozen=True, slots=True)
class Extension:
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
