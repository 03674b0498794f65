"""How often a new activity takes place, as leaders fill it in and read it back: the form and its preview."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from tests.activities.test_publishing import FILLED, Leader, SignIn, as_list, count, values
from volunteer.activities.models import Series
from volunteer.activities.repeating import repeats
from volunteer.core import clock
from volunteer.core.formats import full_day


@pytest.fixture
def leader(client_for: SignIn) -> Leader:
    return Leader(client_for)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"repeat": "other"}, "请在下面的单子里选一种"),
        ({"repeat": ["other", ""]}, "请在下面的单子里选一种"),
        ({"repeat": "sometimes"}, "请选多久一次"),
        ({"repeat": ["other", "month_end"], "offset": "days:-3"}, "每年一次的日子"),
        ({"repeat": ["other", "leap"]}, "第一次那天不在农历闰月"),
        ({"repeat": ["other", "term:sanfu"], "offset": "days:-3"}, "每年一次的日子"),
        ({"repeat": ["other", "monthly_fifth"]}, "第一次不在当月的第五个星期"),
        ({"repeat": "monthly_weekday", "starts_on": "2027-01-30"}, "有的月份没有"),
        ({"repeat": "monthly_date", "month_days": "5、40"}, "请写 1 到 31 之间的数"),
        ({"repeat": "monthly_date", "month_days": "十五"}, "请写 1 到 31 之间的数"),
        ({"repeat": ["other", "yearly"], "every": "2"}, "请把这一格清空"),
        ({"repeat": "once", "every": "2"}, "请把这一格清空"),
        ({"repeat": "once", "most_dates": "5"}, "这一格就用不上"),
        ({"repeat": "once", "ends_on": "2027-06-01"}, "这一格就用不上"),
        ({"repeat": "once", "regular_places": "5"}, "这一格就用不上"),
    ],
)
def test_what_cannot_be_said_of_how_often_is_refused(
    leader: Leader, db: Any, wrong: dict[str, Any], sentence: str
) -> None:
    answer = leader.send(FILLED | {"weekdays": []} | wrong, "publish")
    assert (answer.status_code, sentence in answer.text) == (422, True)
    for name in ("month_days", "every", "most_dates", "ends_on", "regular_places"):
        assert wrong.get(name, "") in answer.text
    assert count(db, Series) == 0


# Each repeat that communities were found to organise by, as a leader fills it in, with what the preview answers.
PATTERNS: tuple[tuple[dict[str, Any], str, tuple[str, ...]], ...] = (
    ({"repeat": "once"}, "只此一次", ("2027-03-06",)),
    ({"repeat": "weekly"}, "每周六 9:00", ("2027-03-06", "2027-03-13")),
    ({"repeat": "weekly", "weekdays": ["0", "5"]}, "每周一、周六 9:00", ("2027-03-06", "2027-03-08")),
    ({"repeat": "weekly", "every": "3"}, "每三周的周六 9:00", ("2027-03-06", "2027-03-27")),
    ({"repeat": "fortnightly"}, "每两周的周六 9:00", ("2027-03-06", "2027-03-20")),
    ({"repeat": "monthly_weekday"}, "每月第一个星期六 9:00", ("2027-03-06", "2027-04-03")),
    (
        {"repeat": "monthly_weekday", "every": "2"},
        "每两个月的第一个星期六 9:00",
        ("2027-03-06", "2027-05-01"),
    ),
    (
        {"repeat": "monthly_date", "month_days": "5日和20日"},
        "每月5日、20日 9:00",
        ("2027-03-20", "2027-04-05"),
    ),
    (
        {"repeat": "monthly_date", "starts_on": "2026-12-31"},
        "每月31日 9:00",
        ("2026-12-31", "2027-01-31", "2027-03-31"),
    ),
    (
        {"repeat": "monthly_or_last", "starts_on": "2026-12-30"},
        "每月30日（没有这一天的月份在最后一天） 9:00",
        ("2026-12-30", "2027-01-30", "2027-02-28", "2027-03-30"),
    ),
    (
        {"repeat": "monthly_or_last", "starts_on": "2026-12-31"},
        "每月最后一天 9:00",
        ("2026-12-31", "2027-01-31", "2027-02-28"),
    ),
    ({"repeat": "month_end", "starts_on": "2027-01-31"}, "每月最后一天 9:00", ("2027-01-31", "2027-02-28")),
    (
        {"repeat": "monthly_last", "starts_on": "2027-03-26"},
        "每月最后一个星期五 9:00",
        ("2027-03-26", "2027-04-30"),
    ),
    (
        {"repeat": "monthly_fifth", "starts_on": "2027-01-30"},
        "每月第五个星期六 9:00",
        ("2027-01-30", "2027-05-29"),
    ),
    ({"repeat": "quarterly"}, "每季度第三个月的6日 9:00", ("2027-03-06", "2027-06-06")),
    ({"repeat": "yearly", "starts_on": "2027-03-05"}, "每年3月5日 9:00", ("2027-03-05",)),
    (
        {"repeat": "yearly_weekday", "starts_on": "2027-05-09"},
        "每年5月的第二个星期日 9:00",
        ("2027-05-09",),
    ),
    (
        {"repeat": "yearly_weekday", "starts_on": "2027-05-30"},
        "每年5月的最后一个星期日 9:00",
        ("2027-05-30",),
    ),
    ({"repeat": "lunar", "starts_on": "2027-01-15"}, "每年腊八节 9:00", ("2027-01-15",)),
    ({"repeat": "festival:12-last", "starts_on": "2026-12-01"}, "每年除夕 9:00", ("2027-02-05",)),
    ({"repeat": "festival:5-5", "offset": "days:-3"}, "每年端午节前3天 9:00", ("2027-06-06",)),
    ({"repeat": "term:dongzhi", "starts_on": "2026-12-01"}, "每年冬至 9:00", ("2026-12-22",)),
    ({"repeat": "term:chufu"}, "每年初伏 9:00", ("2027-07-20",)),
    ({"repeat": "term:sanfu"}, "每年三伏里的每一天 9:00", ("2027-07-20", "2027-07-21", "2027-07-22")),
    ({"repeat": "term:mofu", "offset": "days:-1"}, "每年末伏前一天 9:00", ("2027-08-08",)),
    (
        {"repeat": "yearly", "starts_on": "2027-03-05", "offset": "week:SA,SU"},
        "每年3月5日那一周的周六、周日 9:00",
        ("2027-03-06", "2027-03-07"),
    ),
    (
        {"repeat": "yearly", "starts_on": "2027-03-05", "offset": "week:MO,TU,WE,TH,FR"},
        "每年3月5日那一周的周一至周五 9:00",
        ("2027-03-01", "2027-03-02", "2027-03-03", "2027-03-04", "2027-03-05"),
    ),
    (
        {"repeat": "yearly", "starts_on": "2027-03-05", "offset": "nearest:SA"},
        "每年离3月5日最近的星期六 9:00",
        ("2027-03-06",),
    ),
    (
        {"repeat": "weekly", "ends_on": "2027-03-13"},
        "每周六 9:00，到2027年3月13日为止",
        ("2027-03-06", "2027-03-13"),
    ),
    ({"repeat": "weekly", "most_dates": "2"}, "每周六 9:00，共 2 次", ("2027-03-06", "2027-03-13")),
    (
        {"repeat": "weekly", "shifts-0-starts_time": "14:00", "shifts-0-ends_time": "15:30"},
        "每周六 9:00、14:00",
        ("2027-03-06", "2027-03-13"),
    ),
    (
        {
            "repeat": "monthly_weekday",
            "starts_on": "2027-02-06",
            "on_holiday": "after",
            "starts_time": "08:30",
        },
        "每月第一个星期六 8:30，遇节假日顺延",
        ("2027-02-09", "2027-03-06"),
    ),
)


@pytest.mark.parametrize(("filled", "said", "dates"), PATTERNS)
def test_what_communities_repeat_can_be_filled_in_and_reads_back(
    leader: Leader, filled: dict[str, Any], said: str, dates: tuple[str, ...]
) -> None:
    typed = FILLED | {"starts_on": "2027-03-06", "weekdays": []} | filled
    if typed["repeat"] not in dict(repeats.COMMON):
        typed["repeat"] = ["other", typed["repeat"]]
    answer = leader.send(typed)
    assert answer.status_code == 200
    assert f">{said}</h2>" in answer.text
    shown = [full_day(dt.date.fromisoformat(day)) for day in dates]
    assert re.findall(r'rows-title">(20[^<]*日)<', answer.text)[: len(shown)] == shown
    back = values(leader.client.post(leader.address, data=values(answer.text) | {"step": "edit"}).text)
    for name in ("repeat", "weekdays", "offset"):
        assert back.get(name, [""]) == as_list(typed.get(name) or ""), name


def test_a_leap_month_is_taken_when_it_is_asked_for(client_for: SignIn) -> None:
    with clock.fixed(dt.datetime(2028, 1, 10, tzinfo=dt.UTC)):
        leader = Leader(client_for)
        typed = FILLED | {"starts_on": "2028-07-11", "weekdays": []}  # in the second fifth month of that year
        refused = leader.send(typed | {"repeat": ["other", "lunar"]})
        assert (refused.status_code, "只在闰月办，请选" in refused.text) == (422, True)
        answer = leader.send(typed | {"repeat": ["other", "leap"]})
    assert (answer.status_code, ">每年农历闰五月十九 9:00</h2>" in answer.text) == (200, True)


@pytest.mark.parametrize(
    ("filled", "warns"),
    [
        ({"repeat": "monthly_date", "starts_on": "2026-12-30"}, True),
        ({"repeat": "monthly_date", "month_days": "10、31"}, True),
        ({"repeat": ["other", "monthly_or_last"], "starts_on": "2026-12-30"}, False),
        ({"repeat": "monthly_date"}, False),
        ({"repeat": ["other", "festival:9-9"]}, False),
    ],
)
def test_the_preview_warns_of_months_without_the_day(
    leader: Leader, filled: dict[str, Any], warns: bool
) -> None:
    page = leader.send(FILLED | {"weekdays": []} | filled).text
    assert ("有的月份没有这一天" in page) is warns


def test_what_a_choice_does_not_ask_for_is_left_aside(leader: Leader, db: Any) -> None:
    typed = FILLED | {"repeat": ["weekly", "festival:9-9"], "offset": "days:-3", "month_days": "5"}
    assert leader.publish(typed).status_code == 303
    series = db.session.query(Series).one()
    assert (series.recurrence, series.lunar, series.offset) == ("FREQ=WEEKLY;BYDAY=SA", None, None)


def test_the_preview_of_a_task_of_some_days_tells_its_days(leader: Leader) -> None:
    task = {"kind": "flexible", "window_days": "7", "usual_minutes": "1", "starts_time": "", "ends_time": ""}
    page = leader.send(FILLED | {"repeat": "weekly", "weekdays": []} | task).text
    assert "每周六起，7 天之内" in page
    assert "12月5日\u2060—\u206011日" in page
    assert " 0:00" not in page
