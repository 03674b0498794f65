"""Cancelling a whole day: everybody told once, of all dates together; the second time nothing happens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence, SignUp, StandIn
from volunteer.activities.planning import refusals
from volunteer.activities.service.changing import storm
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.outbox import kinds
from volunteer.outbox.models import Message
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, COUNTER_CLERK, PUBLISH, RECORD

SignIn = Callable[[Any], FlaskClient]
DAY = dt.date(2026, 11, 25)


def at(hour: int, day: dt.date = DAY) -> dt.datetime:
    return clock.at_local(day, dt.time(hour))


@pytest.fixture
def day(db: Any) -> tuple[Any, list[Occurrence]]:
    """Staff of a community with two activities on a day, one the day after, and one next door."""
    area = make.community()
    team = make.team(area)
    series = make.series(team)
    rows = [make.occurrence(series, starts_at=at(hour)) for hour in (9, 15)]
    rows.append(make.occurrence(series, starts_at=at(9, DAY + dt.timedelta(days=1))))
    rows.append(make.occurrence(make.series(make.team()), starts_at=at(9)))
    return make.staff(COMMUNITY_STAFF, area), rows


def told() -> list[int]:
    statement = sa.select(Message.person_id).where(
        Message.kind.in_(("activity_cancelled", "activity_dates_cancelled")), Message.channel == "inbox"
    )
    return sorted(make.db.session.scalars(statement))


def test_everybody_is_told_once(db: Any, day: Any) -> None:
    staff, (morning, _afternoon, *_rest) = day
    team = db.session.get_one(make.Series, morning.series_id).team_id
    another = make.series(db.session.get_one(make.Team, team), title="义诊", title_en="Health check")
    afternoon = make.occurrence(another, starts_at=at(15), place="居委会")
    one, other = make.person(), make.person()
    for row, person in ((morning, one), (morning, other), (afternoon, one)):
        make.sign_up(row, person)
    actor, ids = make.actor(staff), [morning.id, afternoon.id]
    results = service.cancel_day(actor=actor, on=DAY, occurrence_ids=ids, reason="暴雨")
    assert [(result.state, result.told) for result in results] == [("done", 2), ("done", 1)]
    assert told() == sorted([one.id, other.id])
    both = db.session.scalars(sa.select(Message).where(Message.person_id == one.id)).first()
    assert kinds.render(both.kind, both.payload) == (
        "几场活动取消：周五卫生大扫除、义诊",
        "“周五卫生大扫除、义诊”取消了您报名的几场："
        "11月25日 周三 9:00；11月25日 周三 15:00。原因：暴雨。请不要前往，谢谢您的热心。",
    )
    again = service.cancel_day(actor=actor, on=DAY, occurrence_ids=ids, reason="暴雨")
    assert [(result.state, result.told) for result in again] == [("earlier", 0), ("earlier", 0)]
    assert told() == sorted([one.id, other.id])


def test_cancelled_once_more_after_it_was_opened_again_is_told_again(db: Any, day: Any) -> None:
    staff, (morning, *_rest) = day
    person = make.person()
    make.sign_up(morning, person)
    cancel = {"actor": make.actor(staff), "on": DAY, "occurrence_ids": [morning.id], "reason": "暴雨"}
    service.cancel_day(**cancel)
    morning.state = "published"
    db.session.commit()
    service.cancel_day(**cancel)
    assert told() == [person.id, person.id]


def test_what_is_recorded_or_over_is_left_alone(db: Any, day: Any) -> None:
    staff, (morning, afternoon, *_rest) = day
    morning.recorded_at = clock.now()
    db.session.commit()
    with clock.fixed(at(23)):
        results = service.cancel_day(
            actor=make.actor(staff), on=DAY, occurrence_ids=[morning.id, afternoon.id], reason="暴雨"
        )
    assert [result.state for result in results] == ["recorded", "over"]
    assert {morning.state, afternoon.state} == {"published"}


def test_a_night_is_of_both_its_days(db: Any, day: Any) -> None:
    staff, (morning, *_rest) = day
    series = db.session.get_one(make.Series, morning.series_id)
    before = DAY - dt.timedelta(days=1)
    night = make.occurrence(series, starts_at=at(22, before), ends_at=at(6))
    late = make.occurrence(series, starts_at=at(20, before), ends_at=at(0))
    week = make.occurrence(series, starts_at=at(20, before), ends_at=at(9), is_flexible=True)
    actor = make.actor(staff)
    ids = {row.id for row in storm.of_day(actor, on=DAY)}
    assert (night.id in ids, late.id in ids, week.id in ids) == (True, False, False)
    assert {night.id, late.id, week.id} <= {row.id for row in storm.of_day(actor, on=before)}
    [result] = service.cancel_day(actor=actor, on=DAY, occurrence_ids=[night.id], reason="暴雨")
    assert result.state == "done"


def test_one_date_of_somebody_else_refuses_the_whole(db: Any, day: Any) -> None:
    staff, (morning, _afternoon, next_day, next_door) = day
    for wrong in (next_day, next_door):
        with pytest.raises(NotFound):
            service.cancel_day(
                actor=make.actor(staff), on=DAY, occurrence_ids=[morning.id, wrong.id], reason="暴雨"
            )
    with pytest.raises(refusals.NotComplete):
        service.cancel_day(actor=make.actor(staff), on=DAY, occurrence_ids=[morning.id], reason=" ")
    db.session.refresh(morning)
    assert morning.state == "published"


def test_nobody_is_looked_for_as_a_stand_in_any_more(db: Any, day: Any) -> None:
    staff, (morning, *_rest) = day
    row = make.sign_up(morning)
    request = make._keep(StandIn(sign_up_id=row.id, asked_at=clock.now(), state="open"))
    service.cancel_day(actor=make.actor(staff), on=DAY, occurrence_ids=[morning.id], reason="暴雨")
    db.session.refresh(request)
    assert request.state == "lapsed"
    assert db.session.get_one(SignUp, row.id).state == "signed_up"


def test_the_page_lists_the_day_and_what_became_of_it(db: Any, day: Any, client_for: SignIn) -> None:
    staff, (morning, afternoon, _next_day, next_door) = day
    make.sign_up(morning)
    visitor = client_for(staff)
    page = visitor.get(f"/desk/storm?on={DAY}").text
    assert f'value="{morning.id}" checked' in page
    assert f'value="{next_door.id}"' not in page
    assert "2 场 · 1 人报名" in page
    data = {"on": str(DAY), "date": str(morning.id), "reason": "暴雨"}
    done = visitor.post("/desk/storm", data=data)
    assert done.status_code == 200
    assert "取消了 1 场，发出 1 条通知。" in done.text
    assert "已取消，通知了 1 人" in done.text
    db.session.expire_all()
    assert (morning.state, afternoon.state) == ("cancelled", "published")
    assert "早就取消了" in visitor.post("/desk/storm", data=data).text
    assert visitor.post("/desk/storm", data={"on": str(DAY), "reason": "暴雨"}).status_code == 422
    assert visitor.post("/desk/storm", data=data | {"reason": ""}).status_code == 422
    assert visitor.get("/desk/storm?on=x&area=999999").status_code == 404


def test_who_may_cancel_days(db: Any, day: Any, client_for: SignIn) -> None:
    staff, (morning, *_rest) = day
    area = db.session.get_one(make.Area, staff.area_id)
    team = db.session.get_one(make.Team, db.session.get_one(make.Series, morning.series_id).team_id)
    for person, status in (
        (make.person(area), 403),
        (make.staff(COUNTER_CLERK, area), 403),
        (make.staff(AUDITOR, area), 403),
        (make.leader(team, rights=(RECORD,)), 403),
        (make.leader(team, rights=(PUBLISH,)), 200),
        (staff, 200),
    ):
        assert client_for(person).get("/desk/storm").status_code == status


def test_the_number_of_statements_does_not_grow_with_the_day(
    db: Any, day: Any, client_for: SignIn, count_statements: Any
) -> None:
    staff, (morning, *_rest) = day
    visitor, seen = client_for(staff), count_statements()

    def statements() -> int:
        before = len(seen)
        assert visitor.get(f"/desk/storm?on={DAY}").status_code == 200
        return len(seen) - before

    statements()
    few = statements()
    series = db.session.get_one(make.Series, morning.series_id)
    for _ in range(10):
        make.occurrence(series, starts_at=at(10))
    assert statements() == few


@pytest.mark.portable
def test_leaders_who_may_find_it_among_their_teams(db: Any, client_for: SignIn) -> None:
    team = make.team()
    may, may_not = make.leader(team), make.leader(team, rights=("record",))
    assert "/desk/storm" in client_for(may).get("/my-teams").text
    assert "/desk/storm" not in client_for(may_not).get("/my-teams").text
