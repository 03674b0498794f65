from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests import make
from tests.reports.worlds import World
from volunteer.activities.models import UNDECIDED
from volunteer.activities.signing import blocks
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed
from volunteer.hours import service as hours
from volunteer.people.models import AUDITOR, COUNTER_CLERK, Person
from volunteer.points import service as points
from volunteer.privacy.service import requests
from volunteer.reports import desk, policy, waiting
from volunteer.teams.models import REQUESTED
from volunteer.wishes.models import CLAIMED, CONFIRMED

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def world(app: Any) -> World:
    return World()


def counts(app: Any, person: Person) -> dict[str, int]:
    with app.test_request_context():
        return {str(task.text): task.count for task in desk.for_actor(make.actor(person)).tasks}


def fill(world: World, area: Any) -> None:
    """One of each kind of work, in an area."""
    team = make.team(area)
    make.member(team, state=REQUESTED)
    with clock.fixed(clock.now() - dt.timedelta(days=14)):  # ten working days and more
        make.member(team, state=REQUESTED)
        make.intake(team)
    series = make.series(team, recurrence="FREQ=WEEKLY", renewed_until=clock.today() + dt.timedelta(days=10))
    for days_ago in (1, 30):
        make.sign_up(make.occurrence(series, starts_at=clock.now() - dt.timedelta(days=days_ago)))
    make.occurrence(series, starts_at=clock.now() - dt.timedelta(days=2))  # nobody came: nothing to record
    make.occurrence(series)  # tomorrow
    make.occurrence(series, state=UNDECIDED, asks="holiday")
    world.wish(area)
    claimed = world.wish(area, state=CLAIMED)
    world.claim(claimed, contact_by=clock.now() - dt.timedelta(hours=1))
    still_time = world.wish(area, state=CLAIMED)
    world.claim(still_time, contact_by=clock.now() + dt.timedelta(hours=1))
    world.follow_up(world.wish(area, state=CONFIRMED), due_on=clock.today())
    world.follow_up(world.wish(area, state=CONFIRMED), due_on=clock.today() + dt.timedelta(days=1))
    make.record_access(make.person(area, born_on=dt.date(2014, 6, 1)))
    requests.ask(actor=make.actor(make.person(area)), kind="copy", wanted="一份")
    make.waiting_child(area)
    late, _token = make.waiting_child(area)
    late.registered_at = clock.start_of(dt.date(2026, 11, 9)) - dt.timedelta(seconds=1)
    make.credential(make.person(area), state="waiting")
    make.credential(make.person(area), expires_on=clock.today() + dt.timedelta(days=60))
    make.occurrence(make.series(make.team(area)), published_at=clock.now(), capacity=10)
    blocks.block(person_id=make.person(area).id, cause="staff", note="先谈一谈", by_id=None)
    over = make.occurrence(make.series(make.team(area)), starts_at=clock.now() - dt.timedelta(days=9))
    make.objection(over)
    make.proposal(over, make.person(area))
    _record_without_rating(make.team(area))
    buyer = make.person(area)
    make.points(buyer, 50)
    points.order(actor=make.actor(buyer), item_id=make.item(area).id)
    db.session.commit()


def _record_without_rating(team: Any) -> None:
    """Three weeks ago, with one volunteer."""
    with clock.fixed(clock.now() - dt.timedelta(days=21)):
        date = make.occurrence(make.series(team), starts_at=clock.now() - dt.timedelta(days=1))
        mark = hours.Mark(make.person().id, "present")
        hours.record(actor=make.actor(make.leader(team)), occurrence_id=date.id, marks=[mark])


ONE_OF_EACH = {
    "心愿超期未联系": 1,
    "超过期限没记时长的活动": 1,
    "过了期限没评价的活动": 1,
    "到期要做的回访": 1,
    "待核实的心愿": 1,
    "办完了、等记时长的活动": 1,
    "入队申请": 1,
    "超过期限没答复的入队申请": 1,
    "过了答复期限的招募报名": 1,
    "快排完的周期活动": 1,
    "开始前三天内才发布的大活动": 1,
    "赶上放假或调休、等决定的场次": 1,
    "孩子的登记，超期没有确认": 1,
    "等监护人确认的登记": 1,
    "查看未成年人档案的申请": 1,
    "等确认的证书": 1,
    "60 天内到期的资格": 1,
    "居民问自己的信息": 1,
    "报名暂停、等着问情况的人": 1,
    "对时长的异议": 1,
    "等批准的时长": 1,
    "等人来取的兑换": 1,
}


def test_the_desk_counts_what_is_to_be_done(app: Any, world: World) -> None:
    fill(world, world.home)
    assert counts(app, world.staff) == ONE_OF_EACH


