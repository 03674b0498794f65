"""The pages on which dates and series are edited, cancelled and ended."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence, Series
from volunteer.activities.service.changing.changes import DateWish
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.formkey import FormKey
from volunteer.outbox.models import Message

SignIn = Callable[[Any], FlaskClient]
TUESDAY = dt.date(2026, 11, 24)
DATE = {
    "scope": "one",
    "on": "2026-11-25",
    "starts_time": "09:00",
    "ends_time": "10:30",
    "date_place": "二楼",
}
DATE |= {"date_capacity": "20", "note": ""}
SERIES = {
    "scope": "all", "title": "大扫除", "content": "打扫", "place": "社区广场", "capacity": "20", "risk_statement": "无",
    "times-0-starts_time": "15:00", "times-0-ends_time": "17:00", "repeat": "same", "on_holiday": "keep",
    "on_makeup": "keep",
}  # fmt: skip


@pytest.fixture
def series(db: Any) -> Series:
    team = make.team()
    row = make.series(team, starts_on=TUESDAY, recurrence="FREQ=WEEKLY;BYDAY=TU", content="打扫")
    service.extend([row.id])
    db.session.commit()
    return row


@pytest.fixture
def leader(series: Series, client_for: SignIn) -> FlaskClient:
    return client_for(make.leader(make.db.session.get_one(make.Team, series.team_id)))


def dates(series: Series) -> list[Occurrence]:
    statement = sa.select(Occurrence).where(Occurrence.series_id == series.id).order_by(Occurrence.starts_at)
    return list(make.db.session.scalars(statement.execution_options(populate_existing=True)))


def shown(page: str) -> str:
    found = re.search(r'name="shown" value="([^"]+)"', page)
    assert found
    return found[1]


def address(date: Occurrence) -> str:
    return f"/activities/{date.id}/edit"


def test_one_date_is_looked_at_and_then_changed(series: Series, leader: FlaskClient) -> None:
    date = dates(series)[0]
    make.sign_up(date)
    assert 'value="2026-11-24"' in leader.get(address(date)).text
    preview = leader.post(address(date), data=DATE)
    assert preview.status_code == 200
    assert "11月25日 周\u2060三 9:00–\u206010:30" in preview.text
    assert "报了名的 1 人次会收到通知" in preview.text
    assert dates(series)[0].place == "社区广场"
    assert make.db.session.scalar(sa.select(sa.func.count()).select_from(FormKey)) == 0
    answer = leader.post(
        address(date), data=DATE | {"step": "confirm", "shown": shown(preview.text), "words": "换个地方"}
    )
    assert answer.status_code == 303
    page = leader.get(answer.location).text
    assert "通知了 1 个人" in page
    assert "11月25日" in page
    assert "已单独修改" in page
    note = make.db.session.scalars(sa.select(Message).where(Message.kind == "activity_changed")).first()
    assert note.payload["words"] == "换个地方"


def test_what_is_typed_wrongly_is_shown_again(series: Series, leader: FlaskClient) -> None:
    date = dates(series)[0]
    wrong = leader.post(address(date), data=DATE | {"ends_time": "08:00"})
    assert wrong.status_code == 422
    assert 'value="2026-11-25"' in wrong.text
    assert "结束要晚于开始" in wrong.text


@pytest.mark.parametrize("on", ["2026-02-30", "x", "2026-11-20", "9999-99-99", "1e9", ""])
def test_strange_days_are_refused(series: Series, leader: FlaskClient, on: str) -> None:
    assert leader.post(address(dates(series)[0]), data=DATE | {"on": on}).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"capacity": "0"},
        {"repeat": "sometimes"},
        {"repeat": "weekly"},  # without a first day
        {"times-0-starts_time": ""},
        {"on_holiday": "maybe"},
        {"scope": "some"},
    ],
)
def test_what_makes_no_sense_for_a_series_is_refused(
    series: Series, leader: FlaskClient, wrong: dict[str, str]
) -> None:
    assert leader.post(address(dates(series)[0]), data=SERIES | wrong).status_code == 422
    assert dates(series)[0].place == "社区广场"


def test_a_night_ends_on_the_next_day(series: Series, leader: FlaskClient) -> None:
    date = dates(series)[0]
    preview = leader.post(address(date), data=DATE | {"starts_time": "22:00", "ends_time": "01:00"})
    assert "11月25日 周\u2060三 22:00–\u2060次\u2060日\u00a01:00" in preview.text


def test_each_date_that_loses_its_day_is_asked_about(series: Series, leader: FlaskClient) -> None:
    date = dates(series)[2]
    make.sign_up(date)
    data = SERIES | {"repeat": "weekly", "first_on": "2026-11-25"}
    preview = leader.post(address(date), data=data)
    assert "新的安排里没有这几天" in preview.text
    assert f'name="fit-{date.id}" value="move"' in preview.text
    assert "12月9日 周\u2060三 15:00–\u206017:00" in preview.text
    data |= {f"fit-{date.id}": "cancel", "step": "confirm", "shown": shown(preview.text)}
    refused = leader.post(address(date), data=data)
    assert refused.status_code == 422
    assert "请写一句原因" in refused.text
    assert re.search(rf'name="fit-{date.id}" value="cancel" checked', refused.text)
    assert leader.post(address(date), data=data | {"words": "改到周三"}).status_code == 303
    assert dates(series)[2].state == "cancelled"
    assert "原因：改到周三" in leader.get(f"/activities/{date.id}").text


def test_a_sign_up_meanwhile_shows_the_page_again(series: Series, leader: FlaskClient) -> None:
    date = dates(series)[0]
    preview = leader.post(address(date), data=SERIES | {"place": "河边"})
    make.sign_up(date)
    data = SERIES | {"place": "河边", "step": "confirm", "shown": shown(preview.text)}
    again = leader.post(address(date), data=data)
    assert again.status_code == 409
    assert "请再看一眼" in again.text
    assert dates(series)[0].place == "社区广场"
    assert leader.post(address(date), data=data | {"shown": shown(again.text)}).status_code == 303
    assert {row.place for row in dates(series)} == {"河边"}


def test_back_to_the_form_keeps_what_was_typed(series: Series, leader: FlaskClient) -> None:
    page = leader.post(address(dates(series)[0]), data=SERIES | {"title": "新名字", "step": "edit"})
    assert page.status_code == 200
    assert 'value="新名字"' in page.text
    assert re.search(r'value="all" checked', page.text)


def test_this_and_later_makes_a_series_that_knows_the_earlier_one(
    series: Series, leader: FlaskClient
) -> None:
    date = dates(series)[3]
    data = SERIES | {"scope": "later", "title": "新名字"}
    preview = leader.post(address(date), data=data)
    assert "另立一个系列" in preview.text
    assert make.db.session.scalar(sa.select(sa.func.count()).select_from(Series)) == 1
    leader.post(address(date), data=data | {"step": "confirm", "shown": shown(preview.text)})
    new = make.db.session.scalars(sa.select(Series).where(Series.follows_id == series.id)).one()
    assert f"/series/{series.id}" in leader.get(f"/series/{new.id}").text
    assert "从2026年12月15日起，照新的安排接着办。" in leader.get(f"/series/{series.id}").text
    acts = set(make.db.session.scalars(sa.select(AuditEntry.act)))
    assert {"series_split", "series_changed"} <= acts


def test_a_date_goes_back_to_its_series(series: Series, leader: FlaskClient) -> None:
    date = dates(series)[0]
    service.edit_date(actor=_actor(series), occurrence_id=date.id, wish=DateWish(place="河边"))
    make.db.session.commit()
    make.sign_up(date)
    assert "已单独修改" in leader.get(address(date)).text
    page = leader.get(f"/activities/{date.id}/reset")
    assert "<s>河边</s> <b>社区广场</b>" in page.text
    make.sign_up(date)
    again = leader.post(f"/activities/{date.id}/reset", data={"shown": shown(page.text)})
    assert again.status_code == 409
    assert leader.post(f"/activities/{date.id}/reset", data={"shown": shown(again.text)}).status_code == 303
    assert (dates(series)[0].place, dates(series)[0].edited) == ("社区广场", "")
    assert leader.get(f"/activities/{date.id}/reset").status_code == 404


def _actor(series: Series) -> Any:
    return make.actor(make.leader(make.db.session.get_one(make.Team, series.team_id)))


def test_what_happens_once_has_one_form(db: Any, client_for: SignIn) -> None:
    team = make.team()
    series = make.series(team, starts_on=TUESDAY, content="打扫")
    service.extend([series.id])
    [date] = dates(series)
    visitor = client_for(make.leader(team))
    page = visitor.get(address(date)).text
    assert 'name="scope"' not in page
    assert 'name="title"' in page
    data = DATE | {"title": "新名字", "content": "打扫", "risk_statement": "无", "note": "带伞"}
    preview = visitor.post(address(date), data=data)
    assert "新的安排里没有这几天" not in preview.text
    assert (
        visitor.post(address(date), data=data | {"step": "confirm", "shown": shown(preview.text)}).status_code
        == 303
    )
    [date] = dates(series)
    assert (clock.local(date.starts_at).date(), date.place, date.note) == (
        dt.date(2026, 11, 25),
        "二楼",
        "带伞",
    )
    assert db.session.get_one(Series, series.id).title == "新名字"


def test_nothing_is_edited_that_is_cancelled_over_or_recorded(series: Series, leader: FlaskClient) -> None:
    first, second, third, *_ = dates(series)
    first.state, first.cancelled_reason = "cancelled", "下雨"
    second.recorded_at = clock.now()
    third.starts_at = third.ends_at - dt.timedelta(days=90)
    third.ends_at = third.starts_at + dt.timedelta(hours=1)
    make.db.session.commit()
    for date in (first, second, third):
        assert leader.get(address(date)).status_code == 409
    assert leader.get(f"/activities/{first.id}/cancel").status_code == 409


def test_a_series_ends_after_a_look(series: Series, leader: FlaskClient) -> None:
    make.sign_up(dates(series)[2])
    assert leader.get(f"/series/{series.id}/end").status_code == 200
    data = {"on": "2026-12-01", "reason": "队长搬走了"}
    preview = leader.post(f"/series/{series.id}/end", data=data)
    assert "1 人报名" in preview.text
    assert dates(series)[2].state == "published"
    make.sign_up(dates(series)[3])
    again = leader.post(
        f"/series/{series.id}/end", data=data | {"step": "confirm", "shown": shown(preview.text)}
    )
    assert again.status_code == 409
    done = leader.post(
        f"/series/{series.id}/end", data=data | {"step": "confirm", "shown": shown(again.text)}
    )
    assert done.status_code == 303
    assert [row.state for row in dates(series)][:2] == ["published", "cancelled"]
    assert "通知了 2 个人" in leader.get(done.location).text
    assert leader.post(f"/series/{series.id}/end", data=data | {"on": "2026-01-01"}).status_code == 422


def test_the_page_of_a_series_shows_what_is_special(
    series: Series, leader: FlaskClient, client: FlaskClient
) -> None:
    first, second, third, *_ = dates(series)
    first.edited, second.state, second.cancelled_reason = "place", "cancelled", "下雨"
    third.state = "cancelled"  # left out by an edit
    make.db.session.commit()
    page = leader.get(f"/series/{series.id}").text
    assert page.count("已单独修改") == 1
    assert page.count("已取消") == 1
    assert "结束这个系列" in page
    assert "已单独修改" not in client.get(f"/series/{series.id}").text


@pytest.mark.parametrize(
    ("recurrence", "found"),
    [
        ("FREQ=WEEKLY;BYDAY=TU,SA", ["weekly", "1", "5"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", ["fortnightly", "1"]),
        ("FREQ=MONTHLY;BYMONTHDAY=5,24", ["monthly_date", "5、24"]),
        ("FREQ=MONTHLY;BYDAY=4TU", ["monthly_weekday"]),
        ("FREQ=DAILY", ["same"]),  # no choice of the form
    ],
)
def test_the_form_shows_the_rule_as_it_is_and_leaves_it_when_nothing_is_changed(
    client_for: SignIn, db: Any, recurrence: str, found: list[str]
) -> None:
    team = make.team()
    series = make.series(team, starts_on=TUESDAY, recurrence=recurrence, content="打扫")
    service.extend([series.id])
    leader = client_for(make.leader(team))
    page = leader.get(address(dates(series)[0])).text
    fields = page[page.index('name="first_on"') : page.index('name="on_holiday"')]
    repeat, *days = re.findall(r"<(?:option selected|input[^>]* checked)[^>]* value=\"([^\"]+)\"", fields)
    days += re.findall(r'id="month_days"[^>]* value="([^"]+)"', fields)
    assert [repeat, *days] == found
    sent = {"repeat": found[0], "first_on": "2026-11-24", "offset": ""}
    if found[0] in ("weekly", "fortnightly"):
        sent["weekdays"] = found[1:]  # type: ignore[assignment]  # a form takes several
    elif found[1:]:
        sent["month_days"] = found[1]
    before = (series.recurrence, series.starts_on, [date.starts_at for date in dates(series)])
    form = SERIES | sent
    preview = leader.post(address(dates(series)[0]), data=form)
    assert preview.status_code == 200
    leader.post(address(dates(series)[0]), data=form | {"step": "confirm", "shown": shown(preview.text)})
    db.session.expire_all()
    assert (series.recurrence, series.starts_on, [date.starts_at for date in dates(series)]) == before
    assert series.title == "大扫除"


def test_several_days_of_the_month_are_chosen_in_the_edit_form(
    series: Series, leader: FlaskClient, db: Any
) -> None:
    form = SERIES | {"repeat": "monthly_date", "first_on": "2026-11-24", "month_days": "5日、20日"}
    date = dates(series)[0]
    wrong = leader.post(address(date), data=form | {"month_days": "四十"})
    assert wrong.status_code == 422
    assert "请写 1 到 31 之间的数" in wrong.text
    assert "每月5日、20日" in (preview := leader.post(address(date), data=form).text)
    leader.post(address(date), data=form | {"step": "confirm", "shown": shown(preview), "words": "改日子"})
    db.session.expire_all()
    assert series.recurrence == "FREQ=MONTHLY;BYMONTHDAY=5,20"
