"""Who answers for an activity is of its team: whoever leaves hands it over, and reads nothing of it any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import in_charge, service
from volunteer.activities.changing.settings_messages import IN_CHARGE
from volunteer.activities.models import LIVE, Series
from volunteer.activities.service.signing import writing
from volunteer.activities.signing import leaving
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.outbox.models import Message
from volunteer.people.models import COMMUNITY_STAFF
from volunteer.teams.service import membership

SignIn = Callable[[Any], FlaskClient]


class World:
    """A member answers for a date in eight hours; a volunteer comes to it."""

    def __init__(self) -> None:
        self.area = make.community()
        self.team = make.team(self.area)
        self.member = make.member(self.team)
        self.series = make.series(self.team, person_in_charge=self.member)
        self.date = make.occurrence(self.series, starts_at=clock.now() + dt.timedelta(hours=8))
        self.volunteer = make.person(self.area)
        make.sign_up(self.date, self.volunteer)

    def leave(self) -> None:
        membership.leave(actor=make.actor(self.member), team_id=self.team.id)
        make.db.session.commit()

    def sign_off(self) -> None:
        service.sign_off(actor=make.actor(self.volunteer), occurrence_id=self.date.id, reason="查出了病")

    def write(self) -> None:
        service.write_to_charge(actor=make.actor(self.volunteer), occurrence_id=self.date.id, text="在吗")


@pytest.fixture
def world(db: Any) -> World:
    return World()


def told(db: Any, kind: str) -> set[int]:
    return set(db.session.scalars(sa.select(Message.person_id).where(Message.kind == kind)))


def test_whoever_leaves_the_team_hands_the_activity_to_its_leader(world: World, db: Any) -> None:
    leader = make.leader(world.team)
    world.leave()
    assert db.session.get_one(Series, world.series.id).person_in_charge_id == leader.id
    assert told(db, IN_CHARGE) == {leader.id}
    details = db.session.scalars(
        sa.select(AuditEntry.details).where(AuditEntry.act == "person_in_charge_changed")
    ).one()
    assert details == {"before": world.member.id, "after": leader.id}


def test_what_somebody_has_edited_meanwhile_is_handed_over_as_it_is_now(world: World, db: Any) -> None:
    leader, table = make.leader(world.team), Series.__table__
    member_id, team_id = world.member.id, world.team.id
    assert world.series.title != "改了名字"
    db.session.execute(sa.update(table).values(title="改了名字", version=table.c.version + 1))
    in_charge.hand_over_in_team(member_id, team_id)
    row = db.session.get_one(Series, world.series.id, populate_existing=True)
    assert (row.person_in_charge_id, row.title) == (leader.id, "改了名字")


def test_activities_of_another_team_stay(world: World, db: Any) -> None:
    make.leader(world.team)
    other = make.team(world.area)
    make.member(other, world.member)
    series = make.series(other, person_in_charge=world.member)
    world.leave()
    assert db.session.get_one(Series, series.id).person_in_charge_id == world.member.id


def test_nobody_leaves_an_activity_without_somebody_in_charge(world: World, db: Any) -> None:
    gone = make.leader(world.team)
    gone.status = "disabled"
    db.session.commit()
    with pytest.raises(in_charge.StillInCharge):
        world.leave()
    db.session.rollback()
    assert db.session.get_one(Series, world.series.id).person_in_charge_id == world.member.id


def test_an_activity_that_has_ended_keeps_nobody(world: World, db: Any) -> None:
    assert world.series.state == LIVE
    world.series.state = "ended"
    db.session.commit()
    world.leave()
    assert db.session.get_one(Series, world.series.id).person_in_charge_id == world.member.id


def test_who_is_of_the_team_no_more_reads_no_reasons_and_no_notes(world: World, db: Any) -> None:
    leader, stranger = make.leader(world.team), make.person(world.area)
    world.series.person_in_charge_id = stranger.id
    db.session.commit()
    world.write()
    world.sign_off()
    assert told(db, writing.WRITTEN) == told(db, leaving.LEFT_LATE) == {leader.id}


@pytest.mark.parametrize("way", ["member", "leads", "staff"])
def test_who_may_be_in_charge_reads_them(world: World, db: Any, way: str) -> None:
    if way == "leads":
        who = make.person(world.area)
        make.grant(who, "deputy", team=world.team, rights=())
    else:
        who = world.member if way == "member" else make.staff(COMMUNITY_STAFF, world.area)
    world.series.person_in_charge_id = who.id
    db.session.commit()
    world.write()
    assert told(db, writing.WRITTEN) == {who.id}


@pytest.mark.portable
def test_the_page_of_the_team_says_what_leaving_hands_over(world: World, client_for: SignIn) -> None:
    page = f"/teams/{world.team.id}"
    assert "由您负责的 1 项活动，会改由队长负责。" in client_for(world.member).get(page).text
    assert "会改由队长负责" not in client_for(make.member(world.team)).get(page).text
