"""Come and leave: what is refused, and that nothing is left behind then."""

from __future__ import annotations

import datetime as dt

import pytest

from tests import make
from tests.attendance.scene import HOUR, MINUTE, Scene, at
from volunteer.attendance import queries, refusals, service
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.core.errors import NotFound

YOUNG = dt.date(2012, 1, 1)


@pytest.fixture
def scene(app):
    return Scene()


def acts() -> list[str]:
    return [row.act for row in database.session.query(AuditEntry).order_by(AuditEntry.id)]


def test_who_signed_up_comes_and_leaves(scene, present):
    me = scene.person()
    scene.come(me, way="door", device="d" * 40)
    with at(present + 3 * HOUR):
        scene.leave(me)
    [row] = scene.rows()
    assert (row.came_way, row.left_way, row.device) == ("door", "qr", "d" * 40)
    assert row.left_at - row.came_at == 3 * HOUR
    assert queries.pairs(scene.date.id) == {me.id: [(row.came_at, row.left_at)]}
    assert acts()[-2:] == ["checked_in", "checked_out"]


def test_without_leaving_the_pair_stays_open(scene):
    me = scene.person()
    scene.come(me)
    assert queries.pairs(scene.date.id)[me.id][0][1] is None
    assert queries.counts(scene.date.id) == (1, 1)


def test_twice_in_is_refused(scene):
    me = scene.person()
    scene.come(me)
    with pytest.raises(refusals.AlreadyIn):
        scene.come(me)
    assert len(scene.rows()) == 1


def test_out_before_in_is_refused(scene):
    with pytest.raises(refusals.NotIn):
        scene.leave(scene.person())
    assert scene.rows() == []


@pytest.mark.parametrize(
    ("moment", "refused"),
    [
        (-121 * MINUTE, refusals.TooEarly),
        (-120 * MINUTE - dt.timedelta(seconds=1), refusals.TooEarly),
        (240 * MINUTE, refusals.TooLate),
    ],
)
def test_outside_of_the_window_nobody_comes_or_leaves(scene, moment, refused):
    me = scene.person()
    with at(scene.date.starts_at + moment):
        with pytest.raises(refused):
            scene.come(me)
        with pytest.raises(refused):
            scene.leave(me)
    assert scene.rows() == []


@pytest.mark.parametrize("moment", [-120 * MINUTE, 240 * MINUTE - dt.timedelta(seconds=1)])
def test_at_its_edges_the_window_is_open(scene, moment):
    me = scene.person()
    with at(scene.date.starts_at + moment):
        scene.come(me)
    assert len(scene.rows()) == 1


def test_nobody_comes_to_a_cancelled_or_recorded_date(scene):
    me = scene.person()
    scene.date.state = "cancelled"
    database.session.commit()
    with pytest.raises(refusals.Cancelled):
        scene.come(me)
    scene.date.state, scene.date.recorded_at = "published", clock.now()
    database.session.commit()
    with pytest.raises(refusals.AlreadyRecorded):
        scene.come(me)
    assert scene.rows() == []


def test_a_date_that_is_undecided_or_unknown_is_not_found(scene):
    me = scene.person()
    scene.date.state = "undecided"
    database.session.commit()
    with pytest.raises(NotFound):
        scene.come(me)
    with pytest.raises(NotFound):
        service.check_in(actor=make.actor(me), occurrence_id=scene.date.id + 999)


def test_three_pairs_a_day_and_no_fourth(scene, present):
    me = scene.person()
    for turn in range(3):
        with at(present + 20 * turn * MINUTE):
            scene.come(me)
        with at(present + (20 * turn + 10) * MINUTE):
            scene.leave(me)
    with at(present + HOUR), pytest.raises(refusals.TooManyPairs):
        scene.come(me)
    assert len(scene.rows()) == 3


def test_a_pair_that_was_taken_back_does_not_count(scene, present):
    me = scene.person()
    for turn in range(3):
        with at(present + 20 * turn * MINUTE):
            scene.come(me)
        last = scene.rows()[-1]
        if turn == 0:
            service.take_back(
                actor=make.actor(scene.leader), occurrence_id=scene.date.id, check_in_id=last.id
            )
        else:
            with at(present + (20 * turn + 10) * MINUTE):
                scene.leave(me)
    with at(present + HOUR):
        scene.come(me)
    assert len(queries.pairs_of(scene.date.id, me.id)) == 3


def test_the_limit_is_counted_anew_on_the_next_day(app, present):
    scene = Scene()
    scene.date.ends_at = scene.date.starts_at + dt.timedelta(days=3)
    database.session.commit()
    me = scene.person()
    for hours in (0, 1, 2, 24):
        with at(present + hours * HOUR):
            scene.come(me)
        with at(present + hours * HOUR + 30 * MINUTE):
            scene.leave(me)
    assert len(scene.rows()) == 4


def test_a_stranger_checks_nobody_else_in(scene):
    me, stranger = scene.person(), make.person(scene.area)
    for deed in (service.check_in, service.check_out):
        with pytest.raises(NotFound):
            deed(actor=make.actor(stranger), occurrence_id=scene.date.id, person_id=me.id)
    assert scene.rows() == []


def test_the_leader_of_another_team_takes_nothing_back(scene):
    me = scene.person()
    scene.come(me)
    other = make.leader(make.team(scene.area))
    with pytest.raises(NotFound):
        service.take_back(
            actor=make.actor(other), occurrence_id=scene.date.id, check_in_id=scene.rows()[0].id
        )
    assert scene.rows()[0].void_at is None


def test_taking_back_undoes_the_last_mark_only(scene, present):
    me, leader = scene.person(), make.actor(scene.leader)
    scene.come(me)
    with at(present + 30 * MINUTE):
        scene.leave(me)
    mark = scene.rows()[0]
    deed = {"actor": leader, "occurrence_id": scene.date.id, "check_in_id": mark.id}
    service.take_back(**deed)
    assert (mark.left_at, mark.left_way, mark.void_at) == (None, None, None)
    service.take_back(**deed)
    assert mark.void_at == clock.now()
    assert queries.pairs(scene.date.id) == {}
    with pytest.raises(refusals.AlreadyTakenBack):
        service.take_back(**deed)
    scene.come(me)  # and one may come again


def test_an_earlier_pair_is_not_taken_back_over_a_later_one(scene, present):
    me = scene.person()
    scene.come(me)
    with at(present + 10 * MINUTE):
        scene.leave(me)
    with at(present + 20 * MINUTE):
        scene.come(me)
    with pytest.raises(refusals.NotTheLatest):
        service.take_back(
            actor=make.actor(scene.leader), occurrence_id=scene.date.id, check_in_id=scene.rows()[0].id
        )


def test_nothing_is_taken_back_after_the_roll_call(scene):
    me = scene.person()
    scene.come(me)
    scene.date.recorded_at = clock.now()
    database.session.commit()
    with pytest.raises(refusals.AlreadyRecorded):
        service.take_back(
            actor=make.actor(scene.leader), occurrence_id=scene.date.id, check_in_id=scene.rows()[0].id
        )


def test_one_scan_brings_in_the_next_takes_out(scene, present):
    me = scene.person()
    assert scene.scan(me) is True
    with at(present + MINUTE), pytest.raises(refusals.JustNow):
        scene.scan(me)
    with at(present + 3 * MINUTE):
        assert scene.scan(me) is False
    with at(present + 4 * MINUTE), pytest.raises(refusals.JustNow):
        scene.scan(me)
    [row] = scene.rows()
    assert (row.came_way, row.left_way, row.came_by_id) == ("card", "card", scene.leader.id)
