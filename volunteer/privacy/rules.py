"""Kinds of consent besides the notice itself, and kinds of requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Switch:
    """A sensitive kind of data with a consent of its own (PIPL 29; R144): what it is for, what refusing means."""

    label: Any
    purpose: Any
    without: Any


# Only what somebody asks before using it: a switch without effect would be a false promise.
SWITCHES: dict[str, Switch] = {
    "health": Switch(
        _l("健康情况"),
        _l("您在心愿里写到的病情和身体情况，给核实的工作人员和认领的志愿者看，好照顾到您。"),
        _l("不同意也能报名、兑换，提心愿时可以只为那一个同意。收回以后，以前写的都不给人看。"),
    ),
    "hardship": Switch(
        _l("家庭困难情况"),
        _l("您在心愿里写到的家庭困难，给核实的工作人员和认领的志愿者看。"),
        _l("不同意也能报名、兑换，提心愿时可以只为那一个同意。收回以后，以前写的都不给人看。"),
    ),
    "location": Switch(
        _l("手机位置"),
        _l("签到时确认您在活动地点，签到完就不再使用。"),
        _l("不同意也能签到，扫码或由队长点名就行。"),
    ),
}
REQUESTS: dict[str, Any] = {
    "correct": _l("更正写错的信息"),
    "copy": _l("要一份我的信息（纸质或电子）"),
    "delete": _l("删除我的信息"),
    "other": _l("其他，例如想知道谁看过我的信息"),
}
LONGEST_REQUEST = 500
