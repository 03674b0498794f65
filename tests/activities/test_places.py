"""Positions, companions, limits of the day, capacity, and places that are handed over."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import check, service
from volunteer.activities.models import (
    Companion,
    Occurrence,
    OccurrencePosition,
    Position,
    SignUp,
    Waiting,
)
from volunteer.activities.planning import refusals as series_refusals
from volunteer.activities.signing import companions, of_another, refusals
from volunteer.activities.signing.companions import Guest
from volunteer.core import clock
from volunteer.core.errors import NotAllowed, NotFound
from volunteer.people.models import COUNTER_CLERK

HOUR = dt.timedelta(hours=1)
LI, WANG = Guest("小李"), Guest("小王", True)


def date(*, capacity: int = 10, starts_at: dt.datetime | None = None, **series: Any) -> Occurrence:
    starts_at = starts_at or clock.at_local(clock.today() + dt.timedelta(days=4), dt.time(15))
    return make.occurrence(make.series(**series), capacity=capacity, starts_at=starts_at)


def with_positions(*capacities: int, capacity: int = 10, **more: Any) -> tuple[Occurrence, list[int]]:
    occurrence = date(has_positions=True, capacity=capacity, **more)
    ids = []
    for number, places in enumerate(capacities):
        row = make._keep(Position(series_id=occurrence.series_id, name=f"岗位{number}", capacity=places))
        make._keep(OccurrencePosition(occurrence_id=occurrence.id, position_id=row.id, capacity=places))
        ids.append(int(row.id))
    return occurrence, ids


def sign_up(occurrence: Occurrence, someone: Any = None, **more: Any) -> int:
    return service.sign_up(actor=make.actor(someone or make.person()), occurrence_id=occurrence.id, **more)


def taken(db: Any, occurrence: Occurrence) -> int:
    db.session.commit()
    assert check.check().faults == []
    return int(db.session.scalar(sa.select(Occurrence.taken).where(Occurrence.id == occurrence.id)))


def of_position(db: Any, position_id: int) -> tuple[int, int]:
    row = db.session.execute(
        sa.select(OccurrencePosition.taken, OccurrencePosition.held).where(
            OccurrencePosition.position_id == position_id
        )
    ).one()
    return row.taken, row.held


def test_a_position_is_chosen_and_counted_with_the_date(db: Any) -> None:
    occurrence, (desk, door) = with_positions(1, 2)
    with pytest.raises(refusals.PositionNeeded):
        sign_up(occurrence)
    id_ = sign_up(occurrence, position_id=desk)
    assert db.session.get_one(SignUp, id_).position_id == desk
    with pytest.raises(refusals.PositionFull):
        sign_up(occurrence, position_id=desk)
    sign_up(occurrence, position_id=door)
    assert (taken(db, occurrence), of_position(db, desk), of_position(db, door)) == (2, (1, 0), (1, 0))


def test_a_position_of_another_date_is_not_found(db: Any) -> None:
    occurrence, _posts = with_positions(1)
    _other, (elsewhere,) = with_positions(1)
    with pytest.raises(NotFound):
        sign_up(occurrence, position_id=elsewhere)
    assert taken(db, occurrence) == 0


def test_a_position_asks_for_its_own(db: Any) -> None:
    occurrence, (desk,) = with_positions(1)
    db.session.get_one(Position, desk).minimum_age = 60
    with pytest.raises(refusals.TooYoung):
        sign_up(occurrence, position_id=desk)


def test_the_whole_date_is_full_before_its_positions(db: Any) -> None:
    occurrence, (desk, door) = with_positions(1, 2, capacity=1)
    sign_up(occurrence, position_id=desk)
    with pytest.raises(refusals.Full):
        sign_up(occurrence, position_id=door)


def test_lines_of_two_positions_do_not_hold_each_other_up(db: Any) -> None:
    occurrence, (desk, door) = with_positions(1, 1)
    holder = make.person()
    sign_up(occurrence, holder, position_id=desk)
    waits = make.person()
    service.join_line(actor=make.actor(waits), occurrence_id=occurrence.id, position_id=desk)
    sign_up(occurrence, position_id=door)
    service.sign_off(actor=make.actor(holder), occurrence_id=occurrence.id)
    assert of_position(db, desk) == (0, 1)
    service.accept_offer(actor=make.actor(waits), occurrence_id=occurrence.id)
    row = db.session.scalars(sa.select(SignUp).where(SignUp.person_id == waits.id)).one()
    assert row.position_id == desk
    assert (taken(db, occurrence), of_position(db, desk)) == (2, (1, 0))


def test_a_place_of_the_whole_date_goes_to_the_first_whose_position_has_room(db: Any) -> None:
    """All is full; somebody of another position leaves: the one in line comes before a newcomer for either."""
    occurrence, (desk, door) = with_positions(2, 2, capacity=2)
    leaves = make.person()
    sign_up(occurrence, leaves, position_id=door)
    sign_up(occurrence, position_id=door)
    waits = make.person()
    service.join_line(actor=make.actor(waits), occurrence_id=occurrence.id, position_id=desk)
    service.sign_off(actor=make.actor(leaves), occurrence_id=occurrence.id)
    assert of_position(db, desk) == (0, 1)
    with pytest.raises(refusals.Full):
        sign_up(occurrence, position_id=door)


def test_a_closed_position_drops_nobody(db: Any) -> None:
    team = make.team()
    occurrence, (desk,) = with_positions(1, team=team)
    leader, holder, waits = make.actor(make.leader(team)), make.person(), make.person()
    sign_up(occurrence, holder, position_id=desk)
    service.join_line(actor=make.actor(waits), occurrence_id=occurrence.id, position_id=desk)
    assert service.close_position(actor=leader, occurrence_id=occurrence.id, position_id=desk) == 1
    with pytest.raises(refusals.PositionClosed):
        sign_up(occurrence, position_id=desk)
    service.sign_off(actor=make.actor(holder), occurrence_id=occurrence.id)
    assert db.session.scalar(sa.select(Waiting.state)) == "waiting"
    assert service.open_position(actor=leader, occurrence_id=occurrence.id, position_id=desk) == 1
    assert db.session.scalar(sa.select(Waiting.state)) == "offered"
    assert taken(db, occurrence) == 0


def test_companions_take_places_and_their_names_go_with_them(db: Any) -> None:
    occurrence, person = date(most_companions=3, capacity=4), make.person()
    id_ = sign_up(occurrence, person, companions=[LI, WANG])
    assert db.session.get_one(SignUp, id_).places == 3
    assert [(row.name, row.is_child) for row in db.session.scalars(sa.select(Companion))] == [
        ("小李", False),
        ("小王", True),
    ]
    raw = db.session.scalars(sa.text("SELECT name FROM companion")).all()
    assert all("小" not in name for name in raw), "encrypted"
    assert taken(db, occurrence) == 3
    with pytest.raises(refusals.TooFew):
        sign_up(occurrence, companions=[LI])
    service.sign_off(actor=make.actor(person), occurrence_id=occurrence.id)
    assert (taken(db, occurrence), db.session.scalars(sa.select(Companion)).all()) == (0, [])


def test_signing_up_again_changes_the_companions_and_nothing_else(db: Any) -> None:
    occurrence, person = date(most_companions=3), make.person()
    id_ = sign_up(occurrence, person, companions=[LI])
    assert sign_up(occurrence, person, companions=[WANG, LI]) == id_
    assert taken(db, occurrence) == 3
    service.change_companions(actor=make.actor(person), occurrence_id=occurrence.id, companions=[])
    assert taken(db, occurrence) == 1
    assert db.session.scalars(sa.select(SignUp.state)).all() == ["signed_up"]


def test_a_companion_is_no_way_past_the_line(db: Any) -> None:
    occurrence, person, other = date(most_companions=3, capacity=3), make.person(), make.person()
    sign_up(occurrence, person, companions=[LI])
    sign_up(occurrence, other)
    waits = make.person()
    service.join_line(actor=make.actor(waits), occurrence_id=occurrence.id)
    service.sign_off(actor=make.actor(other), occurrence_id=occurrence.id)
    with pytest.raises(refusals.TooFew):  # what was freed is kept for the line
        service.change_companions(
            actor=make.actor(person), occurrence_id=occurrence.id, companions=[LI, WANG]
        )
    service.change_companions(actor=make.actor(person), occurrence_id=occurrence.id, companions=[])
    assert taken(db, occurrence) == 1


@pytest.mark.parametrize(
    ("most", "guests", "refusal"),
    [
        (0, [LI], companions.NoCompanions),
        (1, [LI, WANG], companions.TooManyCompanions),
        (2, [Guest(" ", True)], companions.CompanionNeedsName),
    ],
)
def test_companions_that_are_refused(db: Any, most: int, guests: list[Guest], refusal: type) -> None:
    occurrence = date(most_companions=most)
    with pytest.raises(refusal):
        sign_up(occurrence, companions=guests)
    assert taken(db, occurrence) == 0


def test_no_companions_for_who_is_not_signed_up(db: Any) -> None:
    with pytest.raises(refusals.NotSignedUp):
        service.change_companions(
            actor=make.actor(make.person()), occurrence_id=date(most_companions=1).id, companions=[LI]
        )


def test_the_limit_of_the_day_may_be_passed_by_the_leader_with_a_reason(db: Any) -> None:
    team, person = make.team(), make.person()
    first = date(team=team, duration_minutes=420, starts_at=_at(7))
    second = date(team=team, starts_at=_at(15))
    leader = make.actor(make.leader(team))
    sign_up(first, person)
    with pytest.raises(refusals.DayLimit) as raised:
        sign_up(second, person, override_reason="我不累")
    assert "7" in raised.value.message
    with pytest.raises(of_another.PersonDayLimit):
        service.sign_up(actor=leader, occurrence_id=second.id, person_id=person.id)
    helper = make.actor(make.helper(person, "sign_up"))
    with pytest.raises(of_another.PersonDayLimit):
        service.sign_up(actor=helper, occurrence_id=second.id, person_id=person.id, override_reason="好")
    id_ = service.sign_up(
        actor=leader, occurrence_id=second.id, person_id=person.id, override_reason="他自己提出来的"
    )
    assert db.session.get_one(SignUp, id_).override_reason == "他自己提出来的"


def _at(hour: int) -> dt.datetime:
    return clock.at_local(clock.today() + dt.timedelta(days=4), dt.time(hour))


def test_a_reason_passes_neither_the_places_nor_an_overlap(db: Any) -> None:
    team, person = make.team(), make.person()
    leader = make.actor(make.leader(team))
    sign_up(date(team=team, duration_minutes=420, starts_at=_at(7)), person)
    full = date(team=team, capacity=1, starts_at=_at(15))
    sign_up(full)
    with pytest.raises(refusals.Full):
        service.sign_up(actor=leader, occurrence_id=full.id, person_id=person.id, override_reason="好")
    with pytest.raises(of_another.PersonOverlaps):
        service.sign_up(
            actor=leader, occurrence_id=date(team=team, starts_at=_at(13)).id, person_id=person.id,
            override_reason="好",
        )  # fmt: skip


def test_one_long_activity_alone_is_its_leaders_decision_but_not_for_older_people(db: Any) -> None:
    long = date(duration_minutes=540, starts_at=_at(8))
    assert sign_up(long)
    with pytest.raises(refusals.DayLimit) as raised:
        sign_up(long, make.person(born_on=dt.date(1950, 1, 1)))
    assert "6" in raised.value.message


def test_the_day_begins_at_midnight_on_the_wall(db: Any) -> None:
    person = make.person()
    sign_up(date(duration_minutes=420, starts_at=_at(7)), person)
    sign_up(date(starts_at=_at(0) + 24 * HOUR), person)


def test_rest_lies_between_two(db: Any, app: Any, monkeypatch: Any) -> None:
    person = make.person()
    sign_up(date(starts_at=_at(9)), person)
    near = date(starts_at=_at(11))
    monkeypatch.setitem(app.config, "REST_MINUTES", 30)
    with pytest.raises(refusals.TooLittleRest):
        sign_up(near, person)
    near.starts_at += 0.5 * HOUR
    near.ends_at += 0.5 * HOUR
    sign_up(near, person)


def test_flexible_tasks_neither_collide_nor_count(db: Any) -> None:
    person = make.person()
    window = date(starts_at=_at(0))
    window.is_flexible, window.ends_at = True, window.starts_at + 72 * HOUR
    sign_up(window, person)
    sign_up(date(starts_at=_at(9)), person)


def test_a_block_stops_the_leader_and_the_counter_as_well(db: Any) -> None:
    from volunteer.activities.models import SignUpBlock

    area = make.community()
    person = make.person(area)
    make._keep(SignUpBlock(person_id=person.id, cause="no_shows", blocked_at=clock.now()))
    clerk = make.actor(make.staff(COUNTER_CLERK, area))
    occurrence = date()
    with pytest.raises(of_another.PersonBlocked):
        service.sign_up(actor=clerk, occurrence_id=occurrence.id, person_id=person.id, override_reason="好")
    assert taken(db, occurrence) == 0


def test_more_places_are_offered_and_fewer_drop_nobody(db: Any) -> None:
    team = make.team()
    occurrence, leader = date(team=team, capacity=2), make.actor(make.leader(team))
    for _n in range(2):
        sign_up(occurrence)
    for _n in range(3):
        service.join_line(actor=make.actor(make.person()), occurrence_id=occurrence.id)
    assert service.change_capacity(actor=leader, occurrence_id=occurrence.id, capacity=4) == 2
    with pytest.raises(series_refusals.CapacityTooLow) as raised:
        service.change_capacity(actor=leader, occurrence_id=occurrence.id, capacity=3)
    assert "4" in raised.value.message
    assert db.session.get_one(Occurrence, occurrence.id).edited == "capacity"
    assert taken(db, occurrence) == 2


def test_a_positions_places_change_alike(db: Any) -> None:
    team = make.team()
    occurrence, (desk,) = with_positions(1, team=team)
    leader = make.actor(make.leader(team))
    sign_up(occurrence, position_id=desk)
    with pytest.raises(series_refusals.CapacityTooLow):
        service.change_capacity(actor=leader, occurrence_id=occurrence.id, capacity=9, positions={desk: 0})
    service.change_capacity(actor=leader, occurrence_id=occurrence.id, capacity=9, positions={desk: 2})
    sign_up(occurrence, position_id=desk)
    assert of_position(db, desk) == (2, 0)


def test_only_who_manages_it_changes_the_places(db: Any) -> None:
    occurrence = date()
    with pytest.raises(NotFound):
        service.change_capacity(actor=make.actor(make.person()), occurrence_id=occurrence.id, capacity=1)
    team = make.team()
    leader, own = make.actor(make.leader(team)), date(team=team)
    with pytest.raises(series_refusals.CapacityTooHigh):
        service.change_capacity(actor=leader, occurrence_id=own.id, capacity=10**6)


def test_a_place_is_passed_on(db: Any) -> None:
    occurrence, (desk,) = with_positions(1)
    holder, taker = make.person(), make.person()
    id_ = sign_up(occurrence, holder, position_id=desk)
    new = service.pass_on(actor=make.actor(taker), sign_up_id=id_, to_person_id=taker.id, way="stand_in")
    row = db.session.get_one(SignUp, new)
    assert (row.person_id, row.position_id, row.way) == (taker.id, desk, "stand_in")
    old = db.session.get_one(SignUp, id_, populate_existing=True)
    assert (old.state, old.withdrawn_late) == ("withdrawn", False)
    assert (taken(db, occurrence), of_position(db, desk)) == (1, (1, 0))
    with pytest.raises(refusals.NotSignedUp):
        service.pass_on(actor=make.actor(taker), sign_up_id=id_, to_person_id=taker.id, way="stand_in")


def test_companions_do_not_stay_when_a_place_is_passed_on(db: Any) -> None:
    occurrence, holder, taker = date(most_companions=2, capacity=3), make.person(), make.person()
    id_ = sign_up(occurrence, holder, companions=[LI, WANG])
    service.join_line(actor=make.actor(make.person()), occurrence_id=occurrence.id)
    service.pass_on(actor=make.actor(taker), sign_up_id=id_, to_person_id=taker.id, way="stand_in")
    assert taken(db, occurrence) == 1
    assert db.session.scalar(sa.select(Waiting.state)) == "offered"


def test_a_place_is_passed_on_only_to_who_may_take_it_and_by_one_of_the_two(db: Any) -> None:
    occurrence, holder, taker = date(minimum_age=30), make.person(), make.person()
    id_ = sign_up(occurrence, holder)
    with pytest.raises(NotAllowed):
        service.pass_on(
            actor=make.actor(make.person()), sign_up_id=id_, to_person_id=taker.id, way="stand_in"
        )
    young = make.person(born_on=dt.date(2006, 1, 1))
    with pytest.raises(refusals.TooYoung):
        service.pass_on(actor=make.actor(young), sign_up_id=id_, to_person_id=young.id, way="stand_in")
    sign_up(date(starts_at=occurrence.starts_at), taker)
    with pytest.raises(refusals.Overlaps):
        service.pass_on(actor=make.actor(taker), sign_up_id=id_, to_person_id=taker.id, way="stand_in")


def test_who_waits_and_stands_in_waits_no_longer(db: Any) -> None:
    occurrence, holder, taker = date(capacity=1), make.person(), make.person()
    id_ = sign_up(occurrence, holder)
    service.join_line(actor=make.actor(taker), occurrence_id=occurrence.id)
    service.pass_on(actor=make.actor(taker), sign_up_id=id_, to_person_id=taker.id, way="stand_in")
    assert db.session.scalar(sa.select(Waiting.state)) == "accepted"
    assert taken(db, occurrence) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE occurrence SET taken = taken + 1",
        "UPDATE occurrence SET held = held + 1",
        "UPDATE occurrence_position SET taken = taken - 1",
        "UPDATE sign_up SET places = 3",
    ],
)
def test_the_check_of_the_books_sees_what_is_counted_wrongly(db: Any, wrong: str) -> None:
    occurrence, (desk,) = with_positions(3)
    sign_up(occurrence, position_id=desk)
    assert check.check().faults == []
    db.session.execute(sa.text(wrong))
    assert check.check().faults
