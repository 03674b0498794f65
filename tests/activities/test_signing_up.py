"""Taking a place: what is written, and each refusal with nothing left behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence, SignUp
from volunteer.activities.signing import of_another, refusals
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotAllowed, NotFound
from volunteer.outbox.models import Message
from volunteer.people.models import COUNTER_CLERK

HOUR = dt.timedelta(hours=1)


def count(db: Any, model: Any) -> int:
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(model)))


def refused(db: Any, refusal: type[Exception], occurrence: Occurrence, person: Any, **more: Any) -> Any:
    """Try it; whoever is refused has left nothing behind."""
    actor = make.actor(person)
    before = [count(db, model) for model in (SignUp, AuditEntry, Message)]
    taken = db.session.get_one(Occurrence, occurrence.id).taken
    with pytest.raises(refusal) as raised:
        service.sign_up(actor=actor, occurrence_id=occurrence.id, **more)
    db.session.rollback()
    assert [count(db, model) for model in (SignUp, AuditEntry, Message)] == before
    assert db.session.get_one(Occurrence, occurrence.id, populate_existing=True).taken == taken
    return raised.value


def test_a_place_is_taken_recorded_and_confirmed(db: Any) -> None:
    occurrence, person = make.occurrence(), make.person()
    id_ = service.sign_up(actor=make.actor(person), occurrence_id=occurrence.id)
    db.session.commit()
    row = db.session.get_one(SignUp, id_)
    assert (row.occurrence_id, row.person_id, row.signed_up_by_id) == (occurrence.id, person.id, person.id)
    assert (row.state, row.withdrawn_late, row.signed_up_at) == ("signed_up", False, clock.now())
    assert db.session.get_one(Occurrence, occurrence.id).taken == 1
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "signed_up")).one()
    assert (entry.object_id, entry.details) == (occurrence.id, {"person": person.id, "sign_up": id_})
    note = db.session.scalars(sa.select(Message)).one()
    assert (note.kind, note.person_id, note.channel) == ("activity_signed_up", person.id, "inbox")
    assert note.useful_until == occurrence.starts_at


def test_six_statements_on_sqlite(db: Any, count_statements: Callable[[], list[str]]) -> None:
    occurrence, actor = make.occurrence(), make.actor(make.person())
    occurrence_id = occurrence.id
    db.session.commit()
    before = len(count_statements())
    service.sign_up(actor=actor, occurrence_id=occurrence_id)
    is_sqlite = db.engine.dialect.name == "sqlite"
    assert len(count_statements()) - before == (6 if is_sqlite else 7)


def test_full(db: Any) -> None:
    occurrence = make.occurrence(capacity=1)
    make.sign_up(occurrence)
    refused(db, refusals.Full, occurrence, make.person())


def test_a_full_one_is_refused_before_writing(db: Any, count_statements: Callable[[], list[str]]) -> None:
    occurrence = make.occurrence(capacity=1)
    make.sign_up(occurrence)
    actor, occurrence_id = make.actor(make.person()), occurrence.id
    before = len(count_statements())
    with pytest.raises(refusals.Full):
        service.sign_up(actor=actor, occurrence_id=occurrence_id)
    assert not [sql for sql in count_statements()[before:] if not sql.startswith("SELECT")]


def test_the_count_in_the_database_has_the_last_word(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from volunteer.activities.signing import availability, standing

    occurrence = make.occurrence(capacity=1)
    make.sign_up(occurrence)
    monkeypatch.setattr(standing, "availability", lambda found, now, **how: availability.Availability("free"))
    refused(db, refusals.Full, occurrence, make.person())


def test_already_signed_up(db: Any) -> None:
    occurrence, person = make.occurrence(), make.person()
    make.sign_up(occurrence, person)
    refused(db, refusals.AlreadySignedUp, occurrence, person)


def test_overlapping_names_the_other_activity(db: Any) -> None:
    person = make.person()
    start = clock.now() + 24 * HOUR
    make.sign_up(make.occurrence(make.series(title="义诊理发"), starts_at=start), person)
    clash = make.occurrence(starts_at=start + HOUR)
    assert "义诊理发" in refused(db, refusals.Overlaps, clash, person).message


def test_one_after_the_other_does_not_overlap(db: Any) -> None:
    person = make.person()
    first = make.occurrence(starts_at=clock.now() + 24 * HOUR)
    make.sign_up(first, person)
    service.sign_up(actor=make.actor(person), occurrence_id=make.occurrence(starts_at=first.ends_at).id)


def test_neither_withdrawn_nor_cancelled_ones_overlap(db: Any) -> None:
    person = make.person()
    at = clock.now() + 24 * HOUR
    withdrawn, cancelled, wanted = (make.occurrence(starts_at=at) for _ in range(3))
    make.sign_up(withdrawn, person).state = "withdrawn"
    make.sign_up(cancelled, person)
    cancelled.state = "cancelled"
    db.session.commit()
    assert service.sign_up(actor=make.actor(person), occurrence_id=wanted.id)


def test_members_only(db: Any) -> None:
    team = make.team(name="萤火虫队")
    occurrence = make.occurrence(make.series(team, members_only=True))
    refusal = refused(db, refusals.MembersOnly, occurrence, make.person())
    assert "萤火虫队" in refusal.message
    refused(db, refusals.MembersOnly, occurrence, make.member(team, state="requested"))
    service.sign_up(actor=make.actor(make.member(team)), occurrence_id=occurrence.id)


def test_too_young_on_the_day(db: Any) -> None:
    occurrence = make.occurrence(make.series(minimum_age=14))
    day = clock.local(occurrence.starts_at).date()
    child = make.person(born_on=day.replace(year=day.year - 14) + dt.timedelta(days=1))
    assert "14" in refused(db, refusals.TooYoung, occurrence, child).message
    youth = make.person(born_on=day.replace(year=day.year - 14))
    make.guardian(youth)
    service.sign_up(actor=make.actor(youth), occurrence_id=occurrence.id)


def test_begun(db: Any) -> None:
    refused(db, refusals.Begun, make.occurrence(starts_at=clock.now()), make.person())


def test_cancelled(db: Any) -> None:
    refused(db, refusals.Cancelled, make.occurrence(state="cancelled"), make.person())


def test_what_does_not_exist(db: Any) -> None:
    with pytest.raises(NotFound):
        service.sign_up(actor=make.actor(make.person()), occurrence_id=10**15)


def test_after_a_sign_off_one_may_come_back(db: Any) -> None:
    occurrence, actor = make.occurrence(), make.actor(make.person())
    service.sign_up(actor=actor, occurrence_id=occurrence.id)
    service.sign_off(actor=actor, occurrence_id=occurrence.id)
    service.sign_up(actor=actor, occurrence_id=occurrence.id)
    db.session.commit()
    assert db.session.get_one(Occurrence, occurrence.id, populate_existing=True).taken == 1
    assert count(db, SignUp) == 2


def test_the_leader_signs_a_neighbour_up(db: Any) -> None:
    team = make.team()
    leader, neighbour = make.leader(team), make.person()
    occurrence = make.occurrence(make.series(team))
    id_ = service.sign_up(actor=make.actor(leader), occurrence_id=occurrence.id, person_id=neighbour.id)
    row = db.session.get_one(SignUp, id_)
    assert (row.person_id, row.signed_up_by_id) == (neighbour.id, leader.id)
    assert db.session.scalars(sa.select(Message.person_id)).all() == [neighbour.id]
    with pytest.raises(of_another.PersonAlreadySignedUp):
        service.sign_up(actor=make.actor(leader), occurrence_id=occurrence.id, person_id=neighbour.id)


def test_the_counter_signs_up_people_of_its_own_area(db: Any) -> None:
    here, there = make.community(), make.community()
    clerk = make.staff(COUNTER_CLERK, here)
    occurrence = make.occurrence(make.series(make.team(there)))
    assert service.sign_up(
        actor=make.actor(clerk), occurrence_id=occurrence.id, person_id=make.person(make.grid(here)).id
    )
    refused(db, NotAllowed, occurrence, clerk, person_id=make.person(there).id)


def test_a_neighbour_may_not_sign_others_up(db: Any) -> None:
    refused(db, NotAllowed, make.occurrence(), make.person(), person_id=make.person().id)


def test_a_closed_account_is_not_signed_up(db: Any) -> None:
    team = make.team()
    gone = make.person(status="closed")
    refused(db, NotFound, make.occurrence(make.series(team)), make.leader(team), person_id=gone.id)
