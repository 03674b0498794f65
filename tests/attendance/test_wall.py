"""The screen on the wall: what a secret address shows, to whom, and in which words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests import make
from tests.attendance.scene import HOUR, MINUTE, Scene, at
from volunteer.attendance import codes, refusals, service
from volunteer.attendance.models import Door, WallScreen
from volunteer.core import clock, crypto
from volunteer.core.database import db as database
from volunteer.core.errors import NotFound
from volunteer.people.models import COMMUNITY_STAFF, COUNTER_CLERK


@pytest.fixture
def scene(app):
    return Scene()


@pytest.fixture
def staff(scene):
    return make.staff(COMMUNITY_STAFF, scene.area)


def screen(scene: Scene, staff: Any, place: str | None = None, **more: Any) -> str:
    token = service.make_screen(
        actor=make.actor(staff), area_id=scene.area.id, place=place or scene.date.place, **more
    )
    database.session.commit()
    return token


def look(client: Any, token: str) -> str:
    answer = client.get(f"/wall/{token}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_who_is_here_who_is_missing_who_has_left(scene, staff, client):
    here, missing, gone = (
        scene.person(name="袁桂英"),
        scene.person(name="欧阳海"),
        scene.person(name="李建国"),
    )
    scene.come(here)
    scene.come(gone)
    scene.leave(gone)
    page = look(client, screen(scene, staff))
    assert [page.count(name) for name in ("袁*", "欧*", "李*")] == [1, 1, 1]
    assert "在这里 <b>1</b>" in page
    assert "等您来 <b>1</b>" in page
    assert "先走了 <b>1</b>" in page
    for someone in (here, missing, gone):
        assert someone.name not in page
        assert someone.number not in page


def test_when_the_partner_of_a_pair_came_nobody_is_awaited_for_the_place(scene, staff, client):
    holder, partner = make.person(name="王桂兰"), make.person(name="李大明")
    place = make.pair(scene.date, holder, partner)
    token = screen(scene, staff)
    place.partner_state = "agreed"
    scene.come(partner)
    page = look(client, token)
    assert "在这里 <b>1</b>" in page
    assert "等您来" not in page
    assert "王*" not in page
    place.partner_state = "asked"  # who has not agreed stands for nobody
    database.session.commit()
    assert "等您来 <b>1</b>" in look(client, token)


def test_the_day_is_that_of_the_place_not_of_greenwich(scene, staff, client):
    token = screen(scene, staff)
    with at(clock.at_local(clock.today(), dt.time(7, 0))):
        assert "11月21日 周六" in look(client, token)


def test_children_have_no_name_and_a_chosen_name_is_shown(scene, staff, client):
    child = scene.person(name="杨小帆", born_on=dt.date(2013, 1, 1))
    scene.person(name="赵磊", display_name="赵师傅")
    make.guardian(child)
    page = look(client, screen(scene, staff))
    assert "小志愿者" in page
    assert "杨" not in page
    assert "赵师傅" in page
    assert "赵*" not in page


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(-60, "还有 1 小时开始"), (10, "正在进行"), (95, "还有 25 分钟结束"), (130, "结束了，辛苦大家")],
)
def test_each_date_says_how_far_it_is(scene, staff, client, minutes, words):
    token = screen(scene, staff)
    with at(scene.date.starts_at + minutes * MINUTE):
        assert words in look(client, token)


def test_who_leaves_soon_is_said(scene, staff, client):
    scene.come(scene.person())
    token = screen(scene, staff)
    with at(scene.date.ends_at - 20 * MINUTE):
        assert "快结束了，记得签退 <b>1</b>" in look(client, token)


def test_only_dates_of_the_place_and_the_area(scene, staff, client):
    neighbour = Scene(title="隔壁的活动")  # the same words for a place, another community
    elsewhere = make.occurrence(
        make.series(scene.team, title="别处的活动", place="别处"), starts_at=clock.now() + HOUR
    )
    page = look(client, screen(scene, staff))
    assert "隔壁的活动" not in page
    assert "别处的活动" not in page
    assert neighbour.date.place == scene.date.place
    assert elsewhere.place in look(client, screen(scene, staff, "别处"))


def test_a_cancelled_date_says_so(scene, staff, client):
    scene.date.state = "cancelled"
    database.session.commit()
    assert "今天取消了" in look(client, screen(scene, staff))


def test_a_day_without_dates_names_the_next(scene, staff, client, present):
    scene.date.starts_at += dt.timedelta(days=2)
    scene.date.ends_at += dt.timedelta(days=2)
    database.session.commit()
    page = look(client, screen(scene, staff))
    assert "今天这里没有活动" in page
    assert scene.series.title in page


def test_it_speaks_the_language_chosen_for_it(scene, staff, client):
    scene.series.title_en = "Clean-up"
    english = look(client, screen(scene, staff, language="en"))
    assert '<html lang="en"' in english
    assert "Clean-up" in english
    chinese = client.get(f"/wall/{screen(scene, staff)}", headers={"Accept-Language": "en"}).text
    assert '<html lang="zh-Hans"' in chinese
    assert scene.series.title in chinese


def test_the_code_stands_on_it_only_where_that_was_chosen_and_the_door_is_open(scene, staff, client):
    leader, code = make.actor(scene.leader), "签到的二维码"
    plain, with_code = screen(scene, staff), screen(scene, staff, shows_code=True)
    database.session.query(Door).delete()
    database.session.commit()
    with at(scene.date.starts_at + 10 * MINUTE):
        assert "负责人开门以后，这里出现签到码" in look(client, with_code)
        service.open_door(actor=leader, occurrence_id=scene.date.id)
        database.session.commit()
        for token, shows in ((plain, False), (with_code, True)):
            page = look(client, token)
            assert (code in page) is shows
            assert ("扫一扫" in page) is shows
    with at(scene.date.starts_at - 5 * HOUR):
        page = look(client, with_code)
        assert code not in page
        assert "开门" not in page


def test_the_code_on_it_is_the_one_of_this_half_minute(scene, staff, client):
    token = screen(scene, staff, shows_code=True)
    pictures = set()
    for seconds in (0, 30, 60):
        with at(scene.date.starts_at + dt.timedelta(seconds=seconds)):
            page = look(client, token)
            pictures.add(page.split('class="wall-code"><img src="')[1].split('"')[0])
            assert f'data-live="{codes.seconds_left(clock.now())}"' in page
    assert len(pictures) == 3


def test_an_ended_and_an_unknown_address_answer_alike(scene, staff, client):
    token = screen(scene, staff)
    service.revoke_screen(actor=make.actor(staff), screen_id=database.session.query(WallScreen).one().id)
    database.session.commit()
    for one in (token, crypto.token(), "x", "x" * 300):
        assert client.get(f"/wall/{one}").status_code == 404


def test_the_page_is_kept_nowhere_and_found_by_nobody(scene, staff, client):
    answer = client.get(f"/wall/{screen(scene, staff)}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "http-equiv" in answer.get_data(as_text=True)


def test_the_secret_is_not_stored(scene, staff):
    token = screen(scene, staff)
    assert token not in database.session.query(WallScreen).one().token_hash


def test_staff_of_the_area_make_and_end_screens(scene, staff, client_for):
    desk = client_for(staff)
    page = desk.get("/desk/screens").get_data(as_text=True)
    choice = f"{scene.area.id}|{scene.date.place}"
    assert choice in page
    sent = {"place": choice, "language": "zh_Hant", "shows_code": "y"}
    assert desk.post("/desk/screens", data=sent).status_code == 303
    page = desk.get("/desk/screens").get_data(as_text=True)
    assert "/wall/" in page
    assert "繁體中文 · 显示签到码" in page
    row = database.session.query(WallScreen).one()
    assert (row.language, row.shows_code) == ("zh_Hant", True)
    assert desk.post(f"/desk/screens/{row.id}/revoke").status_code == 303
    assert "/wall/" not in desk.get("/desk/screens").get_data(as_text=True)


@pytest.mark.parametrize("place", ["", "x", "|", "1|", "999999|社区广场"])
def test_what_was_not_offered_makes_no_screen(scene, staff, client_for, place):
    assert client_for(staff).post("/desk/screens", data={"place": place}).status_code in {404, 422}
    assert database.session.query(WallScreen).count() == 0


def test_nobody_else_makes_or_ends_screens(scene, staff, client_for):
    screen(scene, staff)
    row = database.session.query(WallScreen).one()
    next_door = make.staff(COMMUNITY_STAFF, make.community())
    for someone in (make.staff(COUNTER_CLERK, scene.area), scene.leader):
        assert client_for(someone).get("/desk/screens").status_code == 403
        assert client_for(someone).post(f"/desk/screens/{row.id}/revoke").status_code == 404
    assert client_for(next_door).post(f"/desk/screens/{row.id}/revoke").status_code == 404
    with pytest.raises(NotFound):
        service.make_screen(actor=make.actor(next_door), area_id=scene.area.id, place="某处")
    with pytest.raises(refusals.NoSuchPlace):
        service.make_screen(actor=make.actor(staff), area_id=scene.area.id, place=" ")
    assert database.session.query(WallScreen).one().revoked_at is None


def test_statements_do_not_grow_with_people(scene, staff, client, count_statements):
    token = screen(scene, staff)

    def cost() -> int:
        before = len(count_statements())
        look(client, token)
        return len(count_statements()) - before

    scene.come(scene.person())
    few = cost()
    for _ in range(6):
        scene.come(scene.person())
    assert cost() == few
