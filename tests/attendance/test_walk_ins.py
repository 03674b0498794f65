"""Who has not signed up, what is dangerous, pairs who share a place, and who forgot to leave."""

from __future__ import annotations

import datetime as dt

import pytest

from tests import make
from tests.attendance.scene import HOUR, MINUTE, Scene, at
from volunteer.activities.models import Insurance
from volunteer.attendance import queries, refusals, service
from volunteer.core import clock
from volunteer.core.database import db as database

YOUNG = dt.date(2012, 1, 1)


@pytest.fixture
def scene(app):
    return Scene()


# --- who has not signed up


def test_who_helps_today_comes_in_while_a_place_is_free(app):
    scene = Scene(capacity=2)
    scene.date.capacity = 2
    scene.person()
    one, other = make.person(scene.area), make.person(scene.area)
    scene.come(one)
    assert queries.walk_ins(scene.date.id) == 1
    with pytest.raises(refusals.NoPlaceLeft):
        scene.come(other)
    assert scene.scan(other) is True  # the leader decides
    assert set(queries.pairs(scene.date.id)) == {one.id, other.id}


def test_a_walk_in_meets_what_a_sign_up_would_meet(app):
    scene = Scene(minimum_age=60)
    young = make.person(scene.area, born_on=dt.date(1990, 1, 1))
    with pytest.raises(refusals.NotForWalkIns, match="NotForWalkIns") as refused:
        scene.come(young)
    assert "60" in refused.value.message
    assert scene.rows() == []


def test_after_the_start_a_walk_in_is_still_welcome(scene, present):
    with at(present + HOUR + 30 * MINUTE):
        scene.come(make.person(scene.area))
    assert len(scene.rows()) == 1


def test_members_only_holds_at_the_door(app):
    scene = Scene(members_only=True)
    with pytest.raises(refusals.NotForWalkIns):
        scene.come(make.person(scene.area))
    scene.come(make.member(scene.team))
    assert len(scene.rows()) == 1


def test_a_child_without_guardian_is_not_let_in_by_anybody(scene):
    child = make.person(scene.area, born_on=YOUNG)
    with pytest.raises(refusals.NotForWalkIns):
        scene.come(child)
    with pytest.raises(refusals.NeedsGuardian):
        scene.scan(child)
    assert scene.rows() == []
    make.guardian(child)
    assert scene.scan(child) is True


def test_a_child_does_not_come_to_what_is_dangerous(app):
    scene = Scene(is_dangerous=True)
    child = make.person(scene.area, born_on=YOUNG)
    make.guardian(child)
    insure(scene, child)
    with pytest.raises(refusals.TooDangerous):
        scene.scan(child)
    with pytest.raises(refusals.NotForWalkIns):
        scene.come(child)
    assert scene.rows() == []


def test_nobody_under_age_comes_to_what_became_dangerous_after_signing_up(app):
    """R009: alone or as the partner of a pair, by the code or scanned by the leader."""
    scene = Scene()
    child, partner, holder = scene.person(born_on=YOUNG), make.person(born_on=YOUNG), make.person()
    make.pair(scene.date, holder, partner, state="agreed")
    scene.series.is_dangerous = True
    insure(scene, child, partner, holder)
    for someone in (child, partner):
        with pytest.raises(refusals.NotForMinors):
            scene.come(someone)
        with pytest.raises(refusals.NotForMinors):
            scene.scan(someone)
    scene.come(holder)
    assert [row.person_id for row in scene.rows()] == [holder.id]


# --- R021


def insure(scene, *people) -> None:
    for someone in people:
        database.session.add(
            Insurance(
                occurrence_id=scene.date.id, person_id=someone.id, insurer="人保", policy_number="P1",
                recorded_at=clock.now(), recorded_by_id=scene.leader.id,
            )
        )  # fmt: skip
    database.session.commit()


def test_a_dangerous_date_does_not_start_before_everybody_is_insured(app):
    scene = Scene(is_dangerous=True)
    one, other = scene.person(), scene.person()
    insure(scene, one)
    with pytest.raises(refusals.NotInsured) as refused:
        scene.come(one)
    assert refused.value.values == {"count": 1}
    assert scene.rows() == []
    insure(scene, other)
    scene.come(one)
    walk_in = make.person(scene.area)
    with pytest.raises(refusals.NotInsured):
        scene.scan(walk_in)
    assert len(scene.rows()) == 1


def test_without_danger_nobody_needs_insurance(scene):
    scene.come(scene.person())
    assert len(scene.rows()) == 1


# --- pairs who share a place


def test_the_partner_of_a_pair_comes_on_the_shared_place(app):
    scene = Scene(capacity=1)
    me, partner = make.person(scene.area), make.person(scene.area)
    sign_up = make.sign_up(scene.date, me)
    scene.date.capacity = 1
    sign_up.partner_id, sign_up.partner_state = partner.id, "asked"
    database.session.commit()
    with pytest.raises(refusals.NoPlaceLeft):
        scene.come(partner)
    sign_up.partner_state = "agreed"
    database.session.commit()
    scene.come(partner)
    assert set(queries.pairs(scene.date.id)) == {partner.id}
    assert queries.walk_ins(scene.date.id) == 0
    assert [row.is_signed_up for row in queries.latest(scene.date.id)] == [True]
    assert [date.id for date in queries.open_dates(partner.id, clock.now())] == [scene.date.id]


# --- the message to who forgot to leave


def test_who_forgot_to_leave_hears_of_it_once(scene):
    from volunteer.outbox.models import Message

    one, other = scene.person(), scene.person()
    scene.come(one)
    scene.come(other)
    scene.leave(other)
    with at(scene.date.ends_at + 29 * MINUTE):
        assert service.tell_forgotten(clock.now()) == 0
    with at(scene.date.ends_at + 30 * MINUTE):
        assert service.tell_forgotten(clock.now()) == 1
        assert service.tell_forgotten(clock.now()) == 0
    [message] = database.session.query(Message).filter_by(kind="attendance_no_check_out")
    assert message.person_id == one.id
    assert "name" not in message.payload


def test_when_check_out_is_over_nobody_is_told_any_more(scene):
    scene.come(scene.person())
    with at(scene.date.ends_at + 121 * MINUTE):
        assert service.tell_forgotten(clock.now()) == 0
