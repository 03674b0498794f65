"""Somebody leaves a date late, or is taken off it: who may, who is told, and what the leader reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence, SignUp, StandIn, Waiting
from volunteer.activities.signing import leaving, of_another
from volunteer.core import clock
from volunteer.core.errors import NotAllowed
from volunteer.outbox import kinds
from volunteer.outbox.models import Message
from volunteer.people.models import COUNTER_CLERK

SignIn = Callable[[Any], FlaskClient]
HOUR = dt.timedelta(hours=1)


class World:
    """A date in five hours, so that leaving is late; its leader is in charge, and a deputy may publish as well."""

    def __init__(self) -> None:
        self.area = make.community()
        self.team = make.team(self.area)
        self.leader = make.leader(self.team)
        self.deputy = make.member(self.team)
        make.grant(self.deputy, "deputy", team=self.team, rights=("publish",))
        self.series = make.series(self.team, person_in_charge=self.leader, capacity=2)
        self.date = make.occurrence(self.series, starts_at=clock.now() + 5 * HOUR)
        self.person = make.person(self.area, name="袁大海")
        self.clerk = make.staff(COUNTER_CLERK, self.area)

    def off(self, by: Any, reason: str = "", person: Any = None) -> None:
        service.sign_off(
            actor=make.actor(by),
            occurrence_id=self.date.id,
            person_id=(person or self.person).id,
            reason=reason,
        )

    @property
    def address(self) -> str:
        return f"/activities/{self.date.id}/people/{self.person.id}/take-off"


@pytest.fixture
def world(db: Any) -> World:
    return World()


def told(db: Any, kind: str) -> list[tuple[int, str]]:
    rows = db.session.scalars(sa.select(Message).where(Message.kind == kind, Message.channel == "inbox"))
    return sorted((row.person_id, kinds.render(row.kind, row.payload)[1]) for row in rows)


def state(db: Any, world: World) -> list[Any]:
    return list(db.session.execute(sa.select(SignUp.state, SignUp.withdrawn_late)).one())


# Late


def test_who_leads_is_told_who_left_late_and_why(world: World, db: Any) -> None:
    make.sign_up(world.date, world.person)
    world.off(world.person, "孩子发烧")
    (first, body), (second, _body) = told(db, leaving.LEFT_LATE)
    assert {first, second} == {world.leader.id, world.deputy.id}
    assert body.startswith(f"袁*（{world.person.number}）临时取消了")
    assert "孩子发烧" in body
    assert "报了 0 人，一共 2 个名额" in body


def test_the_mail_and_the_stored_message_hold_no_reason(world: World, db: Any) -> None:
    make.sign_up(world.date, world.person)
    world.off(world.person, "孩子发烧")
    rows = db.session.scalars(sa.select(Message).where(Message.kind == leaving.LEFT_LATE)).all()
    assert {row.channel for row in rows} == {"inbox", "email"}
    for row in rows:
        assert "发烧" not in str(row.payload)
        assert "小明" not in str(row.payload)
        if row.channel == "email":
            assert "发烧" not in kinds.render(row.kind, row.payload)[1]


def test_in_time_nobody_is_told(world: World, db: Any) -> None:
    world.date.starts_at, world.date.ends_at = clock.now() + 30 * HOUR, clock.now() + 32 * HOUR
    make.sign_up(world.date, world.person)
    world.off(world.person)
    assert told(db, leaving.LEFT_LATE) == []


def test_who_does_it_is_not_told(world: World, db: Any) -> None:
    make.sign_up(world.date, world.person)
    world.off(world.leader, "打电话说来不了")
    assert [person for person, _body in told(db, leaving.LEFT_LATE)] == [world.deputy.id]


def test_the_leaders_page_lists_who_left_when_and_why(world: World, db: Any, client_for: SignIn) -> None:
    make.sign_up(world.date, world.person)
    world.off(world.person, "孩子发烧")
    db.session.commit()
    page = client_for(world.leader).get(f"/activities/{world.date.id}").text
    assert "取消了的人" in page
    assert "孩子发烧" in page
    assert "临时取消" in page
    for other in (world.person, world.clerk, make.staff("auditor", world.area)):
        assert "孩子发烧" not in client_for(other).get(f"/activities/{world.date.id}").text


def test_who_came_back_or_handed_the_place_on_has_not_left(world: World, db: Any) -> None:
    make.sign_up(world.date, world.person)
    world.off(world.person, "有事")
    db.session.refresh(world.date)
    make.sign_up(world.date, world.person)
    holder, taker = make.member(world.team), make.member(world.team)
    make.sign_up(world.date, holder)
    service.ask_stand_in(actor=make.actor(holder), occurrence_id=world.date.id, person_id=taker.id)
    service.accept_stand_in(actor=make.actor(taker), stand_in_id=db.session.scalar(sa.select(StandIn.id)))
    assert leaving.of_date(world.date.id) == []


# Taken off by another


def test_who_leads_takes_somebody_off_with_a_reason_that_the_person_reads(
    world: World, db: Any, client_for: SignIn
) -> None:
    make.sign_up(world.date, world.person)
    visitor = client_for(world.leader)
    assert "袁大海" in visitor.get(world.address).text
    assert visitor.post(world.address).status_code == 422
    assert visitor.post(world.address, data={"reason": "打电话说来不了"}).status_code == 303
    assert state(db, world) == ["withdrawn", True]
    ((person, body),) = told(db, "receipt_signed_off")
    assert person == world.person.id
    assert "打电话说来不了" in body


def test_the_counter_takes_off_by_number_and_sees_the_name_masked(
    world: World, db: Any, client_for: SignIn
) -> None:
    make.sign_up(world.date, world.person)
    visitor = client_for(world.clerk)
    there = visitor.post(
        f"/activities/{world.date.id}/sign-up-another", data={"who": world.person.number, "leaves": "1"}
    )
    assert there.status_code == 303
    assert there.headers["Location"].endswith(world.address)
    page = visitor.get(world.address).text
    assert "袁*" in page
    assert "袁大海" not in page
    assert world.person.number in page
    assert visitor.post(world.address, data={"reason": "本人来说的"}).status_code == 303
    assert state(db, world)[0] == "withdrawn"


def test_out_of_the_line_as_well(world: World, db: Any, client_for: SignIn) -> None:
    for _ in range(2):
        make.sign_up(world.date)
    service.join_line(actor=make.actor(world.person), occurrence_id=world.date.id)
    visitor = client_for(world.leader)
    assert f"替{world.person.number}退出排队" in visitor.get(world.address).text
    assert visitor.post(world.address).status_code == 303
    assert db.session.scalar(sa.select(Waiting.state)) == "left"


@pytest.mark.parametrize("who", ["stranger", "other_leader", "other_clerk", "teammate"])
def test_nobody_else_may(world: World, db: Any, client_for: SignIn, who: str) -> None:
    make.sign_up(world.date, world.person)
    other = {
        "stranger": make.person,
        "other_leader": lambda: make.leader(make.team()),
        "other_clerk": lambda: make.staff(COUNTER_CLERK, make.community()),
        "teammate": lambda: make.member(world.team),
    }[who]()
    assert client_for(other).get(world.address).status_code == 404
    assert client_for(other).post(world.address, data={"reason": "x"}).status_code == 404
    with pytest.raises(NotAllowed):
        world.off(other, "x")
    assert state(db, world)[0] == "signed_up"


def test_of_somebody_without_a_place_nothing_is_said_but_that(world: World, client_for: SignIn) -> None:
    client = client_for(world.leader)
    there = client.get(world.address)
    assert there.status_code == 303
    assert there.location.endswith(f"/activities/{world.date.id}")
    led_on, sent = client.get(there.location), client.post(world.address, data={"reason": "x"})
    assert (led_on.status_code, sent.status_code) == (200, 409)
    for page in (led_on, sent):
        assert "没有找到这一场的报名" in page.text
        assert "袁大海" not in page.text


# A mistyped number


def test_the_answer_says_whom_and_leads_back(world: World, db: Any, client_for: SignIn) -> None:
    visitor = client_for(world.clerk)
    answer = visitor.post(
        f"/activities/{world.date.id}/sign-up-another",
        data={"who": world.person.number},
        follow_redirects=True,
    )
    assert f"已经替袁*（{world.person.number}）报名" in answer.text
    assert world.address in answer.text
    assert visitor.post(world.address).status_code == 303, "late, but it was a slip of the pen"
    assert state(db, world) == ["withdrawn", False]
    assert told(db, leaving.LEFT_LATE) == []


def test_a_teammate_takes_back_what_was_just_mistyped_and_nothing_later(
    world: World, db: Any, client_for: SignIn
) -> None:
    me, mate = make.member(world.team), make.member(world.team, make.person(name="王桂兰"))
    visitor, page = client_for(me), f"/activities/{world.date.id}/teammate"
    answer = visitor.post(page, data={"teammate": str(mate.id)}, follow_redirects=True)
    assert f"已经替王*（{mate.number}）报名" in answer.text
    address = f"/activities/{world.date.id}/people/{mate.id}/take-off"
    assert address in visitor.get(page).text
    with clock.fixed(clock.now() + leaving.TAKE_BACK + dt.timedelta(minutes=1)):
        assert visitor.get(address).status_code == 404
        with pytest.raises(NotAllowed):
            world.off(me, "x", mate)
    assert visitor.post(address).status_code == 303
    assert db.session.scalar(sa.select(Occurrence.taken)) == 0


def test_late_the_reason_is_asked_in_words_about_the_person(world: World, db: Any) -> None:
    make.sign_up(world.date, world.person)
    with pytest.raises(of_another.PersonReasonNeeded):
        world.off(world.leader)


def test_a_page_of_many_asks_no_more(
    world: World, db: Any, client_for: SignIn, count_statements: Callable[[], list[str]]
) -> None:
    def statements(address: str) -> int:
        before = len(count_statements())
        assert visitor.get(address).status_code == 200
        return len(count_statements()) - before

    visitor = client_for(world.clerk)
    world.date.capacity = 20
    address = f"/activities/{world.date.id}?helped={world.person.id}"
    counted = []
    for n in range(6):
        service.sign_up(
            actor=make.actor(world.clerk),
            occurrence_id=world.date.id,
            person_id=make.person(world.area).id if n else world.person.id,
        )
        counted.append(statements(address))
    assert len(set(counted)) == 1


def test_the_printed_sheet_names_who_is_not_expected_and_says_no_reason(
    world: World, db: Any, client_for: SignIn
) -> None:
    make.sign_up(world.date, world.person)
    world.off(world.person, "孩子发烧")
    db.session.commit()
    sheet = client_for(world.leader).post(f"/activities/{world.date.id}/roster", follow_redirects=True)
    assert "不用等的人：袁大海" in sheet.text
    assert "发烧" not in sheet.text
