"""The occurrence and the series through the web."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence, Series, SeriesShift, SeriesTheme, SignUp
from volunteer.core import clock, crypto
from volunteer.core.formkey import FormKey
from volunteer.people.models import AUDITOR, COUNTER_CLERK

HOUR = dt.timedelta(hours=1)
SignIn = Callable[[Any], FlaskClient]


def count(db: Any, model: Any) -> int:
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(model)))


def test_anybody_reads_who_when_where_and_the_risk(client: FlaskClient) -> None:
    charge = make.person(name="陈桂芳")
    series = make.series(
        make.team(name="萤火虫队"),
        person_in_charge=charge,
        content="扫楼道",
        risk_statement="小心路滑",
        recurrence="FREQ=WEEKLY;BYDAY=SU",
    )
    occurrence = make.occurrence(series)
    following = make.occurrence(series, starts_at=occurrence.starts_at + dt.timedelta(weeks=1))
    page = client.get(f"/activities/{occurrence.id}").text
    for words in (
        "11月22日 周\u2060日 15:00–\u206017:00",
        "社区广场",
        "萤火虫队",
        "扫楼道",
        "小心路滑",
        "每周日 15:00",
        "陈*",
    ):
        assert words in page, words
    assert f"/activities/{following.id}" in page
    assert "陈桂芳" not in page
    assert "登录后报名" in page


def test_an_unknown_activity_is_not_found(client: FlaskClient) -> None:
    assert client.get("/activities/987654321").status_code == 404
    assert client.get("/series/987654321").status_code == 404


def test_sign_up_and_off_again(db: Any, client_for: SignIn) -> None:
    occurrence, person = make.occurrence(), make.person()
    visitor, page = client_for(person), f"/activities/{occurrence.id}"
    assert "报名参加</span>" in visitor.get(page).text
    answer = visitor.post(f"{page}/sign-up")
    assert (answer.status_code, answer.location) == (303, page)
    seen = visitor.get(page).text
    assert "报名成功" in seen
    assert "取消报名</span>" in seen
    assert visitor.post(f"{page}/sign-off").status_code == 303
    assert "报名参加</span>" in visitor.get(page).text
    assert db.session.scalar(sa.select(Occurrence.taken)) == 0


def test_the_same_form_twice_takes_one_place(db: Any, client_for: SignIn) -> None:
    occurrence = make.occurrence()
    visitor, key = client_for(make.person()), crypto.token()
    answers = [visitor.post(f"/activities/{occurrence.id}/sign-up", data={"form_key": key}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert (count(db, SignUp), db.session.scalar(sa.select(Occurrence.taken))) == (1, 1)


def test_a_refusal_shows_the_page_as_it_is_with_the_reason(db: Any, client_for: SignIn) -> None:
    occurrence = make.occurrence(capacity=1)
    make.sign_up(occurrence)
    answer = client_for(make.person()).post(f"/activities/{occurrence.id}/sign-up")
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert "名额已满" in answer.text
    assert (count(db, SignUp), count(db, FormKey)) == (1, 0)


def test_a_visitor_is_sent_to_sign_in_and_leaves_nothing(db: Any, client: FlaskClient) -> None:
    occurrence = make.occurrence()
    for deed in ("sign-up", "sign-off", "sign-up-another"):
        answer = client.post(f"/activities/{occurrence.id}/{deed}")
        assert answer.status_code == 303
        assert answer.location == f"/sign-in?next=/activities/{occurrence.id}"
    assert (count(db, SignUp), count(db, FormKey)) == (0, 0)


def test_a_late_sign_off_asks_for_a_reason(db: Any, client_for: SignIn) -> None:
    occurrence, person = make.occurrence(starts_at=clock.now() + 3 * HOUR), make.person()
    row = make.sign_up(occurrence, person)
    visitor, page = client_for(person), f"/activities/{occurrence.id}"
    assert "离开始不到 12 小时了" in visitor.get(page).text
    answer = visitor.post(f"{page}/sign-off")
    assert answer.status_code == 422
    assert "请写一句不能来的原因" in answer.text
    assert visitor.post(f"{page}/sign-off", data={"reason": "发烧"}).status_code == 303
    db.session.refresh(row)
    assert (row.withdrawn_late, row.reason) == (True, "发烧")


def test_names_are_for_who_manages_the_activity(db: Any, client_for: SignIn) -> None:
    area = make.community()
    team = make.team(area)
    occurrence = make.occurrence(make.series(team))
    make.sign_up(occurrence, make.person(name="袁小满"))
    for person, sees, manages in (
        (make.person(), False, False),
        (make.member(team), False, False),
        (make.staff(COUNTER_CLERK, area), False, False),
        (make.leader(team), True, True),
        (make.staff(AUDITOR, area), False, False),
    ):
        page = client_for(person).get(f"/activities/{occurrence.id}").text
        assert ("袁小满" in page) is sees
        assert ("点名登记" in page) is manages
        assert ("取消这一场" in page) is manages


def test_the_leader_cancels_with_a_reason(db: Any, client_for: SignIn) -> None:
    team = make.team()
    occurrence = make.occurrence(make.series(team))
    visitor, page = client_for(make.leader(team)), f"/activities/{occurrence.id}"
    make.sign_up(occurrence)
    agreed = {"reason": "下雨", "agreed": "y"}
    assert "报名的 1 人都会收到通知" in visitor.get(f"{page}/cancel").text
    assert visitor.post(f"{page}/cancel").status_code == 422
    assert visitor.post(f"{page}/cancel", data={"reason": "下雨"}).status_code == 422
    assert client_for(make.person()).post(f"{page}/cancel", data=agreed).status_code == 404
    assert visitor.post(f"{page}/cancel", data=agreed).status_code == 303
    seen = visitor.get(page).text
    assert "通知了 1 位报名的人" in seen
    assert "原因：下雨" in seen
    assert "报名参加</span>" not in seen


def test_the_leader_signs_somebody_up_by_number(db: Any, client_for: SignIn) -> None:
    team, neighbour = make.team(), make.person()
    occurrence = make.occurrence(make.series(team))
    visitor, address = client_for(make.leader(team)), f"/activities/{occurrence.id}/sign-up-another"
    assert visitor.post(address, data={"who": "V99999999"}).status_code == 422
    assert visitor.post(address, data={"who": neighbour.number}).status_code == 303
    assert db.session.scalars(sa.select(SignUp.person_id)).all() == [neighbour.id]
    again = visitor.post(address, data={"who": neighbour.number})
    assert again.status_code == 422
    assert "这位志愿者已经报过名了" in again.text
    assert client_for(make.person()).post(address, data={"who": neighbour.number}).status_code == 404


def test_several_of_one_name_are_asked_for_the_number(db: Any, client_for: SignIn) -> None:
    team = make.team()
    occurrence = make.occurrence(make.series(team))
    for _ in range(2):
        make.person(name="王芳")
    answer = client_for(make.leader(team)).post(
        f"/activities/{occurrence.id}/sign-up-another", data={"who": "王芳"}
    )
    assert answer.status_code == 422
    assert "请改用志愿者编号" in answer.text
    assert count(db, SignUp) == 0


FILLED = {
    "title": "免费维修小家电",
    "category": "便民服务",
    "content": "修收音机。\n修电风扇。",
    "place": "麓源社区服务站",
    "starts_on": "2026-11-28",
    "starts_time": "09:00",
    "ends_time": "11:30",
    "repeat": "weekly",
    "weekdays": ["2", "5"],
    "capacity": "8",
    "risk_statement": "无",
}


def test_look_first_then_publish(db: Any, client_for: SignIn) -> None:
    team = make.team()
    leader = make.leader(team)
    visitor, address = client_for(leader), f"/teams/{team.id}/series/new"
    assert visitor.get(address).status_code == 200
    filled = FILLED | {"person_in_charge_id": str(leader.id)}
    preview = visitor.post(address, data=filled)
    assert preview.status_code == 200
    for words in ("每周三、周六 9:00", "2026年11月28日", "2026年12月12日", "2 小时 30 分"):
        assert words in preview.text, words
    assert 'name="weekdays" value="2"' in preview.text
    assert (count(db, Series), count(db, FormKey)) == (0, 0)
    changing = visitor.post(address, data=filled | {"step": "edit"})
    assert changing.status_code == 200
    assert 'value="麓源社区服务站"' in changing.text
    answer = visitor.post(address, data=filled | {"step": "publish"})
    assert answer.status_code == 303
    series = db.session.scalars(sa.select(Series)).one()
    assert answer.location == f"/series/{series.id}"
    assert (series.recurrence, series.duration_minutes) == ("FREQ=WEEKLY;BYDAY=WE,SA", 150)
    assert "每周三、周六 9:00" in visitor.get(answer.location).text


def test_the_preview_carries_everything_to_the_second_step(db: Any, client_for: SignIn) -> None:
    import re

    team = make.team()
    leader = make.leader(team)
    visitor, address = client_for(leader), f"/teams/{team.id}/series/new"
    everything = FILLED | {
        "person_in_charge_id": str(leader.id),
        "title_en": 'Repair "corner"',
        "minimum_age": "18",
        "members_only": "y",
        "is_dangerous": "y",
    }
    preview = visitor.post(address, data=everything).text.split("<main")[1]
    from html import unescape

    hidden: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', preview):
        hidden.setdefault(name, []).append(unescape(value))
    assert visitor.post(address, data=hidden | {"step": "publish"}).status_code == 303
    series = db.session.scalars(sa.select(Series)).one()
    assert (series.title_en, series.minimum_age, series.members_only) == ('Repair "corner"', 18, True)
    assert series.is_dangerous
    assert (series.content, series.recurrence) == ("修收音机。\n修电风扇。", "FREQ=WEEKLY;BYDAY=WE,SA")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "请填写这一项"),
        ({"starts_on": "2026-11-01"}, "第一次的日期已经过去了"),
        ({"starts_on": "2027-12-01"}, "最多提前安排一年"),
        ({"ends_time": "08:00"}, "结束要晚于开始"),
        ({"starts_on": "2027-01-30", "repeat": "monthly_weekday"}, "第五个星期"),
        ({"capacity": "100001"}, "1 到 100000"),
        ({"capacity": "99999999999999999999"}, "1 到 100000"),
        ({"capacity": "NaN"}, "1 到 100000"),
        ({"starts_on": "2026-02-30"}, "真实的日期"),
        ({"title": "\x00"}, "特殊字符"),
        ({"title": "长" * 121}, "120"),
        ({"person_in_charge_id": "999999"}, ""),
        ({"person_in_charge_id": "x"}, ""),
        ({"category": "x"}, ""),
        ({"repeat": "x"}, ""),
        ({"weekdays": ["9"]}, ""),
        ({"starts_time": "25:00"}, ""),
    ],
)
@pytest.mark.parametrize("step", ["", "publish"])
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    db: Any, client_for: SignIn, wrong: dict[str, Any], words: str, step: str
) -> None:
    team = make.team()
    leader = make.leader(team)
    data = FILLED | {"person_in_charge_id": str(leader.id), "step": step} | wrong
    answer = client_for(leader).post(f"/teams/{team.id}/series/new", data=data)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="麓源社区服务站"' in answer.text
    assert count(db, Series) == 0


def test_only_who_leads_the_team_sees_the_form(db: Any, client: FlaskClient, client_for: SignIn) -> None:
    team = make.team()
    address = f"/teams/{team.id}/series/new"
    assert client.get(address).status_code == 302
    assert client_for(make.member(team)).get(address).status_code == 404
    assert client_for(make.member(team)).post(address, data=FILLED).status_code == 404
    assert client_for(make.leader(team)).get("/teams/987654321/series/new").status_code == 404


def test_the_series_page_renews(db: Any, client: FlaskClient, client_for: SignIn) -> None:
    team = make.team()
    series = make.series(
        team,
        recurrence="FREQ=MONTHLY;BYDAY=1SA",
        renewed_until=clock.today() + dt.timedelta(days=30),
    )
    make.occurrence(series, starts_at=clock.now() - 24 * HOUR)
    address = f"/series/{series.id}"
    assert "续期一年" not in client.get(address).text
    assert client.post(f"{address}/renew").location == f"/sign-in?next={address}"
    assert client_for(make.person()).post(f"{address}/renew").status_code == 404
    leader = client_for(make.leader(team))
    page = leader.get(address).text
    assert "每月第一个星期六" in page
    assert "待登记" in page
    assert leader.post(f"{address}/renew").status_code == 303
    assert "已经续到 2027年11月21日" in leader.get(address).text


def test_what_happens_once_is_not_renewed(db: Any, client_for: SignIn) -> None:
    team = make.team()
    answer = client_for(make.leader(team)).post(f"/series/{make.series(team).id}/renew")
    assert answer.status_code == 409
    assert "只办一次" in answer.text


def test_pages_ask_the_same_number_of_statements_however_many_people(
    db: Any, client_for: SignIn, count_statements: Callable[[], list[str]]
) -> None:
    team = make.team()
    series = make.series(team, recurrence="FREQ=WEEKLY")
    occurrence = make.occurrence(series)
    visitor = client_for(make.leader(team))

    def statements(address: str) -> int:
        before = len(count_statements())
        assert visitor.get(address).status_code == 200
        return len(count_statements()) - before

    addresses = (f"/activities/{occurrence.id}", f"/series/{series.id}", "/my-activities")
    few = [statements(address) for address in addresses]
    for n in range(8):
        make.sign_up(occurrence)
        make.occurrence(series, starts_at=clock.now() + (n + 40) * HOUR)
    assert [statements(address) for address in addresses] == few
    assert max(few) <= 10


def test_a_date_is_told_in_few_statements_to_whom_has_nothing_to_do_there(
    db: Any, client: FlaskClient, client_for: SignIn, count_statements: Callable[[], list[str]]
) -> None:
    """What few dates have (a line, themes, shifts, somebody who left) is looked up only where there is any."""
    address = f"/activities/{make.occurrence(make.series(recurrence='FREQ=WEEKLY')).id}"

    def statements(visitor: FlaskClient) -> int:
        before = len(count_statements())
        assert visitor.get(address).status_code == 200
        return len(count_statements()) - before

    assert statements(client) <= 3
    assert statements(client_for(make.person())) <= 9


def test_of_a_date_with_all_of_it_nothing_is_left_out(db: Any, client_for: SignIn) -> None:
    team = make.team()
    series = make.series(team, recurrence="FREQ=DAILY")
    date = make.occurrence(series, capacity=1)
    month = clock.local(date.starts_at).date().replace(day=1)
    db.session.add(SeriesTheme(series_id=series.id, month=month, text="冬至包饺子"))
    db.session.add(SeriesShift(series_id=series.id, number=1, start_time=dt.time(19), duration_minutes=60))
    gone, waits = make.person(name="钱一走"), make.person(name="孙等等")
    make.sign_up(date, gone)
    service.sign_off(actor=make.actor(gone), occurrence_id=date.id, reason="腰疼")
    make.sign_up(date)
    service.join_line(actor=make.actor(waits), occurrence_id=date.id)
    page = client_for(make.leader(team)).get(f"/activities/{date.id}").text
    assert all(word in page for word in ("冬至包饺子", "19:00", "钱一走", "孙等等"))


def test_the_dates_that_follow_are_those_after_the_one_looked_at(client: FlaskClient, db: Any) -> None:
    series = make.series(recurrence="FREQ=WEEKLY;BYDAY=SA")
    dates = [make.occurrence(series, starts_at=clock.now() + dt.timedelta(days=7 * n)) for n in range(1, 5)]
    page = client.get(f"/activities/{dates[1].id}").text
    follow = page.split("后面几场")[1]
    assert [f"/activities/{date.id}" in follow for date in dates] == [False, False, True, True]


def test_a_task_of_some_days_is_told_by_its_days(client: FlaskClient, db: Any) -> None:
    series = make.series(
        recurrence="FREQ=WEEKLY;BYDAY=SA", kind="flexible", window_days=7, start_time=dt.time(0)
    )
    service.extend([series.id])
    date = db.session.scalars(sa.select(Occurrence).order_by(Occurrence.starts_at)).first()
    page = client.get(f"/activities/{date.id}").text
    assert "每周六起，7 天之内" in page
    assert "任何一天" in page.split("后面几场")[1]
    assert " 0:00" not in page
    assert "每周六起，7 天之内" in client.get(f"/series/{series.id}").text
