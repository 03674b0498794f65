"""Somebody else takes a place, or two swap: asked, taken, declined, lapsed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence, Series, SignUp, StandIn, Waiting
from volunteer.activities.signing import refusals
from volunteer.activities.together import refusals as no
from volunteer.activities.together import stand_ins
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.outbox.models import Message

HOUR = dt.timedelta(hours=1)


def holders(db: Any, occurrence_id: int) -> set[int]:
    live = SignUp.state == "signed_up"
    return set(
        db.session.scalars(sa.select(SignUp.person_id).where(SignUp.occurrence_id == occurrence_id, live))
    )


def state(db: Any, stand_in_id: int) -> str:
    return str(db.session.scalar(sa.select(StandIn.state).where(StandIn.id == stand_in_id)))


def kinds(db: Any, person: Any) -> list[str]:
    statement = sa.select(Message.kind).where(Message.person_id == person.id, Message.channel == "inbox")
    return list(db.session.scalars(statement.order_by(Message.id)))


@pytest.fixture
def sought(db: Any) -> Any:
    """(date, who looks for somebody, the request's id), open to all."""
    occurrence, holder = make.occurrence(capacity=1), make.person()
    make.sign_up(occurrence, holder)
    id_ = service.ask_stand_in(actor=make.actor(holder), occurrence_id=occurrence.id, note="要陪孩子看病")
    db.session.commit()
    return occurrence, holder, id_


@pytest.fixture
def swap(db: Any) -> Any:
    """Two teammates on two dates of the team: (first date, its holder, second date, its holder, request)."""
    team = make.team()
    first, second = (
        make.occurrence(make.series(team), starts_at=clock.now() + hours * HOUR) for hours in (48, 72)
    )
    one, other = make.member(team), make.member(team)
    make.sign_up(first, one)
    theirs = make.sign_up(second, other)
    id_ = service.ask_swap(actor=make.actor(one), occurrence_id=first.id, their_sign_up_id=theirs.id)
    db.session.commit()
    return first, one, second, other, id_


# Stand-ins


def test_whoever_may_sign_up_takes_the_place(db: Any, sought: Any) -> None:
    occurrence, holder, id_ = sought
    taker = make.person(name="李大明")
    service.accept_stand_in(actor=make.actor(taker), stand_in_id=id_)
    assert holders(db, occurrence.id) == {taker.id}
    assert db.session.get_one(Occurrence, occurrence.id, populate_existing=True).taken == 1
    assert state(db, id_) == "accepted"
    way, late = db.session.execute(
        sa.select(SignUp.way, SignUp.withdrawn_late).where(SignUp.person_id == taker.id)
    ).one()
    assert (way, late) == ("stand_in", False)
    assert kinds(db, holder) == ["stand_in_found"]
    assert kinds(db, taker) == ["activity_signed_up"]


def test_until_somebody_takes_it_the_place_stays(db: Any, sought: Any) -> None:
    occurrence, holder, id_ = sought
    assert holders(db, occurrence.id) == {holder.id}
    (row,) = stand_ins.of_date(occurrence.id)
    assert (row.id, row.holder_id, row.note) == (id_, holder.id, "要陪孩子看病")


def test_the_asker_takes_it_back(db: Any, sought: Any) -> None:
    occurrence, holder, id_ = sought
    service.withdraw_stand_in(actor=make.actor(holder), stand_in_id=id_)
    assert (state(db, id_), holders(db, occurrence.id)) == ("left", {holder.id})
    taker = make.actor(make.person())
    with pytest.raises(no.StandInGone):
        service.accept_stand_in(actor=taker, stand_in_id=id_)


def test_one_person_is_asked_by_name_and_declines(db: Any) -> None:
    occurrence, holder, asked = make.occurrence(), make.person(), make.person()
    make.sign_up(occurrence, holder)
    id_ = service.ask_stand_in(
        actor=make.actor(holder), occurrence_id=occurrence.id, person_id=asked.id, note="帮个忙"
    )
    assert kinds(db, asked) == ["stand_in_asked"]
    assert [row.id for row in stand_ins.asked(asked.id, clock.now())] == [id_]
    with pytest.raises(NotFound):
        service.accept_stand_in(actor=make.actor(make.person()), stand_in_id=id_)
    service.decline_stand_in(actor=make.actor(asked), stand_in_id=id_)
    assert (state(db, id_), kinds(db, holder)) == ("declined", ["stand_in_declined"])
    assert stand_ins.asked(asked.id, clock.now()) == []


def test_the_list_of_a_team_names_what_is_open_to_all(db: Any) -> None:
    team = make.team()
    occurrence = make.occurrence(make.series(team))
    holder, reader = make.member(team), make.member(team)
    make.sign_up(occurrence, holder)
    id_ = service.ask_stand_in(actor=make.actor(holder), occurrence_id=occurrence.id)
    assert [row.id for row in stand_ins.wanted_in_teams_of(reader.id, clock.now())] == [id_]
    assert stand_ins.wanted_in_teams_of(holder.id, clock.now()) == []
    assert stand_ins.wanted_in_teams_of(make.person().id, clock.now()) == []


def test_members_who_came_lately_hear_of_an_open_search(db: Any) -> None:
    team = make.team()
    series = make.series(team)
    occurrence, before, long_ago = (
        make.occurrence(series, starts_at=clock.now() + days * 24 * HOUR) for days in (2, -7, -100)
    )
    holder, knows, knew, never = (make.member(team) for _ in range(4))
    for date, people in (
        (before, (holder, knows, make.person())),
        (long_ago, (knew,)),
        (occurrence, (holder,)),
    ):
        for person in people:
            make.sign_up(date, person)
    service.ask_stand_in(actor=make.actor(holder), occurrence_id=occurrence.id)
    told = db.session.scalars(sa.select(Message.person_id).where(Message.kind == "stand_in_wanted")).all()
    assert (told, never.id in told) == ([knows.id], False)


# Swaps


def test_both_change_places(db: Any, swap: Any) -> None:
    first, one, second, other, id_ = swap
    assert kinds(db, other) == ["swap_asked"]
    service.accept_stand_in(actor=make.actor(other), stand_in_id=id_)
    assert (holders(db, first.id), holders(db, second.id)) == ({other.id}, {one.id})
    for date in (first, second):
        assert db.session.get_one(Occurrence, date.id, populate_existing=True).taken == 1
    ways = sa.select(SignUp.way).where(SignUp.state == "signed_up")
    assert set(db.session.scalars(ways)) == {"swap"}
    assert kinds(db, one) == ["swap_done"]
    assert state(db, id_) == "accepted"


def test_dates_at_the_same_time_can_be_swapped(db: Any) -> None:
    """What each gives up does not stand in the way."""
    team, at = make.team(), clock.now() + 48 * HOUR
    dates = [make.occurrence(make.series(team), starts_at=at) for _ in range(2)]
    one, other = make.member(team), make.member(team)
    make.sign_up(dates[0], one)
    theirs = make.sign_up(dates[1], other)
    id_ = service.ask_swap(actor=make.actor(one), occurrence_id=dates[0].id, their_sign_up_id=theirs.id)
    service.accept_stand_in(actor=make.actor(other), stand_in_id=id_)
    assert holders(db, dates[0].id) == {other.id}


def test_when_one_half_cannot_be_neither_is(db: Any, swap: Any) -> None:
    first, one, second, other, id_ = swap
    make.sign_up(make.occurrence(starts_at=second.starts_at), one)
    taken = make.actor(other)
    with pytest.raises(no.SwapCannotBe):
        service.accept_stand_in(actor=taken, stand_in_id=id_)
    db.session.rollback()
    assert (holders(db, first.id), holders(db, second.id)) == ({one.id}, {other.id})
    assert state(db, id_) == "open"


def test_the_place_of_who_was_disabled_is_taken_all_the_same(db: Any, sought: Any) -> None:
    occurrence, holder, id_ = sought
    holder.status = "disabled"
    db.session.commit()
    taker = make.person()
    service.accept_stand_in(actor=make.actor(taker), stand_in_id=id_)
    assert holders(db, occurrence.id) == {taker.id}


def test_who_is_no_longer_there_cannot_swap(db: Any, swap: Any) -> None:
    """The other one's account was disabled meanwhile: said as what it is, not as a page that does not exist."""
    first, one, second, other, id_ = swap
    one.status = "disabled"
    db.session.commit()
    refused(db, no.SwapCannotBe, service.accept_stand_in, actor=make.actor(other), stand_in_id=id_)
    assert (holders(db, first.id), holders(db, second.id)) == ({one.id}, {other.id})


def test_only_teammates_are_offered_for_a_swap(db: Any, swap: Any) -> None:
    first, one, second, other, _id = swap
    make.sign_up(second)  # a guest of the team
    rows = stand_ins.swappable(
        team_id=db.session.get_one(Series, first.series_id).team_id,
        occurrence_id=first.id,
        person_id=one.id,
        now=clock.now(),
    )
    assert [row.number for row in rows] == [other.number]


# What time ends


def test_a_date_that_has_begun_ends_the_search(db: Any, sought: Any) -> None:
    occurrence, _holder, id_ = sought
    assert stand_ins.lapse_over(clock.now()) == 0
    assert stand_ins.lapse_over(occurrence.starts_at) == 1
    assert stand_ins.lapse_over(occurrence.starts_at) == 0
    assert state(db, id_) == "lapsed"


def test_a_place_that_was_given_back_ends_it(db: Any, sought: Any) -> None:
    occurrence, holder, id_ = sought
    service.sign_off(actor=make.actor(holder), occurrence_id=occurrence.id)
    assert stand_ins.of_date(occurrence.id) == []
    assert stand_ins.lapse_over(clock.now()) == 1
    assert state(db, id_) == "lapsed"


@pytest.mark.parametrize("which", [0, 2])
def test_a_cancelled_date_ends_it_on_either_side_of_a_swap(db: Any, swap: Any, which: int) -> None:
    assert stand_ins.lapse([swap[which].id]) == 1
    assert state(db, swap[4]) == "lapsed"


# Refusals


def refused(db: Any, refusal: type[Exception], deed: Any, **arguments: Any) -> None:
    db.session.commit()
    tables = (AuditEntry, StandIn, SignUp, Message)
    before = [db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables]
    with pytest.raises(refusal):
        deed(**arguments)
    db.session.rollback()
    after = [db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables]
    assert after == before


def test_without_a_place_there_is_nothing_to_hand_on(db: Any) -> None:
    actor = make.actor(make.person())
    refused(db, refusals.NotSignedUp, service.ask_stand_in, actor=actor, occurrence_id=make.occurrence().id)


def test_looking_twice(db: Any, sought: Any) -> None:
    occurrence, holder, _id = sought
    refused(
        db, no.AlreadyLooking, service.ask_stand_in, actor=make.actor(holder), occurrence_id=occurrence.id
    )


def test_while_others_wait_the_place_is_theirs(db: Any) -> None:
    occurrence, holder = make.occurrence(capacity=1), make.person()
    make.sign_up(occurrence, holder)
    waits = make.person()
    db.session.add(
        Waiting(occurrence_id=occurrence.id, person_id=waits.id, joined_at=clock.now(), joined_by_id=waits.id)
    )
    actor = make.actor(holder)
    refused(db, no.SomebodyWaits, service.ask_stand_in, actor=actor, occurrence_id=occurrence.id)
    with clock.fixed(occurrence.starts_at - 2 * HOUR):  # late: a search is better than a sign-off
        assert service.ask_stand_in(actor=actor, occurrence_id=occurrence.id)


def test_a_place_that_is_shared(db: Any) -> None:
    occurrence, holder = make.occurrence(), make.person()
    row = make.sign_up(occurrence, holder)
    row.places = 2
    refused(db, no.NotYoursAlone, service.ask_stand_in, actor=make.actor(holder), occurrence_id=occurrence.id)


def test_who_may_not_sign_up_may_not_take_it(db: Any, sought: Any) -> None:
    occurrence, holder, id_ = sought
    busy = make.person()
    make.sign_up(make.occurrence(starts_at=occurrence.starts_at), busy)
    refused(db, refusals.Overlaps, service.accept_stand_in, actor=make.actor(busy), stand_in_id=id_)
    own = make.actor(holder)
    refused(db, refusals.AlreadySignedUp, service.accept_stand_in, actor=own, stand_in_id=id_)
    assert holders(db, occurrence.id) == {holder.id}


def test_after_the_beginning_nobody_takes_it(db: Any, sought: Any) -> None:
    occurrence, _holder, id_ = sought
    actor = make.actor(make.person())
    with clock.fixed(occurrence.starts_at):
        refused(db, refusals.Begun, service.accept_stand_in, actor=actor, stand_in_id=id_)


def test_a_stranger_neither_declines_nor_withdraws(db: Any, sought: Any) -> None:
    stranger = make.actor(make.person())
    refused(db, NotFound, service.decline_stand_in, actor=stranger, stand_in_id=sought[2])
    refused(db, NotFound, service.withdraw_stand_in, actor=stranger, stand_in_id=sought[2])
    refused(db, NotFound, service.accept_stand_in, actor=stranger, stand_in_id=987654321)


def test_a_swap_is_for_who_was_asked(db: Any, swap: Any) -> None:
    refused(db, NotFound, service.accept_stand_in, actor=make.actor(make.person()), stand_in_id=swap[4])


def test_a_swap_with_somebody_outside_of_the_team(db: Any) -> None:
    team = make.team()
    mine, theirs = make.occurrence(make.series(team)), make.occurrence(starts_at=clock.now() + 72 * HOUR)
    me = make.member(team)
    make.sign_up(mine, me)
    other = make.sign_up(theirs)
    refused(
        db, no.ChooseSwap, service.ask_swap,
        actor=make.actor(me), occurrence_id=mine.id, their_sign_up_id=other.id,
    )  # fmt: skip


def test_a_swap_whose_other_side_signed_off(db: Any, swap: Any) -> None:
    _first, _one, second, other, id_ = swap
    service.sign_off(actor=make.actor(other), occurrence_id=second.id)
    refused(db, no.StandInGone, service.accept_stand_in, actor=make.actor(other), stand_in_id=id_)
