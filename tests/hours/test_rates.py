"""How hours earn points: who says it, from when, and what happens to what was recorded before (R100, R101)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests import make
from volunteer.core import clock
from volunteer.hours import rates, service
from volunteer.hours.service import rates as rules
from volunteer.hours.service.record import rule_on
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, SUBDISTRICT_STAFF

FORM = {"points_per_hour": "12", "most": "4", "valid_from": "2026-12-01"}


@pytest.fixture
def sub_district(db: Any, client_for: Any) -> Any:
    return client_for(make.staff(SUBDISTRICT_STAFF, make.subdistrict()))


def test_the_sub_district_sets_a_rule_and_everybody_on_the_desk_reads_it(sub_district, client_for):
    assert "还没有积分规则" in sub_district.get("/desk/points-rule").text
    answer = sub_district.post("/desk/points-rule", data=FORM)
    assert answer.status_code == 303
    found = rule_on(dt.date(2026, 12, 1))
    assert found is not None
    assert (found.points_per_hour, found.most_minutes_per_activity) == (12, 240)
    page = client_for(make.staff(COMMUNITY_STAFF, make.community())).get("/desk/points-rule").text
    assert "每小时 12 分" in page
    assert "定下来" not in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"points_per_hour": "1001"}, "1000"),
        ({"points_per_hour": "ten"}, "数字"),
        ({"valid_from": "2020-01-01"}, "最早 31 天以前"),
        ({"most": "25"}, "24"),
    ],
)
def test_a_wrong_rule_is_refused_and_stays_on_the_page(sub_district, wrong, sentence):
    answer = sub_district.post("/desk/points-rule", data=FORM | wrong)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{next(iter(wrong.values()))}"' in answer.text
    assert rates.listed() == []


def test_community_staff_and_auditors_do_not_set_it(db, client_for):
    for role in (COMMUNITY_STAFF, AUDITOR):
        assert (
            client_for(make.staff(role, make.community())).post("/desk/points-rule", data=FORM).status_code
            == 403
        )
    assert not rates.is_any()


def test_until_there_is_a_rule_the_desk_says_so(sub_district):
    assert "还没有定积分规则" in sub_district.get("/desk").text
    sub_district.post("/desk/points-rule", data=FORM)
    assert "还没有定积分规则" not in sub_district.get("/desk").text


def test_rules_follow_one_another_and_of_one_day_the_last_counts(db):
    today = clock.today()
    day = dt.timedelta(days=1)
    for points, since in ((10, today - 20 * day), (5, today), (8, today), (0, today + 9 * day)):
        service.set_rate(actor_id=None, points_per_hour=points, valid_from=since)
    assert [(rate.points_per_hour, rate.since, rate.until) for rate in rates.listed()] == [
        (0, today + 9 * day, None),
        (8, today, today + 8 * day),
        (10, today - 20 * day, today - day),
    ]
    assert [rate.is_in_force for rate in rates.listed()] == [False, True, False]


def test_the_command_sets_the_first_rule(app, db):
    runner = app.test_cli_runner()
    answer = runner.invoke(args=["set-rate", "--points-per-hour", "10", "--from", "2018-01-01"])
    assert answer.exit_code == 0, answer.output
    assert rule_on(dt.date(2018, 1, 1)) is not None
    assert runner.invoke(args=["set-rate", "--points-per-hour", "2000"]).exit_code == 1


def test_what_a_person_may_set_is_bounded_and_a_command_may_go_further_back(db):
    long_ago = clock.today() - dt.timedelta(days=400)
    with pytest.raises(rules.DayOutOfRange):
        service.set_rate(actor_id=make.person().id, points_per_hour=10, valid_from=long_ago)
    service.set_rate(actor_id=None, points_per_hour=10, valid_from=long_ago)
