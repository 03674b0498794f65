"""Too few people for a date: whoever should know is told, once, in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities.models import StaffingReceiver
from volunteer.activities.planning import staffing
from volunteer.core import clock
from volunteer.outbox import kinds
from volunteer.outbox.models import Message
from volunteer.people.models import COMMUNITY_STAFF
from volunteer.teams import service

SignIn = Callable[[Any], FlaskClient]
HOUR = dt.timedelta(hours=1)


class World:
    """A date in 47 hours that wants three people and has one; warnings go out 48 hours before."""

    def __init__(self) -> None:
        self.team = make.team()
        self.leader = make.leader(self.team)
        self.series = make.series(self.team, minimum_people=3, warn_hours=48)
        self.occurrence = make.occurrence(self.series, starts_at=clock.now() + 47 * HOUR)
        make.sign_up(self.occurrence)


@pytest.fixture
def world(db: Any) -> World:
    return World()


def told(db: Any) -> list[int]:
    return sorted(db.session.scalars(sa.select(Message.person_id).where(Message.kind == "activity_short")))


def test_the_leader_is_told_once(world: World, db: Any) -> None:
    assert staffing.write_due(clock.now()) == 2  # the inbox and the mail
    assert staffing.write_due(clock.now()) == 0
    assert set(told(db)) == {world.leader.id}
    message = db.session.scalars(sa.select(Message)).first()
    subject, body = kinds.render(message.kind, message.payload)
    assert subject == "还差 2 人：周五卫生大扫除"
    assert "现在报了 1 人，还差 2 人" in body


def test_the_chosen_are_told_in_place_of_the_leader(world: World, db: Any) -> None:
    chosen, closed = make.deputy(world.team, rights=("record",)), make.deputy(world.team)
    closed.status = "disabled"
    for person in (chosen, closed):
        db.session.add(StaffingReceiver(series_id=world.series.id, person_id=person.id))
    db.session.commit()
    staffing.write_due(clock.now())
    assert set(told(db)) == {chosen.id}


@pytest.mark.parametrize("who", ["left", "dismissed", "staff"])
def test_who_leads_no_more_is_told_no_more(world: World, db: Any, who: str) -> None:
    """With nobody left of the chosen, those who may publish hear of it; staff of the area stay chosen."""
    if who == "staff":
        chosen = make.staff(COMMUNITY_STAFF, db.session.get_one(make.Area, world.team.area_id))
    else:
        chosen = make.deputy(world.team)
    db.session.add(StaffingReceiver(series_id=world.series.id, person_id=chosen.id))
    db.session.commit()
    if who == "left":
        service.leave(actor=make.actor(chosen), team_id=world.team.id)
    if who == "dismissed":
        service.dismiss(actor=None, team_id=world.team.id, person_id=chosen.id, role="deputy")
    staffing.write_due(clock.now())
    assert set(told(db)) == {chosen.id if who == "staff" else world.leader.id}


def test_without_anybody_chosen_those_who_may_publish(world: World, db: Any) -> None:
    may, may_not = make.member(world.team), make.member(world.team)
    make.grant(may, "deputy", team=world.team, rights=("accept", "publish"))
    make.grant(may_not, "deputy", team=world.team, rights=("record",))
    make.leader(make.team())
    staffing.write_due(clock.now())
    assert set(told(db)) == {world.leader.id, may.id}


@pytest.mark.parametrize(
    "change",
    [
        {"occurrence": {"starts_at": 49 * HOUR}},
        {"occurrence": {"starts_at": -HOUR}},
        {"occurrence": {"state": "cancelled"}},
        {"occurrence": {"state": "undecided"}},
        {"series": {"minimum_people": 0}},
        {"series": {"minimum_people": 1}},
        {"series": {"warn_hours": 46}},
    ],
)
def test_nobody_is_told_too_early_or_for_nothing(world: World, db: Any, change: Any) -> None:
    for name, values in change.items():
        for column, value in values.items():
            if column == "starts_at":
                world.occurrence.ends_at = clock.now() + value + HOUR
                value = clock.now() + value
            setattr(getattr(world, name), column, value)
    db.session.commit()
    assert staffing.write_due(clock.now()) == 0
    assert told(db) == []


def test_another_time_is_another_warning(world: World, db: Any) -> None:
    staffing.write_due(clock.now())
    world.occurrence.starts_at -= HOUR
    db.session.commit()
    assert staffing.write_due(clock.now()) == 2


def test_a_warning_that_came_true_no_more_is_not_sent(world: World, db: Any) -> None:
    staffing.write_due(clock.now())
    payload = db.session.scalars(sa.select(Message.payload)).first()
    assert staffing.is_still_short(payload, world.leader.id)
    for _ in range(2):
        make.sign_up(world.occurrence)
    assert not staffing.is_still_short(payload, world.leader.id)


def test_a_fixed_number_of_statements(
    world: World, db: Any, count_statements: Callable[[], list[str]]
) -> None:
    def statements() -> int:
        before = len(count_statements())
        staffing.write_due(clock.now())
        return len(count_statements()) - before

    first = statements()
    for _ in range(5):
        series = make.series(make.team(), minimum_people=3)
        make.leader(db.session.get_one(make.Team, series.team_id))
        make.occurrence(series, starts_at=clock.now() + 30 * HOUR)
    assert statements() == first


def test_the_leaders_page_and_the_page_of_the_date_say_so(
    world: World, client_for: SignIn, client: FlaskClient
) -> None:
    assert "还差 2 人" in client_for(world.leader).get("/my-teams").text
    page = client.get(f"/activities/{world.occurrence.id}").text
    assert page.index("还差 2 人") < page.index("做些什么")  # beside the places that are left
    make.sign_up(world.occurrence)
    make.sign_up(world.occurrence)
    assert "还差" not in client.get(f"/activities/{world.occurrence.id}").text
