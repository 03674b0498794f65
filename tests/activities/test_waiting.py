"""The waiting list: offers with a clock, in the order of joining, never silently."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import check, service
from volunteer.activities.models import Occurrence, SignUp, SignUpBlock, Waiting
from volunteer.activities.service.signing import waiting
from volunteer.activities.signing import of_another, refusals
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotAllowed, Refused
from volunteer.jobs import tasks
from volunteer.outbox.models import Message

HOUR = dt.timedelta(hours=1)


def date(capacity: int = 1, **more: Any) -> Occurrence:
    more.setdefault("starts_at", clock.now() + 100 * HOUR)
    return make.occurrence(make.series(**more.pop("series", {})), capacity=capacity, **more)


def full(**more: Any) -> tuple[Occurrence, Any]:
    """A date with its only place taken, and who has it."""
    occurrence, holder = date(**more), make.person()
    service.sign_up(actor=make.actor(holder), occurrence_id=occurrence.id)
    return occurrence, holder


def join(occurrence: Occurrence, someone: Any = None, **more: Any) -> Any:
    someone = someone or make.person()
    service.join_line(actor=make.actor(someone), occurrence_id=occurrence.id, **more)
    return someone


def off(occurrence: Occurrence, someone: Any) -> None:
    service.sign_off(actor=make.actor(someone), occurrence_id=occurrence.id, reason="有事")


def states(db: Any, occurrence: Occurrence) -> list[tuple[int, str]]:
    rows = db.session.execute(
        sa.select(Waiting.person_id, Waiting.state)
        .where(Waiting.occurrence_id == occurrence.id)
        .order_by(Waiting.id)
    )
    return [(person_id, state) for person_id, state in rows]


def counts(db: Any, occurrence: Occurrence) -> tuple[int, int]:
    db.session.commit()
    assert check.check().faults == []
    row = db.session.execute(
        sa.select(Occurrence.taken, Occurrence.held).where(Occurrence.id == occurrence.id)
    ).one()
    return row.taken, row.held


def kinds(db: Any, person: Any) -> list[str]:
    return list(
        db.session.scalars(
            sa.select(Message.kind)
            .where(Message.person_id == person.id, Message.channel == "inbox")
            .order_by(Message.id)
        )
    )


def test_a_freed_place_is_offered_to_the_first_and_not_given(db: Any) -> None:
    occurrence, holder = full()
    first, second = join(occurrence), join(occurrence)
    off(occurrence, holder)
    assert states(db, occurrence) == [(first.id, "offered"), (second.id, "waiting")]
    assert counts(db, occurrence) == (0, 1)
    row = db.session.scalars(sa.select(Waiting).where(Waiting.person_id == first.id)).one()
    assert row.offer_until == clock.now() + 12 * HOUR
    notes = db.session.scalars(sa.select(Message).where(Message.kind == "place_offered")).all()
    assert {(note.channel, note.person_id, note.useful_until) for note in notes} == {
        ("inbox", first.id, row.offer_until),
        ("email", first.id, row.offer_until),
    }


def test_accepting_takes_the_place_that_was_kept(db: Any) -> None:
    occurrence, holder = full()
    first = join(occurrence)
    off(occurrence, holder)
    id_ = service.accept_offer(actor=make.actor(first), occurrence_id=occurrence.id)
    row = db.session.get_one(SignUp, id_)
    assert (row.person_id, row.way) == (first.id, "offer")
    assert states(db, occurrence) == [(first.id, "accepted")]
    assert counts(db, occurrence) == (1, 0)


@pytest.mark.parametrize("how", ["decline", "lapse"])
def test_declining_or_not_answering_asks_the_next_one(db: Any, how: str) -> None:
    occurrence, holder = full()
    first, second = join(occurrence), join(occurrence)
    off(occurrence, holder)
    if how == "decline":
        service.leave_line(actor=make.actor(first), occurrence_id=occurrence.id)
        assert states(db, occurrence) == [(first.id, "declined"), (second.id, "offered")]
    else:
        db.session.commit()
        with clock.fixed(clock.now() + 12 * HOUR):
            assert tasks.move_waiting_lists() == 1
            assert tasks.move_waiting_lists() == 0
        assert states(db, occurrence) == [(first.id, "lapsed"), (second.id, "offered")]
        assert kinds(db, first) == ["place_offered", "offer_lapsed"]
    assert counts(db, occurrence) == (0, 1)


def test_an_offer_that_has_run_out_is_not_accepted(db: Any) -> None:
    occurrence, holder = full()
    first = join(occurrence)
    off(occurrence, holder)
    with clock.fixed(clock.now() + 12 * HOUR), pytest.raises(refusals.OfferOver):
        service.accept_offer(actor=make.actor(first), occurrence_id=occurrence.id)
    assert counts(db, occurrence) == (0, 1)


def test_who_lets_it_run_out_may_sign_up_again_and_no_place_is_lost(db: Any) -> None:
    occurrence, holder = full()
    first = join(occurrence)
    off(occurrence, holder)
    with clock.fixed(clock.now() + 12 * HOUR):
        with pytest.raises(refusals.Full):  # the place is still kept, until the job comes
            service.sign_up(actor=make.actor(first), occurrence_id=occurrence.id)
        waiting.settle(occurrence.id)
        service.sign_up(actor=make.actor(first), occurrence_id=occurrence.id)
    assert counts(db, occurrence) == (1, 0)


def test_before_it_is_ones_turn_there_is_nothing_to_accept(db: Any) -> None:
    occurrence, _holder = full()
    first = join(occurrence)
    with pytest.raises(refusals.NotOffered):
        service.accept_offer(actor=make.actor(first), occurrence_id=occurrence.id)
    with pytest.raises(refusals.NotWaiting):
        service.accept_offer(actor=make.actor(make.person()), occurrence_id=occurrence.id)
    with pytest.raises(refusals.NotWaiting):
        service.leave_line(actor=make.actor(make.person()), occurrence_id=occurrence.id)


def test_newcomers_wait_too_even_when_a_seat_is_free_for_a_moment(db: Any, monkeypatch: Any) -> None:
    occurrence, holder = full()
    join(occurrence)
    monkeypatch.setattr(waiting, "fill", lambda occurrence_id: 0)
    off(occurrence, holder)
    with pytest.raises(refusals.Full):
        service.sign_up(actor=make.actor(make.person()), occurrence_id=occurrence.id)


def test_nobody_joins_twice_nor_when_there_is_a_place_nor_without_a_right(db: Any) -> None:
    occurrence, _holder = full()
    first = join(occurrence)
    with pytest.raises(refusals.AlreadyWaiting) as raised:
        join(occurrence, first)
    assert "1" in raised.value.message
    with pytest.raises(refusals.NotFull):
        join(date())
    too_young = full(series={"minimum_age": 30})[0]
    with pytest.raises(refusals.TooYoung):
        join(too_young, make.person(born_on=dt.date(2005, 1, 1)))
    with pytest.raises(NotAllowed):
        join(occurrence, make.person(), person_id=make.person().id)
    assert len(states(db, occurrence)) == 1


def test_the_leader_puts_somebody_in_line_and_a_receipt_says_so(db: Any) -> None:
    team = make.team()
    occurrence = make.occurrence(make.series(team), capacity=1, starts_at=clock.now() + 100 * HOUR)
    make.sign_up(occurrence)
    neighbour, leader = make.person(), make.leader(team)
    service.join_line(actor=make.actor(leader), occurrence_id=occurrence.id, person_id=neighbour.id)
    assert kinds(db, neighbour) == ["receipt_waits"]
    with pytest.raises(of_another.PersonAlreadyWaiting):
        service.join_line(actor=make.actor(leader), occurrence_id=occurrence.id, person_id=neighbour.id)
    service.leave_line(actor=make.actor(leader), occurrence_id=occurrence.id, person_id=neighbour.id)
    assert kinds(db, neighbour)[-1] == "receipt_waits_no_longer"
    assert counts(db, occurrence) == (1, 0)


@pytest.mark.parametrize(
    ("before_start", "kept_for"),
    [(100 * HOUR, 12 * HOUR), (40 * HOUR, 6.5 * HOUR), (4 * HOUR, HOUR), (1.5 * HOUR, 0.5 * HOUR)],
)
def test_nearer_to_the_start_the_clock_is_shorter(
    db: Any, before_start: dt.timedelta, kept_for: dt.timedelta
) -> None:
    occurrence = date(starts_at=clock.now() + before_start)
    assert waiting.offer_until(occurrence, clock.now()) == clock.now() + kept_for  # type: ignore[arg-type]


def test_in_the_last_hour_a_free_place_is_for_the_first_who_comes(db: Any) -> None:
    occurrence, holder = full(starts_at=clock.now() + 2 * HOUR)
    first, second = join(occurrence), join(occurrence)
    with clock.fixed(occurrence.starts_at - HOUR):
        off(occurrence, holder)
        assert states(db, occurrence) == [(first.id, "waiting"), (second.id, "waiting")]
        db.session.commit()
        assert tasks.move_waiting_lists() == 0
        service.sign_up(actor=make.actor(second), occurrence_id=occurrence.id)
        with pytest.raises(refusals.AlreadyWaiting):
            service.sign_up(actor=make.actor(first), occurrence_id=occurrence.id)
        with pytest.raises(refusals.FullLate):
            join(occurrence)
    assert states(db, occurrence) == [(first.id, "waiting"), (second.id, "accepted")]
    assert counts(db, occurrence) == (1, 0)


def test_who_waits_may_take_a_late_place_after_signing_up_closed(db: Any) -> None:
    occurrence, holder = full(starts_at=clock.now() + 5 * HOUR)
    first = join(occurrence)
    occurrence.closes_at = clock.now() + HOUR
    with clock.fixed(clock.now() + 2 * HOUR):
        off(occurrence, holder)
        with pytest.raises(refusals.Closed):
            service.sign_up(actor=make.actor(make.person()), occurrence_id=occurrence.id)
        service.accept_offer(actor=make.actor(first), occurrence_id=occurrence.id)
    assert counts(db, occurrence) == (1, 0)


def test_who_cannot_take_it_is_passed_over_told_once_and_keeps_the_place_in_line(db: Any) -> None:
    occurrence, holder = full()
    first, second = join(occurrence), join(occurrence)
    other = date(starts_at=occurrence.starts_at)
    service.sign_up(actor=make.actor(first), occurrence_id=other.id)
    off(occurrence, holder)
    assert states(db, occurrence) == [(first.id, "waiting"), (second.id, "offered")]
    service.leave_line(actor=make.actor(second), occurrence_id=occurrence.id)
    assert kinds(db, first).count("line_passed_over") == 1
    # Nobody is held up by who was passed over.
    third = make.person()
    service.sign_up(actor=make.actor(third), occurrence_id=occurrence.id)
    assert counts(db, occurrence) == (1, 0)
    # As soon as nothing stands in the way, the place in line counts again.
    off(other, first)
    fourth = join(occurrence)
    off(occurrence, third)
    assert states(db, occurrence)[0] == (first.id, "offered")
    assert states(db, occurrence)[-1] == (fourth.id, "waiting")


def test_a_block_or_a_new_limit_passes_by_as_well(db: Any) -> None:
    occurrence, holder = full()
    blocked, youth, grown_up = make.person(), make.person(born_on=dt.date(2006, 1, 1)), make.person()
    for person in (blocked, youth, grown_up):
        join(occurrence, person)
    db.session.get_one(make.Series, occurrence.series_id).minimum_age = 30
    make._keep(SignUpBlock(person_id=blocked.id, cause="staff", blocked_at=clock.now()))
    off(occurrence, holder)
    assert [state for _person, state in states(db, occurrence)] == ["waiting", "waiting", "offered"]


def test_what_is_asked_is_asked_again_at_acceptance(db: Any) -> None:
    occurrence, holder = full()
    first = join(occurrence)
    off(occurrence, holder)
    service.sign_up(actor=make.actor(first), occurrence_id=date(starts_at=occurrence.starts_at).id)
    with pytest.raises(refusals.Overlaps):
        service.accept_offer(actor=make.actor(first), occurrence_id=occurrence.id)
    assert states(db, occurrence) == [(first.id, "offered")]
    assert counts(db, occurrence) == (0, 1)


def test_a_cancelled_date_ends_the_line_and_tells_everybody(db: Any) -> None:
    team = make.team()
    occurrence = make.occurrence(make.series(team), capacity=2, starts_at=clock.now() + 100 * HOUR)
    holder, other = make.person(), make.person()
    for person in (holder, other):
        service.sign_up(actor=make.actor(person), occurrence_id=occurrence.id)
    first, second = join(occurrence), join(occurrence)
    off(occurrence, holder)
    service.cancel_occurrence(actor=make.actor(make.leader(team)), occurrence_id=occurrence.id, reason="雨")
    assert [state for _person, state in states(db, occurrence)] == ["lapsed", "lapsed"]
    assert kinds(db, first)[-1] == kinds(db, second)[-1] == "line_ended"
    unsent = db.session.scalars(
        sa.select(Message.state).where(Message.kind == "place_offered", Message.channel == "email")
    ).all()
    assert unsent == ["cancelled"]
    assert counts(db, occurrence)[1] == 0


def test_a_closed_account_waits_nowhere(db: Any) -> None:
    from volunteer.activities import personal

    occurrence, holder = full()
    first, second = join(occurrence), join(occurrence)
    off(occurrence, holder)
    personal.sign_off_all(first.id, None)
    assert states(db, occurrence) == [(first.id, "left"), (second.id, "offered")]
    personal.sign_off_all(second.id, None)
    assert counts(db, occurrence) == (0, 0)


def test_the_log_says_what_became_of_the_line(db: Any) -> None:
    occurrence, holder = full()
    first = join(occurrence)
    off(occurrence, holder)
    service.accept_offer(actor=make.actor(first), occurrence_id=occurrence.id)
    acts = db.session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["signed_up", "joined_line", "place_offered", "signed_off", "signed_up"]


def test_nothing_is_left_behind_by_a_refusal(db: Any) -> None:
    occurrence, _holder = full()
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Message))
    with pytest.raises(Refused):
        service.sign_up(actor=make.actor(make.person()), occurrence_id=occurrence.id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == before
    assert states(db, occurrence) == []


def test_an_outage_is_put_right_by_the_next_minute(db: Any, monkeypatch: Any) -> None:
    occurrence, holder = full()
    first = join(occurrence)
    with monkeypatch.context() as patch:
        patch.setattr(waiting, "fill", lambda occurrence_id: 0)
        off(occurrence, holder)
    assert states(db, occurrence) == [(first.id, "waiting")]
    db.session.commit()
    assert tasks.move_waiting_lists() == 1
    assert states(db, occurrence) == [(first.id, "offered")]
