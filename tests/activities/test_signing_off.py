"""Giving a place back, in time and late."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import reminders, service
from volunteer.activities.models import Occurrence
from volunteer.activities.service.changing.changes import DateWish
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


class Moved:
    """A date in three days with one person on it, moved to six hours from now."""

    def __init__(self) -> None:
        team = make.team()
        self.leader = make.leader(team)
        self.date = make.occurrence(make.series(team), starts_at=clock.now() + 72 * HOUR)
        self.person = make.person()
        self.row = make.sign_up(self.date, self.person)
        starts_at = clock.now() + 6 * HOUR
        self.edit(starts_at=starts_at, ends_at=starts_at + HOUR)

    def edit(self, **wish: Any) -> None:
        service.edit_date(actor=make.actor(self.leader), occurrence_id=self.date.id, wish=DateWish(**wish))

    def off(self, **more: Any) -> None:
        service.sign_off(actor=make.actor(self.person), occurrence_id=self.date.id, **more)


@pytest.fixture
def moved(db: Any) -> Moved:
    return Moved()


def test_nobody_is_late_because_the_date_came_nearer_but_the_leaders_hear_of_it(
    db: Any, moved: Moved
) -> None:
    moved.off()
    db.session.refresh(moved.row)
    assert (moved.row.state, moved.row.withdrawn_late) == ("withdrawn", False)
    payloads = db.session.scalars(
        sa.select(Message.payload).where(Message.kind == "activity_left_late")
    ).all()
    assert payloads
    assert not any({"reason_sealed", "is_short"} & payload.keys() for payload in payloads)


def test_of_several_dates_moved_at_once_neither(db: Any, moved: Moved) -> None:
    [note] = db.session.scalars(
        sa.select(Message).where(Message.kind == "activity_changed", Message.channel == "inbox")
    )
    note.kind = "activity_dates_changed"
    note.payload = {**note.payload, "occurrence_id": 10**9, "occurrence_ids": [10**9, moved.date.id]}
    db.session.commit()
    moved.off()


def test_who_signs_up_after_the_move_knew_when_it_is(db: Any, moved: Moved) -> None:
    moved.row.signed_up_at = clock.now() + HOUR
    db.session.commit()
    with clock.fixed(clock.now() + HOUR), pytest.raises(refusals.ReasonNeeded):
        moved.off()


def test_a_move_long_ago_excuses_nobody(db: Any, moved: Moved) -> None:
    note = db.session.scalars(sa.select(Message).where(Message.channel == "inbox")).one()
    note.created_at = clock.now() - 12 * HOUR
    db.session.commit()
    with pytest.raises(refusals.ReasonNeeded):
        moved.off()


def test_words_or_places_are_no_move(db: Any) -> None:
    team = make.team()
    occurrence, person = make.occurrence(make.series(team), starts_at=clock.now() + 6 * HOUR), make.person()
    make.sign_up(occurrence, person)
    service.edit_date(
        actor=make.actor(make.leader(team)),
        occurrence_id=occurrence.id,
        wish=DateWish(capacity=30, note="请带雨伞"),
        words="请带雨伞",
    )
    with pytest.raises(refusals.ReasonNeeded):
        service.sign_off(actor=make.actor(person), occurrence_id=occurrence.id)


@pytest.mark.portable
def test_the_pages_ask_for_no_reason_then(db: Any, moved: Moved, client_for: Any) -> None:
    db.session.commit()
    page = client_for(moved.person).get(f"/activities/{moved.date.id}").text
    assert "不算临时取消" in page
    assert "实在来不了，请写一句原因" not in page
    address = f"/activities/{moved.date.id}/people/{moved.person.id}/take-off"
    assert "会记成临时取消" not in client_for(moved.leader).get(address).text
