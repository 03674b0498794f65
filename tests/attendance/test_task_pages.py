"""The pages of flexible tasks: for who does them, for who answers, and on the pages around."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from PIL import Image

from tests import make
from tests.attendance.scene import Scene, at
from tests.attendance.tasks import TaskScene
from volunteer.activities import service as activities
from volunteer.activities.models import BY_REGULAR
from volunteer.attendance import retention as declared  # noqa: F401 - what the nightly job knows
from volunteer.attendance import task_queries
from volunteer.attendance.service.task_answers import seen_as
from volunteer.core import clock, formats
from volunteer.core.database import db as database
from volunteer.privacy.service import retention

DAY = dt.timedelta(days=1)


@pytest.fixture
def scene(app):
    return TaskScene()


def typed(scene: TaskScene, **more: Any) -> dict[str, Any]:
    return {"did_on": scene.first.isoformat(), "minutes": "60", "note": "发了 40 份", **more}


def picture() -> tuple[io.BytesIO, str]:
    data = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(data, "PNG")
    data.seek(0)
    return data, "flyers.png"


def test_from_the_card_to_the_report_and_back(scene, client_for):
    someone = client_for(scene.person())
    page = someone.get(f"/activities/{scene.date.id}").text
    assert f'href="/activities/{scene.date.id}/task"' in page
    assert "11月27日截止" in page
    assert "去签到" not in page
    form = someone.get(f"/activities/{scene.date.id}/task").text
    assert 'value="90"' in form
    assert 'value="2026-11-21"' in form
    sent = someone.post(f"/activities/{scene.date.id}/task", data=typed(scene, file=picture()))
    assert sent.status_code == 303
    page = someone.get(sent.location).text
    assert "发了 40 份" in page
    assert "等负责人确认 1 小时" in page
    shot = someone.get(f"/activities/{scene.date.id}/task/{scene.rows()[0].id}/photo")
    assert (shot.status_code, shot.mimetype) == (200, "image/jpeg")
    assert "等确认 1 小时" in someone.get(f"/activities/{scene.date.id}").text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"minutes": "0"}, "请填 1 到 1440 之间的整数"),
        ({"minutes": ""}, "请填写这一项"),
        ({"did_on": "2026-11-22"}, "这一天还没到"),
        ({"did_on": "2026-11-20"}, "请选 11月21日 到 11月27日 之间的一天"),
    ],
)
def test_what_cannot_be_taken_is_said_and_what_was_typed_stays(scene, client_for, more, words):
    answer = client_for(scene.person()).post(f"/activities/{scene.date.id}/task", data=typed(scene, **more))
    assert answer.status_code == 422
    assert words in answer.text
    assert "发了 40 份" in answer.text
    assert scene.rows() == []


def test_correct_and_withdraw(scene, client_for):
    someone = scene.person()
    report = scene.report(someone)
    client, path = client_for(someone), f"/activities/{scene.date.id}/task/{report.id}"
    assert 'value="90"' in client.get(path).text
    assert client.post(path, data=typed(scene, minutes="25")).status_code == 303
    assert [one.minutes for one in scene.rows()] == [25]
    assert client.post(path, data=typed(scene, minutes="9999")).status_code == 422
    scene.confirm(scene.rows()[0])
    assert client.post(path, data=typed(scene, minutes="26")).status_code == 409
    assert client.post(f"{path}/withdraw").status_code == 409
    assert [one.minutes for one in scene.rows()] == [25]
    scene.refuse(one := scene.rows()[0], reason="重写", seen=seen_as(one))
    other = scene.report(someone)
    assert client.post(f"/activities/{scene.date.id}/task/{other.id}/withdraw").status_code == 303
    assert len(scene.rows()) == 1


def test_the_leader_sees_and_answers(scene, client_for):
    one, other = scene.report(scene.person()), scene.report(scene.person())
    leader, path = client_for(scene.leader), f"/activities/{scene.date.id}/task-reports"
    assert "2 条等您看" in leader.get(f"/activities/{scene.date.id}").text
    page = leader.get(path).text
    assert "照写的确认 2 条" in page
    less = {f"c{one.id}-minutes": "30", f"c{one.id}-words": "", "seen": seen_as(one)}
    answer = leader.post(f"{path}/{one.id}/confirm", data=less)
    assert answer.status_code == 422
    assert "请写一句为什么" in answer.text
    less[f"c{one.id}-words"] = "路上不算"
    assert leader.post(f"{path}/{one.id}/confirm", data=less).status_code == 303
    assert leader.post(f"{path}/{one.id}/confirm", data=less).status_code == 409
    no = {f"r{other.id}-reason": "没有这一栋", "seen": seen_as(other)}
    assert leader.post(f"{path}/{other.id}/refuse", data=no).status_code == 303
    assert sorted(row.state for row in scene.rows()) == ["confirmed", "refused"]


def test_all_with_one_button(scene, client_for):
    reports = [scene.report(scene.person()) for _ in range(2)]
    marks = [f"{one.id}.{seen_as(one)}" for one in reports]
    answer = client_for(scene.leader).post(
        f"/activities/{scene.date.id}/task-reports", data={"seen": [*marks, "x", "1" * 40]}
    )
    assert answer.status_code == 303
    assert task_queries.waiting(scene.date.id) == 0


def test_it_waits_on_the_leaders_list_of_things_to_do(scene, client_for):
    leader = client_for(scene.leader)
    assert "有人写了完成情况" not in leader.get("/my-teams").text
    scene.report(scene.person())
    assert "有人写了完成情况" in leader.get("/my-teams").text


def test_lists_and_own_page_speak_of_days_not_of_midnight(app, client_for):
    scene = TaskScene(starts_in=DAY)
    client = client_for(scene.person())
    home = client.get("/").text
    assert formats.any_day(scene.first, scene.last) in home
    assert f"您的下一场：{formats.any_day(scene.first, scene.last)}" in home
    assert "0:00" not in home + client.get("/my-activities").text


def test_a_task_that_has_begun_is_still_on_the_list(scene, client_for):
    assert scene.date.starts_at < clock.now()
    page = client_for(make.person(scene.area)).get("/").text
    assert formats.any_day(scene.first, scene.last) in page
    with at(scene.date.ends_at + dt.timedelta(seconds=1)):
        assert (
            formats.any_day(scene.first, scene.last) not in client_for(make.person(scene.area)).get("/").text
        )


def test_the_message_of_a_sign_up_names_the_last_day(scene, client_for):
    someone = make.person(scene.area)
    client = client_for(someone)
    assert client.post(f"/activities/{scene.date.id}/sign-up").status_code == 303
    assert "到 11月27日 为止什么时候做都行" in client.get("/messages").text


def test_receipts_and_what_a_standing_sign_up_says_speak_of_days_as_well(scene, client_for):
    """What another did for me, in the history and as a message; and a place that came by itself."""
    someone = make.person(scene.area)
    activities.sign_up(actor=make.actor(scene.leader), occurrence_id=scene.date.id, person_id=someone.id)
    activities.sign_off(actor=make.actor(scene.leader), occurrence_id=scene.date.id, person_id=someone.id)
    activities.sign_up(
        actor=make.actor(someone), occurrence_id=scene.date.id, person_id=someone.id, way=BY_REGULAR
    )
    database.session.commit()
    client, days = client_for(someone), formats.any_day(scene.first, scene.last)
    history, letters = client.get("/me/receipts").text, client.get("/messages").text
    assert history.count(days) == 2
    assert letters.count(days) == 3
    assert " 0:00" not in history + letters


def test_the_number_of_statements_does_not_grow_with_the_reports(scene, client_for, count_statements):
    def load() -> int:
        seen = count_statements()
        seen.clear()
        assert leader.get(f"/activities/{scene.date.id}/task-reports").status_code == 200
        return len(seen)

    scene.report(scene.person())
    leader = client_for(scene.leader)
    first = load()
    for _ in range(4):
        scene.report(scene.person())
    assert load() <= first + 1


def test_marks_of_check_ins_are_emptied_after_their_time(app, present):
    scene = Scene()
    scene.come(scene.person(), device="d" * 40, distance_metres=12)
    later = present + 90 * DAY
    assert retention.due(later)["check_in_marks"] == 0
    assert retention.due(later + dt.timedelta(seconds=1))["check_in_marks"] == 1
    assert retention.run("check_in_marks", later + DAY) == 1
    database.session.expire_all()
    row = scene.rows()[0]
    assert (row.device, row.distance_metres, row.came_at) == (None, None, present)
    assert retention.due(later + DAY)["check_in_marks"] == 0
