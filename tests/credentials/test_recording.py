"""Trainings, qualifications and commendations: recorded by others, handed in with a proof, withdrawn with a reason."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, files
from volunteer.core.database import db as database
from volunteer.core.errors import NotFound
from volunteer.credentials import queries, service
from volunteer.credentials.models import Credential
from volunteer.credentials.rules import MOST_WAITING, Entry
from volunteer.outbox.models import Message
from volunteer.people.models import AUDITOR, CLOSED, COMMUNITY_STAFF, COUNTER_CLERK

PROOF = files.Prepared(b"%PDF-1.7 a certificate", files.PDF)


def training(**more: Any) -> Entry:
    entry = Entry("training", "急救培训", "街道红十字会", clock.today(), "心肺复苏", 90)
    return dataclasses.replace(entry, **more)


def qualification(**more: Any) -> Entry:
    entry = Entry("qualification", "救护员证", "红十字会", clock.today() - dt.timedelta(days=10))
    return dataclasses.replace(entry, expires_on=clock.today() + dt.timedelta(days=300), **more)


def commendation(**more: Any) -> Entry:
    return dataclasses.replace(Entry("commendation", "优秀志愿者", "区文明办", clock.today()), **more)


@pytest.fixture
def place(app):
    return make.community()


@pytest.fixture
def staff(place):
    return make.actor(make.staff(COMMUNITY_STAFF, place))


def kept(**conditions: Any) -> list[Credential]:
    return list(
        database.session.scalars(sa.select(Credential).filter_by(**conditions).order_by(Credential.id))
    )


def told(person_id: int) -> list[str]:
    statement = sa.select(Message.kind).where(Message.person_id == person_id).order_by(Message.id)
    return list(database.session.scalars(statement))


def acts(kind: str) -> list[str]:
    statement = sa.select(AuditEntry.act).where(AuditEntry.object_kind == kind).order_by(AuditEntry.id)
    return list(database.session.scalars(statement))


def test_staff_record_a_training_with_everything_that_has_to_be_known(place, staff):
    someone = make.person(place)
    row = service.record(actor=staff, person_id=someone.id, entry=training())
    assert (row.name, row.content, row.learning_minutes, row.unit, row.happened_on) == (
        "急救培训",
        "心肺复苏",
        90,
        "街道红十字会",
        clock.today(),
    )
    assert row.recorded_by_id == staff.id
    assert told(someone.id) == ["credential_recorded"]
    assert acts("credential") == ["credential_recorded"]
    assert queries.learning_minutes(someone.id) == 90


@pytest.mark.parametrize(
    ("entry", "refusal"),
    [
        (lambda: training(learning_minutes=None), service.LearningTimeNeeded),
        (lambda: training(name=" "), service.Incomplete),
        (lambda: training(unit=""), service.Incomplete),
        (lambda: training(happened_on=clock.today() + dt.timedelta(days=1)), service.InTheFuture),
        (lambda: training(expires_on=clock.today() - dt.timedelta(days=1)), service.EndsBeforeItBegins),
        (lambda: commendation(is_from_outside=True), service.ProofNeeded),
    ],
)
def test_what_is_missing_is_refused_and_nothing_is_left(place, staff, entry, refusal):
    someone = make.person(place)
    with pytest.raises(refusal):
        service.record(actor=staff, person_id=someone.id, entry=entry())
    assert kept() == []
    assert told(someone.id) == []


def test_a_commendation_from_outside_is_recorded_with_its_proof(place, staff):
    row = service.record(
        actor=staff, person_id=make.person(place).id, entry=commendation(is_from_outside=True), proof=PROOF
    )
    assert files.read(database.session.get_one(files.StoredFile, row.proof_id)) == PROOF.data


def test_the_same_training_of_the_same_day_is_recorded_once(place, staff):
    someone = make.person(place)
    service.record(actor=staff, person_id=someone.id, entry=training())
    with pytest.raises(service.AlreadyThere):
        service.record(actor=staff, person_id=someone.id, entry=training())
    assert len(kept()) == 1


def test_the_database_itself_keeps_the_same_from_standing_twice(place):
    someone = make.person(place)
    make.credential(someone)
    with pytest.raises(sa.exc.IntegrityError):
        make.credential(someone)


@pytest.mark.parametrize("role", [COUNTER_CLERK, AUDITOR])
def test_clerks_and_auditors_record_nothing(place, role):
    with pytest.raises(NotFound):
        service.record(
            actor=make.actor(make.staff(role, place)), person_id=make.person(place).id, entry=training()
        )


def test_staff_record_nothing_for_other_communities_for_themselves_or_for_who_is_gone(place, staff):
    gone = make.person(place, status=CLOSED)
    for person_id in (make.person().id, staff.id, gone.id, 10**9):
        with pytest.raises(NotFound):
            service.record(actor=staff, person_id=person_id, entry=training())
    assert kept() == []


def test_a_training_of_many_is_recorded_in_a_fixed_number_of_statements(place, count_statements):
    leader = make.actor(make.person(place))
    few, many = ([make.person(place).id for _ in range(n)] for n in (2, 12))
    counts = []
    for ids in (few, many):
        before = len(count_statements())
        assert service.record_for_all(actor=leader, person_ids=ids, entry=training(), team_id=7) == len(ids)
        counts.append(len(count_statements()) - before)
    assert counts[0] == counts[1]
    assert all(told(person_id) == ["credential_recorded"] for person_id in few + many)
    assert acts("team") == ["training_recorded", "training_recorded"]


def test_who_has_the_training_already_is_left_as_is(place):
    leader = make.actor(make.person(place))
    old, new = make.person(place), make.person(place)
    make.credential(old, happened_on=clock.today())
    both = [old.id, new.id]
    assert service.record_for_all(actor=leader, person_ids=both, entry=training(), team_id=7) == 1
    assert told(old.id) == []
    with pytest.raises(service.AlreadyThere):
        service.record_for_all(actor=leader, person_ids=both, entry=training(), team_id=7)


def test_nobody_records_a_training_for_oneself(place):
    leader = make.actor(make.person(place))
    with pytest.raises(service.OwnEntry):
        service.record_for_all(
            actor=leader, person_ids=[leader.id, make.person(place).id], entry=training(), team_id=7
        )
    assert kept() == []


def test_what_a_person_hands_in_waits_until_somebody_else_confirms_it(place, staff):
    someone = make.person(place)
    row = service.hand_in(actor=make.actor(someone), entry=qualification(), proof=PROOF)
    assert row.state == "waiting"
    assert not queries.holds(someone.id, "qualification", "救护员证", clock.today())
    service.decide(actor=staff, credential_id=row.id, accept=True)
    assert queries.holds(someone.id, "qualification", "救护员证", clock.today())
    assert told(someone.id) == ["credential_confirmed"]
    assert acts("credential") == ["credential_handed_in", "credential_confirmed"]


def test_without_a_proof_nothing_is_handed_in(place):
    with pytest.raises(service.ProofNeeded):
        service.hand_in(actor=make.actor(make.person(place)), entry=qualification(), proof=None)
    assert kept() == []


def test_only_so_many_may_wait(place):
    someone = make.person(place)
    for number in range(MOST_WAITING):
        make.credential(someone, name=f"证{number}", state="waiting")
    with pytest.raises(service.TooManyWaiting):
        service.hand_in(actor=make.actor(someone), entry=qualification(), proof=PROOF)


def test_nobody_confirms_the_own_entry(place, staff):
    row = make.credential(database.session.get_one(make.Person, staff.id), state="waiting")
    with pytest.raises(NotFound):
        service.decide(actor=staff, credential_id=row.id, accept=True)
    assert kept()[0].state == "waiting"


def test_a_refusal_needs_a_reason_and_the_person_sees_it(place, staff):
    someone = make.person(place)
    row = make.credential(someone, state="waiting")
    with pytest.raises(service.ReasonNeeded):
        service.decide(actor=staff, credential_id=row.id, accept=False, reason=" ")
    service.decide(actor=staff, credential_id=row.id, accept=False, reason="照片看不清")
    message = database.session.scalars(sa.select(Message).where(Message.person_id == someone.id)).one()
    assert message.payload["reason"] == "照片看不清"
    with pytest.raises(service.AlreadyDecided):
        service.decide(actor=staff, credential_id=row.id, accept=True)


def test_staff_of_another_community_decide_and_withdraw_nothing(place):
    stranger = make.actor(make.staff(COMMUNITY_STAFF, make.community()))
    waiting = make.credential(make.person(place), state="waiting")
    valid = make.credential(make.person(place))
    with pytest.raises(NotFound):
        service.decide(actor=stranger, credential_id=waiting.id, accept=True)
    with pytest.raises(NotFound):
        service.withdraw(actor=stranger, credential_id=valid.id, reason="错了")


def test_withdrawn_with_a_reason_it_stays_and_counts_no_more(place, staff):
    someone = make.person(place)
    row = make.credential(someone)
    with pytest.raises(service.ReasonNeeded):
        service.withdraw(actor=staff, credential_id=row.id, reason="")
    service.withdraw(actor=staff, credential_id=row.id, reason="记错了人")
    assert not queries.holds(someone.id, "training", "急救培训", clock.today())
    assert queries.learning_minutes(someone.id) == 0
    assert kept(state="withdrawn")[0].withdrawn_reason == "记错了人"
    with pytest.raises(service.NotValid):
        service.withdraw(actor=staff, credential_id=row.id, reason="再来一次")
    service.record(actor=staff, person_id=someone.id, entry=training(happened_on=row.happened_on))


def test_a_person_takes_back_what_still_waits_and_the_proof_is_gone(place, app):
    someone = make.person(place)
    row = make.credential(someone, state="waiting", proof=PROOF.data)
    name = database.session.get_one(files.StoredFile, row.proof_id).stored_name
    path = Path(app.config["FILES_DIR"]) / name[:2] / name
    assert path.exists()
    with pytest.raises(NotFound):
        service.take_back(actor=make.actor(make.person(place)), credential_id=row.id)
    service.take_back(actor=make.actor(someone), credential_id=row.id)
    database.session.commit()
    assert not path.exists()
    with pytest.raises(service.AlreadyDecided):
        service.take_back(actor=make.actor(someone), credential_id=row.id)
