"""Reasons that staff give. They stay in the audit log, so nothing that names a person may stand in them."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.core import inputs
from volunteer.core.errors import Refused

LONGEST = 200
OTHER = "other"
REVEAL: dict[str, Any] = {  # usual reasons to look at full values
    "counter": _l("本人在柜台办事，要核对"),
    "contact": _l("要联系本人，活动、心愿或回访"),
    "check": _l("核对或更正登记的信息"),
    "emergency": _l("紧急情况"),
    OTHER: _l("其他，写在下面"),
}
_LONG_NUMBER = re.compile(r"(?<![Vv0-9])[0-9]{8,}")  # a phone or a document; volunteer numbers may stand


class ReasonNeeded(Refused):
    sentence = _l("请写明原因。")
    status = 422
    field = "reason"


class ReasonTooLong(Refused):
    sentence = _l("原因请写短一些，最多 200 个字。")
    status = 422
    field = "reason"


class NumberInReason(Refused):
    sentence = _l("原因会留在日志里，请不要写电话号码和证件号。")
    status = 422
    field = "reason"


def check(text: str) -> str:
    """The reason, cleaned; an empty or long one or one with somebody's number is refused."""
    text = inputs.clean(text)
    if not text:
        raise ReasonNeeded
    if len(text) > LONGEST:
        raise ReasonTooLong
    if _LONG_NUMBER.search(text):
        raise NumberInReason
    return text