def test_work_of_the_areas_below_counts_and_that_of_others_does_not(app: Any, world: World) -> None:
    fill(world, world.grid)
    fill(world, world.other)
    assert counts(app, world.staff) == ONE_OF_EACH


def test_overdue_work_comes_first(app: Any, world: World) -> None:
    fill(world, world.home)
    with app.test_request_context():
        tasks = desk.for_actor(make.actor(world.staff)).tasks
    urgent = [task.is_urgent for task in tasks]
    assert urgent == sorted(urgent, reverse=True)
    assert urgent.count(True) == 6


def test_the_desk_is_for_staff_only(world: World, client: Any, client_for: Any) -> None:
    leader = make.leader(make.team(world.home))
    for person in (world.anna, leader):
        with pytest.raises(NotAllowed):
            desk.for_actor(make.actor(person))
        assert client_for(person).get("/desk").status_code == 403
        assert client_for(person).get("/desk/waiting/requests").status_code == 403
    assert client.get("/desk").status_code == 302
    assert client.get("/desk/waiting/requests").status_code == 302


def test_a_clerk_sees_the_counters_work_only(app: Any, world: World, client_for: Any) -> None:
    fill(world, world.home)
    clerk = make.staff(COUNTER_CLERK, world.home)
    assert counts(app, clerk) == {"等人来取的兑换": 1}
    assert client_for(clerk).get("/desk").status_code == 200
    assert client_for(clerk).get("/desk/waiting/requests").status_code == 403


def test_an_auditor_reads_all_but_the_counter(app: Any, world: World) -> None:
    fill(world, world.home)
    auditor = make.staff(AUDITOR, world.home)
    assert set(counts(app, auditor)) == set(ONE_OF_EACH) - {
        "等人来取的兑换",
        "对时长的异议",
        "等批准的时长",
        "查看未成年人档案的申请",
        "居民问自己的信息",
    }


def test_each_number_opens_as_many_rows(app: Any, world: World, client_for: Any) -> None:
    fill(world, world.home)
    fill(world, world.home)
    paths = policy.reading_paths(make.actor(world.staff))
    numbers = counts(app, world.staff)
    with app.test_request_context():
        for kind in waiting.KINDS:
            rows, more = waiting.lines(kind, paths)
            assert (len(rows), more) == (numbers[str(kind.text)], None)
    for kind in waiting.KINDS:
        assert client_for(world.staff).get(f"/desk/waiting/{kind.key}").status_code == 200
    assert client_for(world.staff).get("/desk/waiting/nothing").status_code == 404


def test_rows_come_page_by_page(app: Any, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PAGE", 2)
    team = make.team(world.home)
    for _n in range(5):
        make.member(team, state=REQUESTED)
    kind = waiting.by_key("requests")
    paths = policy.reading_paths(make.actor(world.staff))
    seen, mark = 0, None
    with app.test_request_context():
        while True:
            rows, mark = waiting.lines(kind, paths, after=mark)
            seen += len(rows)
            if mark is None:
                break
    assert seen == 5


def test_the_month_shows_hours_and_points_of_the_scope(app: Any, world: World) -> None:
    world.held("环境整治", world.anna, world.bert, world.carl)
    item = make.item(world.home)
    placed = points.order(actor=make.actor(world.anna), item_id=item.id)
    points.hand_over(actor=world.lead, order_id=placed.id)
    db.session.commit()
    with app.test_request_context():
        month = desk.for_actor(make.actor(world.staff)).month
        next_month = clock.now() + dt.timedelta(days=20)
        with clock.fixed(next_month):
            later = desk.for_actor(make.actor(world.staff)).month
    assert month == desk.Month(minutes=240, minutes_before=0, points_out=40, points_in=10)
    assert later == desk.Month(minutes=0, minutes_before=240, points_out=0, points_in=0)


def test_tomorrow_is_listed_for_the_scope(app: Any, world: World) -> None:
    mine = make.occurrence(make.series(make.team(world.home)))
    make.occurrence(make.series(make.team(world.other)))
    make.occurrence(make.series(make.team(world.home)), state="cancelled")
    with app.test_request_context():
        assert [row.id for row in desk.for_actor(make.actor(world.staff)).tomorrow] == [mine.id]


def test_the_desk_needs_few_statements_whatever_there_is(
    world: World, client_for: Any, count_statements: Any
) -> None:
    visitor = client_for(world.staff)

    def statements() -> int:
        before = len(count_statements())
        assert visitor.get("/desk").status_code == 200
        return len(count_statements()) - before

    empty = statements()
    fill(world, world.home)
    fill(world, world.home)
    assert statements() == empty <= 8
