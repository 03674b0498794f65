"""Who turns 14 while waiting for a guardian waits no longer (R007)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.jobs import tasks
from volunteer.outbox import kinds
from volunteer.outbox.models import Message
from volunteer.people.models import Person, RegistrationReceipt

BIRTHDAY = dt.date(2026, 3, 1)


def waiting(born_on: dt.date) -> tuple[Person, str]:
    child, token = make.waiting_child()
    child.born_on = born_on
    make.db.session.commit()
    return child, token


def status(child: Person) -> str:
    return str(make.db.session.scalar(sa.select(Person.status).where(Person.id == child.id)))


@pytest.mark.parametrize("born_on", [dt.date(2012, 3, 1), dt.date(2012, 2, 29)])
def test_on_the_birthday_and_not_a_minute_before(db, born_on):
    child, _token = waiting(born_on)
    with clock.fixed(clock.at_local(BIRTHDAY, dt.time()) - dt.timedelta(minutes=1)):
        assert tasks.let_in_grown() == 0
        assert status(child) == "waiting"
    with clock.fixed(clock.at_local(BIRTHDAY, dt.time())):
        assert tasks.let_in_grown() == 1
        assert tasks.let_in_grown() == 0
    assert status(child) == "active"
    acts = db.session.execute(sa.select(AuditEntry.act, AuditEntry.actor_id)).all()
    assert ("registration_confirmed", None) in acts


def test_in_a_leap_year_as_well(db):
    child, _token = waiting(dt.date(2014, 2, 28))
    with clock.fixed(clock.at_local(dt.date(2028, 2, 29), dt.time(9))):
        assert tasks.let_in_grown() == 1
    assert status(child) == "active"


def test_the_words_do_not_speak_of_a_guardian_who_agreed(db, client):
    child, token = waiting(dt.date(2012, 3, 1))
    with clock.fixed(clock.at_local(BIRTHDAY, dt.time(9))):
        tasks.let_in_grown()
        page = client.get(f"/registrations/{token}").text
    message = db.session.scalars(sa.select(Message).where(Message.person_id == child.id)).first()
    words = kinds.render(message.kind, message.payload)[1]
    for text in (words, page):
        assert "监护人已经同意" not in text
        assert "登录" in text
    assert "14 周岁" in words
    assert db.session.scalars(sa.select(RegistrationReceipt)).one().state == "confirmed"


@pytest.mark.parametrize("state", ["disabled", "closed"])
def test_only_who_waits(db, state):
    child, _token = waiting(dt.date(2012, 3, 1))
    child.status = state
    db.session.commit()
    with clock.fixed(clock.at_local(BIRTHDAY, dt.time(9))):
        assert tasks.let_in_grown() == 0
    assert status(child) == state
