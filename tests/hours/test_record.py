"""A roll call becomes hours and points, once."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities.models import Occurrence
from volunteer.areas.models import Area
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.hours import check, service
from volunteer.hours.models import Batch, ServiceRecord
from volunteer.hours.service.limits import TooMuchInADay
from volunteer.hours.service.listed import BadOffMinutes, MarkedTwice, NobodyMarked, UnknownPerson
from volunteer.hours.service.record import AlreadyRecorded, Cancelled, NotStarted
from volunteer.ledger import service as ledger
from volunteer.ledger.models import HOURS, POINTS, Transfer
from volunteer.outbox import kinds
from volunteer.outbox.models import Message

Mark = service.Mark


def balance(book: str, person: Any, purpose: str = ledger.MAIN) -> int:
    account = ledger.account(book=book, owner_kind=ledger.PERSON, owner_id=person.id, purpose=purpose)
    return ledger.balance(account)


def held(hours_ago: int = 3, minutes: int = 150, **more: Any) -> SimpleNamespace:
    """An activity that was held, its team and leader, and a rule of ten points an hour."""
    team = make.team()
    leader = make.leader(team)
    series = make.series(team, duration_minutes=minutes)
    starts_at = clock.now() - dt.timedelta(hours=hours_ago)
    occurrence = make.occurrence(series, starts_at=starts_at, **more)
    return SimpleNamespace(
        team=team, leader=leader, actor=make.actor(leader), series=series, occurrence=occurrence
    )


def again(at: SimpleNamespace, **more: Any) -> Occurrence:
    """Another date of the same series, over on the same day before the first one begins."""
    starts_at = at.occurrence.starts_at - dt.timedelta(hours=5)
    return make.occurrence(at.series, starts_at=starts_at, **more)


def record(at: SimpleNamespace, *marks: Mark, occurrence: Occurrence | None = None) -> Batch:
    return service.record(actor=at.actor, occurrence_id=(occurrence or at.occurrence).id, marks=marks)


def nothing_left(db: Any) -> bool:
    tables = (Batch, ServiceRecord, Transfer, Message)
    return not any(db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables)


def test_everybody_gets_minutes_and_points_by_how_they_attended(db):
    at, rule = held(), make.earning_rule(10)
    here, late, early, excused, absent = (make.person() for _ in range(5))
    batch = record(
        at,
        Mark(here.id, "present"),
        Mark(late.id, "late", 20),
        Mark(early.id, "left_early", 30),
        Mark(excused.id, "excused"),
        Mark(absent.id, "absent"),
    )
    people = (here, late, early, excused, absent)
    assert [balance(HOURS, person) for person in people] == [150, 130, 120, 0, 0]
    assert [balance(POINTS, person) for person in people] == [25, 21, 20, 0, 0]
    records = db.session.scalars(sa.select(ServiceRecord).order_by(ServiceRecord.id)).all()
    assert [row.off_minutes for row in records] == [0, 20, 30, 0, 0]
    assert [row.rule_id for row in records] == [rule.id] * 3 + [None] * 2
    assert [row.hours_transfer_id is None for row in records] == [False] * 3 + [True] * 2
    assert batch.recorded_at == at.occurrence.recorded_at == clock.now()
    assert check.check().faults == []


def test_hours_come_from_the_issue_account(db):
    at = held()
    record(at, Mark(make.person().id, "present"))
    issue = ledger.account(book=HOURS, owner_kind=ledger.SYSTEM, owner_id=0, purpose=ledger.ISSUE)
    assert ledger.balance(issue) == -150
    transfer = db.session.scalars(sa.select(Transfer)).one()
    assert transfer.happened_at == at.occurrence.starts_at


def test_a_sign_up_is_found_and_a_walk_in_has_none(db):
    at = held()
    sign_up = make.sign_up(at.occurrence)
    walk_in = make.person()
    record(at, Mark(sign_up.person_id, "present"), Mark(walk_in.id, "present"))
    found = dict(db.session.execute(sa.select(ServiceRecord.person_id, ServiceRecord.sign_up_id)).all())
    assert found == {sign_up.person_id: sign_up.id, walk_in.id: None}


def test_a_single_minute_earns_no_point_and_moves_none(db):
    at, person = held(minutes=60), make.person()
    make.earning_rule(10)
    record(at, Mark(person.id, "late", 59))
    assert (balance(HOURS, person), balance(POINTS, person)) == (1, 0)
    assert db.session.scalars(sa.select(ServiceRecord)).one().points_transfer_id is None
    assert db.session.scalars(sa.select(Transfer.book)).all() == [HOURS]


def test_without_a_rule_on_that_day_hours_count_and_points_do_not(db):
    at, person = held(), make.person()
    make.earning_rule(10, valid_from=clock.today() + dt.timedelta(days=1))
    make.earning_rule(99, valid_until=clock.today() - dt.timedelta(days=1))
    record(at, Mark(person.id, "present"))
    assert (balance(HOURS, person), balance(POINTS, person)) == (150, 0)


def test_the_youngest_rule_in_force_on_the_day_of_the_activity_counts(db):
    at, person = held(hours_ago=24), make.person()
    make.earning_rule(6)
    make.earning_rule(10, valid_from=clock.today() - dt.timedelta(days=1))
    make.earning_rule(60, valid_from=clock.today())
    record(at, Mark(person.id, "present"))
    assert balance(POINTS, person) == 25


def test_minutes_above_the_cap_of_the_rule_count_but_do_not_earn(db):  # R101
    at, person = held(), make.person()
    make.earning_rule(10, most_minutes_per_activity=120)
    record(at, Mark(person.id, "present"))
    assert (balance(HOURS, person), balance(POINTS, person)) == (150, 20)
    assert db.session.scalars(sa.select(Message.kind)).one() == "hours_recorded_capped"


def test_each_credited_person_is_told_why_and_how_much(db):
    at, person, absent = held(), make.person(), make.person()
    make.earning_rule(10)
    record(at, Mark(person.id, "present"), Mark(absent.id, "absent"))
    message = db.session.scalars(sa.select(Message)).one()
    subject, body = kinds.render(message.kind, message.payload)
    assert message.person_id == person.id
    assert subject == "记上了：周五卫生大扫除，2 小时 30 分"
    assert "150 分钟 × 10 分/小时 = 25 分" in body


@pytest.mark.parametrize(
    ("attendance", "off", "rate", "kind"),
    [
        ("late", 5, 10, "hours_recorded_rounded"),
        ("late", 149, 10, "hours_recorded_without_points"),
        ("present", 0, 0, "hours_recorded_without_points"),
    ],
)
def test_the_arithmetic_that_is_told_fits_the_case(db, attendance, off, rate, kind):
    at = held()
    make.earning_rule(rate)
    record(at, Mark(make.person().id, attendance, off))
    message = db.session.scalars(sa.select(Message)).one()
    assert message.kind == kind
    assert all("%" not in text for text in kinds.render(message.kind, message.payload))


def test_a_leader_may_stand_on_the_own_list_and_the_audit_says_so(db):
    at = held()
    record(at, Mark(at.leader.id, "present"))
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "hours_recorded")).one()
    assert entry.details["own"] is True
    assert (entry.details["people"], entry.details["minutes"]) == (1, 150)


def test_staff_over_the_area_may_record(db):
    at, person = held(), make.person()
    area = db.session.get_one(Area, at.team.area_id)
    clerk = make.staff("community_staff", area)
    service.record(
        actor=make.actor(clerk), occurrence_id=at.occurrence.id, marks=[Mark(person.id, "present")]
    )
    assert balance(HOURS, person) == 150


@pytest.mark.parametrize("role", [None, "counter_clerk", "auditor"])
def test_strangers_clerks_and_auditors_may_not_record(db, role):
    at, person = held(), make.person()
    area = db.session.get_one(Area, at.team.area_id)
    someone = make.staff(role, area) if role else make.member(at.team)
    with pytest.raises(NotFound):
        service.record(
            actor=make.actor(someone), occurrence_id=at.occurrence.id, marks=[Mark(person.id, "present")]
        )
    assert nothing_left(db)


def test_leaders_of_other_teams_and_staff_of_other_areas_may_not_record(db):
    at = held()
    for someone in (make.leader(make.team()), make.staff("community_staff", make.community())):
        with pytest.raises(NotFound):
            service.record(
                actor=make.actor(someone), occurrence_id=at.occurrence.id, marks=[Mark(someone.id, "present")]
            )
    assert nothing_left(db)


@pytest.mark.parametrize(
    ("refusal", "change"),
    [
        (NotStarted, {"starts_at": dt.datetime(2026, 11, 21, 10, 1, tzinfo=clock.zone())}),
        (Cancelled, {"state": "cancelled"}),
    ],
)
def test_what_was_not_held_is_not_recorded(db, refusal, change):
    at = held()
    occurrence = make.occurrence(at.series, **{"starts_at": at.occurrence.starts_at, **change})
    with pytest.raises(refusal):
        record(at, Mark(make.person().id, "present"), occurrence=occurrence)
    assert nothing_left(db)


def test_an_unknown_activity_is_not_found(db):
    with pytest.raises(NotFound):
        service.record(actor=held().actor, occurrence_id=999_999, marks=[Mark(make.person().id, "present")])


def test_a_second_recording_is_refused(db):
    at, person = held(), make.person()
    record(at, Mark(person.id, "present"))
    with pytest.raises(AlreadyRecorded):
        record(at, Mark(person.id, "present"))
    assert balance(HOURS, person) == 150


def test_the_database_itself_refuses_a_second_live_batch(db):
    at = held()
    record(at, Mark(make.person().id, "present"))
    db.session.add(
        Batch(occurrence_id=at.occurrence.id, recorded_at=clock.now(), recorded_by_id=at.leader.id)
    )
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_bad_lists_are_refused_whole(db):
    at, person = held(), make.person()
    closed = make.person(status="closed")
    good = Mark(make.person().id, "present")
    for refusal, marks in (
        (NobodyMarked, []),
        (MarkedTwice, [good, good]),
        (UnknownPerson, [good, Mark(999_999, "present")]),
        (UnknownPerson, [good, Mark(closed.id, "present")]),
        (BadOffMinutes, [good, Mark(person.id, "late", 0)]),
        (BadOffMinutes, [good, Mark(person.id, "left_early", 151)]),
        (BadOffMinutes, [good, Mark(person.id, "late", -5)]),
    ):
        with pytest.raises(refusal):
            record(at, *marks)
    assert nothing_left(db)


def test_more_than_eight_hours_on_a_day_are_refused_and_the_sentence_says_what_is_there(db):  # R036
    at, person = held(5, minutes=240), make.person(name="陈桂芳")
    record(at, Mark(person.id, "present"))
    second = again(at, ends_at=at.occurrence.starts_at)
    with pytest.raises(TooMuchInADay) as refused:
        record(at, Mark(person.id, "present"), Mark(make.person().id, "present"), occurrence=second)
    assert "陈*在11月21日已经有 4 小时" in refused.value.message
    assert balance(HOURS, person) == 240
    assert db.session.get_one(Occurrence, second.id).recorded_at is None


def test_exactly_eight_hours_on_a_day_are_fine_and_another_day_is_another_day(db):
    at, person = held(5, minutes=240), make.person()
    record(at, Mark(person.id, "present"))
    second = again(at, ends_at=at.occurrence.starts_at - dt.timedelta(hours=1))
    record(at, Mark(person.id, "present"), occurrence=second)
    yesterday = make.occurrence(at.series, starts_at=at.occurrence.starts_at - dt.timedelta(days=1))
    record(at, Mark(person.id, "present"), occurrence=yesterday)
    assert balance(HOURS, person) == 240 + 240 + 240


def test_a_reversed_batch_does_not_fill_the_day(db):
    at, person = held(8, minutes=480), make.person()
    batch = record(at, Mark(person.id, "present"))
    service.reverse(actor=at.actor, batch_id=batch.id, reason="点错了人")
    record(at, Mark(person.id, "present"))
    assert balance(HOURS, person) == 480


@pytest.mark.parametrize("people", [3, 300])
def test_the_number_of_statements_does_not_grow_with_the_list(db, people, count_statements):
    at = held()
    make.earning_rule(10)
    marks = [
        Mark(make.person(at_area).id, "present") for at_area in [make.community()] for _ in range(people)
    ]
    seen = count_statements()
    seen.clear()
    record(at, *marks)
    assert len(seen) <= 30  # eight of them open accounts, only this first time
