"""The pages of coming and leaving: codes, passes, the leader's door, cards."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests import make
from tests.attendance.scene import HOUR, MINUTE, Scene, at
from volunteer.attendance import codes
from volunteer.attendance.views.coming import WRONG_CODES
from volunteer.core import clock, crypto
from volunteer.core.database import db as database
from volunteer.people import sessions

SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def scene(app):
    return Scene()


def html(answer: Any) -> str:
    return answer.get_data(as_text=True)


def scan(client: Any, scene: Scene, mark: str) -> Any:
    return client.get(f"/in/{scene.date.id}/{mark}")


def press(client: Any, scene: Scene, do: str = "in", **more: Any) -> Any:
    return client.post(f"/check-in/{scene.date.id}", data={"do": do, **more})


def test_who_is_expected_finds_the_way_in_on_top_of_the_page(scene, client_for):
    page = html(client_for(scene.person()).get(f"/activities/{scene.date.id}"))
    assert page.index("我的签到") < page.index("做些什么")
    stranger = html(client_for(make.person()).get(f"/activities/{scene.date.id}"))
    assert stranger.index("我的签到") > stranger.index("做些什么")


def test_scan_press_in_and_later_out(scene, client_for, present):
    me = scene.person()
    phone = client_for(me)
    answer = scan(phone, scene, scene.mark())
    assert answer.status_code == 303
    assert answer.location == f"/check-in/{scene.date.id}"
    assert ">签到</span>" in html(phone.get(answer.location))
    assert press(phone, scene).status_code == 303
    page = html(phone.get(f"/check-in/{scene.date.id}"))
    assert "您在现场" in page
    assert ">签退</span>" not in page  # a second press of a nervous finger must not leave at once
    with at(present + 2 * HOUR):
        scan(phone, scene, scene.mark())
        assert ">签退</span>" in html(phone.get(f"/check-in/{scene.date.id}"))
        assert press(phone, scene, "out").status_code == 303
        assert "1 小时" in html(phone.get(f"/check-in/{scene.date.id}"))
    [row] = scene.rows()
    assert (row.came_way, row.left_way) == ("qr", "qr")


def test_a_mark_that_was_sent_on_is_too_old_after_90_seconds(scene, client_for, present):
    begun = dt.datetime.fromtimestamp(int(present.timestamp()) // 30 * 30, dt.UTC)
    with at(begun):
        mark = scene.mark()
    phone = client_for(scene.person())
    with at(begun + 89 * SECOND):
        assert scan(phone, scene, mark).status_code == 303
    other = client_for(scene.person())
    with at(begun + 90 * SECOND):
        answer = scan(other, scene, mark)
        assert answer.status_code == 409
        assert "已经换过了" in html(answer)
        assert press(other, scene).status_code == 409
    assert scene.rows() == []


def test_the_pass_of_a_scan_lasts_ten_minutes_and_for_its_date(scene, client_for, present):
    me = scene.person()
    phone = client_for(me)
    scan(phone, scene, scene.mark())
    with at(present + 601 * SECOND):
        assert press(phone, scene).status_code == 409
    other = make.occurrence(scene.series, starts_at=clock.now() + 3 * HOUR)
    make.sign_up(other, me)
    assert phone.post(f"/check-in/{other.id}", data={"do": "in"}).status_code == 409
    assert scene.rows() == []
    with at(present + 600 * SECOND):
        assert press(phone, scene).status_code == 303


def test_the_mark_of_another_date_is_refused(scene, client_for):
    other = Scene()
    phone = client_for(scene.person())
    assert scan(phone, scene, other.mark()).status_code == 409
    assert scan(phone, scene, codes.printed(other.door.secret, other.date.id)).status_code == 409
    assert press(phone, scene).status_code == 409


@pytest.mark.parametrize("cookie", ["", "x", "gAAAAA", '[1,2,"qr"]'])
def test_nobody_makes_a_pass_by_hand(scene, client_for, cookie):
    phone = client_for(scene.person())
    phone.set_cookie("linli-door", cookie)
    assert press(phone, scene).status_code == 409
    assert scene.rows() == []


@pytest.mark.parametrize("text", ["13812345678", '{"a": 1}', "[1, 2]", "null", '[%(at)s, %(of)s, "qr"]'])
def test_what_was_sealed_for_something_else_is_no_pass(scene, client_for, text):
    """The signed cookie holds other sealed texts that their owner can read off and send back."""
    sealed = crypto.encrypt(
        text % {"at": clock.now().timestamp(), "of": scene.date.id} if "%" in text else text
    )
    phone = client_for(scene.person())
    phone.set_cookie("linli-door", sealed)
    assert press(phone, scene).status_code == 409
    assert scene.rows() == []


def test_the_paper_on_the_door_lets_in_within_the_window_only(scene, client_for):
    mark = codes.printed(scene.door.secret, scene.date.id)
    phone = client_for(scene.person())
    with at(scene.date.starts_at - 121 * MINUTE):
        scan(phone, scene, mark)
        answer = press(phone, scene)
        assert answer.status_code == 409
        assert "还没到签到的时间" in html(answer)
    scan(phone, scene, mark)
    press(phone, scene)
    assert [row.came_way for row in scene.rows()] == ["door"]


def test_who_is_not_signed_in_does_that_first_and_comes_back_with_the_pass(scene, client):
    me = scene.person(password="sunny-river-8842")
    answer = scan(client, scene, scene.mark())
    there = client.get(answer.location)
    assert there.location == f"/sign-in?next=%2Fcheck-in%2F{scene.date.id}"
    signed = client.post(there.location, data={"account": me.number, "password": "sunny-river-8842"})
    assert signed.location == f"/check-in/{scene.date.id}"
    assert press(client, scene).status_code == 303
    assert len(scene.rows()) == 1


def test_with_the_card_one_checks_in_as_well(scene, app, client_for):
    me = scene.person()
    phone = client_for(me)
    database.session.query(sessions.SignInSession).update({"way": sessions.CARD})
    database.session.commit()
    scan(phone, scene, scene.mark())
    assert press(phone, scene).status_code == 303


def test_the_six_digits_open_the_same_page(scene, client_for):
    phone = client_for(scene.person())
    code = scene.door.code
    answer = phone.post("/check-in", data={"code": f"{code[:3]} {code[3:]}"})
    assert answer.location == f"/check-in/{scene.date.id}"
    press(phone, scene)
    assert [row.came_way for row in scene.rows()] == ["code"]


def test_wrong_digits_are_said_and_soon_refused(scene, client_for):
    phone = client_for(scene.person())
    wrong = f"{(int(scene.door.code) + 1) % 1_000_000:06d}"
    for _try in range(WRONG_CODES):
        answer = phone.post("/check-in", data={"code": wrong})
        assert answer.status_code == 422
        assert "没有找到这六位数字" in html(answer)
    assert phone.post("/check-in", data={"code": scene.door.code}).status_code == 429
    assert phone.get_cookie("linli-door") is None


def test_right_digits_do_not_count_as_attempts(scene, client_for):
    phone = client_for(scene.person())
    for _try in range(WRONG_CODES + 2):
        assert phone.post("/check-in", data={"code": scene.door.code}).status_code == 303


def test_the_digits_of_a_door_that_is_not_open_now_are_wrong(scene, client_for):
    phone = client_for(scene.person())
    with at(scene.date.starts_at - 121 * MINUTE):
        assert phone.post("/check-in", data={"code": scene.door.code}).status_code == 422
    with at(scene.date.ends_at + 120 * MINUTE):
        assert phone.post("/check-in", data={"code": scene.door.code}).status_code == 422


def test_of_two_doors_with_the_same_digits_the_own_date_is_meant(scene, client_for):
    other = Scene()
    other.door.code = scene.door.code
    database.session.commit()
    answer = client_for(scene.person()).post("/check-in", data={"code": scene.door.code})
    assert answer.location == f"/check-in/{scene.date.id}"


def test_digits_from_another_sub_district_are_wrong(scene, client_for):
    stranger = make.person(make.community(make.subdistrict()))
    assert client_for(stranger).post("/check-in", data={"code": scene.door.code}).status_code == 422


def test_the_page_says_who_may_walk_in_and_why_not(app, client_for):
    scene = Scene(minimum_age=60)
    young = client_for(make.person(scene.area, born_on=dt.date(1990, 1, 1)))
    scan(young, scene, scene.mark())
    page = html(young.get(f"/check-in/{scene.date.id}"))
    assert "您没有报名" in page
    assert "60" in page
    assert ">签到</span>" not in page
    old = client_for(make.person(scene.area, born_on=dt.date(1950, 1, 1)))
    scan(old, scene, scene.mark())
    assert "还有 20 个空位" in html(old.get(f"/check-in/{scene.date.id}"))
    press(old, scene)
    assert len(scene.rows()) == 1


def test_the_same_phone_leaves_the_same_mark_for_everybody(scene, client_for):
    one, other = client_for(scene.person()), client_for(scene.person())
    scan(one, scene, scene.mark())
    device = one.get_cookie("linli-device").value
    other.set_cookie("linli-device", device)
    scan(other, scene, scene.mark())
    press(one, scene)
    press(other, scene)
    marks = {row.device for row in scene.rows()}
    assert len(marks) == 1
    assert device not in str(marks)


def test_no_address_and_no_cookie_says_who_one_is(scene, client_for):
    me = scene.person(name="欧阳桂英")
    phone = client_for(me)
    answer = scan(phone, scene, scene.mark())
    for text in (answer.location, *answer.headers.getlist("Set-Cookie")):
        assert me.number not in text
        assert "欧阳" not in text
    assert "HttpOnly" in "".join(answer.headers.getlist("Set-Cookie"))
