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


SWITCHES: dict[str, Switch] = {
    "health": Switch(
        _l("健康情况"),
        _l("帮您安排合适的活动和照顾，例如心愿里写到的病情。"),
        _l("不同意也能报名、兑换和提心愿，只是工作人员看不到健康情况。"),
    ),
    "hardship": Switch(
        _l("家庭困难情况"),
        _l("核实心愿、优先照顾困难家庭。"),
        _l("不同意也能提心愿，只是不能按困难家庭优先。"),
    ),
    "location": Switch(
        _l("手机位置"),
        _l("签到时确认您在活动地点，签到完就不再使用。"),
        _l("不同意也能签到，扫码或由队长点名就行。"),
    ),
    "photo": Switch(
        _l("活动照片"),
        _l("活动照片里可以有您。"),
        _l("不同意也能参加活动，照片里不出现您。"),
    ),
    "publication": Switch(
        _l("公开表扬"),
        _l("在公示、光荣榜上写您的姓名（只写姓，例如袁*）。"),
        _l("不同意也照样记时长和积分，只是不上榜。"),
    ),
}
REQUESTS: dict[str, Any] = {
    "correct": _l("更正写错的信息"),
    "copy": _l("要一份我的信息（纸质或电子）"),
    "delete": _l("删除我的信息"),
    "other": _l("其他，例如想知道谁看过我的信息"),
}
LONGEST_REQUEST = 500
