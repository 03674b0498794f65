"""The roll call and its neighbours through the web, as leaders, residents and passers-by see them."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.hours.test_certificate import issue, served
from tests.hours.test_record import Mark, balance, held, record
from tests.hours.test_reverse import recorded
from volunteer.areas.models import Area
from volunteer.core import crypto
from volunteer.hours import service
from volunteer.hours.models import Batch, Certificate, ServiceRecord
from volunteer.ledger.models import HOURS

pytestmark = pytest.mark.usefixtures("any_date")


@pytest.fixture
def called(db, client_for) -> SimpleNamespace:
    """An activity with two sign-ups, and its leader in front of the roll call."""
    at = held()
    make.earning_rule(10)
    at.here = make.sign_up(at.occurrence, make.person(name="陈桂芳")).person_id
    at.late = make.sign_up(at.occurrence, make.person(name="王建国")).person_id
    at.walk_in = make.member(at.team, make.person(name="钱多多"))
    at.browser = client_for(at.leader)
    at.url = f"/activities/{at.occurrence.id}/roll-call"
    at.list_url = at.url + "/list"
    return at


def batches(db: Any) -> int:
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(Batch)))


def test_everybody_signed_up_stands_there_as_present(called):
    page = called.browser.get(called.url).text
    assert "1 · 陈桂芳" in page
    assert "2 · 王建国" in page
    assert page.count('value="present" checked') == 2
    assert "记录 2 人，共 5 小时" in page


def test_one_button_records_the_list_and_shows_the_batch(db, called):
    answer = called.browser.post(
        called.url,
        data={f"mark-{called.late}": "late", f"off-{called.late}": "30", "shown": "2:270"},
    )
    assert answer.status_code == 303
    found = dict(db.session.execute(sa.select(ServiceRecord.person_id, ServiceRecord.attendance)).all())
    assert found == {called.here: "present", called.late: "late"}
    page = called.browser.get(answer.location).text
    assert "2 人，共 4 小时 30 分" in page
    assert "+2 小时 · +20 分" in page
    assert called.browser.get(called.url).location == answer.location


def test_the_same_form_twice_records_once(db, called):
    data = {"form_key": crypto.token()}
    first, second = (called.browser.post(called.url, data=data) for _ in range(2))
    assert first.location == second.location
    assert batches(db) == 1


def test_what_the_button_said_is_what_is_recorded(db, called):
    """Without scripts the button cannot count along: a changed list is shown once more first."""
    data = {f"mark-{called.late}": "absent", "shown": "2:300"}
    answer = called.browser.post(called.url, data=data)
    assert answer.status_code == 422
    assert "记录 2 人，共 2 小时 30 分" in answer.text
    assert batches(db) == 0
    assert called.browser.post(called.url, data={**data, "shown": "2:150"}).status_code == 303


@pytest.mark.parametrize("off", ["", "0", "151", "-3", "三十", "１２", "9" * 30, "1e1", "NaN"])
def test_bad_minutes_are_said_at_their_person_and_nothing_is_recorded(db, called, off):
    data = {f"mark-{called.late}": "left_early", f"off-{called.late}": off}
    answer = called.browser.post(called.url, data=data)
    assert answer.status_code == 422
    assert f'href="#off-{called.late}">王建国</a> 请填 1 到 150 之间的整数。' in answer.text
    assert 'value="left_early" checked' in answer.text
    assert batches(db) == 0


def test_a_walk_in_is_found_added_and_dropped_and_all_marks_stay(db, called):
    marks = {f"mark-{called.late}": "late", f"off-{called.late}": "15"}
    found = called.browser.post(called.list_url, data={**marks, "do": "find", "find": "多多"})
    assert found.status_code == 200
    add = f"add:{called.walk_in.id}"
    assert f'value="{add}"' in found.text
    assert "钱多多" not in found.text  # masked until recorded
    assert 'value="late" checked' in found.text
    added = called.browser.post(called.list_url, data={**marks, "do": add}).text
    assert "3 · 钱*" in added
    assert 'value="15"' in added
    data = {**marks, "walk_in": str(called.walk_in.id)}
    dropped = called.browser.post(called.list_url, data={**data, "do": f"drop:{called.walk_in.id}"}).text
    assert "3 · " not in dropped
    assert batches(db) == 0
    assert called.browser.post(called.url, data=data).status_code == 303
    assert balance(HOURS, called.walk_in) == 150


@pytest.mark.parametrize("what", ["number", "phone", "tail", "name"])
def test_a_walk_in_is_found_by_number_phone_last_digits_or_name(db, called, what):
    stranger = make.person(name="周德全", phone="+8613712345678")
    text = {"number": stranger.number, "phone": "137 1234 5678", "tail": "5678", "name": "周德全"}[what]
    page = called.browser.post(called.list_url, data={"do": "find", "find": text}).text
    assert f'value="add:{stranger.id}"' in page
    assert "13712345678" not in page or what == "phone"


def test_nobody_is_found_by_part_of_a_strangers_name(db, called):
    stranger = make.person(name="周德全")
    page = called.browser.post(called.list_url, data={"do": "find", "find": "德全"}).text
    assert f"add:{stranger.id}" not in page
    assert "没有找到“德全”" in page


@pytest.mark.parametrize("text", ["", "陈", "\x00\x00", "甲" * 200, "%%", "__"])
def test_searching_for_nothing_much_finds_nothing_and_breaks_nothing(db, called, text):
    answer = called.browser.post(called.list_url, data={"do": "find", "find": text})
    assert answer.status_code == 200
    assert "add:" not in answer.text


@pytest.mark.parametrize("id_", ["0", "-1", "x", "9" * 40, "999999"])
def test_invented_walk_ins_are_left_out(db, called, id_):
    answer = called.browser.post(called.list_url, data={"walk_in": id_, "do": f"add:{id_}"})
    assert answer.status_code == 200
    assert "3 · " not in answer.text


def test_a_refusal_keeps_what_was_marked(db, called):
    begins = called.occurrence.starts_at
    earlier = make.occurrence(called.series, starts_at=begins - dt.timedelta(hours=7), ends_at=begins)
    record(called, Mark(called.here, "present"), occurrence=earlier)
    answer = called.browser.post(called.url, data={f"mark-{called.late}": "excused"})
    assert answer.status_code == 409
    assert "一天 8 小时 的上限" in answer.text
    assert 'value="excused" checked' in answer.text
    assert batches(db) == 1


def test_before_the_start_there_is_no_button(db, called):
    later = make.occurrence(called.series)
    url = f"/activities/{later.id}/roll-call"
    page = called.browser.get(url).text
    assert "活动还没有开始" in page
    assert "data-record" not in page
    make.sign_up(later)
    assert called.browser.post(url).status_code == 409
    assert batches(db) == 0


def test_strangers_and_passers_by_see_no_list(db, called, client, client_for):
    member = client_for(called.walk_in)
    for url in (called.url, called.list_url):
        assert member.post(url).status_code == 404
        assert client.post(url).status_code == 302
    answer = member.get(called.url)
    assert answer.status_code == 404
    assert "陈桂芳" not in answer.text
    assert called.browser.get("/activities/999999/roll-call").status_code == 404


def test_three_hundred_people_fit_on_the_page_with_few_statements(db, client_for, count_statements):
    at, area = held(capacity=300), make.community()
    for _ in range(300):
        make.sign_up(at.occurrence, make.person(area))
    browser = client_for(at.leader)
    seen = count_statements()
    seen.clear()
    assert browser.get(f"/activities/{at.occurrence.id}/roll-call").status_code == 200
    assert len(seen) <= 6


def test_a_batch_is_reversed_from_its_page_with_a_reason(db, client_for):
    person = make.person()
    at = recorded(person)
    browser, url = client_for(at.leader), f"/batches/{at.batch.id}"
    empty = browser.post(url + "/reverse", data={"reason": " "})
    assert empty.status_code == 422
    assert balance(HOURS, person) == 150
    assert browser.post(url + "/reverse", data={"reason": "日期填错了"}).status_code == 303
    page = browser.get(url).text
    assert "日期填错了" in page
    assert "重新点名" in page
    again = browser.post(url + "/reverse", data={"reason": "再来一次"})
    assert again.status_code == 409
    assert "已经冲正过" in again.text
    assert balance(HOURS, person) == 0


def test_others_do_not_see_a_batch(db, client, client_for):
    person = make.person()
    at = recorded(person)
    url = f"/batches/{at.batch.id}"
    assert client_for(person).get(url).status_code == 404
    assert client_for(person).post(url + "/reverse", data={"reason": "看看"}).status_code == 404
    assert client.get(url).status_code == 302
    auditor = client_for(make.staff("auditor", db.session.get_one(Area, at.team.area_id)))
    assert "冲正这份记录" not in auditor.get(url).text


def test_my_time_shows_words_figures_and_reasons(db, client_for):
    person = make.person()
    recorded(person)
    page = client_for(person).get("/my-time").text
    assert "正常 · 本月 2 小时 30 分" in page
    assert "150 分钟 × 10 分/小时 = 25 分" in page
    assert "再服务 97 小时 30 分，就是一星志愿者" in page


@pytest.mark.parametrize("before", ["x", "0", "-1", "9" * 30])
def test_a_strange_cursor_is_refused(db, client_for, before):
    assert client_for(make.person()).get(f"/my-time?before={before}").status_code == 422


def test_a_certificate_is_issued_printed_and_checked_by_anybody(db, client, client_for):
    at = served(0, 7)
    browser = client_for(at.person)
    answer = browser.post("/certificates", data={"from_on": "2026-01-01", "until_on": "2026-11-21"})
    assert answer.status_code == 303
    made = db.session.scalars(sa.select(Certificate)).one()
    paper = browser.get(answer.location).text
    code = f"{made.check_code[:5]} {made.check_code[5:]}"
    for words in (
        "陈桂芳",
        at.person.number,
        made.number,
        "合计 5 小时",
        code,
        "data:image/svg+xml",
        "不是全国",
    ):
        assert words in paper
    found = client.get(f"/check?code={made.check_code}").text
    assert "有效" in found
    assert "陈*" in found
    assert "陈桂芳" not in found
    assert at.person.number not in found


@pytest.mark.parametrize(
    ("from_on", "until_on"),
    [
        ("", ""),
        ("2026-02-30", "2026-11-21"),
        ("2026-11-21", "2026-01-01"),
        ("2026-01-01", "2026-11-22"),
        ("x", "1"),
    ],
)
def test_a_bad_period_is_said_and_nothing_is_issued(db, client_for, from_on, until_on):
    at = served(0)
    answer = client_for(at.person).post("/certificates", data={"from_on": from_on, "until_on": until_on})
    assert answer.status_code == 422
    assert re.search('class="field-error"|error-summary', answer.text)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Certificate)) == 0


def test_anothers_certificate_is_not_found_but_staff_may_issue_and_print(db, client, client_for):
    at = served(0)
    made = issue(at.person)
    db.session.commit()
    url = f"/certificates/{made.id}"
    assert client.get(url).status_code == 302
    assert client_for(at.leader).get(url).status_code == 404
    assert client_for(at.leader).get(f"/certificates?person={at.person.id}").status_code == 404
    staff = client_for(make.staff("community_staff", db.session.get_one(Area, at.person.area_id)))
    assert staff.get(url).status_code == 200
    period = {"from_on": "2026-01-01", "until_on": "2026-11-21"}
    assert staff.post(f"/certificates?person={at.person.id}", data=period).status_code == 303


def test_a_superseded_certificate_says_so_on_paper_and_on_checking(db, client, client_for):
    at = served(0)
    made = issue(at.person)
    service.reverse(actor=at.actor, batch_id=at.batches[0].id, reason="点错了人")
    db.session.commit()
    assert "已被更正" in client.get(f"/check?code={made.check_code}").text
    assert "请重新出具一张" in client_for(at.person).get(f"/certificates/{made.id}").text


@pytest.mark.parametrize("code", ["AAAAAAAAAA", "x" * 500, "％", "%27--", "AAAAA%20AAAAA"])
def test_an_unknown_code_is_told_kindly(db, client, code):
    answer = client.get(f"/check?code={code}")
    assert answer.status_code == 200
    assert "没有找到这张证明" in answer.text
