"""A batch is taken back as a whole, with a reason, once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.hours.test_record import Mark, again, balance, held, record
from volunteer.activities.models import Occurrence
from volunteer.areas.models import Area
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.hours import check, service
from volunteer.hours.models import Batch
from volunteer.hours.service.reverse import BatchAlreadyReversed, NoReason
from volunteer.ledger import service as ledger
from volunteer.ledger.models import HOURS, POINTS, Transfer
from volunteer.outbox import kinds
from volunteer.outbox.models import Message


def spend(person: Any, points: int) -> None:
    """The person buys something."""
    main = ledger.account(book=POINTS, owner_kind=ledger.PERSON, owner_id=person.id)
    spent = ledger.account(book=POINTS, owner_kind=ledger.SYSTEM, owner_id=0, purpose=ledger.SPENT)
    movement = ledger.Movement(POINTS, main, spent, points, "order", f"t:{person.id}", "order:t", clock.now())
    ledger.move(movement, recorded_by=None)


def recorded(*people: Any) -> Any:
    at = held()
    make.earning_rule(10)
    at.batch = record(at, *(Mark(person.id, "present") for person in people))
    return at


def test_everything_goes_back_in_one_operation_and_the_roll_call_can_be_done_again(db):
    people = [make.person(), make.person()]
    at = recorded(*people)
    service.reverse(actor=at.actor, batch_id=at.batch.id, reason=" 点错了日期 ")
    assert [(balance(HOURS, person), balance(POINTS, person)) for person in people] == [(0, 0), (0, 0)]
    mirrors = db.session.scalars(sa.select(Transfer).where(Transfer.kind == "reversal")).all()
    assert {row.operation for row in mirrors} == {f"reverse-batch:{at.batch.id}"}
    assert {row.memo for row in mirrors} == {"点错了日期"}
    assert len(mirrors) == 4
    assert at.batch.reversed_reason == "点错了日期"
    assert db.session.get_one(Occurrence, at.occurrence.id, populate_existing=True).recorded_at is None
    record(at, Mark(people[0].id, "late", 30))
    assert (balance(HOURS, people[0]), balance(POINTS, people[0])) == (120, 20)
    assert check.check().faults == []


def test_points_that_were_spent_are_owed_and_paid_back_by_what_is_earned_next(db):
    person = make.person()
    at = recorded(person)
    spend(person, 20)
    service.reverse(actor=at.actor, batch_id=at.batch.id, reason="点错了人")
    assert (balance(POINTS, person), balance(POINTS, person, ledger.OWED)) == (0, -20)
    assert balance(HOURS, person) == 0
    short = make.occurrence(
        at.series,
        starts_at=at.occurrence.starts_at,
        ends_at=at.occurrence.starts_at + dt.timedelta(minutes=60),
    )
    record(at, Mark(person.id, "present"), occurrence=short)
    assert (balance(POINTS, person), balance(POINTS, person, ledger.OWED)) == (0, -10)
    record(at, Mark(person.id, "present"), occurrence=again(at))
    assert (balance(POINTS, person), balance(POINTS, person, ledger.OWED)) == (15, 0)
    assert check.check().faults == []


def test_people_are_told_what_was_taken_back_and_why(db):
    person = make.person()
    at = recorded(person)
    service.reverse(actor=at.actor, batch_id=at.batch.id, reason="日期填错了")
    message = db.session.scalars(sa.select(Message).where(Message.kind == "hours_reversed")).one()
    subject, body = kinds.render(message.kind, message.payload)
    assert message.person_id == person.id
    assert "2 小时 30 分" in body
    assert "25 分" in body
    assert "日期填错了" in body
    assert subject


def test_the_audit_names_the_batch_and_no_person(db):
    at = recorded(make.person())
    service.reverse(actor=at.actor, batch_id=at.batch.id, reason="陈小明没来")
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "hours_reversed")).one()
    assert (entry.object_id, entry.details["minutes"], entry.details["points"]) == (at.batch.id, 150, 25)
    assert "陈小明" not in str(entry.details)


def test_a_second_reversal_is_refused_by_name(db):
    person = make.person()
    at = recorded(person)
    service.reverse(actor=at.actor, batch_id=at.batch.id, reason="点错了人")
    with pytest.raises(BatchAlreadyReversed) as refused:
        service.reverse(actor=at.actor, batch_id=at.batch.id, reason="再来一次")
    assert "11月21日 周六 10:00" in refused.value.message
    assert db.session.scalar(sa.select(sa.func.count()).where(Transfer.kind == "reversal")) == 2


def test_a_batch_of_absent_people_is_reversed_too(db):
    at = held()
    batch = record(at, Mark(make.person().id, "absent"))
    service.reverse(actor=at.actor, batch_id=batch.id, reason="点错了")
    assert batch.reversed_at is not None


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_reason_is_needed(db, reason):
    person = make.person()
    at = recorded(person)
    with pytest.raises(NoReason):
        service.reverse(actor=at.actor, batch_id=at.batch.id, reason=reason)
    assert balance(HOURS, person) == 150


def test_the_leader_has_a_day_and_staff_have_for_ever(db):
    person = make.person()
    at = recorded(person)
    area = db.session.get_one(Area, at.team.area_id)
    staff = make.actor(make.staff("subdistrict_staff", db.session.get_one(Area, area.parent_id)))
    with clock.fixed(clock.now() + dt.timedelta(hours=24)):
        with pytest.raises(NotFound):
            service.reverse(actor=at.actor, batch_id=at.batch.id, reason="点错了人")
        assert balance(HOURS, person) == 150
        service.reverse(actor=staff, batch_id=at.batch.id, reason="点错了人")
    assert balance(HOURS, person) == 0


def test_strangers_do_not_even_learn_that_the_batch_exists(db):
    person = make.person()
    at = recorded(person)
    for someone in (person, make.leader(make.team()), make.staff("community_staff", make.community())):
        with pytest.raises(NotFound):
            service.reverse(actor=make.actor(someone), batch_id=at.batch.id, reason="看看")
    with pytest.raises(NotFound):
        service.reverse(actor=at.actor, batch_id=999_999, reason="看看")
    assert db.session.get_one(Batch, at.batch.id).reversed_at is None


def test_an_auditor_sees_but_does_not_reverse(db):
    at = recorded(make.person())
    auditor = make.staff("auditor", db.session.get_one(Area, at.team.area_id))
    with pytest.raises(NotFound):
        service.reverse(actor=make.actor(auditor), batch_id=at.batch.id, reason="看看")


def test_a_reversal_of_three_hundred_needs_few_statements(db, count_statements):
    area = make.community()
    at = recorded(*(make.person(area) for _ in range(300)))
    seen = count_statements()
    seen.clear()
    service.reverse(actor=at.actor, batch_id=at.batch.id, reason="点错了日期")
    assert len(seen) <= 24, "\n".join(statement[:90] for statement in seen)
