"""The pages of the holiday table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from tests.workdays.test_rules import NOTICE
from volunteer.core import clock
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, COUNTER_CLERK, SUBDISTRICT_STAFF, SYSTEM_ADMIN
from volunteer.workdays import known, queries
from volunteer.workdays.models import CalendarYear

LINES = "2027-02-05 至 2027-02-11 放假 春节\n2027-02-14 上班\n"


@pytest.fixture
def street(db: Any) -> Any:
    return make.subdistrict()


@pytest.fixture
def staff(street: Any, client_for: Callable[..., FlaskClient]) -> FlaskClient:
    return client_for(make.staff(SUBDISTRICT_STAFF, street))


def entered(db: Any) -> int:
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(CalendarYear)))


@pytest.mark.parametrize(("year", "words"), [(2026, "来自公历资料库"), (2027, "按法律推算")])
def test_a_year_says_where_its_days_come_from(staff: FlaskClient, year: int, words: str) -> None:
    page = staff.get(f"/desk/calendar?year={year}").text
    assert words in page
    assert "国庆节" in page


@pytest.mark.parametrize("year", ["1999", "2031", "x"])
def test_a_year_far_away_has_no_page(staff: FlaskClient, year: str) -> None:
    assert staff.get(f"/desk/calendar?year={year}").status_code == 422
    assert staff.get(f"/desk/calendar/{year}/plan").status_code in {404, 422}


@pytest.mark.parametrize(
    ("role", "reads", "keeps"),
    [
        (COUNTER_CLERK, False, False),
        (COMMUNITY_STAFF, True, False),
        (AUDITOR, True, False),
        (SUBDISTRICT_STAFF, True, True),
        (SYSTEM_ADMIN, True, True),
    ],
)
def test_who_reads_and_who_keeps_the_table(
    db: Any, street: Any, client_for: Callable[..., FlaskClient], role: str, reads: bool, keeps: bool
) -> None:
    client = client_for(make.staff(role, street))
    page = client.get("/desk/calendar")
    assert page.status_code == (200 if reads else 403)
    assert ("贴上全年安排" in page.text) is keeps
    assert client.get("/desk/calendar/2027/plan").status_code == (200 if keeps else 403)
    deeds = {
        "plan": {"text": LINES, "step": "save"},
        "day": {"day": "2027-02-14", "kind": "workday"},
        "final": {"is_final": "1"},
        "forget": {},
    }
    for deed, data in deeds.items():
        answer = client.post(f"/desk/calendar/2027/{deed}", data=data)
        assert answer.status_code == (303 if keeps else 403), deed
    assert entered(db) == 0


def test_a_plan_is_looked_at_before_it_is_kept(db: Any, staff: FlaskClient) -> None:
    page = staff.post("/desk/calendar/2027/plan", data={"text": LINES, "is_final": "y"}).text
    assert "共 7 天" in page
    assert "还没有保存" in page
    assert entered(db) == 0
    answer = staff.post("/desk/calendar/2027/plan", data={"text": LINES, "is_final": "y", "step": "save"})
    assert answer.status_code == 303
    year = queries.year(2027)
    assert (len(year.days), year.is_final, year.source) == (8, True, queries.ENTERED)
    assert "正式安排" in staff.get("/desk/calendar?year=2027").text


def test_the_official_notice_can_be_pasted(db: Any, staff: FlaskClient) -> None:
    page = staff.post("/desk/calendar/2026/plan", data={"text": NOTICE}).text
    assert "值班" in page  # a line without a date is shown, not lost
    staff.post("/desk/calendar/2026/plan", data={"text": NOTICE, "is_final": "y", "step": "save"})
    assert queries.year(2026).source == queries.ENTERED
    assert queries.year(2026).days == known.days_of(2026)


def test_wrong_lines_come_back_with_what_was_typed(db: Any, staff: FlaskClient) -> None:
    text = LINES + "2027-02-15 上班\n过年大吉 2027-02-20\n"
    for step in ("", "save"):
        answer = staff.post("/desk/calendar/2027/plan", data={"text": text, "step": step})
        assert answer.status_code == 422
        assert "过年大吉 2027-02-20</textarea>" in answer.text
        assert "本来就上班" in answer.text
        assert "看不出" in answer.text
    assert entered(db) == 0


def test_going_back_to_the_text_loses_nothing(staff: FlaskClient) -> None:
    answer = staff.post("/desk/calendar/2027/plan", data={"text": LINES, "step": "edit"})
    assert answer.status_code == 200
    assert "2027-02-14 上班" in answer.text


def test_an_empty_text_is_refused(db: Any, staff: FlaskClient) -> None:
    assert staff.post("/desk/calendar/2027/plan", data={"text": " ", "step": "save"}).status_code == 422
    assert entered(db) == 0


def test_the_form_offers_what_is_known(staff: FlaskClient) -> None:
    page = staff.get("/desk/calendar/2026/plan").text
    assert "2026-02-15 至 2026-02-23 放假 春节" in page


def test_one_day_is_put_and_taken_away(db: Any, staff: FlaskClient) -> None:
    day = {"day": "2027-02-14", "kind": "workday", "name": "春节"}
    assert staff.post("/desk/calendar/2027/day", data=day).status_code == 303
    assert queries.calendar(dt.date(2027, 2, 14), dt.date(2027, 2, 14)).is_makeup(dt.date(2027, 2, 14))
    assert staff.post("/desk/calendar/2027/day", data=day | {"kind": "usual"}).status_code == 303
    assert queries.year(2027).days == known.days_of(2027)


@pytest.mark.parametrize(
    "day",
    [
        {"day": "2027-02-15", "kind": "workday"},
        {"day": "2026-02-15", "kind": "holiday"},
        {"day": "", "kind": "holiday"},
        {"day": "2027-02-14", "kind": "feast"},
    ],
)
def test_a_wrong_day_is_refused_on_the_page(db: Any, staff: FlaskClient, day: dict[str, str]) -> None:
    assert staff.post("/desk/calendar/2027/day", data=day).status_code == 422
    assert entered(db) == 0


def test_a_year_can_be_marked_and_given_back(db: Any, staff: FlaskClient) -> None:
    staff.post("/desk/calendar/2027/final", data={"is_final": "1"})
    assert queries.year(2027).is_final
    staff.post("/desk/calendar/2027/final", data={"is_final": "0"})
    assert not queries.year(2027).is_final
    staff.post("/desk/calendar/2027/forget")
    assert queries.year(2027).source == queries.LAW


def test_the_desk_warns_from_november_on_until_the_plan_is_entered(
    db: Any, street: Any, client_for: Callable[..., FlaskClient]
) -> None:
    words = "2027 年的放假和调休安排还没有录入"
    person = make.staff(SUBDISTRICT_STAFF, street)
    assert words in client_for(person).get("/desk").text
    assert words not in client_for(make.staff(COMMUNITY_STAFF, street)).get("/desk").text
    with clock.fixed(clock.at_local(dt.date(2026, 10, 31), dt.time(12))):
        assert words not in client_for(person).get("/desk").text
    with clock.fixed(clock.at_local(dt.date(2027, 3, 1), dt.time(12))):
        assert words in client_for(person).get("/desk").text
    client = client_for(person)
    client.post("/desk/calendar/2027/plan", data={"text": LINES, "is_final": "y", "step": "save"})
    assert words not in client.get("/desk").text


def test_the_page_of_a_series_says_that_the_plan_is_missing(db: Any, client_for: Callable[..., Any]) -> None:
    """R054; 2027 begins within the coming eight weeks."""
    words = "2027 年的放假安排还没有公布"
    team = make.team()
    leader = client_for(make.leader(team))
    minding = make.series(team, recurrence="FREQ=WEEKLY", on_holiday="skip")
    keeping = make.series(team, recurrence="FREQ=WEEKLY")
    assert words in leader.get(f"/series/{minding.id}").text
    assert words not in leader.get(f"/series/{keeping.id}").text
    assert words not in client_for(make.person()).get(f"/series/{minding.id}").text


def test_the_page_of_a_series_leads_to_its_questions(db: Any, client_for: Callable[..., Any]) -> None:
    team = make.team()
    series = make.series(team, recurrence="FREQ=WEEKLY", on_holiday="ask")
    date = make.occurrence(series, asks="holiday", state="undecided")
    leader = client_for(make.leader(team))
    assert f"/activities/{date.id}/decide" in leader.get(f"/series/{series.id}").text
    assert f"/activities/{date.id}/decide" in leader.get(f"/activities/{date.id}").text


@pytest.mark.portable
def test_what_the_law_gives_and_the_plan_lacks_is_said(staff: FlaskClient) -> None:
    page = staff.post("/desk/calendar/2027/plan", data={"text": LINES, "is_final": "y"}).text
    assert "法律规定放假的，这里没有" in page
    assert "国庆节 10月1日（周五）至10月3日（周日）放假，共 3 天" in page
    assert "春节 2月5日" not in page
    official = staff.post("/desk/calendar/2026/plan", data={"text": NOTICE, "is_final": "y"}).text
    assert "法律规定放假的，这里没有" not in official


@pytest.mark.portable
def test_days_of_another_year_are_shown_and_not_kept(staff: FlaskClient, db: Any) -> None:
    text = "一、元旦：2026年12月31日（周四）至2027年1月2日（周六）放假调休，共3天。"
    page = staff.post("/desk/calendar/2027/plan", data={"text": text}).text
    assert "不在 2027 年的日子" in page
    assert "12月31日（周四）放假，共 1 天" in page
    assert 'href="/desk/calendar?year=2026"' in page
    assert staff.post("/desk/calendar/2027/plan", data={"text": text, "step": "save"}).status_code == 303
    assert [day.day for day in queries.year(2027).days] == [dt.date(2027, 1, 1), dt.date(2027, 1, 2)]
    assert queries.year(2026).source == queries.LIBRARY
