"""The form of a new activity, from the first look to the published series, without scripts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities.models import (
    Occurrence,
    OccurrencePosition,
    Position,
    PositionRequirement,
    Series,
    SeriesRequirement,
    SeriesShift,
    StaffingReceiver,
)
from volunteer.activities.planning.series_form import GROUPS
from volunteer.core import clock

SignIn = Callable[[Any], FlaskClient]
FILLED = {
    "title": "便民服务日",
    "category": "便民服务",
    "content": "磨刀，理发。",
    "place": "社区广场",
    "risk_statement": "小心刀具",
    "starts_on": "2026-11-28",
    "starts_time": "09:00",
    "ends_time": "11:00",
    "repeat": "weekly",
    "capacity": "10",
}
EVERYTHING = FILLED | {
    "every": "3",
    "weekdays": ["1", "5"],
    "ends_on": "2027-06-30",
    "most_dates": "20",
    "on_holiday": "before",
    "on_makeup": "ask",
    "shifts-0-starts_time": "14:00",
    "shifts-0-ends_time": "15:30",
    "positions-0-name": "理发",
    "positions-0-capacity": "4",
    "positions-0-needs": "skill:haircut",
    "positions-1-name": "排号",
    "positions-1-capacity": "6",
    "positions-1-minimum_age": "18",
    "positions-1-sex_needed": "female",
    "positions-1-sex_reason": "在女浴室",
    "positions-1-minimum_minutes": "2",
    "positions-1-members_only": "y",
    "minimum_age": "16",
    "members_only": "y",
    "minimum_minutes": "1.5",
    "sex_needed": "female",
    "sex_reason": "给女性老人擦身",
    "needs": "skill:company",
    "needs_training": "急救培训",
    "opens_days": "7",
    "opens_time": "10:00",
    "newcomers_hours": "24",
    "closes_hours": "2",
    "minimum_people": "4",
    "warn_hours": "72",
    "regular_places": "3",
    "most_companions": "2",
    "takes_pairs": "y",
    "hours_kind": "training",
    "counts_travel": "y",
    "rest_minutes": "0.5",
    "title_en": "Service day",
}


class Leader:
    """Somebody who leads a team, at the form."""

    def __init__(self, client_for: SignIn) -> None:
        self.team = make.team()
        self.person = make.leader(self.team)
        self.client = client_for(self.person)
        self.address = f"/teams/{self.team.id}/series/new"

    def send(self, fields: dict[str, Any], step: str = "") -> Any:
        data = {"person_in_charge_id": str(self.person.id), **fields}
        return self.client.post(self.address, data=data | ({"step": step} if step else {}))

    def publish(self, fields: dict[str, Any]) -> Any:
        return self.send(fields, "publish")


@pytest.fixture
def leader(client_for: SignIn) -> Leader:
    return Leader(client_for)


def count(db: Any, model: Any) -> int:
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(model)))


def values(page: str) -> dict[str, list[str]]:
    """What the fields of the page's form hold, as a browser would send them."""
    main = page.split("<main")[1].split("</main")[0]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", main):
        kind = re.search(r'type="(\w+)"', tag)
        name, value = re.search(r'name="([\w-]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and not (kind and kind[1] in ("checkbox", "radio") and " checked" not in tag):
            found.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, text in re.findall(r'<textarea [^>]*name="([\w-]+)"[^>]*>\r?\n?(.*?)</textarea>', main, re.S):
        found[name] = [unescape(text)]
    for name, options in re.findall(r'<select [^>]*name="([\w-]+)"[^>]*>(.*?)</select>', main, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        held = [*found.get(name, []), chosen[1] if chosen else ""]
        found[name] = [value for value in held if value] or [""]
    return {name: held for name, held in found.items() if name not in ("form_key", "csrf_token")}


def as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def test_the_first_screen_asks_only_what_is_needed(leader: Leader) -> None:
    page = leader.client.get(leader.address).text
    assert page.count('<details class="fold"') == len(GROUPS)
    assert '<details class="fold" open' not in page
    for title in (
        "重复和节假日",
        "班次",
        "岗位",
        "谁能参加",
        "报名时间",
        "人手不够时",
        "固定报名和同伴",
        "时长怎么算",
    ):
        assert f'fold-title">{title}<' in page
    before = page.split('<details class="fold"')[0]
    for name in FILLED:
        assert f'name="{name}"' in before
    assert 'name="minimum_age"' not in before
    assert "已填" not in page


def test_the_enter_key_goes_on_and_adds_no_row(leader: Leader) -> None:
    form = leader.client.get(leader.address).text.split('<form method="post" action=""')[1]
    assert re.search(r"<button[^>]*>", form)[0] == (  # type: ignore[index]
        '<button class="sr-only" type="submit" tabindex="-1" aria-hidden="true">'
    )


def test_what_r019_asks_for_is_enough(leader: Leader, db: Any) -> None:
    assert leader.publish(FILLED).status_code == 303
    series = db.session.scalars(sa.select(Series)).one()
    assert (series.recurrence, series.kind, series.hours_kind) == ("FREQ=WEEKLY;BYDAY=SA", "timed", "service")
    assert (series.opens_days, series.minimum_people, series.has_positions) == (None, 0, False)


@pytest.mark.parametrize("name", [*(name for name in FILLED if name not in ("category", "repeat"))])
def test_nothing_of_it_may_be_missing(leader: Leader, db: Any, name: str) -> None:
    answer = leader.publish(FILLED | {name: ""})
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert count(db, Series) == 0


def test_everything_is_kept_where_it_belongs(leader: Leader, db: Any) -> None:
    assert leader.publish(EVERYTHING | {"receivers": str(leader.person.id)}).status_code == 303
    series = db.session.scalars(sa.select(Series)).one()
    kept = {
        "recurrence": "FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,SA",
        "ends_on": dt.date(2027, 6, 30),
        "most_dates": 20,
        "on_holiday": "before",
        "on_makeup": "ask",
        "minimum_age": 16,
        "members_only": True,
        "minimum_minutes": 90,
        "sex_needed": "female",
        "opens_days": 7,
        "opens_time": dt.time(10),
        "newcomers_hours": 24,
        "closes_hours": 2,
        "minimum_people": 4,
        "warn_hours": 72,
        "regular_places": 3,
        "most_companions": 2,
        "takes_pairs": True,
        "hours_kind": "training",
        "counts_travel": True,
        "rest_minutes": 30,
        "title_en": "Service day",
        "has_positions": True,
        "has_requirements": True,
        "content": "磨刀，理发。\n只请女性志愿者：给女性老人擦身\n岗位“排号”只请女性志愿者：在女浴室",
    }
    assert {name: getattr(series, name) for name in kept} == kept
    shift = db.session.scalars(sa.select(SeriesShift)).one()
    assert (shift.number, shift.start_time, shift.duration_minutes) == (1, dt.time(14), 90)
    posts = db.session.scalars(sa.select(Position).order_by(Position.id)).all()
    assert [
        (post.name, post.capacity, post.minimum_age, post.sex_needed, post.minimum_minutes, post.members_only)
        for post in posts
    ] == [
        ("理发", 4, 0, None, 0, False),
        ("排号", 6, 18, "female", 120, True),
    ]
    asked = db.session.execute(sa.select(PositionRequirement.kind, PositionRequirement.name)).all()
    assert [tuple(row) for row in asked] == [("skill", "haircut")]
    wanted = db.session.execute(
        sa.select(SeriesRequirement.kind, SeriesRequirement.name).order_by(SeriesRequirement.kind)
    )
    assert [tuple(row) for row in wanted] == [("skill", "company"), ("training", "急救培训")]
    assert db.session.scalar(sa.select(StaffingReceiver.person_id)) == leader.person.id
    first = db.session.scalars(sa.select(Occurrence).order_by(Occurrence.starts_at)).first()
    assert first.closes_at == first.starts_at - dt.timedelta(hours=2)
    assert count(db, OccurrencePosition) == 2 * count(db, Occurrence)


def test_the_preview_reads_it_all_in_words(leader: Leader, db: Any) -> None:
    page = leader.send(EVERYTHING).text
    for words in (
        "9:00–\u206011:00、14:00–\u206015:30",
        "本队队员，活动当天年满 16 岁，限女性，服务过 1 小时 30 分",
        "特长“陪老人聊天”、培训“急救培训”",
        "提前 7 天，10:00 开放报名，头 24 小时先留给没参加过的人，开始前 2 小时截止",
        "至少 4 人，不够的话提前 72 小时提醒",
        "每人最多带 2 位同伴，可以两人结对，来一个就行",
        "最多 3 个名额给固定报名的人",
        "和别的活动至少隔 30 分",
        "按培训登记，不计入服务时长，路上的时间也算",
        "先要有特长“理发”",
        "只请女性志愿者：给女性老人擦身",
    ):
        assert words in page, words
    assert count(db, Series) == 0


def test_the_preview_says_what_holidays_do(leader: Leader) -> None:
    fields = FILLED | {"starts_on": "2026-12-31", "repeat": "monthly_date", "on_holiday": "skip"}
    yearly = FILLED | {"starts_on": "2027-01-01", "repeat": "yearly"}
    daily = FILLED | {"starts_on": "2026-12-28", "weekdays": ["0", "1", "2", "3", "4", "5", "6"]}
    assert "2026年12月31日" in leader.send(fields).text
    assert "元旦，照常" in leader.send(yearly).text
    assert "元旦，不办" in leader.send(daily | {"on_holiday": "skip"}).text
    assert "元旦，到时候问您" in leader.send(daily | {"on_holiday": "ask"}).text
    moved = leader.send(yearly | {"on_holiday": "before"}).text
    assert "原定 2027年1月1日，碰上元旦" in moved
    assert "2026年12月31日" in moved
    assert "2027 年的放假安排还没有公布" in moved


@pytest.mark.parametrize(
    ("more", "warning"),
    [
        ({"is_dangerous": "y"}, "登记人身意外保险"),
        ({"minimum_age": "18"}, "中学生不能参加"),
        ({"positions-0-name": "引导", "positions-0-capacity": "2"}, "最多也就报 2 人"),
    ],
)
def test_the_preview_warns(leader: Leader, more: dict[str, str], warning: str) -> None:
    assert warning not in leader.send(FILLED).text
    answer = leader.send(FILLED | more)
    assert (answer.status_code, warning in answer.text) == (200, True)


def test_festivals_and_terms_with_an_offset(leader: Leader, db: Any) -> None:
    for repeat, offset in (("festival:9-9", "days:-3"), ("term:qingming", ""), ("yearly", "week:SA")):
        starts_on = {"starts_on": "2027-03-05"} if repeat == "yearly" else {}
        fields = FILLED | {"repeat": repeat, "offset": offset, "weekdays": [], **starts_on}
        assert leader.publish(fields).status_code == 303
    dates = db.session.scalars(sa.select(Occurrence.original_on).order_by(Occurrence.series_id)).all()
    assert dates == [dt.date(2027, 10, 5), dt.date(2027, 4, 5), dt.date(2027, 3, 6)]


def test_an_activity_in_ones_own_time(leader: Leader, db: Any) -> None:
    fields = FILLED | {
        "kind": "flexible", "window_days": "7", "usual_minutes": "1.5", "starts_time": "", "ends_time": "",
        "starts_on": clock.today().isoformat(), "repeat": "once",
    }  # fmt: skip
    assert leader.publish(fields).status_code == 303
    series = db.session.scalars(sa.select(Series)).one()
    assert (series.kind, series.window_days, series.duration_minutes) == ("flexible", 7, 90)
    row = db.session.scalars(sa.select(Occurrence)).one()
    assert row.is_flexible
    page = leader.client.get(f"/activities/{row.id}").text
    assert "之间自己安排，大约 1 小时 30 分" in page


@pytest.mark.parametrize(
    ("wrong", "group", "sentence"),
    [
        ({"minimum_people": "11"}, "short", "名额只有 10 个"),
        ({"warn_hours": "0"}, "short", "1 到 336"),
        ({"regular_places": "11"}, "regulars", "总名额 10 个"),
        ({"most_companions": "10"}, "regulars", "0 到 9"),
        ({"newcomers_hours": "5"}, "opening", "先填提前几天开放报名"),
        ({"opens_days": "0", "opens_time": "09:00"}, "opening", "还没开放就截止"),
        ({"is_dangerous": "y", "minimum_age": "16"}, "who", "未满 18 周岁不能参加"),
        ({"sex_needed": "male"}, "who", "限性别要有理由"),
        ({"minimum_minutes": "x"}, "who", "请填小时数"),
        ({"needs": "skill:flying"}, "who", ""),
        ({"positions-0-capacity": "3"}, "positions", "请给岗位起个名字"),
        ({"positions-0-name": "引导"}, "positions", "请填这个岗位要几个人"),
        ({"positions-0-name": "引导", "positions-0-capacity": "x"}, "positions", "整数"),
        ({"positions-0-name": "引导", "positions-0-capacity": "11"}, "positions", "比整个活动的 10 个还多"),
        (
            {
                "positions-0-name": "引导", "positions-0-capacity": "1",
                "positions-1-name": "引导", "positions-1-capacity": "1",
            },
            "positions",
            "有两个岗位都叫",
        ),
        ({"positions-0-name": "\u202e", "positions-0-capacity": "1"}, "positions", "特殊字符"),
        ({"shifts-0-starts_time": "14:00"}, "shifts", "请填时间"),
        ({"shifts-0-starts_time": "14:00", "shifts-0-ends_time": "13:00"}, "shifts", "结束要晚于开始"),
        ({"shifts-0-starts_time": "10:00", "shifts-0-ends_time": "12:00"}, "shifts", "撞在一起"),
        ({"kind": "flexible"}, "shifts", "请填几天之内做完"),
        ({"kind": "flexible", "window_days": "7"}, "shifts", "请填大约要几个小时"),
        ({"ends_on": "2026-11-27"}, "repeats", "最后一天在第一次之前"),
        ({"every": "13"}, "repeats", "1 到 12"),
        ({"on_holiday": "never"}, "repeats", ""),
        ({"person_in_charge_id": "999999"}, "rest", ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("step", ["", "publish"])
def test_what_is_wrong_opens_its_group_and_nothing_typed_is_lost(
    leader: Leader, db: Any, wrong: dict[str, str], group: str, sentence: str, step: str
) -> None:
    typed = FILLED | {"opens_time": "", "title_en": "Day", "weekdays": ["2", "5"], **wrong}
    answer = leader.send(typed, step)
    assert answer.status_code == 422
    assert f'<details class="fold fold-bad" open id="group-{group}">' in answer.text
    assert sentence in answer.text
    held = values(answer.text)
    unknown = {"needs", "on_holiday", "person_in_charge_id"}  # what is not on the list cannot be shown
    for name, value in typed.items():
        if name not in unknown & set(wrong):
            assert held[name] == as_list(value), name
    assert count(db, Series) == 0


def test_the_preview_carries_everything_and_so_does_going_back(leader: Leader, db: Any) -> None:
    preview = leader.send(EVERYTHING)
    assert preview.status_code == 200
    carried = values(preview.text)
    for name, value in EVERYTHING.items():
        assert carried[name] == as_list(value), name
    back = leader.client.post(leader.address, data=carried | {"step": "edit"})
    assert back.status_code == 200
    again = values(back.text)
    for name, value in EVERYTHING.items():
        assert again[name] == as_list(value), name
    assert leader.client.post(leader.address, data=carried | {"step": "publish"}).status_code == 303
    assert count(db, Series) == 1


@pytest.mark.parametrize(
    ("step", "name", "group"),
    [("more_positions", "positions-3-name", "positions"), ("more_shifts", "shifts-1-starts_time", "shifts")],
)
def test_another_row_without_scripts(leader: Leader, db: Any, step: str, name: str, group: str) -> None:
    assert f'name="{name}"' not in leader.client.get(leader.address).text
    typed = {"title": "还没填完", "positions-0-name": "引导", "capacity": "many"}
    answer = leader.send(typed, step)
    assert answer.status_code == 200
    assert f'name="{name}"' in answer.text
    assert f'<details class="fold" open id="group-{group}">' in answer.text
    assert "error-summary" not in answer.text
    held = values(answer.text)
    assert (held["title"], held["positions-0-name"]) == (["还没填完"], ["引导"])
    assert count(db, Series) == 0


def test_rows_do_not_grow_for_ever(leader: Leader) -> None:
    many = {f"positions-{n}-name": "" for n in range(60)}
    answer = leader.send(FILLED | many, "more_positions")
    assert answer.status_code == 200
    assert answer.text.count("个岗位</legend>") == 40


def test_only_leaders_of_the_team_are_warned(leader: Leader, db: Any) -> None:
    answer = leader.publish(FILLED | {"minimum_people": "2", "receivers": str(make.person().id)})
    assert answer.status_code == 422
    assert count(db, Series) == 0


def test_strangers_do_not_learn_of_the_form(leader: Leader, client_for: SignIn, client: FlaskClient) -> None:
    stranger = client_for(make.person())
    assert stranger.get(leader.address).status_code == 404
    assert stranger.post(leader.address, data=FILLED | {"title": ""}).status_code == 404
    assert client.get(leader.address).status_code == 302
