"""Giving a place back, in time and late."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import reminders, service
from volunteer.activities.models import Occurrence
from volunteer.activities.signing import refusals
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotAllowed
from volunteer.outbox.models import Message

HOUR = dt.timedelta(hours=1)


def taken(db: Any, occurrence: Occurrence) -> int:
    return int(db.session.scalar(sa.select(Occurrence.taken).where(Occurrence.id == occurrence.id)))


def test_in_time_the_place_is_free_again_without_a_reason(db: Any) -> None:
    occurrence, person = make.occurrence(starts_at=clock.now() + 12 * HOUR), make.person()
    row = make.sign_up(occurrence, person)
    service.sign_off(actor=make.actor(person), occurrence_id=occurrence.id)
    db.session.refresh(row)
    assert (row.state, row.withdrawn_at, row.withdrawn_late, row.reason) == (
        "withdrawn",
        clock.now(),
        False,
        None,
    )
    assert taken(db, occurrence) == 0
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.act, entry.details["late"]) == ("signed_off", False)


def test_late_it_needs_a_reason_and_is_marked(db: Any) -> None:
    occurrence, person = make.occurrence(starts_at=clock.now() + 11 * HOUR), make.person()
    row = make.sign_up(occurrence, person)
    actor = make.actor(person)
    with pytest.raises(refusals.ReasonNeeded) as raised:
        service.sign_off(actor=actor, occurrence_id=occurrence.id, reason="  ")
    assert (raised.value.field, taken(db, occurrence)) == ("reason", 1)
    assert "12" in raised.value.message
    service.sign_off(actor=actor, occurrence_id=occurrence.id, reason=" 孩子发烧 ")
    db.session.refresh(row)
    assert (row.withdrawn_late, row.reason, taken(db, occurrence)) == (True, "孩子发烧", 0)


@pytest.mark.parametrize("state", ["cancelled", "begun"])
def test_not_after_it_was_cancelled_or_has_begun(db: Any, state: str) -> None:
    occurrence, person = make.occurrence(), make.person()
    row = make.sign_up(occurrence, person)
    if state == "cancelled":
        occurrence.state = "cancelled"
    else:
        occurrence.starts_at = clock.now()
    actor = make.actor(person)
    with pytest.raises(refusals.Cancelled if state == "cancelled" else refusals.Begun):
        service.sign_off(actor=actor, occurrence_id=occurrence.id, reason="有事")
    db.session.refresh(row)
    assert (row.state, taken(db, occurrence)) == ("signed_up", 1)


def test_twice_frees_one_place(db: Any) -> None:
    occurrence, person = make.occurrence(), make.person()
    make.sign_up(occurrence)
    make.sign_up(occurrence, person)
    actor = make.actor(person)
    service.sign_off(actor=actor, occurrence_id=occurrence.id)
    with pytest.raises(refusals.NotSignedUp):
        service.sign_off(actor=actor, occurrence_id=occurrence.id)
    assert taken(db, occurrence) == 1


def test_who_was_never_signed_up(db: Any) -> None:
    with pytest.raises(refusals.NotSignedUp):
        service.sign_off(actor=make.actor(make.person()), occurrence_id=make.occurrence().id)


def test_another_is_signed_off_by_the_leader_and_told(db: Any) -> None:
    team = make.team()
    occurrence, neighbour = make.occurrence(make.series(team)), make.person()
    make.sign_up(occurrence, neighbour)
    with pytest.raises(NotAllowed):
        service.sign_off(actor=make.actor(make.person()), occurrence_id=occurrence.id, person_id=neighbour.id)
    assert taken(db, occurrence) == 1
    service.sign_off(actor=make.actor(make.leader(team)), occurrence_id=occurrence.id, person_id=neighbour.id)
    note = db.session.scalars(sa.select(Message)).one()
    assert (note.kind, note.person_id) == ("receipt_signed_off", neighbour.id)


def test_reminders_not_yet_mailed_are_taken_back(db: Any) -> None:
    occurrence, person = make.occurrence(starts_at=clock.now() + 3 * HOUR), make.person()
    make.sign_up(occurrence, person)
    actor = make.actor(person)
    with clock.fixed(occurrence.starts_at - 2 * HOUR):
        assert reminders.write_due(clock.now()) == 2
        service.sign_off(actor=actor, occurrence_id=occurrence.id, reason="有事")
        statement = sa.select(Message.channel, Message.state).where(Message.person_id == person.id)
        states = db.session.execute(statement.order_by(Message.channel)).all()
        assert [tuple(row) for row in states] == [("email", "cancelled"), ("inbox", "sent")]
