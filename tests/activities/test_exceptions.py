"""Sign-up has closed or not opened: who manages the date lets somebody in with a reason; others leave a word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence, SignUp
from volunteer.activities.service.signing import exceptions, writing
from volunteer.activities.signing import of_another, refusals
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.outbox import kinds
from volunteer.outbox.models import Message
from volunteer.people.models import COUNTER_CLERK

SignIn = Callable[[Any], FlaskClient]
HOUR = dt.timedelta(hours=1)


class World:
    def __init__(self) -> None:
        self.area = make.community()
        self.team = make.team(self.area)
        self.leader, self.person = make.leader(self.team), make.person(self.area, name="袁大海")
        self.clerk = make.staff(COUNTER_CLERK, self.area)
        self.series = make.series(self.team, person_in_charge=self.leader)
        self.closed = self._date(72, closes_at=clock.now() - HOUR)
        self.not_open = self._date(120, opens_at=clock.now() + HOUR)

    def _date(self, hours: int, **more: Any) -> Occurrence:
        return make.occurrence(self.series, starts_at=clock.now() + hours * HOUR, **more)

    def sign_up(self, by: Any, date: Occurrence, reason: str = "") -> int:
        return service.sign_up(
            actor=make.actor(by), occurrence_id=date.id, person_id=self.person.id, override_reason=reason
        )


@pytest.fixture
def world(db: Any) -> World:
    return World()


@pytest.mark.parametrize(
    ("which", "refusal"),
    [("closed", exceptions.SayWhyAfterClosing), ("not_open", exceptions.SayWhyBeforeOpening)],
)
def test_who_manages_the_date_passes_its_hours_with_a_reason(
    world: World, db: Any, which: str, refusal: type
) -> None:
    date = getattr(world, which)
    with pytest.raises(refusal) as raised:
        world.sign_up(world.leader, date, "  ")
    assert raised.value.field == "override_reason"
    row = db.session.get_one(SignUp, world.sign_up(world.leader, date, "昨天当面说好的"))
    assert row.override_reason == "昨天当面说好的"
    details = db.session.scalars(sa.select(AuditEntry.details).where(AuditEntry.act == "signed_up")).one()
    assert details["overridden"] is True


@pytest.mark.parametrize(
    ("which", "refusal"), [("closed", of_another.PersonClosed), ("not_open", of_another.PersonNotOpen)]
)
def test_the_counter_and_the_person_may_not(world: World, which: str, refusal: type) -> None:
    date = getattr(world, which)
    with pytest.raises(refusal):
        world.sign_up(world.clerk, date, "他想来")
    with pytest.raises(refusals.NoPlace):
        world.sign_up(world.person, date, "我想来")
    with pytest.raises(refusals.NoPlace):  # who leads it is like others there
        service.sign_up(actor=make.actor(world.leader), occurrence_id=date.id, override_reason="我是队长")


def test_behind_the_hours_everything_else_is_asked(world: World, db: Any) -> None:
    world.closed.capacity = 1
    make.sign_up(world.closed)
    with pytest.raises(of_another.PersonFull):
        world.sign_up(world.leader, world.closed, "就差他一个")


def test_hours_and_the_days_limit_may_be_passed_in_one_go(world: World, db: Any) -> None:
    long = make.series(world.team, duration_minutes=470)
    day = clock.local(world.closed.starts_at).date() + dt.timedelta(days=4)
    first = make.occurrence(long, starts_at=clock.at_local(day, dt.time(6)))
    second = make.occurrence(
        world.series, starts_at=clock.at_local(day, dt.time(18)), closes_at=clock.now() - HOUR
    )
    world.sign_up(world.leader, first)
    assert world.sign_up(world.leader, second, "缺人")


def test_the_form_asks_for_the_reason_and_the_page_shows_it(
    world: World, db: Any, client_for: SignIn
) -> None:
    visitor, page = client_for(world.leader), f"/activities/{world.closed.id}"
    asked = visitor.post(f"{page}/sign-up-another", data={"who": world.person.number})
    assert asked.status_code == 422
    assert 'name="override_reason"' in asked.text
    about = asked.text.partition('for="override_reason"')[2].partition("<input")[0]
    assert "可不填" not in about
    assert "hint" not in about
    data = {"who": world.person.number, "override_reason": "昨天当面说好的"}
    assert visitor.post(f"{page}/sign-up-another", data=data).status_code == 303
    assert "破例报的名，理由：昨天当面说好的" in visitor.get(page).text


# A word to who is in charge


def notes(db: Any) -> list[Message]:
    of_notes = sa.select(Message).where(Message.kind == writing.WRITTEN, Message.channel == "inbox")
    return list(db.session.scalars(of_notes))


def test_a_word_goes_to_who_is_in_charge(world: World, db: Any, client_for: SignIn) -> None:
    visitor, page = client_for(world.person), f"/activities/{world.closed.id}"
    assert "给负责人留言" in visitor.get(page).text
    assert visitor.post(f"{page}/write", data={"text": "我还能来吗？"}).status_code == 303
    (note,) = notes(db)
    body = kinds.render(note.kind, note.payload)[1]
    assert note.person_id == world.leader.id
    assert f"袁大海（{world.person.number}）" in body
    assert "我还能来吗？" in body
    assert not {"我还能来吗？", "袁大海"} & {*note.payload.values()}, "sealed"
    mail = db.session.scalars(
        sa.select(Message).where(Message.kind == writing.WRITTEN, Message.channel == "email")
    ).one()
    assert "我还能" not in kinds.render(mail.kind, mail.payload)[1]
    details = db.session.scalars(
        sa.select(AuditEntry.details).where(AuditEntry.act == "leader_written_to")
    ).one()
    assert details == {"person": world.leader.id}


def test_once_an_hour_for_a_date(world: World, db: Any) -> None:
    actor = make.actor(world.person)
    write = service.write_to_charge
    write(actor=actor, occurrence_id=world.closed.id, text="一")
    with pytest.raises(writing.WrittenLately):
        write(actor=actor, occurrence_id=world.closed.id, text="二")
    write(actor=actor, occurrence_id=world.not_open.id, text="三")
    with clock.fixed(clock.now() + HOUR):
        write(actor=actor, occurrence_id=world.closed.id, text="四")
    assert len(notes(db)) == 3


def test_who_is_gone_reads_nothing_and_who_may_publish_does(world: World, db: Any) -> None:
    gone = make.person(status="disabled")
    world.series.person_in_charge_id = gone.id
    db.session.commit()
    service.write_to_charge(actor=make.actor(world.person), occurrence_id=world.closed.id, text="在吗")
    assert [note.person_id for note in notes(db)] == [world.leader.id]
    with pytest.raises(writing.NobodyToReadIt):
        service.write_to_charge(actor=make.actor(world.leader), occurrence_id=world.closed.id, text="在吗")


@pytest.mark.parametrize("case", ["empty", "cancelled", "over"])
def test_words_that_go_nowhere(world: World, db: Any, case: str) -> None:
    date = world.closed
    if case == "cancelled":
        date.state = "cancelled"
    if case == "over":
        date.starts_at, date.ends_at = clock.now() - 3 * HOUR, clock.now() - HOUR
    db.session.commit()
    refusal = {"empty": writing.NothingToSay, "cancelled": refusals.Cancelled, "over": refusals.Over}[case]
    text = " " if case == "empty" else "在吗"
    with pytest.raises(refusal):
        service.write_to_charge(actor=make.actor(world.person), occurrence_id=date.id, text=text)
    assert notes(db) == []


def test_too_long_and_too_often_is_said_on_the_page(world: World, client_for: SignIn) -> None:
    visitor, page = client_for(world.person), f"/activities/{world.closed.id}/write"
    assert visitor.get(page).status_code == 200
    long = visitor.post(page, data={"text": "长" * 301})
    assert long.status_code == 422
    assert "长" * 301 in long.text
    assert visitor.post(page, data={"text": "一"}).status_code == 303
    again = visitor.post(page, data={"text": "二"})
    assert again.status_code == 409
    assert "已经给负责人留过言" in again.text
