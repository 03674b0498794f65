"""How a series repeats, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from volunteer.activities.repeating.recurrence import Rule, Shift, words
from volunteer.core import i18n

LEI_FENG_DAY = "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5"
SATURDAYS = "FREQ=WEEKLY;BYDAY=SA"


@pytest.fixture(autouse=True, scope="module")
def reader() -> Iterator[None]:
    """An application that only knows languages, without any catalogue: sentences come out as written."""
    app = Flask(__name__)
    app.config["TIME_ZONE"] = "Asia/Shanghai"
    i18n.init(app)
    with app.app_context():
        yield


def rule(rrule: str | None = None, starts: str = "2026-01-01", lunar: str | None = None) -> Rule:
    return Rule(dt.date.fromisoformat(starts), dt.time(9), 120, rrule, lunar)


@pytest.mark.parametrize(
    ("text", "starts", "said"),
    [
        ("FREQ=DAILY", "2026-01-01", "每天 9:00"),
        ("FREQ=DAILY;INTERVAL=3", "2026-01-01", "每三天 9:00"),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "2026-01-01", "每周一至周五 9:00"),
        ("FREQ=DAILY;BYMONTH=7", "2026-01-01", "在7月，每天 9:00"),
        ("FREQ=WEEKLY;BYDAY=SA,SU", "2026-01-01", "每周六、周日 9:00"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "2026-01-01", "每周一、周三、周五 9:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "2026-01-01", "每两周的周三 9:00"),
        ("FREQ=WEEKLY;INTERVAL=12", "2026-01-01", "每12周的周四 9:00"),
        ("FREQ=WEEKLY;BYDAY=WE;BYMONTH=7,8", "2026-01-01", "在7月、8月，每周三 9:00"),
        ("FREQ=WEEKLY;BYDAY=WE;UNTIL=20261231", "2026-01-01", "每周三 9:00，到2026年12月31日为止"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-01", "每月最后一个星期五 9:00"),
        ("FREQ=MONTHLY;BYDAY=1SA,3SA", "2026-01-01", "每月第一个星期六、第三个星期六 9:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=5,20", "2026-01-01", "每月5日、20日 9:00"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
            "2026-01-30",
            "每月30日（没有这一天的月份在最后一天） 9:00",
        ),
        (
            "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=28,29;BYSETPOS=-1",
            "2026-01-29",
            "每两个月的29日（没有这一天的月份在最后一天） 9:00",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1", "2026-01-01", "每月15日、最后一天 9:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", "2026-01-01", "每月倒数第3天 9:00"),
        ("FREQ=MONTHLY", "2026-01-09", "每月9日 9:00"),
        ("FREQ=MONTHLY;BYDAY=SA", "2026-01-09", "每月每个星期六 9:00"),
        ("FREQ=YEARLY", "2026-12-05", "每年12月5日 9:00"),
        ("FREQ=YEARLY;BYMONTH=3,9;BYDAY=1SA", "2026-01-01", "每年3月、9月的第一个星期六 9:00"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYMONTHDAY=5", "2026-01-01", "每两年的3月5日 9:00"),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=20", "2026-01-20", "每两个月的20日 9:00"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=20", "2026-01-20", "每季度第一个月的20日 9:00"),
        ("FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=20", "2026-08-20", "每年2月、8月的20日 9:00"),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=20", "2026-01-20", "每年1月20日 9:00"),
        ("FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=20", "2026-01-20", "每五个月的20日 9:00"),
        (
            "FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=28,29;BYSETPOS=-1",
            "2026-01-29",
            "每六个月的29日（没有这一天的月份在最后一天） 9:00",
        ),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR", "2026-01-01", "每两周的周一至周五 9:00"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=-1SA", "2026-06-27", "每季度第三个月的最后一个星期六 9:00"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1",
            "2026-01-01",
            "按日历规则 FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1 9:00",
        ),
    ],
)
def test_a_rule_is_told_in_words(text: str, starts: str, said: str) -> None:
    assert words(rule(text, starts)) == said


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"lunar": "12-last"}, "每年除夕 9:00"),
        ({"lunar": "9-9"}, "每年重阳节 9:00"),
        ({"lunar": "6-last"}, "每年农历六月最后一天 9:00"),
        ({"lunar": "8-30"}, "每年农历八月三十 9:00"),
        ({"lunar": "6-1-leap"}, "每年农历闰六月初一 9:00"),
        ({"solar_term": "dongzhi"}, "每年冬至 9:00"),
        ({"solar_term": "chufu"}, "每年初伏 9:00"),
        ({"solar_term": "mofu", "offset": "days:-1"}, "每年末伏前一天 9:00"),
        ({"solar_term": "sanfu"}, "每年三伏里的每一天 9:00"),
        ({"lunar": "9-9", "offset": "days:-3"}, "每年重阳节前3天 9:00"),
        ({"solar_term": "qingming", "offset": "days:-1"}, "每年清明前一天 9:00"),
        ({"solar_term": "qingming", "offset": "days:1"}, "每年清明后一天 9:00"),
        ({"lunar": "8-15", "offset": "days:2"}, "每年中秋节后2天 9:00"),
        ({"rrule": LEI_FENG_DAY, "offset": "nearest:SA"}, "每年离3月5日最近的星期六 9:00"),
        ({"rrule": LEI_FENG_DAY, "offset": "week:SA,SU"}, "每年3月5日那一周的周六、周日 9:00"),
        ({"rrule": LEI_FENG_DAY, "offset": "week:MO,TU,WE,TH,FR,SA,SU"}, "每年3月5日那一周的每一天 9:00"),
        (
            {"rrule": "FREQ=YEARLY;BYMONTH=3;BYDAY=1SA", "offset": "days:-1"},
            "每年3月的第一个星期六前一天 9:00",
        ),
        ({"rrule": SATURDAYS, "on_holiday": "after"}, "每周六 9:00，遇节假日顺延"),
        (
            {"rrule": SATURDAYS, "on_holiday": "skip", "on_makeup": "before"},
            "每周六 9:00，遇节假日停办，遇调休上班日提前",
        ),
        ({"rrule": SATURDAYS, "on_holiday": "ask"}, "每周六 9:00，遇节假日另行通知"),
        ({"rrule": SATURDAYS, "shifts": (Shift(dt.time(14, 30), 60),)}, "每周六 9:00、14:30"),
        ({"rrule": SATURDAYS, "most_dates": 6}, "每周六 9:00，共 6 次"),
        ({"rrule": SATURDAYS, "ends_on": dt.date(2026, 6, 30)}, "每周六 9:00，到2026年6月30日为止"),
        ({"rrule": SATURDAYS, "window_days": 7}, "每周六起，7 天之内"),
        ({"rrule": SATURDAYS, "window_days": 1, "on_holiday": "skip"}, "每周六，几点都行，遇节假日停办"),
        ({"rrule": LEI_FENG_DAY, "offset": "days:-3"}, "每年3月5日前3天 9:00"),
        ({"rrule": None}, "只此一次"),
    ],
)
def test_all_of_a_rule_is_told(more: dict[str, Any], said: str) -> None:
    assert words(Rule(dt.date(2026, 1, 1), dt.time(9), 120, **more)) == said
