"""The roll call reads who checked in, asks where nobody knows, and records what the leader decides."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.hours.test_record import Mark, balance, held, record
from volunteer.attendance.models import CheckIn
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.hours import for_leaders, service
from volunteer.hours.models import Batch, ServiceRecord
from volunteer.hours.service.listed import Undecided
from volunteer.ledger.models import HOURS, Transfer


def check_in(occurrence: Any, person_id: int, came: int, left: int | None) -> None:
    """Minutes after the start of the plan."""
    starts = occurrence.starts_at
    left_at = starts + dt.timedelta(minutes=left) if left is not None else None
    row = CheckIn(
        occurrence_id=occurrence.id, person_id=person_id, came_at=starts + dt.timedelta(minutes=came),
        came_way="code", came_by_id=person_id, left_at=left_at,
    )  # fmt: skip
    database.session.add(row)
    database.session.commit()


@pytest.fixture
def at(db, client_for) -> SimpleNamespace:
    """From seven to nine this morning, with three people signed up and the leader in front of the list."""
    made = held(minutes=120)
    made.people = [
        make.sign_up(made.occurrence, make.person(name=name)).person_id
        for name in ("陈桂芳", "王建国", "李秀英")
    ]
    made.browser = client_for(made.leader)
    made.url = f"/activities/{made.occurrence.id}/roll-call"
    return made


def record_of(person_id: int) -> Any:
    return database.session.execute(
        sa.select(
            ServiceRecord.attendance,
            ServiceRecord.source,
            ServiceRecord.reason,
            ServiceRecord.off_minutes,
            Transfer.amount,
        )
        .outerjoin(Transfer, Transfer.id == ServiceRecord.hours_transfer_id)
        .where(ServiceRecord.person_id == person_id)
    ).one()


def count(db: Any, table: Any) -> int:
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(table)))


def test_complete_check_ins_propose_their_minutes(at):
    first, second, third = at.people
    check_in(at.occurrence, first, 10, 120)
    check_in(at.occurrence, second, 0, 125)
    check_in(at.occurrence, third, 0, 60)
    page = at.browser.get(at.url).text
    assert "7:10 到，9:00 离开，记 110 分钟。" in page
    assert "活动时间内 120 分钟" in page
    assert "不到活动时间的 60%，先不记时长" in page
    assert "记录 3 人，共 3 小时 50 分" in page
    assert at.browser.post(at.url, data={"shown": "3:230"}).status_code == 303
    assert [record_of(id_)[:2] for id_ in at.people] == [("present", "auto")] * 3
    assert [record_of(id_).amount for id_ in at.people] == [110, 120, None]


def test_an_open_pair_has_to_be_decided_first(db, at):
    """R033: nothing is chosen beforehand and nothing is recorded until it is."""
    first = at.people[0]
    check_in(at.occurrence, first, 10, None)
    page = at.browser.get(at.url).text
    assert "待确认" in page
    assert not re.search(rf'name="mark-{first}" value="[a-z]+" checked', page)
    assert "error-summary" not in page
    answer = at.browser.post(at.url)
    assert answer.status_code == 422
    assert f'href="#mark-{first}">陈桂芳</a> 请先选一项。' in answer.text
    assert count(db, Batch) == 0


@pytest.mark.parametrize(
    ("data", "minutes"),
    [({"mark": "stayed"}, 110), ({"mark": "left", "left": "08:10"}, 60), ({"mark": "absent"}, None)],
)
def test_the_leader_says_how_an_open_pair_ended(at, data, minutes):
    first = at.people[0]
    check_in(at.occurrence, first, 10, None)
    assert at.browser.post(at.url, data=form(first, data, at.people[1:])).status_code == 303
    assert record_of(first)[1] == "leader"
    assert record_of(first).amount == minutes


@pytest.mark.parametrize(("left", "minutes"), [("00:30", 150), ("0:30", 150), ("23:00", 60)])
def test_after_midnight_one_leaves_on_the_next_day(db, at, left, minutes):
    """R033: a patrol from ten in the evening to one at night."""
    at.occurrence.starts_at = clock.at_local(clock.today() - dt.timedelta(days=1), dt.time(22))
    at.occurrence.ends_at = at.occurrence.starts_at + dt.timedelta(hours=3)
    first = at.people[0]
    check_in(at.occurrence, first, 0, None)
    assert 'data-came="1320" data-latest="1500"' in at.browser.get(at.url).text
    answer = at.browser.post(at.url, data=form(first, {"mark": "left", "left": left}, at.people[1:]))
    assert (answer.status_code, record_of(first).amount) == (303, minutes)


def form(person_id: int, data: dict[str, str], others: list[int]) -> dict[str, str]:
    """Marks of one, and everybody else present."""
    return {f"{name}-{person_id}": value for name, value in data.items()} | {
        f"mark-{other}": "present" for other in others
    }


@pytest.mark.parametrize("left", ["", "06:59", "09:01", "25:00", "abc", "7", "٠٧:٣٠"])
def test_a_time_of_leaving_that_cannot_be_is_said(db, at, left):
    first = at.people[0]
    check_in(at.occurrence, first, 10, None)
    answer = at.browser.post(at.url, data=form(first, {"mark": "left", "left": left}, at.people[1:]))
    assert answer.status_code == 422
    assert "请填几点离开的，7:10 到 9:00 之间。" in answer.text
    assert count(db, Batch) == 0


def test_the_service_refuses_who_is_undecided(db, at):
    with pytest.raises(Undecided):
        record(at, Mark(at.people[0], ""))
    db.session.rollback()
    assert count(db, Batch) == 0


def test_where_most_checked_in_nobody_is_present_in_silence(at):
    first, second, third = at.people
    check_in(at.occurrence, first, 0, 120)
    page = at.browser.get(at.url).text  # one of three: the others are present as ever, and marked
    assert page.count('value="present" checked') == 2
    assert "没有签到" in page
    check_in(at.occurrence, second, 0, 120)
    page = at.browser.get(at.url).text
    assert 'value="present" checked' not in page
    assert "还有 1 位要您选一下" in page
    assert f'href="#line-{third}">李秀英' in page


def test_more_than_the_check_ins_needs_a_reason(db, at):
    first = at.people[0]
    check_in(at.occurrence, first, 0, 60)
    data = form(first, {"mark": "present"}, at.people[1:])
    answer = at.browser.post(at.url, data=data)
    assert answer.status_code == 422
    assert "比签到的时间记得多，请写一句为什么。" in answer.text
    assert count(db, Batch) == 0
    assert at.browser.post(at.url, data={**data, f"reason-{first}": "帮忙收尾"}).status_code == 303
    assert record_of(first) == ("present", "leader", "帮忙收尾", 0, 120)


def test_a_short_presence_counts_when_the_leader_says_why(at):
    first = at.people[0]
    check_in(at.occurrence, first, 0, 60)
    data = form(first, {"mark": "auto", "reason": "送老人去医院"}, at.people[1:])
    assert at.browser.post(at.url, data=data).status_code == 303
    assert record_of(first) == ("present", "leader", "送老人去医院", 0, 60)


def test_an_extension_needs_a_reason_and_counts_for_everybody(db, at):
    first = at.people[0]
    check_in(at.occurrence, first, 0, 150)
    answer = at.browser.post(at.url, data={"extra": "30"})
    assert answer.status_code == 422
    assert "请写一句为什么延长了" in answer.text
    assert at.browser.post(at.url, data={"extra": "999", "extra_reason": "x"}).status_code == 422
    assert count(db, Batch) == 0
    answer = at.browser.post(at.url, data={"extra": "30", "extra_reason": "雨停得晚"})
    assert answer.status_code == 303
    assert [record_of(id_).amount for id_ in at.people] == [150, 150, 150]
    assert "30 分钟，雨停得晚" in at.browser.get(answer.location).text


def test_who_checked_in_without_a_sign_up_stands_on_the_list_masked(at):
    guest = make.person(name="钱多多")
    check_in(at.occurrence, guest.id, 0, 120)
    page = at.browser.get(at.url).text
    assert "4 · 钱*" in page
    assert "没报名" in page
    assert at.browser.post(at.url).status_code == 303
    assert balance(HOURS, guest) == 120


def test_two_who_share_a_place_are_both_there_and_nobody_guesses(db, at):
    partner = make.person(name="赵小二")
    seat = make.sign_up(at.occurrence, make.person(name="钱多多"))
    seat.partner_id, seat.partner_state = partner.id, "agreed"
    db.session.commit()
    page = at.browser.get(at.url).text
    assert "和赵小二合报一个名额" in page
    assert "和钱多多合报一个名额" in page
    assert not re.search(rf'name="mark-{partner.id}" value="[a-z]+" checked', page)
    answer = at.browser.post(
        at.url, data={f"mark-{partner.id}": "present", f"mark-{seat.person_id}": "excused"}
    )
    assert answer.status_code == 303
    found = db.session.execute(
        sa.select(ServiceRecord.sign_up_id).where(ServiceRecord.person_id == partner.id)
    )
    assert found.scalar_one() == seat.id  # no walk-in
    assert balance(HOURS, partner) == 120


def test_companions_are_counted_and_earn_nothing(db, at):
    seat = make.sign_up(at.occurrence, make.person(name="钱多多"))
    seat.places = 3
    db.session.commit()
    assert "带 2 人，不记时长" in at.browser.get(at.url).text


def test_each_button_says_what_it_does_to_the_minutes(at):
    page = at.browser.get(at.url).text
    effects = re.findall(r"<span>(\S+?)<small data-effect>(.+?)</small>", page)[:5]
    assert effects == [
        ("到", "120 分"),
        ("迟到", "少记"),
        ("早走", "少记"),
        ("请假", "0 分"),
        ("缺席", "0 分"),
    ]


def test_a_fresh_record_can_be_taken_back_with_one_press(db, at):
    batch = at.browser.get(at.browser.post(at.url).location)
    assert "撤销这次点名" in batch.text
    assert "点错了，马上重新点名。" in batch.text
    with clock.fixed(clock.now() + dt.timedelta(hours=25)):
        later = at.browser.get(f"/batches/{db.session.scalar(sa.select(Batch.id))}").text
    assert "撤销这次点名" not in later


def test_the_number_of_statements_does_not_grow(at, count_statements):
    at.browser.get(at.url)
    before = len(count_statements())
    at.browser.get(at.url)
    few = len(count_statements()) - before
    for _ in range(10):
        person = make.sign_up(at.occurrence).person_id
        check_in(at.occurrence, person, 0, 120)
    before = len(count_statements())
    at.browser.get(at.url)
    assert len(count_statements()) - before == few


def test_open_pairs_wait_on_the_leaders_page(app, at):
    check_in(at.occurrence, at.people[0], 10, None)
    with app.test_request_context():
        todo = for_leaders.open_pairs([at.team.id])[at.team.id][0]
    assert "有人没签退，等您确认" in todo.text
    assert (todo.count, todo.href) == (1, at.url)
    record(at, Mark(at.people[0], "present"))
    assert for_leaders.open_pairs([at.team.id]) == {}


def test_what_the_check_ins_gave_is_explained_to_the_person(db, at, client_for):
    first = at.people[0]
    check_in(at.occurrence, first, 10, 120)
    at.browser.post(at.url)
    from volunteer.people.models import Person

    page = client_for(db.session.get_one(Person, first)).get("/my-time").text
    assert "在场 110 分钟，照实记。" in page
    assert "签到签退" in page


def test_the_worker_stands_at_the_root_and_keeps_nothing_but_the_roll_call(client):
    answer = client.get("/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]


def test_only_near_dates_put_themselves_into_the_phone(at):
    assert "data-keep-now" in at.browser.get(at.url).text
    later = make.occurrence(at.series, starts_at=clock.now() + dt.timedelta(hours=30))
    page = at.browser.get(f"/activities/{later.id}/roll-call").text
    assert "data-keep-now" not in page
    assert "data-keep-button" in page


def test_a_second_record_is_refused_and_the_marks_are_kept(db, at):
    other = make.leader(at.team)
    service.record(
        actor=make.actor(other), occurrence_id=at.occurrence.id, marks=[Mark(at.people[0], "present")]
    )
    db.session.commit()
    answer = at.browser.post(at.url, data={f"mark-{at.people[1]}": "excused"})
    assert answer.status_code == 409
    assert 'value="excused" checked' in answer.text
    assert "看已经记好的那一份" in answer.text


@pytest.mark.portable
def test_of_a_cancelled_date_there_is_nothing_to_mark(at: SimpleNamespace) -> None:
    at.occurrence.state = "cancelled"
    database.session.commit()
    page = at.browser.get(at.url)
    assert page.status_code == 200
    for answer in (page, at.browser.post(at.url, data={"shown": ""})):
        assert "这场活动取消了，不用点名" in answer.text
        assert '<form method="post" action="/activities' not in answer.text
        assert "data-roll-call" not in answer.text
        assert "打印签到表" not in answer.text
