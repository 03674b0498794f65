"""The leader's pages: the door with its code, the sheet of paper, cards, undo."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from tests import make
from tests.attendance.scene import HOUR, MINUTE, Scene, at
from volunteer.activities.models import ASKS_HOLIDAY, CANCELLED, PUBLISHED, UNDECIDED
from volunteer.attendance import queries, service
from volunteer.attendance.models import CheckIn, Door
from volunteer.core.database import db as database
from volunteer.core.errors import NotFound

SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def scene(app):
    return Scene()


def html(answer: Any) -> str:
    return answer.get_data(as_text=True)


# --- the leader's door


def test_the_door_opens_once_and_shows_what_lets_in(app, client_for):
    scene = Scene(opened=False)
    leader = client_for(scene.leader)
    path = f"/activities/{scene.date.id}/door"
    assert ">开门</span>" in html(leader.get(path))
    assert database.session.query(Door).count() == 0
    leader.post(path)
    code = scene.door.code
    leader.post(path)
    assert scene.door.code == code
    page = html(leader.get(path))
    assert code[:3] in page
    assert "data:image/svg+xml" in page
    assert '<noscript><meta http-equiv="refresh"' in page


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"is_flexible": True}, "没有固定的时间，不用签到"),
        ({"state": CANCELLED}, "取消了"),
        ({"recorded_at": dt.datetime(2026, 11, 20, tzinfo=dt.UTC)}, "时长已经登记"),
    ],
)
def test_where_nobody_checks_in_there_is_no_door_to_open(app, client_for, values, words):
    scene = Scene(opened=False)
    for name, value in values.items():
        setattr(scene.date, name, value)
    database.session.commit()
    leader = client_for(scene.leader)
    for path in ("door", "door/paper"):
        page = html(leader.get(f"/activities/{scene.date.id}/{path}"))
        assert words in page
        assert f'action="/activities/{scene.date.id}/door"' not in page
    assert leader.post(f"/activities/{scene.date.id}/door").status_code == 409
    assert database.session.query(Door).count() == 0


def test_the_code_is_shown_within_the_window_only(scene, client_for):
    leader = client_for(scene.leader)
    path = f"/activities/{scene.date.id}/door"
    with at(scene.date.starts_at - 121 * MINUTE):
        page = html(leader.get(path))
    assert "还没到签到的时间" in page
    assert "data:image/svg+xml" not in page
    with at(scene.date.ends_at + 120 * MINUTE):
        assert "data:image/svg+xml" not in html(leader.get(path))


def test_the_door_counts_who_is_there(scene, client_for, present):
    one, other = scene.person(), scene.person()
    scene.come(one)
    scene.come(other)
    scene.leave(other)
    page = html(client_for(scene.leader).get(f"/activities/{scene.date.id}/door"))
    assert "<strong>1</strong> 人在现场" in page
    assert "来过 2 人" in page


def test_the_paper_says_date_and_place(app, client_for):
    scene = Scene(opened=False)
    leader = client_for(scene.leader)
    path = f"/activities/{scene.date.id}/door"
    assert "做出二维码" in html(leader.get(f"{path}/paper"))
    assert leader.post(path, data={"to": "paper"}).location == f"{path}/paper"
    page = html(leader.get(f"{path}/paper"))
    assert scene.date.place in page
    assert "11月21日" in page


@pytest.mark.parametrize("page", ["door", "door/paper", "scan"])
def test_others_have_no_such_pages(scene, client_for, page):
    for someone in (scene.person(), make.leader(make.team(scene.area))):
        client = client_for(someone)
        assert client.get(f"/activities/{scene.date.id}/{page}").status_code == 404
    assert client_for(scene.person()).post(f"/activities/{scene.date.id}/door").status_code == 404


def test_the_page_of_the_date_leads_there(scene, client_for):
    me = scene.person()
    page = html(client_for(scene.leader).get(f"/activities/{scene.date.id}"))
    for path in ("door", "door/paper", "scan"):
        assert f'href="/activities/{scene.date.id}/{path}"' in page
    page = html(client_for(me).get(f"/activities/{scene.date.id}"))
    assert "/door" not in page
    assert f'href="/check-in/{scene.date.id}"' in page
    scene.come(me)
    assert "还没有签退" in html(client_for(me).get(f"/activities/{scene.date.id}"))


# --- cards


def type_in(leader: Any, scene: Scene, who: str) -> Any:
    return leader.post(f"/activities/{scene.date.id}/scan", data={"who": who})


def test_card_number_phone_or_name_bring_in(scene, client_for):
    leader = client_for(scene.leader)
    by_card, by_number = scene.person(name="甲一"), scene.person(name="乙二")
    by_phone, by_name = scene.person(name="丙三", phone="+8613900001111"), scene.person(name="丁四明")
    token = make.card(by_card)
    for text in (token, by_number.number, "13900001111", "丁四明"):
        assert type_in(leader, scene, text).status_code == 303
    came = {row.person_id: row.came_way for row in scene.rows()}
    assert came == {by_card.id: "card", by_number.id: "leader", by_phone.id: "leader", by_name.id: "leader"}
    page = html(leader.get(f"/activities/{scene.date.id}/scan"))
    assert "丁四明" in page
    assert "autofocus" in page


def test_of_several_with_one_name_the_one_signed_up_is_meant(scene, client_for):
    leader = client_for(scene.leader)
    make.person(scene.area, name="丁四明")
    meant = scene.person(name="丁四明")
    type_in(leader, scene, "丁四明")
    assert [row.person_id for row in scene.rows()] == [meant.id]
    scene.person(name="丁四明")
    answer = type_in(leader, scene, "丁四明")
    assert answer.status_code == 422
    assert "请改用志愿者编号" in html(answer)


def test_who_is_gone_or_unknown_is_said_at_the_field(scene, client_for, monkeypatch):
    """Also whose account ends between the look and the lock."""
    leader, person = client_for(scene.leader), scene.person()
    unknown = type_in(leader, scene, "V99999999")

    def gone(**_asked):
        raise NotFound

    monkeypatch.setattr(service, "scan", gone)
    for answer in (unknown, type_in(leader, scene, person.number)):
        assert answer.status_code == 422
        assert "没有找到这位志愿者" in html(answer)


def test_after_a_fault_the_field_is_empty_for_the_next_scan(scene, client_for):
    answer = type_in(client_for(scene.leader), scene, "没有这个人")
    assert answer.status_code == 422
    field = re.search(r'<input id="who"[^>]*>', html(answer))
    assert field is not None
    assert "value=" not in field[0]


def test_a_walk_in_is_masked_and_marked(scene, client_for):
    leader = client_for(scene.leader)
    walk_in = make.person(scene.area, name="何大海")
    type_in(leader, scene, walk_in.number)
    page = html(leader.get(f"/activities/{scene.date.id}/scan"))
    assert "何大海" not in page
    assert "何*" in page
    assert "现场加入" in page


def test_a_slip_is_taken_back_with_a_press(scene, client_for):
    me = scene.person()
    scene.come(me)
    [row] = scene.rows()
    leader = client_for(scene.leader)
    path = f"/activities/{scene.date.id}/scan/{row.id}/take-back"
    assert client_for(me).post(path).status_code == 404
    assert leader.post(path).status_code == 303
    assert queries.pairs(scene.date.id) == {}
    assert leader.post(path).status_code == 409


def test_a_mark_of_another_date_is_not_taken_back_here(scene, client_for):
    other = Scene()
    other.come(other.person())
    row = database.session.query(CheckIn).one()
    path = f"/activities/{scene.date.id}/scan/{row.id}/take-back"
    assert client_for(scene.leader).post(path).status_code == 404


def test_the_number_of_statements_does_not_grow_with_people(scene, client_for, count_statements):
    leader = client_for(scene.leader)

    def cost(path: str) -> int:
        before = len(count_statements())
        assert leader.get(path).status_code == 200
        return len(count_statements()) - before

    paths = [f"/activities/{scene.date.id}/{page}" for page in ("door", "scan")]
    scene.come(scene.person())
    few = [cost(path) for path in paths]
    for _ in range(6):
        scene.come(scene.person())
    assert [cost(path) for path in paths] == few


# --- what waits for a decision, and what is cancelled

_DOORS = ("/door", "/scan", "/roll-call", "/roster", "/edit", "/cancel", "/photos")


@pytest.fixture
def tomorrow(app):
    scene = Scene(opened=False)
    scene.date.starts_at += 20 * HOUR
    scene.date.ends_at += 20 * HOUR
    database.session.commit()
    return scene


def leads_to(client: Any, scene: Scene) -> set[str]:
    """Where the page of the date leads its leader."""
    page = html(client.get(f"/activities/{scene.date.id}"))
    return set(re.findall(rf'href="/activities/{scene.date.id}(/[a-z-]+)', page))


@pytest.mark.parametrize(("state", "people"), [(UNDECIDED, 0), (PUBLISHED, 1)])
def test_what_waits_for_a_decision_offers_the_decision_alone(tomorrow, client_for, state, people):
    for _person in range(people):
        tomorrow.person()
    leader = client_for(tomorrow.leader)
    assert leads_to(leader, tomorrow) >= {"/door", "/edit", "/cancel", "/roll-call"}
    tomorrow.date.state, tomorrow.date.asks = state, ASKS_HOLIDAY
    database.session.commit()
    assert leads_to(leader, tomorrow) & {*_DOORS, "/decide"} == {"/decide"}


def test_on_its_day_the_door_is_there_although_nobody_decided(tomorrow, client_for):
    tomorrow.person()
    tomorrow.date.asks = ASKS_HOLIDAY
    database.session.commit()
    with at(tomorrow.date.starts_at - HOUR):
        found = leads_to(client_for(tomorrow.leader), tomorrow)
    assert found >= {"/decide", "/door", "/roll-call"}


def test_what_is_cancelled_offers_nothing_to_lead(tomorrow, client_for):
    tomorrow.date.state, tomorrow.date.cancelled_reason = CANCELLED, "下大雨"
    database.session.commit()
    assert leads_to(client_for(tomorrow.leader), tomorrow).isdisjoint(_DOORS)


@pytest.mark.parametrize("path", ["door", "door/paper", "scan", "roll-call"])
def test_a_date_nobody_has_decided_about_has_no_door_and_no_roll(scene, client_for, path):
    scene.date.state, scene.date.asks = UNDECIDED, ASKS_HOLIDAY
    database.session.commit()
    leader = client_for(scene.leader)
    assert leader.get(f"/activities/{scene.date.id}/{path}").status_code == 404
    assert leader.post(f"/activities/{scene.date.id}/door").status_code == 404
