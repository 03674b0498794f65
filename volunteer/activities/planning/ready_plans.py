"""Ready plans of a community's usual activities, for the menu. What fills the form stands in `ready_plans.toml`.

The menu shows name and summary in the reader's language; what is published is the plan's own title.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class ReadyPlan:
    """One entry: the fields of the form by name, times as text; some begin on a certain day of the year."""

    key: str
    name: Any
    summary: Any
    fields: Mapping[str, Any]
    day_of_year: str | None = None

    def filled(self, today: dt.date) -> dict[str, Any]:
        """The fields, with the next such day as the first one where there is one."""
        return {**self.fields, "starts_on": self._next(today)} if self.day_of_year else {**self.fields}

    def _next(self, today: dt.date) -> dt.date:
        day = dt.date.fromisoformat(f"{today.year}-{self.day_of_year}")
        return day if day > today else day.replace(year=today.year + 1)


_WORDS: dict[str, tuple[Any, Any]] = {
    "clean-up": (_l("周五卫生大扫除"), _l("每周五下午，扫楼道、清小广告，两个小时")),
    "river": (_l("护河巡查"), _l("每两周一个上午，沿河捡垃圾、看水质、劝导钓鱼")),
    "service-day": (_l("便民服务日"), _l("每月 28 日上午，磨刀、理发、义诊、修小家电")),
    "respect-day": (_l("月月敬老日"), _l("每月 9 日上午，上门看望独居老人，陪聊天、搞卫生")),
    "birthday": (_l("当月老人生日会"), _l("每月一次下午，给当月过生日的老人切蛋糕、唱歌")),
    "traffic": (_l("交通文明劝导"), _l("周一、三、五早上七点半，路口劝导电动车和行人")),
    "waste-sorting": (_l("垃圾分类桶边督导"), _l("每天早晚两班，在桶边帮邻居分一分")),
    "after-school": (_l("四点半课堂"), _l("上学的日子下午四点半，陪孩子写作业、看书、下棋")),
    "meals": (_l("助老送餐"), _l("周一到周五中午，从社区食堂把饭送到老人手里")),
    "anti-fraud": (_l("反诈宣传进小区"), _l("每季度一次，摆台讲案例，帮老人装反诈软件")),
    "dragon-boat": (_l("包粽子，送老人"), _l("端午节前三天，一起包粽子，送到老人家里")),
    "double-ninth": (_l("重阳敬老"), _l("重阳节那一周的星期六，敬老宴、体检、陪老人慢走")),
    "dog-days": (_l("三伏天送清凉"), _l("入伏那天上午，给户外干活的人和独居老人送绿豆汤")),
    "lei-feng": (_l("学雷锋志愿服务日"), _l("3 月 5 日那一周的星期六，广场综合服务")),
    "blood": (_l("献血车来了，来搭把手"), _l("每年两三次，献血车到社区，引导、登记、陪护")),
    "snow": (_l("扫雪铲冰"), _l("下雪那天早上，先把楼门口和坡道扫出来")),
}


def _read() -> tuple[ReadyPlan, ...]:
    plans = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return tuple(
        ReadyPlan(key, *_WORDS[key], fields, day_of_year=fields.pop("day_of_year", None))
        for key, fields in plans.items()
    )


READY = _read()
