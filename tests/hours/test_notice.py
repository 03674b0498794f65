"""The public notice: so many working days, names as people chose them, else masked (R043, R044)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from tests.hours.test_objections import Hall
from volunteer.core import clock
from volunteer.hours.models import Batch


@pytest.fixture
def hall(db):
    return Hall()


def page(hall, client) -> str:
    answer = client.get(f"/areas/{hall.area.id}/notice")
    assert answer.status_code == 200
    return answer.text


def test_it_lasts_three_working_days(hall):
    batch = make.db.session.scalars(sa.select(Batch)).one()
    assert clock.today() == dt.date(2026, 11, 21)  # a Saturday: Monday, Tuesday, Wednesday count
    assert batch.notice_until == dt.date(2026, 11, 25)


def test_names_are_masked_unless_chosen(hall, client):
    hall.present.name = "欧阳春华"
    make.db.session.flush()
    masked = page(hall, client)
    assert "欧阳春华" not in masked
    assert "2 小时" in masked
    hall.present.display_name = "桔苑的阳光"
    make.db.session.flush()
    assert "桔苑的阳光" in page(hall, client)


def test_a_child_has_no_name_at_all(hall, client):
    hall.present.born_on = dt.date(2012, 1, 1)
    make.db.session.flush()
    text = page(hall, client)
    assert "小志愿者" in text
    assert hall.present.name[0] + "*" not in text


def test_who_got_no_minutes_and_what_was_reversed_is_not_there(hall, client):
    assert page(hall, client).count("2 小时") == 1
    batch = make.db.session.scalars(sa.select(Batch)).one()
    batch.reversed_at = clock.now()
    make.db.session.flush()
    assert "2 小时" not in page(hall, client)


def test_afterwards_it_is_gone(hall, client):
    with clock.fixed(clock.at_local(dt.date(2026, 11, 25), dt.time(23, 0))):
        assert "2 小时" in page(hall, client)
    with clock.fixed(clock.at_local(dt.date(2026, 11, 26), dt.time(0, 1))):
        assert "2 小时" not in page(hall, client)


def test_without_a_period_nothing_is_shown(db, app, client, monkeypatch):
    monkeypatch.setitem(app.config, "NOTICE_DAYS", 0)
    hall = Hall()
    assert make.db.session.scalars(sa.select(Batch)).one().notice_until is None
    assert "2 小时" not in page(hall, client)


def test_the_sheet_for_the_board(hall, client):
    text = client.get(f"/areas/{hall.area.id}/notice/paper").text
    assert "服务时长公示" in text
    assert "data:image/svg+xml" in text
    assert client.get("/areas/999999/notice").status_code == 404
    assert client.get("/areas/999999/notice/paper").status_code == 404


def test_the_chosen_name_is_kept_with_the_profile(hall, client_for):
    me = client_for(hall.present)
    me.post("/me/skills", data={"display_name": "老袁"})
    assert hall.present.display_name == "老袁"
    assert 'value="老袁"' in me.get("/me/skills").text
